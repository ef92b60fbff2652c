"""Small pictures of our own: flat shapes before a sky, and PNG files of them, with nothing but the standard library."""

import collections
import math
import struct
import zlib


class Drawing:
    """A picture of width by height pixels whose sky goes from one colour to another; colours are six hexadecimal digits."""

    def __init__(self, width, height, top, bottom):
        self.width, self.height = width, height
        first, last = colour(top), colour(bottom)
        self.rows = []
        for y in range(height):
            part = y / (height - 1)
            self.rows.append(bytearray(bytes(round(a + (b - a) * part) for a, b in zip(first, last)) * width))

    def shape(self, fill, *points):
        """Fills a polygon; points are in parts of the width and of the height, from 0 to 1."""
        fill = colour(fill)
        points = [(x * self.width, y * self.height) for x, y in points]
        edges = list(zip(points, points[1:] + points[:1]))
        for row in range(self.height):
            y = row + 0.5
            crossings = sorted(x1 + (y - y1) * (x2 - x1) / (y2 - y1)
                               for (x1, y1), (x2, y2) in edges if (y1 <= y) != (y2 <= y))
            for left, right in zip(crossings[::2], crossings[1::2]):
                self.line(row, left, right, fill)
        return self

    def disc(self, fill, x, y, radius):
        """Fills a circle; the radius is in parts of the height."""
        fill = colour(fill)
        x, y, radius = x * self.width, y * self.height, radius * self.height
        for row in range(max(0, int(y - radius)), min(self.height, int(y + radius) + 1)):
            half = radius ** 2 - (row + 0.5 - y) ** 2
            if half > 0:
                self.line(row, x - math.sqrt(half), x + math.sqrt(half), fill)
        return self

    def box(self, fill, left, top, right, bottom):
        return self.shape(fill, (left, top), (right, top), (right, bottom), (left, bottom))

    def hill(self, fill, height, swing, waves, start):
        """Fills what is below a wave."""
        line = [(step / 100, height + swing * math.sin(start + step / 100 * waves * math.tau)) for step in range(101)]
        return self.shape(fill, *line, (1, 1.01), (0, 1.01))

    def line(self, row, left, right, fill):
        left, right = max(0, round(left)), min(self.width, round(right))
        if right > left:
            self.rows[row][left * 3:right * 3] = fill * (right - left)

    def png(self):
        return png(self.width, self.height, self.rows)


def colour(digits):
    return bytes.fromhex(digits)


def png(width, height, rows):
    """A PNG of rows of red, green and blue bytes."""
    # Each row as its difference from the one above: a sky costs next to nothing.
    above, packed = bytes(width * 3), bytearray()
    for row in rows:
        packed.append(2)
        packed += bytes((a - b) & 255 for a, b in zip(row, above))
        above = row
    return file(width, height, 2, b"", packed)


def small_png(width, height, pixels):
    """A PNG of so many red, green and blue bytes, in the 256 colours that are most in it; all others become the nearest."""
    pixels = [pixels[start:start + 3] for start in range(0, len(pixels), 3)]
    palette, number = [], {}
    for shade, _ in collections.Counter(pixels).most_common():
        far, place = min(((sum(abs(a - b) for a, b in zip(shade, taken)), place) for place, taken in enumerate(palette)),
                         default=(999, 0))
        # What nobody can tell from a colour that is there takes no place from one that is not.
        if far > 3 and len(palette) < 256:
            place = len(palette)
            palette.append(shade)
        number[shade] = place
    packed = b"".join(
        b"\0" + bytes(map(number.__getitem__, pixels[row * width:(row + 1) * width])) for row in range(height))
    return file(width, height, 3, b"".join(palette), packed)


def file(width, height, kind, palette, packed):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
            + (chunk(b"PLTE", palette) if palette else b"") + chunk(b"IDAT", zlib.compress(bytes(packed), 9))
            + chunk(b"IEND", b""))
