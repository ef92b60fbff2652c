"""What an expectation row states, set beside what the program printed: one Fact for each thing that can be compared.

A key that the neutral form has no place for makes no fact; it is counted in `Sheet.skipped`, so that nothing is left
out in silence.
"""

import xml.parsers.expat

from corpus_text import amount, collapsed, moment, plain, same_markup

# Keys that describe the row or the file and state nothing that a reader must find. `wellformed` says how the XML is,
# not what a reader should do; `encoding` shows in the text being right.
ABOUT_THE_ROW = {"file", "format", "policy", "about", "stated", "base_url", "http", "tool", "note", "needs",
                 "wellformed", "parse", "validator", "valid", "index", "sanitized"}
# Facts of these policies are single assertions: a list names its first members. Elsewhere it is the whole list.
ASSERTIONS = {"feedparser", "miniflux", "simplepie", "netnewswire", "derived", "feedvalidator", "pathology"}
NO_ITEM = "no such item"

# key of the row → (kind, name in the neutral form)
OF_FEED = {
    "title": ("line", "title"), "link": ("url", "link"), "description": ("html", "description"),
    "language": ("line", "language"), "updated": ("date", "updated"), "image": ("url", "image"),
    "logo": ("url", "image"), "shop": ("line", "title"), "shop_url": ("url", "link"),
}
OF_ENTRY = {
    "id": ("id", "id"), "title": ("line", "title"), "link": ("url", "link"), "summary": ("html", "summary"),
    "content": ("html", "content"), "published": ("date", "published"), "updated": ("date", "updated"),
}
OF_PRODUCT = {
    "availability": "availability", "condition": "condition", "brand": "brand", "gtin": "gtin", "mpn": "mpn",
    "sku": "sku", "group_id": "group_id",
}
# The version as the sources spell it → our names for it.
VERSIONS = {
    "rss 2.0": {"rss20"}, "rss2": {"rss20"}, "rss20": {"rss20"}, "rss 1.0": {"rss10"}, "rss1": {"rss10"},
    "rss10": {"rss10"}, "rss 0.9": {"rss090"}, "rss090": {"rss090"}, "rss 0.91": {"rss091"}, "rss091u": {"rss091"},
    "rss091n": {"rss091"}, "rss 0.92": {"rss092"}, "rss092": {"rss092"}, "rss 0.93": {"rss093"}, "rss093": {"rss093"},
    "rss 0.94": {"rss094"}, "rss094": {"rss094"}, "rss0": {"rss090", "rss091", "rss092", "rss093", "rss094"},
    "atom": {"atom10", "atom03"}, "atom 1.0": {"atom10"}, "atom10": {"atom10"}, "atom 0.3": {"atom03"},
    "atom03": {"atom03"}, "cdf": {"cdf"}, "json": {"json1", "json11"}, "json 1.0": {"json1"}, "json10": {"json1"},
    "json 1.1": {"json11"}, "json11": {"json11"},
}
KINDS = {"rss": "rss", "atom": "atom", "jsonFeed": "json"}

# How a stated value is compared, before any of the choices is asked. Each takes the expected and the found value.
SAME = {
    "line": lambda expected, got: collapsed(expected) == collapsed(got),
    "id": lambda expected, got: expected.strip() == got.strip(),
    "url": lambda expected, got: expected.strip() == got,
    "html": same_markup,
    "text": lambda expected, got: collapsed(expected) == plain(got),
    "date": lambda expected, got: moment(expected) == moment(got),
    "amount": lambda expected, got: amount(expected) == amount(got),
    "exact": lambda expected, got: expected == got,
    "any": lambda expected, got: got in expected,
}


class Fact:
    """One stated thing: where, what was expected, what was found, and all that a choice may want to look at."""

    def __init__(self, sheet, field, kind, expected, got, item=None):
        self.sheet, self.field, self.kind, self.expected, self.got, self.item = sheet, field, kind, expected, got, item
        nothing = expected in (None, "", [])
        if nothing or got in (None, NO_ITEM):
            self.holds = nothing and got in (None, "", [])
        else:
            self.holds = SAME[kind](expected, got)

    row = property(lambda self: self.sheet.row)
    feed = property(lambda self: self.sheet.feed)
    policy = property(lambda self: self.sheet.row["policy"])
    format = property(lambda self: self.sheet.row["format"])
    document = property(lambda self: self.sheet.document)


