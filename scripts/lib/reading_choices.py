"""Where readers of feeds disagree, we had to choose. What excuses a difference is named here, and nowhere else.

A choice is asked only about a fact that does not hold as stated; the first one that answers for it is counted.
"""

import functools
import html
import re
import subprocess
import urllib.parse

from corpus_facts import NO_ITEM
from corpus_text import address, collapsed, plain, same_reading, without_div

LINES = {"feed.title", "entry.title", "product.title", "entry.categories", "entry.author", "entry.authors"}
ADDRESSES = {"feed.link", "feed.image", "feed.logo", "feed.icon", "feed.shop_url", "entry.link", "entry.image",
             "entry.enclosures.url", "entry.media", "entry.thumbnails", "entry.media_thumbnail", "product.link",
             "product.image", "source.url"}
BODIES = {"entry.summary", "entry.content", "feed.description"}
# These read a text as HTML, or keep the markup that we leave out.
WITH_MARKUP = {"feedparser", "gofeed", "simplepie", "miniflux", "derived"}


def has_text(value):
    return isinstance(value, str) and value not in ("", NO_ITEM)


def is_rss(fact):
    return fact.format.startswith("rss")


def items_of(fact):
    """The document from its first item on."""
    start = re.search(r"<(\w+:)?(item|entry)[\s>]", fact.document)
    return fact.document[start.start():] if start else ""


def title_is_text(fact):
    if fact.field not in LINES or fact.policy not in WITH_MARKUP or not isinstance(fact.expected, str):
        return False
    text = plain(fact.expected)
    return text == collapsed(fact.got) if has_text(fact.got) else fact.got in (None, "") and text == ""


def escaped_twice(fact):
    """A reference in RSS that was escaped twice is resolved twice."""
    if fact.field not in LINES or not is_rss(fact) or not has_text(fact.expected) or not has_text(fact.got):
        return False
    once = plain(fact.expected)
    return once != fact.expected and plain(once) == collapsed(fact.got)


def address_form(fact):
    return fact.field in ADDRESSES and has_text(fact.expected) and has_text(fact.got) and (
        address(fact.expected) == address(fact.got))


def images_form(fact):
    return fact.field == "product.images" and isinstance(fact.expected, list) and isinstance(fact.got, list) and (
        [address(url) for url in fact.expected] == [address(url) for url in fact.got])


def http_only(fact):
    if fact.field not in ADDRESSES or not has_text(fact.expected) or fact.got is not None:
        return False
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", fact.expected.strip(), re.I)
    return scheme is not None and scheme.group(1).lower() not in ("http", "https")


def made_absolute(fact):
    """The row has the relative address as it is written; ours is absolute, or absent where no base is known."""
    if fact.field not in ADDRESSES or not has_text(fact.expected) or fact.got == NO_ITEM:
        return False
    expected = fact.expected.strip()
    if re.match(r"[a-z][a-z0-9+.-]*:|//", expected, re.I):
        return False
    return fact.got is None or any(address(urllib.parse.urljoin(base, expected)) == address(fact.got)
                                   for base in (fact.feed.get("link"), fact.row.get("base_url")) if base) or (
        # Some xml:base: what is left is the end of the address.
        "xml:base" in fact.document and fact.got.endswith(re.sub(r"^[./]+", "", expected)))


def site_is_base(fact):
    """Resolved by the source against the document's or the item's own address, by us against the site's."""
    if fact.field not in ADDRESSES or not has_text(fact.expected) or not has_text(fact.got):
        return False
    site, bases = fact.feed.get("link"), [fact.row.get("base_url")]
    if fact.field != "entry.link":
        bases.append((fact.item or {}).get("link"))
    if fact.policy not in WITH_MARKUP | {"feed-rs"} or not site or "xml:base" in fact.document:
        return False
    # SimplePie hands addresses on as HTML.
    expected = html.unescape(fact.expected) if fact.policy == "simplepie" else fact.expected
    # The same reference, seen from both bases: it must be written in the document, as the value of something.
    for written in set(re.findall(r"""["'>]\s*([^\s"'<>]+)""", fact.document)):
        written = html.unescape(written)
        if re.match("[a-z][a-z0-9+.-]*:", written, re.I):
            continue
        if address(urllib.parse.urljoin(site, written)) == address(fact.got) and any(
                address(urllib.parse.urljoin(base, written)) == address(expected) for base in bases if base):
            return True
    return False


def language_case(fact):
    return fact.field == "feed.language" and has_text(fact.got) and has_text(fact.expected) and (
        fact.expected.lower() == fact.got.lower())


def language_of_http(fact):
    return fact.field == "feed.language" and fact.got is None and any(
        name.lower() == "content-language" and value == fact.expected
        for name, value in fact.row.get("http", {}).items())


