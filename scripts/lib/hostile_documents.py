"""Documents made to hurt whoever reads them: too deep, too many, too long, folded into themselves, or pointing elsewhere.

Each function makes the bytes of one document, about `size` of them (a packed one unpacks to about as much and may be a
bomb), as pieces: the documents are never in memory as a whole.
"""

import gzip
import io
import struct
import zlib

DOCUMENTS = []  # (name, function)
OUTSIDE = []  # what points to files and addresses, by kind of document: (name, bytes)


def document(function):
    DOCUMENTS.append((function.__name__.replace("_", " "), function))
    return function


def repeat(piece, size):
    """`piece` again and again: bytes, or a function of the number."""
    made = number = 0
    while made < size:
        part = [piece(number + i) if callable(piece) else piece for i in range(200)]
        number += 200
        joined = b"".join(part)
        made += len(joined)
        yield joined


def within(before, pieces, after):
    yield before
    yield from pieces
    yield after


def rss(pieces, channel=b""):
    return within(b"<rss version='2.0'><channel><title>t</title>" + channel, pieces, b"</channel></rss>")


def item(pieces):
    return rss(within(b"<item><guid>1</guid><title>t</title>", pieces, b"</item>"))


def atom(pieces):
    return within(b"<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title>", pieces, b"</feed>")


def field(name, pieces):
    name = name.encode()
    return item(within(b"<" + name + b"><![CDATA[", pieces, b"]]></" + name + b">"))


