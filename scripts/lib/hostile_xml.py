"""Hostile XML: entities and tags."""

from hostile_documents import document, item, repeat, rss, within

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
    return item(repeat(b"<a" + names + b" a59" * 7000 + b"/>", size))


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
def unknown_xml_with_many_attributes(size):
    tag = b"<p " + b" ".join(b"%s%%d='1'" % (b"a" * 60 + b"%d" % n) for n in range(16)) + b"/>"
    return within(b"<shop><%s>" % (b"b" * 120), repeat(lambda n: tag % ((n % 200,) * 16), size), b"")


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
    half = b"<a x=" * 6000 + b"b < >"
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