def title_stays_absent(fact):
    if fact.policy != "miniflux" or fact.field != "entry.title" or fact.got is not None or not fact.expected:
        return False
    item = fact.item or {}
    start = collapsed(fact.expected).removesuffix("...").removesuffix("…").rstrip()
    texts = [collapsed(plain(item[name])) for name in ("summary", "content") if item.get(name)]
    return address(fact.expected) in [address(url) for url in own_addresses(fact)] or any(
        text.startswith(start) for text in texts)


def own_addresses(fact):
    item = fact.item or {}
    return [url for url in [item.get("link"), item.get("id"), fact.feed.get("link"), fact.row.get("base_url")] if url]


def link_stays_absent(fact):
    if fact.policy != "miniflux" or fact.field not in ("entry.link", "feed.link") or fact.got is not None:
        return False
    bases = [url for url in (fact.feed.get("link"), fact.row.get("base_url")) if url]
    roots = [urllib.parse.urljoin(url, "/") for url in bases]
    if fact.field == "feed.link" and str(fact.expected).rstrip("/") in fact.document:
        return False
    return has_text(fact.expected) and address(fact.expected) in [address(url) for url in bases + roots]


def other_body(fact):
    """The text that we hold in the other of the two fields, when the row's own one is empty with us."""
    if fact.field not in ("entry.summary", "entry.content") or fact.got is not None or fact.item is None:
        return None
    return fact.item.get("content" if fact.field == "entry.summary" else "summary")


def one_text_for_both(fact):
    if fact.field == "every_entry.content":
        return fact.item is not None and bool(fact.item.get("summary"))
    other = other_body(fact)
    return fact.policy in ("miniflux", "simplepie", "feedparser") and has_text(other) and has_text(fact.expected) and (
        same_reading(fact.expected, other))


def markup_form(fact):
    if fact.field not in BODIES or not isinstance(fact.expected, str) or fact.got == NO_ITEM:
        return False
    if not (fact.row.get("sanitized") or fact.policy in WITH_MARKUP):
        return False
    return same_reading(fact.expected, fact.got or "")


def written_text(fact):
    """`text` says that there is no markup: what looks like it was escaped by us, so that it stays text as HTML."""
    return fact.field in BODIES and has_text(fact.expected) and has_text(fact.got) and (
        plain(fact.got) == collapsed(fact.expected))


def description_is_text(fact):
    return fact.field == "feed.description" and has_text(fact.expected) and has_text(fact.got) and (
        plain(fact.expected) in (plain(fact.got), collapsed(fact.got)))


def dc_date(fact):
    return fact.field == "entry.updated" and fact.policy in ("feedparser", "derived") and is_rss(fact) and (
        fact.item is not None and fact.got is None and fact.item.get("published") == fact.expected) and (
        re.search(r"<(\w+:)?date[\s>]", fact.document) is not None)


def dates_as_stated(fact):
    """Only one of the two dates is stated, and the row has it as the other one too."""
    if fact.got is not None or fact.item is None:
        return False
    if fact.policy == "feed-rs" and fact.field == "entry.updated" and is_rss(fact):
        other, written = "published", "modified|updated"
    elif fact.policy == "miniflux" and fact.field == "entry.published":
        other, written = "updated", "published|issued|pubDate|date"
    else:
        return False
    return fact.item.get(other) == fact.expected and re.search(
        r"<(\w+:)?(%s)[\s>]" % written, items_of(fact)) is None


def categories_of_item(fact):
    """Miniflux hands the categories of a feed down to its items."""
    if fact.policy != "miniflux" or fact.field not in ("entry.category_count", "entry.categories") or fact.got:
        return False
    items = items_of(fact)
    return "category" in fact.document.removesuffix(items) and "category" not in items


def guid_is_link(fact):
    """Any word but false leaves a guid that is an http(s) address a link."""
    return fact.policy == "simplepie" and fact.field == "entry.link" and fact.expected is None and (
        fact.item is not None and fact.got == fact.item.get("id")
        and re.search(r"isPermaLink\s*=\s*[\"'](?!true|false)", fact.document) is not None)


def xhtml_div(fact):
    return fact.field in BODIES and has_text(fact.expected) and has_text(fact.got) and (
        without_div(fact.expected) == without_div(fact.got))


def opaque_id(fact):
    return fact.field == "entry.id" and fact.format.startswith("atom") and has_text(fact.got) and (
        has_text(fact.expected) and "xml:base" in fact.document
        and not re.match("[a-z]+:", fact.got, re.I) and fact.expected.endswith(re.sub(r"^[./]+", "", fact.got)))


def author_name(fact):
    if fact.field not in ("entry.author", "entry.authors") or not has_text(fact.expected) or not has_text(fact.got):
        return False
    parts = re.fullmatch(r"(.*\S)\s*\((.*)\)", collapsed(fact.expected))
    return parts is not None and collapsed(fact.got) in [part for part in parts.groups() if "@" not in part]