def fields(name, value, size):
    """Items, each with one field of up to 60,000 bytes."""
    name, length = name.encode(), 60_000
    text = (value * (length // len(value) + 1))[:length]
    return rss(repeat(lambda n: b"<item><guid>%d</guid><%s><![CDATA[%s]]></%s></item>" % (n, name, text, name),
                      max(1, size - 200 * len(text))) if size > 200 * len(text) else
               (b"<item><guid>%d</guid><%s><![CDATA[%s]]></%s></item>" % (n, name, text, name)
                for n in range(max(1, size // length))))


# --- XML: entities and DOCTYPEs ---

@document
def billion_laughs(size):
    entities = b"".join(b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    yield b"<!DOCTYPE rss [<!ENTITY l0 'ha'>" + entities + b"]><rss><channel><item><title>&l9;</title></item></channel></rss>"


@document
def quadratic_entities(size):
    text = b"a" * 50_000
    return within(b"<!DOCTYPE rss [<!ENTITY x '" + text + b"'>]><rss><channel><item><title>", repeat(b"&x;", size),
                  b"</title></item></channel></rss>")


@document
def small_entities_many_times(size):
    return within(b"<!DOCTYPE rss [<!ENTITY x '" + b"a" * 1000 + b"'>]><rss><channel><item><description>",
                  repeat(b"&x;", size), b"</description></item></channel></rss>")


@document
def entities_without_number(size):
    return within(b"<!DOCTYPE rss [", repeat(lambda n: b"<!ENTITY e%d 'x'>" % n, size), b"]><rss/>")


@document
def parameter_entities(size):
    return within(b"<!DOCTYPE rss [<!ENTITY % a '<!ENTITY b \"c\">'>", repeat(b"%a;", min(size, 40_000)), b"]><rss><channel>"
                  b"<item><title>&b;</title></item></channel></rss>")


@document
def a_doctype_without_end(size):
    return within(b"<!DOCTYPE rss [", repeat(b"<!-- > --> ' > \" <", size), b"")


@document
def doctypes_without_number(size):
    return within(b"", repeat(b"<!DOCTYPE a [<!-- " + b"-" * 1000 + b" --> <!ENTITY x 'y'>]>", size), b"<rss/>")


@document
def declarations_within_text(size):
    return item(within(b"<title>", repeat(b"<!x>", size), b"</title>"))


@document
def unknown_references(size):
    return item(within(b"<description>", repeat(b"&a;&#x110000;&#99999999999999999999;&", size), b"</description>"))


@document
def surrogate_references(size):
    return item(within(b"<description>", repeat(b"&#xD83D;&#xD83D;&#xDE00;", size), b"</description>"))


# --- XML: tags ---

@document
def depth(size):
    return within(b"<rss>", repeat(b"<a>", size), b"")


@document
def a_long_start_tag(size):
    return within(b"<rss><channel a='", repeat(b"x", size), b"'/></rss>")


@document
def attributes_without_number(size):
    return within(b"<rss><channel", repeat(lambda n: b" a%d=''" % n, size), b"/></rss>")


@document
def attributes_up_to_the_limit(size):
    tag = b"<a" + b"".join(b" a%d=''" % n for n in range(60)) + b"/>"
    return item(repeat(tag, size))


@document
def attributes_that_repeat(size):
    names = b"".join(b" a%02d" % n for n in range(60))
    return item(repeat(b"<a" + names + b" a59" * 7000 + b">", size))


@document
def names_without_number(size):
    return rss(repeat(lambda n: b"<n%d/>" % n, size))


@document
def long_names(size):
    return rss(repeat(b"<%s/>" % (b"n" * 30_000), size))


@document
def long_names_around_short_ones(size):
    names = [b"x%d" % n + b"n" * 30_000 for n in range(60)]
    names = names[:max(1, min(60, size // 60_000))]
    opening, closing = b"".join(b"<%s>" % n for n in names), b"".join(b"</%s>" % n for n in reversed(names))
    return within(b"<shop>" + opening, repeat(b"<a>b</a>", size // 2), closing + b"</shop>")


@document
def unknown_xml_with_many_fields(size):
    return within(b"<shop>", repeat(lambda n: b"<p a%d='1' b%d='2'><c%d>x</c%d></p>" % (n % 4000, n % 3999, n % 3998, n % 3998), size),
                  b"</shop>")


@document
def namespaces_without_number(size):
    return rss(repeat(lambda n: b"<a xmlns='u%d' xmlns:b='v%d'/>" % (n, n), size))


@document
def namespaces_in_force(size):
    declared = b"".join(b" xmlns:p%d='u%d'" % (n, n) for n in range(60))
    return within(b"<rss%s><channel%s>" % (declared, declared.replace(b"p", b"q")), repeat(b"<item p3:a=''><q1:b/></item>", size),
                  b"</channel></rss>")


@document
def half_tags(size):
    return item(within(b"<description>", repeat(b"<a ", size), b"</description>"))


@document
def half_tags_with_values(size):
    half = b"<a x=" * 6000 + b" < "
    return item(within(b"<description>", repeat(half, size), b"</description>"))


@document
def quotes_without_end(size):
    return item(within(b"<description>", repeat(b"<a b='c><d e=\"f>", size), b"</description>"))


@document
def end_tags_of_nothing(size):
    return item(within(b"<description>", repeat(b"</a></bb ", size), b"</description>"))


@document
def end_tags_of_long_names(size):
    names = [b"n" * 20_000 + b"%02d" % n for n in range(55)][:max(1, min(55, size // 60_000))]
    return within(b"<rss><channel>" + b"".join(b"<%s>" % n for n in names), repeat(b"</%sxx>" % (b"n" * 20_000), size // 2), b"")


@document
def tag_soup(size):
    return rss(repeat(b"<item><title>a<b></title><i x=1 y></item></b></i><item></p><guid>1<guid>2", size))


@document
def comments(size):
    return rss(within(b"<!--", repeat(b"- -> --!> <!--", size), b"--><item><title>a</title></item>"))


@document
def many_comments(size):
    return rss(repeat(b"<!----><!-- -->", size))


@document
def a_comment_without_end(size):
    return rss(within(b"<!--", repeat(b"-", size), b""))


@document
def processing_instructions(size):
    return rss(repeat(b"<?a b?><?xml version='1.0'?>", size))


@document
def an_instruction_without_end(size):
    return rss(within(b"<?a ", repeat(b"? > ", size), b""))


@document
def a_section_without_end(size):
    return item(within(b"<description><![CDATA[", repeat(b"]] ]>", size), b""))


@document
def sections_within_sections(size):
    return item(within(b"<description>", repeat(b"<![CDATA[<![CDATA[]]>]]>", size), b"</description>"))


# --- Encodings ---

def feed_text(size):
    return "<rss><channel>" + "<item><title>é日本</title></item>" * (size // 40) + "</channel></rss>"


@document
def utf_7(size):
    yield b"<?xml version='1.0' encoding='utf-7'?>"
    yield from repeat(b"+ADw-rss+AD4-+ADw-item+AD4-", size)


@document
def utf_16_with_halves_of_characters(size):
    return within("\ufeff<rss><channel><item><title>".encode("utf-16-le"), repeat(b"\x00\xd8a\x00\x00\xdc", size),
                  "</title></item></channel></rss>".encode("utf-16-le"))


@document
def utf_16_cut_in_half(size):
    yield feed_text(size // 2).encode("utf-16")[:-3]


@document
def utf_32_beyond_unicode(size):
    return within("\ufeff<rss><channel><item><title>".encode("utf-32-le"), repeat(b"\xff\xff\xff\x7f", size), b"")


@document
def utf_16_that_says_it_is_utf_8(size):
    yield ("<?xml version='1.0' encoding='utf-8'?>" + feed_text(size // 2)).encode("utf-16-be")


@document
def nuls(size):
    return within(b"\0\0\0<rss>\0<channel><item><title>", repeat(b"a\0", size), b"</title></item></channel></rss>")


@document
def nothing_but_nuls(size):
    return repeat(b"\0", size)


@document
def bad_bytes(size):
    return item(within(b"<description>", repeat(b"\xff\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80", size), b"</description>"))


def stated(name, junk):
    def made(size):
        return within(b"<?xml version='1.0' encoding='%s'?><rss><channel><item><title>" % name.encode() + b"\x80" * 1200,
                      repeat(junk, size), b"</title></item></channel></rss>")
    made.__name__ = "bad_bytes_in_" + name.replace("-", "_").lower()
    return document(made)


for encoding in ("EUC-JP", "ISO-2022-JP", "ISO-2022-CN-EXT", "HZ", "GB18030", "BIG5-HKSCS", "UTF-16", "IBM1364", "TSCII"):
    stated(encoding, b"\xff\x1b$A\x8e\x0e\x0f~{\xfe")


@document
def an_encoding_that_is_a_path(size):
    return within(b"<?xml version='1.0' encoding='../../../../tmp/evil'?><rss><channel><item><title>" + b"\xe9" * 2000,
                  repeat(b"\xe9", size), b"</title></item></channel></rss>")


@document
def mixed_encodings(size):
    return rss(repeat("<item><title>é</title></item>".encode() + "<item><title>é</title></item>".encode("latin-1"), size))


# --- Items ---

@document
def empty_items(size):
    return rss(repeat(b"<item/>", size))


@document
def repeats_of_one_guid(size):
    return rss(repeat(b"<item><guid>a</guid><link>http://a/b</link></item>", size))


def values(name, make):
    def made(size):
        return item(repeat(make, size))
    made.__name__ = name
    return document(made)


values("values_category", lambda n: b"<category>c%d</category>" % n)
values("values_author", lambda n: b"<author>a%d</author>" % n)
values("values_image", lambda n: b"<image>http://a/%d</image>" % n)
values("values_enclosure", lambda n: b"<enclosure url='http://a/%d' type='image/png' length='1'/>" % n)
values("values_date", b"<pubDate>never</pubDate>")
values("values_attribute", b"<link href='x'/>")
values("values_list", lambda n: b"<additional_image_link>%s</additional_image_link>" % b",".join(b"http://a/%d" % (n * 1000 + i) for i in range(1000)))


@document
def values_alike_beyond_ascii(size):
    text = ("é" * 4000).encode()
    return item(repeat(lambda n: b"<category>%s%d</category>" % (text, n), size))


@document
def values_of_the_channel(size):
    return rss(within(b"", repeat(b"<title>a</title><link>b</link><description>c</description>", size), b"<item><title>a</title></item>"))


@document
def links_on_a_long_base(size):
    base = b"http://a/" + b"./a" * 2000
    return rss(repeat(b"<item><link>b</link></item>", size), b"<link>" + base + b"/</link>")


@document
def files_on_a_long_base(size):
    base = b"http://a/" + b"b" * 8000
    return within(b"<rss xml:base='%s/'><channel><item>" % base, repeat(lambda n: b"<image>%d</image>" % n, size),
                  b"</item></channel></rss>")


@document
def bases_without_number(size):
    return item(repeat(lambda n: b"<image xml:base='http://a/%s%d'>b</image>" % (b"c" * 200, n), size))


@document
def markup_on_a_long_base(size):
    return within(b"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://a/%s/'><entry><content type='xhtml'>" % (b"b" * 8000)
                  + b"<div xml:base='c/'>", repeat(b"<a href='d'/>", size), b"</div></content></entry></feed>")


@document
def html_on_a_long_base(size):
    return within(b"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://a/%s/'>" % (b"b" * 8000),
                  repeat(b"<entry><content type='html'>%s</content></entry>" % (b"&lt;a href=d&gt;" * 100), size), b"</feed>")


@document
def categories_in_a_tree(size):
    name = b"n" * 60_000
    tree = b"".join(b"<category id='%d' parentId='%d'>%s</category>" % (n, n - 1, name) for n in range(1, max(2, min(17, size // 120_000))))
    return within(b"<yml_catalog><shop><categories>" + tree + b"</categories><offers>",
                  repeat(lambda n: b"<offer id='%d'><categoryId>%d</categoryId><price>1</price></offer>" % (n, tree.count(b"<")//2), size // 2),
                  b"</offers></shop></yml_catalog>")


@document
def categories_without_number(size):
    return within(b"<yml_catalog><shop><categories>",
                  repeat(lambda n: b"<category id='%d' parentId='%d'>n</category>" % (n, n + 1), size),
                  b"</categories><offers><offer id='1'><categoryId>1</categoryId></offer></offers></shop></yml_catalog>")


@document
def marks_on_one_letter(size):
    return rss(repeat(b"<item><guid>a%s</guid><pubDate>no%s</pubDate></item>" % ("\u0301".encode() * 4000, "\u0301".encode() * 2000), size))


# --- Texts ---

for name, value in [
    ("titles_of_half_tags", b"<a"), ("titles_of_references", b"&amp;amp;"), ("titles_of_blanks", b" \n"),
    ("titles_of_brackets", b"<"),
]:
    def titles(size, value=value):
        return fields("title", value, size)
    titles.__name__ = name
    document(titles)

for name, field_name, value in [
    ("dates_of_digits", "pubDate", b"9"), ("dates_of_words", "pubDate", b"Mon, Jan "), ("dates_of_colons", "pubDate", b"1:"),
    ("prices_of_digits", "price", b"9"), ("prices_of_gaps", "price", b"1 "), ("prices_of_slashes", "price", b"1/"),
    ("prices_of_marks", "price", b"1.000,"), ("availabilities", "availability", b"in stock "),
    ("sale_windows", "sale_price_effective_date", b"2020-01-01/"), ("authors", "author", b"a@b ("),
    ("links_of_dots", "link", b"../"), ("links_of_blanks", "link", b"http://a/ "), ("lists_of_addresses", "additional_image_link", b"http://a,"),
    ("conditions", "condition", b"new used "), ("product_types", "product_type", b"a > "), ("lengths", "guid", b"&#x41;"),
]:
    def made(size, field_name=field_name, value=value):
        return fields(field_name, value, size)
    made.__name__ = name
    document(made)

for name, value in [
    ("html_deep", b"<div><b><table><tr><td>"), ("html_half_tags", b"<a href="), ("html_quotes", b"<a href='\"<img src=\"'>"),
    ("html_comments", b"<!--"), ("html_sections", b"<![CDATA["), ("html_end_tags", b"</p></div></b></a>"),
    ("html_pictures", b"<img src=a srcset='b 1x, c 2x, d 3x'>"), ("html_picture_sources", b"<picture><source srcset=a>"),
    ("html_scripts", b"<script><style><title>"), ("html_references", b"<img src=a>&amp;&notit;&#x;&"), ("html_attributes", b"<img a b c d e f "),
    ("html_lists", b"<ul><li><ol><li>"), ("html_forms", b"<form action=a><object data=b>"), ("html_tables", b"<img><table><b>a<tr>"),
    ("html_links", b"<a href=a>"), ("html_scripts_closed", b"</script><script"), ("html_nuls", b"<im\0g>\0<img src=\0>"),
]:
    def html(size, value=value):
        for n, piece in enumerate(within(b"<rss><channel><link>http://a.example/b/</link>", (), b"")):
            yield piece
        left = size
        while left > 0:
            length = min(left, 900_000)
            yield b"<item><description><![CDATA[" + value * (length // len(value)) + b"]]></description></item>"
            left -= length
        yield b"</channel></rss>"
    html.__name__ = name
    document(html)


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
    return within(b"id,title,link" + b",image_link" * 4000 + b",price" * 90 + b"\n", repeat(b"a\n", size), b"")


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
    return gzipped(rss(repeat(b"<item/>", size * 8)))


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


def zip_of(entries):
    """Just the files, as a stream has them: name, packed bytes, method, sizes."""
    for name, packed, method, unpacked, check in entries:
        yield struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, method, 0, 0, check, len(packed), unpacked, len(name), 0) + name + packed


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


# --- What points elsewhere: none of it may be opened, asked for or included ---

TARGET = "file:///etc/hostname"
ITEM = "<item><title>&x;</title><description>%s</description></item>"


def outside(name, text):
    OUTSIDE.append((name, text if isinstance(text, bytes) else text.encode()))


for kind, address in [("a file", TARGET), ("a server", "http://127.0.0.1:9/x"), ("ftp", "ftp://127.0.0.1/x"), ("a device", "/dev/zero"),
                      ("a filter", "php://filter/read=x"), ("a jar", "jar:file:///etc/x!/y"), ("data", "data:text/plain,x")]:
    outside("an entity of " + kind, "<!DOCTYPE rss [<!ENTITY x SYSTEM '%s'>]><rss><channel>%s</channel></rss>" % (address, ITEM))
    outside("a DTD of " + kind, "<!DOCTYPE rss SYSTEM '%s'><rss><channel>%s</channel></rss>" % (address, ITEM))
    outside("a parameter of " + kind, "<!DOCTYPE rss [<!ENTITY %% x SYSTEM '%s'> %%x;]><rss><channel>%s</channel></rss>" % (address, ITEM))
outside("a public DTD", "<!DOCTYPE rss PUBLIC '-//N//DTD RSS 0.91//EN' 'http://127.0.0.1:9/rss.dtd'><rss><channel>%s</channel></rss>" % ITEM)
outside("an include", "<rss xmlns:xi='http://www.w3.org/2001/XInclude'><channel><xi:include href='%s' parse='text'/><item><title>"
        "<xi:include href='%s' parse='text'><xi:fallback/></xi:include></title></item></channel></rss>" % (TARGET, TARGET))
outside("a stylesheet", "<?xml version='1.0'?><?xml-stylesheet href='%s' type='text/xsl'?><rss><channel>%s</channel></rss>" % (TARGET, ITEM))
outside("a schema", "<rss xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='u %s' "
        "xsi:noNamespaceSchemaLocation='%s'><channel>%s</channel></rss>" % (TARGET, TARGET, ITEM))
outside("a catalog", "<?oasis-xml-catalog catalog='%s'?><rss><channel>%s</channel></rss>" % (TARGET, ITEM))
outside("a notation", "<!DOCTYPE rss [<!NOTATION n SYSTEM '%s'><!ENTITY x SYSTEM '%s' NDATA n>]><rss><channel>%s</channel></rss>" % (TARGET, TARGET, ITEM))
outside("an attribute's default", "<!DOCTYPE rss [<!ATTLIST rss xml:base CDATA '%s'>]><rss><channel>%s</channel></rss>" % (TARGET, ITEM))
outside("a base that is a file", "<rss xml:base='%s'><channel><item><link>x</link><image>y</image></item></channel></rss>" % TARGET)
outside("content elsewhere", "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>a</title><content src='%s'/></entry></feed>" % TARGET)
outside("HTML that loads", "<rss><channel><item><description><![CDATA[<base href='%s'><img src='%s'><iframe src='%s'></iframe><link "
        "rel=stylesheet href='%s'><object data='%s'></object><script src='%s'></script>]]></description></item></channel></rss>"
        % ((TARGET,) * 6))
outside("a page that loads", "<!DOCTYPE html SYSTEM '%s'><html><head><link rel=stylesheet href='%s'><meta http-equiv=refresh content='0;url=%s'>"
        % (TARGET, TARGET, TARGET))
outside("OPML that includes", "<opml version='2.0'><body><outline type='include' url='%s' xmlUrl='%s'/></body></opml>" % (TARGET, TARGET))
outside("JSON that refers", '{"version":"https://jsonfeed.org/version/1.1","title":"t","next_url":"%s","items":[{"id":"1","$ref":"%s","url":"%s"}]}'
        % (TARGET, TARGET, TARGET))
outside("CSV that refers", "id,title,link\n1,=WEBSERVICE(\"http://127.0.0.1:9/\"),%s\n" % TARGET)
outside("UTF-16 with an entity", ("\ufeff<!DOCTYPE rss [<!ENTITY x SYSTEM '%s'>]><rss><channel>%s</channel></rss>" % (TARGET, ITEM)).encode("utf-16-le"))
outside("a zip with a way out", b"".join(zip_of([(b"../../../../tmp/feed.xml", b"<rss><channel/></rss>", 0, 21, zlib.crc32(b"<rss><channel/></rss>"))])))
outside("an encoding that is a path", b"<?xml version='1.0' encoding='../../../../etc/x'?><rss><channel><item><title>" + b"\xe9" * 2000)
