"""PNG, read and rewritten without a decoder: rows are unpacked a block at a time and dropped.

Source: PNG 3rd edition §5 (chunks), §7 and §8 (passes and rows), §9 (filters), §10 (compression).
"""

import struct
import zlib

from .refusing import BLOCK, Refused

MAX_PIXELS = 40_000_000
_PNG_KEPT = b"IHDR PLTE IDAT IEND tRNS iCCP sRGB gAMA cHRM pHYs sBIT bKGD".split()
_PNG_ANIMATION = b"acTL fcTL fdAT".split()
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a pixel, by colour type
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_FILTERS = bytes(range(5))


def png_chunks(data: bytes) -> list[tuple[bytes, int, int]]:
    """(name, start, end) of each up to IEND; all are whole. Raises Refused."""
    found, at, view = [], 8, memoryview(data)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(view[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            break
        found.append((name, at, end))
        at = end
        if name == b"IEND":
            return found
    raise Refused("damaged")


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def read_png(data: bytes) -> bytes:
    """Read every pixel, a block at a time: 40 million need no more memory than one. Raises Refused, zlib.error.

    What is left to a decoder comes back: the same picture in one pixel, with everything it says of itself.
    """
    chunks = png_chunks(data)
    names = [name for name, _start, _end in chunks]
    pixels = names.count(b"IDAT")
    first = names.index(b"IDAT") if pixels else 0
    if chunks[0] != (b"IHDR", 8, 33) or names.count(b"IHDR") > 1:
        raise Refused("damaged")
    if names[first : first + pixels] != [b"IDAT"] * pixels:  # one run, or which is read depends on the reader
        raise Refused("damaged")
    width, height, depth, colours, _packing, _filtering, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    if width * height > MAX_PIXELS:
        raise Refused("pixels")
    bits = depth * _SAMPLES.get(colours, 0)
    if not width or not height or not bits or interlaced > 1:
        raise Refused("damaged")
    _refuse_missing_pixels(
        _unpacked(memoryview(data)[start + 8 : end - 4] for name, start, end in chunks if name == b"IDAT"),
        _png_passes(width, height, bits, interlaced),
    )
    one = struct.pack(">II", 1, 1) + data[24:28] + b"\0"
    row = zlib.compress(bytes(1 + (bits + 7) // 8))
    before = (data[at:end] for name, at, end in chunks[1:first] if name not in _PNG_ANIMATION)
    after = (data[at:end] for name, at, end in chunks[first + pixels :] if name not in _PNG_ANIMATION)
    return b"".join([data[:8], png_chunk(b"IHDR", one), *before, png_chunk(b"IDAT", row), *after])


def _png_passes(width: int, height: int, bits: int, interlaced: int) -> list[tuple[int, int]]:
    """(rows, bytes of a row with its filter) of each pass, in the order of the file."""
    steps = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    sizes = [(-((x - width) // across), -((y - height) // down)) for x, y, across, down in steps]
    return [(rows, 1 + (columns * bits + 7) // 8) for columns, rows in sizes if columns > 0 and rows > 0]


def _unpacked(parts):
    """The bytes of a whole zlib stream that lies in several parts, at most BLOCK at a time. Raises Refused."""
    unpacker = zlib.decompressobj()
    for part in parts:
        for start in range(0, len(part), 65536):  # what a block leaves over is copied
            packed = part[start : start + 65536]
            while packed and not unpacker.eof:
                yield unpacker.decompress(packed, BLOCK)
                packed = unpacker.unconsumed_tail
    while block := unpacker.decompress(b"", BLOCK):
        yield block
    if not unpacker.eof:
        raise Refused("damaged")


def _refuse_missing_pixels(blocks, passes: list[tuple[int, int]]) -> None:
    """Every row of every pass is there and starts with a filter that exists (§9); little may follow the last."""
    coming = iter(passes)
    left = at = stride = spare = (
        0  # left: bytes of this pass still to come; at: where in them the next row starts
    )
    for block in blocks:
        while block:
            if not left:
                rows, stride = next(coming, (0, 0))
                left = rows * stride
            if not left:
                spare += len(block)
                if spare > BLOCK:
                    raise Refused("bomb")
                break
            here, block = block[:left], block[left:]
            if here[at::stride].translate(None, _FILTERS):
                raise Refused("damaged")
            at = (at - len(here)) % stride
            left -= len(here)
    if left or next(coming, None):
        raise Refused("damaged")


def png_parts(data: bytes, exif: bytes) -> tuple[bytes, bytes]:
    """The same for PNG; of an animation the still picture is kept."""
    kept, end, view = [data[:8]], 8, memoryview(data)
    for name, start, end in png_chunks(data):
        if name in _PNG_KEPT:
            kept.append(view[start:end])
        if name == b"IHDR" and exif:
            kept.append(png_chunk(b"eXIf", exif.removeprefix(b"Exif\0\0")))
    return b"".join(kept), data[end:]
