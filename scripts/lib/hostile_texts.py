"""Hostile encodings, items and texts, in feeds."""

from hostile_documents import atom, document, field, fields, item, repeat, rss, within

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
    return rss(repeat(b"<item/>", size // 4))


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
def authors_of_the_feed(size):
    names = b"".join(b"<author><name>%s%d</name></author>" % (b"n" * 1000, n) for n in range(max(1, min(200, size // 4000))))
    return atom(within(names, repeat(b"<entry/>", size // 4), b""))


@document
def markup_of_long_addresses(size):
    return field("description", repeat(b"<a href='" + b"b/../" * 800 + b"'>", size))


@document
def categories_in_a_tree(size):
    name = b"n" * 60_000
    tree = b"".join(b"<category id='%d' parentId='%d'>%s</category>" % (n, n - 1, name) for n in range(1, max(2, min(17, size // 120_000))))
    return within(b"<yml_catalog><shop><categories>" + tree + b"</categories><offers>",
                  repeat(lambda n: b"<offer id='%d'><categoryId>%d</categoryId><name>n</name><url>http://a/b</url><price>1</price></offer>" % (n, tree.count(b"<")//2), size // 2),
                  b"</offers></shop></yml_catalog>")


@document
def categories_without_number(size):
    return within(b"<yml_catalog><shop><categories>",
                  repeat(lambda n: b"<category id='%d' parentId='%d'>n</category>" % (n, n + 1), size),
                  b"</categories><offers><offer id='1'><categoryId>1</categoryId><name>n</name><url>http://a/b</url><price>1</price></offer></offers></shop></yml_catalog>")


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