class Sheet:
    """A row and the answer of the program to its file."""

    def __init__(self, row, answer, document):
        self.row, self.answer, self.bytes = row, answer, document
        # Choices look in the document for what a row states.
        try:
            self.document = document.decode("utf-8")
        except UnicodeDecodeError:
            self.document = document.decode("latin-1")
        self.facts, self.skipped, self.compared = [], [], []
        self.feed, self.items, self.end, self.sources = {}, [], None, []
        for line in answer["lines"]:
            if "feed" in line:
                self.feed = line["feed"]
            elif "item" in line:
                self.items.append(line["item"])
            elif "end" in line:
                self.end = line["end"]
            elif "source" in line:
                self.sources.append(line["source"])

    def state(self, key, field, kind, expected, got, item=None):
        self.compared.append(key)
        self.facts.append(Fact(self, field, kind, expected, got, item))

    def skip(self, key):
        self.skipped.append(key)

    # MARK: the run as a whole

    def well_formed(self):
        """Whether XML is, by another parser. A row that does not say so may be of a broken document."""
        if "wellformed" in self.row or not self.bytes.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return self.row.get("wellformed", True)
        try:
            xml.parsers.expat.ParserCreate().Parse(self.bytes, True)
        except xml.parsers.expat.ExpatError:
            return False
        except (ValueError, LookupError):
            # An encoding that expat does not read says nothing.
            return True
        return True

    def outcome(self):
        """Whether the program ended as the row demands. When it did not, nothing else is compared."""
        row, answer = self.row, self.answer
        code, error = answer["code"], answer["error"].get("code", "")
        ended = "timeout" if answer["timeout"] else "exit %s%s" % (code, " " + error if error else "")
        crashed = answer["timeout"] or code < 0 or code >= 128 or code == 70
        whole = code == 0 and self.end is not None and self.end.get("complete", True)
        some = self.end is not None and (code == 0 or code == 65 and (self.items or self.feed or self.sources))
        not_a_feed = row.get("kind") in ("not-a-feed", "notAFeed")
        if row["policy"] == "feedvalidator" and not row.get("valid"):
            demand, met = "no crash", not crashed
        elif not_a_feed:
            demand, met = "exit 65 not_a_feed", code == 65 and error == "not_a_feed"
        elif row.get("parse") == "error":
            demand, met = "exit 65", code == 65
        elif row.get("parse") == "error-or-recover":
            demand, met = "exit 0 or 65", code in (0, 65) and not answer["timeout"]
        elif row.get("parse") == "recover":
            demand, met = "exit 0, or 65 with items", code == 0 or code == 65 and bool(self.items)
        elif row.get("wellformed") is False or row.get("parse") is None and not self.well_formed():
            # What is mended may have lost something, and the program says so.
            demand, met = "read, whole or not", some
        else:
            demand, met = "read, exit 0", whole
        self.state("parse", "reads", "exact", demand, demand if met else ended)
        if not_a_feed:
            self.compared.append("kind")
        for limit, measured in (("max_seconds", answer["seconds"]), ("max_megabytes", answer["megabytes"])):
            if limit in row:
                self.state(limit, limit, "exact", row[limit], row[limit] if measured <= row[limit] else measured)
        if "must_not_contain" in row:
            found = row["must_not_contain"] in answer["output"]
            self.state("must_not_contain", "must_not_contain", "exact", "absent", "present" if found else "absent")
        for link in row.get("alternate", []):
            found = link if link in str(answer["error"]) else answer["error"].get("message")
            self.state("alternate", "alternate", "exact", link, found)
        return met

    def read(self):
        """All facts of the row."""
        readable = self.outcome()
        if not readable or self.end is None:
            return
        if self.answer["command"] == "import":
            return self.subscriptions()
        for key, value in self.row.items():
            self.of_document(key, value)

    # MARK: the document

    def of_document(self, key, value):
        row, feed = self.row, self.feed
        if key in ABOUT_THE_ROW or key in ("max_seconds", "max_megabytes", "must_not_contain", "alternate"):
            return
        if key in OF_FEED and not (key == "image" and isinstance(value, dict)):
            kind, name = OF_FEED[key]
            self.state(key, "feed." + key, kind, value, feed.get(name))
        elif key == "icon" and row["policy"] == "netnewswire":
            # Its icon is the picture of the feed; Atom's own icon it calls favicon.
            self.state(key, "feed.icon", "url", value, feed.get("image"))
        elif key == "version" and value in VERSIONS:
            self.state(key, "version", "any", sorted(VERSIONS[value]), feed.get("format"))
        elif key == "kind" and value in KINDS:
            family = feed.get("format", "")
            self.state(key, "kind", "exact", KINDS[value], "".join(filter(str.isalpha, family)))
        elif key in ("entry_count", "product_count"):
            self.state(key, "items", "exact", value, len(self.items))
        elif key == "distinct_ids":
            ids = {item["id"] for item in self.items if item.get("id")}
            self.state(key, "distinct_ids", "exact", value, len(ids))
        elif key == "every_entry":
            self.of_every_entry(value)
        elif key == "entries":
            for position, entry in enumerate(value):
                self.of_entry(entry, self.items[position] if position < len(self.items) else None)
        elif key == "products":
            for position, product in enumerate(value):
                position = product.get("index", position)
                self.of_product(product, self.items[position] if position < len(self.items) else None)
        else:
            # `changes` and `changes_from` come here too: they are for `tellal diff`. Once it exists, run
            # `tellal diff CORPUS/visible/{changes_from} CORPUS/visible/{file} --json` and state a fact for each
            # change {op, id, fields: {name: [before, after]}} and one for there being no others.
            self.skip(key)

    def of_every_entry(self, value):
        for field, demand in value.items():
            if field not in OF_ENTRY:
                self.skip("every_entry." + field)
                continue
            for item in self.items:
                found = "present" if item.get(OF_ENTRY[field][1]) else "absent"
                self.state("every_entry", "every_entry." + field, "exact", demand, found, item)

    # MARK: an entry

    def of_entry(self, entry, item):
        def find(name):
            return NO_ITEM if item is None else item.get(name)

        for key, value in entry.items():
            name, field = "entries." + key, "entry." + key
            found = item or {}
            if key in OF_ENTRY:
                kind, own = OF_ENTRY[key]
                self.state(name, field, kind, value, find(own), item)
            elif key in ("summary_text", "content_text"):
                self.state(name, field, "text", value, find(key[:-5]), item)
            elif key == "date":
                self.state(name, field, "date", value, find("published") or find("updated"), item)
            elif key == "author":
                authors = found.get("authors", [])
                same = authors[:1] == [value] or not authors
                self.state(name, field, "line", value, NO_ITEM if item is None else
                           (authors[0] if authors else None) if same else ", ".join(authors), item)
            elif key == "authors":
                self.of_authors(value, item)
            elif key == "categories":
                self.of_categories(value, item)
            elif key == "image":
                self.state(name, field, "url", value, (found.get("images") or [None])[0], item)
            elif key in ("enclosure_count", "category_count"):
                own = "enclosures" if key == "enclosure_count" else "categories"
                self.state(name, field, "exact", value, NO_ITEM if item is None else len(found.get(own, [])), item)
            elif key == "enclosures":
                self.of_enclosures(value, item)
            elif key in ("media", "thumbnails", "media_thumbnail"):
                self.of_media(key, value, item)
            else:
                self.skip(name)

    def of_authors(self, value, item):
        found = (item or {}).get("authors", [])
        names = [author if isinstance(author, str) else author.get("name") for author in value]
        if not value:
            self.state("entries.authors", "entry.authors", "exact", [], found or None, item)
        for position, name in enumerate(names):
            if name is None:
                # An address or a mail alone: ours are names.
                self.skip("entries.authors[].url/email")
                continue
            self.state("entries.authors", "entry.authors", "line", name,
                       found[position] if position < len(found) else None, item)
        if self.row["policy"] not in ASSERTIONS and names and None not in names:
            self.state("entries.authors", "entry.authors.count", "exact", len(names), len(found), item)

    def of_categories(self, value, item):
        found = (item or {}).get("categories", [])
        if not value:
            self.state("entries.categories", "entry.categories", "exact", [], found or None, item)
        for position, category in enumerate(value):
            if category is None:
                # Only a later one is stated.
                continue
            # Their order means nothing.
            same = [own for own in found if collapsed(own) == collapsed(category)]
            other = found[position] if position < len(found) else None
            self.state("entries.categories", "entry.categories", "line", category, same[0] if same else other, item)
        if self.row["policy"] not in ASSERTIONS and value and None not in value:
            self.state("entries.categories", "entry.categories.count", "exact", len(value), len(found), item)

    def of_enclosures(self, value, item):
        found = (item or {}).get("enclosures", [])
        for position, enclosure in enumerate(value):
            own = found[position] if position < len(found) else {}
            for key, stated in enclosure.items():
                if key in ("url", "type", "length"):
                    kind = {"url": "url", "type": "line", "length": "amount"}[key]
                    self.state("entries.enclosures", "entry.enclosures." + key, kind, stated, own.get(key), item)
                else:
                    self.skip("entries.enclosures[]." + key)
        if self.row["policy"] not in ASSERTIONS or not value:
            self.state("entries.enclosures", "entry.enclosures.count", "exact", len(value), len(found), item)

    def of_media(self, key, value, item):
        """Media of an item: what is a picture may be among our images, all else is an enclosure."""
        item = item or {}
        ours = [enclosure["url"] for enclosure in item.get("enclosures", [])] + item.get("images", [])
        for medium in value:
            url = medium if isinstance(medium, str) else medium.get("url")
            if url is None:
                self.skip("entries.%s[] without url" % key)
                continue
            found = url if url in ours else "; ".join(ours) or None
            self.state("entries." + key, "entry." + key, "url", url, found, item)

    # MARK: a product

    def of_product(self, product, item):
        found = item or {}
        own = found.get("product", {})
        price, sale = own.get("price"), own.get("sale_price")

        def state(key, kind, expected, got):
            self.state("products." + key, "product." + key, kind, expected, NO_ITEM if item is None else got, item)

        for key, value in product.items():
            if key in ("id", "title", "link"):
                kind, name = OF_ENTRY[key]
                state(key, kind, value, found.get(name))
            elif key in OF_PRODUCT:
                state(key, "line", value, own.get(OF_PRODUCT[key]))
            elif key == "price":
                # A source that states an old price means by its price what is to be paid now.
                now = sale or price if "old_price" in product else price
                state(key, "amount", value, (now or {}).get("amount"))
            elif key == "old_price":
                higher = amount(value) and amount(value) > (amount(product.get("price")) or 0)
                state(key, "amount", value if higher else None, price.get("amount") if sale and price else None)
            elif key == "sale_price":
                state(key, "amount", value, (sale or {}).get("amount"))
            elif key == "effective_price":
                state(key, "amount", value, (sale or price or {}).get("amount"))
            elif key == "currency":
                # Without any amount there is nothing that could carry one.
                if "price" in product or price or sale:
                    state(key, "line", value, (price or sale or {}).get("currency"))
                else:
                    self.skip("products.currency without a price")
            elif key == "category_path":
                levels = own["category"].split(" > ") if own.get("category") else None
                state(key, "exact", value, levels)
            elif key == "category" or key == "product_type" and not product.keys() & {"category", "category_path"}:
                state(key, "line", value, own.get("category"))
            elif key == "image":
                state(key, "url", value, (found.get("images") or [None])[0])
            elif key == "images" and isinstance(value, list):
                state(key, "exact", value, found.get("images"))
            elif key == "images":
                state(key, "exact", value, len(found.get("images", [])))
            elif key == "description":
                texts = [text for text in (found.get("summary"), found.get("content")) if text]
                same = [text for text in texts if plain(text) == collapsed(value)]
                state(key, "text", value, (same or texts or [None])[0])
            elif key not in ABOUT_THE_ROW:
                self.skip("products." + key)

    # MARK: lists of subscriptions

    def subscriptions(self):
        row = self.row
        for key, value in row.items():
            if key == "outline_count":
                self.state(key, "sources", "exact", value, len(self.sources))
            elif key != "opml":
                if key not in ABOUT_THE_ROW:
                    self.skip(key)
                continue
            else:
                for part, stated in value.items():
                    if part == "feeds_count":
                        self.state("opml." + part, "sources", "exact", stated, len(self.sources))
                    elif part == "feeds":
                        for position, feed in enumerate(stated):
                            self.subscription(feed, self.sources[position] if position < len(self.sources) else None)
                    else:
                        # Lists of lists, pages without a feed, and the list's own head do not become sources.
                        self.skip("opml." + part)

    def subscription(self, feed, source):
        found = source or {}
        folder = found.get("folder") or []
        for key, value in feed.items():
            name = "opml.feeds." + key
            if key in ("title", "url"):
                self.state(name, "source." + key, "line" if key == "title" else "url", value,
                           NO_ITEM if source is None else found.get(key))
            elif key == "categories":
                self.state(name, "source.folder", "exact", value[0] if value else [], folder or None)
            elif key == "tags":
                self.state(name, "source.tags", "exact", [tag for tag in value if tag], [
                    tag for tag in value if tag in folder] or None)
            else:
                self.skip(name)