def author_of_atom_feed(fact):
    """Only Atom says that an entry's author may be told once for the whole feed."""
    if fact.field not in ("entry.author", "entry.authors") or not is_rss(fact) or fact.got is not None:
        return False
    return fact.policy in ("miniflux", "simplepie") and has_text(fact.expected) and (
        fact.expected in fact.document and fact.expected not in items_of(fact))


def no_enclosure_without_address(fact):
    return fact.field.startswith("entry.enclosures") and fact.got is None and not re.search(
        r"<[^>]*enclosure[^>]*\b(url|href)\s*=\s*[\"'][^\"']", fact.document, re.I)


@functools.lru_cache
def iconv_names():
    listed = subprocess.run(["iconv", "-l"], capture_output=True, text=True, check=False).stdout
    return {name.strip("/").lower() for name in re.split(r"[\s,]+", listed)}


def encoding_unknown(fact):
    if fact.policy != "feedparser" or fact.field != "reads" and fact.field not in LINES | BODIES:
        return False
    declared = None
    for codec in ("latin-1", "cp037", "utf-16-le", "utf-16-be"):
        start = fact.document[:400].encode("latin-1", "replace").decode(codec, "replace")
        declared = declared or re.search(r"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)", start)
    return declared is not None and declared.group(1).lower() not in iconv_names()


def google_is_no_version(fact):
    return fact.field == "version" and str(fact.got) in ("google_rss", "google_atom", "shopify_atom", "wxr")


def category_marks(fact):
    if fact.field not in ("product.category", "product.product_type") or not has_text(fact.got):
        return False

    def levels(text):
        return [collapsed(part) for part in re.split(r"[>|/]", text)]

    found, stated = levels(fact.got), levels(str(fact.expected))
    return found in (stated, stated[1:])


# (name, explanation, predicate)
CHOICES = [
    ("title-is-text", "titles, names and categories are plain text; the row keeps markup or references",
     title_is_text),
    ("escaped-twice", "a reference that an RSS title escapes twice is resolved twice", escaped_twice),
    ("address-form", "http://x is http://x/; letter case of scheme, host and percent codes means nothing",
     address_form),
    ("address-form-of-images", "the same for a product's images", images_form),
    ("http-only", "links are http or https, anything else is left out", http_only),
    ("absolute-links", "the row has a relative link as written; ours is absolute, or absent without a base",
     made_absolute),
    ("site-is-base", "without xml:base, relative links count from the site's link, then from the document's",
     site_is_base),
    ("language-case", "the language is as stated; the row changes its letter case", language_case),
    ("language-of-http", "a Content-Language header is not a part of the document", language_of_http),
    ("title-stays-absent", "an item without title has none; the row uses its link or the start of its text",
     title_stays_absent),
    ("link-stays-absent", "what has no link has none; the row uses the site's or the feed's address",
     link_stays_absent),
    ("one-text-for-both", "the only text of an item is given once, as summary or content; the row has it as either",
     one_text_for_both),
    ("xhtml-div", "the <div> around XHTML is no part of it (RFC 4287, 3.1.1.3); the row keeps it", xhtml_div),
    ("markup-form", "HTML that says the same: equal text, and the stated http links and pictures", markup_form),
    ("text-as-html", "summary and content are HTML, so plain text in them is escaped", written_text),
    ("description-is-text", "the feed's description is compared without markup", description_is_text),
    ("dc-date-is-published", "dc:date of an RSS item without pubDate is when it was published; the row says updated",
     dc_date),
    ("dates-as-stated", "a date that is not stated is absent; the row has the other one in its place", dates_as_stated),
    ("categories-of-item", "an item's categories are its own; the row adds those of the feed", categories_of_item),
    ("guid-is-link", "a guid that is an address is a link unless isPermaLink is false; the row wants true",
     guid_is_link),
    ("atom-id-is-opaque", "an Atom id is never resolved against xml:base", opaque_id),
    ("author-is-name", "an author is a name; the row adds the mail address", author_name),
    ("author-of-atom-feed", "an item takes its feed's author in Atom only", author_of_atom_feed),
    ("no-enclosure-without-url", "an enclosure without address is dropped", no_enclosure_without_address),
    ("encoding-unknown", "iconv does not know the declared encoding", encoding_unknown),
    ("catalog-is-no-version", "the row has the version of RSS or Atom where we name the catalog", google_is_no_version),
    ("category-marks", "levels of a category are joined by ' > '; the row has the mark of the source", category_marks),
]


def choice_for(fact):
    """The name of the choice that answers for a fact which does not hold, or None."""
    for name, _, answers in CHOICES:
        if answers(fact):
            return name
    return None
