"""Documents made to hurt whoever reads them: too deep, too many, too long, folded into themselves, or pointing elsewhere.

Each function makes the bytes of one document, about `size` of them (a packed one may be a bomb), as pieces: a document is
never in memory as a whole. Those that are nothing but items are shorter: an item costs about 2 µs and 12 bytes, however
short it is.
"""

import struct

DOCUMENTS = []  # (name, function)
OUTSIDE = []  # what points to files and addresses, by kind of document: (name, bytes)


def document(function):
    DOCUMENTS.append((function.__name__.replace("_", " "), function))
    return function


def repeat(piece, size):
    """`piece` again and again: bytes, or a function of the number."""
    made = number = 0
    length = len(piece(0) if callable(piece) else piece)
    while made < size:
        count = max(1, min(200, (size - made) // length))
        joined = b"".join(piece(number + i) if callable(piece) else piece for i in range(count))
        number += count
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
    return rss(repeat(lambda n: b"<item><guid>%d</guid><%s><![CDATA[%s]]></%s></item>" % (n, name, text, name), size))


def zip_of(entries):
    """Just the files, as a stream has them: name, packed bytes, method, sizes."""
    for name, packed, method, unpacked, check in entries:
        yield struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, method, 0, 0, check, len(packed), unpacked, len(name), 0) + name + packed


def outside(name, text):
    OUTSIDE.append((name, text if isinstance(text, bytes) else text.encode()))
