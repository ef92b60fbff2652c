"""Answers that are made to fill a reader's memory. Each is made piece by piece: the maker must stay small too."""

import ctypes
import ctypes.util
import zlib

START = b"<rss version='2.0'><channel><title>t</title><item><title>a</title><guid>1</guid></item>"
MEBIBYTE = 1 << 20
BLANK = b" " * MEBIBYTE
GIBIBYTE = 1024


def deflated(wbits, mebibytes=GIBIBYTE):
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    yield packer.compress(START) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush the same input becomes the same output.
    block = packer.compress(BLANK) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(mebibytes):
        yield block


def gzip():
    return deflated(31)


def deflate():
    return deflated(15)


def gzip_twice():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    for piece in gzip():
        yield packer.compress(piece)
    yield packer.flush()


def library(name):
    path = ctypes.util.find_library(name)
    return ctypes.CDLL(path) if path else None


def zstd():
    """Frames one after another; None where the library is not here."""
    coder = library("zstd")
    return coder and zstd_frames(coder)


def zstd_frames(coder):
    coder.ZSTD_compress.restype = ctypes.c_size_t

    def frame(text):
        target = ctypes.create_string_buffer(len(text) + 1024)
        size = coder.ZSTD_compress(target, ctypes.c_size_t(len(target)), text, ctypes.c_size_t(len(text)), 3)
        return target.raw[:size]

    yield frame(START)
    blank = frame(BLANK)
    for _ in range(GIBIBYTE):
        yield blank


def brotli():
    """None where the library is not here."""
    coder = library("brotlienc")
    return coder and brotli_stream(coder)


def brotli_stream(coder):
    size = ctypes.c_size_t
    coder.BrotliEncoderCreateInstance.restype = ctypes.c_void_p
    state = ctypes.c_void_p(coder.BrotliEncoderCreateInstance(None, None, None))
    coder.BrotliEncoderSetParameter(state, 1, 1)
    target = ctypes.create_string_buffer(64 * 1024)

    def pack(text):
        source = ctypes.c_char_p(text)
        left, room, into = size(len(text)), size(len(target)), ctypes.cast(target, ctypes.c_void_p)
        coder.BrotliEncoderCompressStream(state, 1, ctypes.byref(left), ctypes.byref(source), ctypes.byref(room),
                                          ctypes.byref(into), None)
        return target.raw[:len(target) - room.value]

    yield pack(START)
    for _ in range(GIBIBYTE):
        yield pack(BLANK)


def endless():
    yield START
    while True:
        yield BLANK


def chunked(pieces):
    for piece in filter(None, pieces):
        yield b"%x\r\n" % len(piece) + piece + b"\r\n"


OK = b"HTTP/1.1 200 OK\r\n"


def repeated(start, piece, times=1 << 40):
    yield start
    for _ in range(times):
        yield piece


def packed(encoding, pieces, chunks=False):
    yield OK + b"Content-Encoding: %s\r\n" % encoding.encode() + (b"Transfer-Encoding: chunked\r\n\r\n" if chunks else b"\r\n")
    yield from chunked(pieces) if chunks else pieces


def plain():
    """name → a function that makes the answer's bytes, head and all; what the error must say; settings."""
    bomb = "decompression bomb"
    for name, encoding, make in [("gzip", "gzip", gzip), ("deflate", "deflate", deflate), ("brotli", "br", brotli),
                                 ("zstd", "zstd", zstd), ("gzip in gzip", "gzip, gzip", gzip_twice)]:
        if make() is None:
            print("NOT CHECKED: %s, because its library is not here" % name)
            continue
        yield name, lambda e=encoding, m=make: packed(e, m()), bomb, {}
        yield name + ", in chunks", lambda e=encoding, m=make: packed(e, m(), True), bomb, {}
    small, limit = {"TELLAL_FETCH_MAX_BYTES": 5_000_000}, "larger than the limit of 5000000 bytes"
    yield "chunks without end", lambda: repeated(OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(chunked([START])),
                                                 b"".join(chunked([BLANK]))), limit, small
    yield "a body without end", lambda: repeated(OK + b"\r\n" + START, BLANK), limit, small
    yield "packed chunks without end", lambda: packed("gzip", endless_gzip(), True), limit, small
    yield "a body that announces itself", lambda: [OK + b"Content-Length: 99999999999\r\n\r\n"], "announces more than", {}
    yield "10,000 headers", lambda: repeated(OK, b"X: y\r\n", 10_000), "more than 200 lines of headers", {}
    yield "long headers", lambda: repeated(OK, b"X: " + b"y" * 8000 + b"\r\n"), "more than 65536 bytes of headers", {}
    yield "a header of 1 GB", lambda: repeated(OK + b"X: ", BLANK.replace(b" ", b"y"), GIBIBYTE), "a header that is longer", {}
    yield "a status line of 1 GB", lambda: repeated(b"HTTP/1.1 200 ", BLANK.replace(b" ", b"y"), GIBIBYTE), "a header that is longer", {}
    yield "interim answers", lambda: repeated(b"", b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n"), "more than 200 lines of headers", {}
    yield "trailers without end", lambda: repeated(
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(chunked([START])) + b"0\r\n", b"X: y\r\n"), "more than 200 lines of headers", {}


def endless_gzip():
    """Poorly packed, so that the limit of bytes comes before that of the ratio."""
    packer = zlib.compressobj(0, zlib.DEFLATED, 31)
    for piece in endless():
        yield packer.compress(piece)
