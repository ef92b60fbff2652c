"""Hostile JSON, CSV and packed documents, and what is none of them."""

import gzip
import io
import struct
import zlib

from hostile_documents import document, item, repeat, rss, within, zip_of

# --- JSON ---

def json_feed(pieces):
    return within(b'{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[', pieces, b"{}]}")


@document
def json_depth(size):
    return repeat(b"[", size)


@document
def json_depth_of_objects(size):
    return repeat(b'{"a":', size)


@document
def json_depth_within_an_item(size):
    return json_feed(within(b'{"id":"1","x":', repeat(b'[{"a":', size), b""))


@document
def json_string(size):
    return json_feed(within(b'{"id":"1","content_html":"', repeat(b"a\\u0041\\ud83d\\", size), b'"},'))


@document
def json_string_without_end(size):
    return json_feed(within(b'{"id":"', repeat(b"a\\\"", size), b""))


@document
def json_number(size):
    return json_feed(within(b'{"id":', repeat(b"9", size), b"},"))


@document
def json_numbers(size):
    return json_feed(repeat(lambda n: b'{"id":%d,"price":1e999999999,"x":-9999999999999999999999999},' % n, size))


@document
def json_keys_without_number(size):
    return json_feed(within(b"{", repeat(lambda n: b'"k%d":1,' % n, size), b"},"))


@document
def json_long_keys(size):
    return json_feed(within(b"{", repeat(b'"' + b"k" * 50_000 + b'":1,', size), b"},"))


@document
def json_commas(size):
    return json_feed(repeat(b",", size))


@document
def json_values(size):
    return json_feed(within(b'{"id":"1","tags":[', repeat(lambda n: b'"t%d",' % n, size), b'""]},'))


@document
def json_files(size):
    return json_feed(within(b'{"id":"1","attachments":[', repeat(lambda n: b'{"url":"http://a/%d","mime_type":"image/png"},' % n, size), b"{}]},"))


@document
def json_shop_tags(size):
    return within(b'{"products":[{"id":1,"title":"t","handle":"h","variants":[{"price":"1"}],"tags":"', repeat(b"a,", size), b'"}]}')


@document
def json_header_values(size):
    return within(b'{"version":"https://jsonfeed.org/version/1.1",', repeat(b'"title":"a","home_page_url":"http://a/",', size),
                  b'"items":[{"id":"1"}]}')


@document
def json_bad_bytes(size):
    return json_feed(within(b'{"id":"1","title":"', repeat(b"\xff\xf0\x9f\xc0\0\x1f", size), b'"},'))


@document
def json_two_ends(size):
    return repeat(b"{}]}", size)


# --- CSV ---

@document
def csv_quote_without_end(size):
    return within(b'id,title,link\n1,"', repeat(b'a,b\n', size), b"")


@document
def csv_quotes(size):
    return within(b"id,title,link\n", repeat(b'"""" "",""a"b","c"\r', size), b"")


@document
def csv_columns_without_number(size):
    return within(b"id,title,link", repeat(b",c", size // 2), b"\n" + b"a," * (size // 4) + b"\n")


@document
def csv_columns_of_one_meaning(size):
    return within(b"id,title,link" + b",image_link" * 4000 + b",price" * 90 + b"\n", repeat(b"a\n", size // 8), b"")


@document
def csv_rows_of_one_letter(size):
    return within(b"id,title,link\n", repeat(b"a\n", size // 8), b"")


@document
def csv_row_without_end(size):
    return within(b"id,title,link\n", repeat(b"a,", size), b"")


@document
def csv_field_without_end(size):
    return within(b"id,title,link\n", repeat(b"a", size), b"")


@document
def csv_one_handle(size):
    return within(b"Handle,Title,Vendor,Variant SKU,Variant Price,Image Src,Variant Inventory Qty\n",
                  repeat(lambda n: b"h,t,v,s%d,1.00,http://a/%d,2147483647\n" % (n, n), size), b"")


@document
def csv_attributes(size):
    return within(b'sku,attribute_set_code,product_type,name,price,additional_attributes,store_view_code,categories\n1,a,simple,n,1,"',
                  repeat(b"ean=1,brand=b,", size), b'",,\n')


@document
def csv_list(size):
    return within(b'id,title,link,image_link,additional_image_link\n1,t,http://a/b,http://a/c,"', repeat(b"http://a/d,", size), b'"\n')


@document
def csv_blank_lines(size):
    return within(b"id,title,link\n", repeat(b"\r\n\n\r", size), b"")


@document
def csv_delimiters(size):
    return repeat(b",;\t|", size)


# --- Packing ---

def gzipped(pieces, level=9):
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


@document
def gzip_of_empty_items(size):
    return gzipped(rss(repeat(b"<item/>", size // 4)))


@document
def gzip_of_blanks(size):
    return gzipped(rss(repeat(b" " * 1000, size * 40)))


@document
def gzip_of_one_text(size):
    return gzipped(item(within(b"<description>", repeat(b"a" * 1000, size * 40), b"</description>")))


@document
def gzip_within_gzip(size):
    inner = b"".join(gzipped(repeat(b"\0" * 1000, size * 10)))
    for _ in range(3):
        inner = gzip.compress(inner)
    yield inner


@document
def gzip_of_nothing_many_times(size):
    return repeat(gzip.compress(b""), size)


@document
def gzip_cut(size):
    yield b"".join(gzipped(rss(repeat(b"<item><title>abc</title></item>", size))))[:-20]


@document
def gzip_with_a_name_without_end(size):
    return within(b"\x1f\x8b\x08\x08\0\0\0\0\0\x03", repeat(b"n", size), b"")


@document
def zip_bomb(size):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(piece) for piece in repeat(b" " * 1000, size * 40)) + packer.flush()
    yield from zip_of([(b"feed.xml", packed, 8, size * 40, 0)])


@document
def zip_of_many_files(size):
    return zip_of((b"%d.png" % n, b"x", 0, 1, 0) for n in range(size // 40))


@document
def zip_with_a_wrong_length(size):
    return within(struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF, 8, 0xFFFF) + b"feed.xml",
                  repeat(b"\0", size), b"")


# --- Neither of these ---

@document
def one_letter(size):
    return repeat(b"a", size)


@document
def random_bytes(size):
    state = 12345
    for _ in range(size // 4096):
        block = io.BytesIO()
        for _ in range(512):
            state = (state * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
            block.write(struct.pack("<Q", state))
        yield block.getvalue()


@document
def a_page_without_end(size):
    return within(b"<!doctype html><html><head>", repeat(b"<link rel=alternate type=application/rss+xml href=a><title>", size), b"")


@document
def brackets(size):
    return repeat(b"<", size)
