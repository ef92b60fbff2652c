"""How two spellings of the same thing are brought into one form before they are compared: text, HTML, addresses."""

import decimal
import html.parser
import re
import urllib.parse

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
# What stands inside of these is nothing that a reader of the text would see.
UNSEEN = {"script", "style", "applet", "noscript", "template"}
# These part words where they stand, all other tags do not.
BLOCKS = {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer", "h1", "h2",
          "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th",
          "tr", "ul"}
ADDRESSES = ("href", "src")


def collapsed(text):
    """The text with each run of white space as one blank, and none at its ends."""
    return " ".join(text.split())


class Markup(html.parser.HTMLParser):
    """Reads HTML into tokens (to compare as HTML), text, and the addresses of its links and pictures."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.tokens, self.words, self.addresses, self.unseen = [], [], [], 0
        self.feed(source)
        self.close()
        # The parser keeps an unfinished tag at the end to itself.
        if self.rawdata:
            self.handle_data(self.rawdata)

    def handle_starttag(self, tag, attributes):
        values = tuple(sorted((name, collapsed(value or "")) for name, value in attributes if name != "xmlns"))
        self.tokens.append(("start", tag, values))
        self.addresses += [value for name, value in values if name in ADDRESSES and value]
        if tag in UNSEEN:
            self.unseen += 1
        if tag in BLOCKS:
            self.words.append(" ")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        self.tokens.append(("end", tag))
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        if tag in BLOCKS:
            self.words.append(" ")

    def handle_data(self, data):
        if self.unseen == 0:
            self.words.append(data)
        if self.tokens and self.tokens[-1][0] == "text":
            self.tokens[-1] = ("text", self.tokens[-1][1] + data)
        else:
            self.tokens.append(("text", data))

    def form(self):
        tokens = [("text", collapsed(token[1])) if token[0] == "text" else token for token in self.tokens]
        return [token for token in tokens if token != ("text", "")]

    def elements(self):
        return {token[1] for token in self.tokens if token[0] == "start"}

    def text(self):
        return collapsed("".join(self.words))


def plain(source):
    """What is left of HTML when markup is taken out and references are resolved."""
    return Markup(source).text()


def same_markup(one, other):
    return one == other or Markup(one).form() == Markup(other).form()


def same_reading(expected, got):
    """Whether both say the same to a reader: the same text, and every http(s) address that is expected.

    Where neither has text or address, nothing could be told apart by them, and the elements must be there.
    """
    want, have = Markup(expected), Markup(got)
    addresses = {address(value) for value in have.addresses}
    wanted = [value for value in want.addresses if value.lower().startswith(("http:", "https:"))]
    if want.text() != have.text() or not all(address(value) in addresses for value in wanted):
        return False
    return bool(want.text() or wanted) or want.elements() <= have.elements()


def without_div(source):
    """The tokens of HTML without the one <div> around all of it."""
    tokens = Markup(source).form()
    wrapped = len(tokens) > 1 and tokens[0][:2] == ("start", "div") and tokens[-1] == ("end", "div")
    return tokens[1:-1] if wrapped else tokens


def address(url):
    """An address in its usual form: lower-case scheme and host, `/` for no path, %XX in upper case."""
    url = "".join(url.split()) if "\n" in url else url.strip()
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return url
    if not parts.netloc:
        return url
    kept = urllib.parse.quote(urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, parts.fragment)),
                              safe="%/:=&?~#+!$,;'@()*[]|")
    kept = re.sub(r"%[0-9a-fA-F]{2}", lambda code: code.group().upper(), kept)
    return "%s://%s%s" % (parts.scheme.lower(), parts.netloc.lower(), kept)


def amount(value):
    """A decimal, or None for what is none. 12.90 equals 12.9."""
    try:
        return decimal.Decimal(str(value).strip())
    except decimal.InvalidOperation:
        return None


def moment(value):
    """A time without its fraction of a second, which the expectations do not state."""
    return re.sub(r"\.\d+(?=Z$)", "", str(value))
