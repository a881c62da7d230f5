"""Looks inside one hostile file, in a process of its own: `python -I judge.py KIND <file >cleaned`.

Run by files.sandbox with limits on memory, time and output; imports nothing of the portal, so that whatever breaks
in a decoder breaks here and holds no secret. Exit 0: acceptable, and what is to be kept of a picture is on stdout.
Exit 3: refused, the code (a key of files.store.SENTENCES) is on stderr. Anything else: it did not survive the file.

Sources: ITU T.81 annex B and JFIF 1.02 (JPEG), PNG 3rd edition §7 to §11 (PNG), ISO 32000-2 §7.3, §7.6, §12.6
(PDF), ECMA-376 part 2 and ODF 1.3 part 2 (office), APPNOTE 4.3.16 (end of a ZIP).
"""

import io
import re
import struct
import sys
import warnings
import zipfile
import zlib

MAX_PIXELS = 40_000_000
MAX_ENTRIES = 2000
MAX_RATIO = 100
MAX_UNPACKED = 200 * 1024 * 1024
_BLOCK = 1024 * 1024
ACTIVE = (b"<html", b"<script", b"<?php", b"<svg", b"<!doctype html")
PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
REFUSED = 3


class Refused(Exception):
    """`args[0]`: a key of files.store.SENTENCES."""


def judge(kind: str, data: bytes) -> bytes | None:
    """Refused, or the bytes to keep (None: as they came). `kind`: a code of files.signatures.KINDS."""
    if kind in ("png", "jpeg"):
        return picture(kind, data)
    return pdf(data) if kind == "pdf" else office(kind, data)


# -- Two files in one: made to be opened by the wrong program.


def refuse_doubles(data: bytes, tail: bytes, kind: str) -> None:
    """`tail`: what follows the end that the format itself declares."""
    if kind != "pdf" and b"%PDF-" in data[:1024]:
        raise Refused("polyglot")
    if any(mark in data[:4096].lower() for mark in ACTIVE) or b"PK\x05\x06" in data[-65557:]:
        raise Refused("polyglot")
    lower = tail.lower()
    hidden = any(mark in lower for mark in (*ACTIVE, b"%pdf-")) or any(mark in tail for mark in PACKED)
    if hidden or tail.lstrip(b"\0\r\n\t ").startswith(PROGRAMS):
        raise Refused("polyglot")


# -- Pictures: read to the last pixel, then kept without what they say about people and places.


def picture(kind: str, data: bytes) -> bytes:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        told = read_png(data) if kind == "png" else data
        image = Image.open(io.BytesIO(told), formats=("PNG",) if kind == "png" else ("JPEG", "MPO"))
        if image.width * image.height > MAX_PIXELS:
            raise Refused("pixels")
        orientation = image.getexif().get(0x0112, 1)
        if kind == "jpeg":  # an eighth of each side proves every byte readable at a fraction of the memory
            image.draft(None, (image.width // 8, image.height // 8))
        image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("pixels") from error
    turned = b""
    if orientation in range(2, 9):
        only = Image.Exif()
        only[0x0112] = orientation
        turned = only.tobytes()
    kept, tail = (png_parts if kind == "png" else jpeg_parts)(data, turned)
    refuse_doubles(data, tail, kind)
    return kept


_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")  # not a stuffed zero, not a restart


def jpeg_parts(data: bytes, exif: bytes) -> tuple[bytes, bytes]:
    """The picture without EXIF, XMP, IPTC, comments and thumbnails, but for `exif`; and what follows its end."""
    kept, at, in_scan = [b"\xff\xd8"], 2, False
    if exif:
        kept.append(b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    while found := _MARKER.search(data, at):
        marker = found[1][0]
        if in_scan:
            kept.append(data[at : found.start()])
        if marker == 0xD9:
            return b"".join([*kept, b"\xff\xd9"]), data[found.end() :]
        end = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
        body = data[found.end() : end]
        if _belongs_to_the_picture(marker, body[2:]):
            kept += [b"\xff", found[1], body]
        at, in_scan = end, in_scan or marker == 0xDA
    raise Refused("damaged")


def _belongs_to_the_picture(marker: int, body: bytes) -> bool:
    if marker == 0xE0:
        return body.startswith(b"JFIF\0")
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\0")
    if marker == 0xEE:
        return body.startswith(b"Adobe")
    return 0xC0 <= marker <= 0xDF


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
    """The bytes of a whole zlib stream that lies in several parts, at most _BLOCK at a time. Raises Refused."""
    unpacker = zlib.decompressobj()
    for part in parts:
        for start in range(0, len(part), 65536):  # what a block leaves over is copied
            packed = part[start : start + 65536]
            while packed and not unpacker.eof:
                yield unpacker.decompress(packed, _BLOCK)
                packed = unpacker.unconsumed_tail
    while block := unpacker.decompress(b"", _BLOCK):
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
                if spare > _BLOCK:
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


# -- PDF: every object is looked at, also those in compressed streams.

_STRINGS = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9a-fA-F\s]*>", re.S)
_SCRIPTS = re.compile(rb"/(?:JavaScript|JS|Launch|ImportData|SubmitForm|XFA|RichMedia|Rendition)(?![\w.-])")
_INSIDE = re.compile(rb"/(?:EmbeddedFiles?|EF|GoToE)(?![\w.-])")


def pdf(data: bytes) -> None:
    import pikepdf

    end = data.rfind(b"%%EOF")
    tail = data[end + 5 :] if end >= 0 else b""
    refuse_doubles(data, tail, "pdf")
    if len(tail.strip(b"\0\r\n\t ")) > 1024:  # readers look for the end mark in the last kilobyte
        raise Refused("polyglot")
    try:
        document = pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except pikepdf.PdfError as error:
        raise Refused("damaged") from error
    for found in document.objects:
        plain = _STRINGS.sub(b"", _unparsed(found, pikepdf))
        if _SCRIPTS.search(plain):
            raise Refused("script")
        if _INSIDE.search(plain):
            raise Refused("embedded")
    if not len(document.pages):
        raise Refused("damaged")


def _unparsed(found, pikepdf) -> bytes:
    if isinstance(found, pikepdf.Stream):
        return found.stream_dict.unparse(resolved=True)
    if isinstance(found, pikepdf.Dictionary | pikepdf.Array):
        return found.unparse(resolved=True)
    return b""


# -- Office documents: archives of XML parts.

OOXML = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
ODF = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
_MACROS = (b"macroenabled", b"vbaproject", b"activex")
_DDE = re.compile(rb"instrtext[^>]*>\s*dde")
_REMOTE = re.compile(rb"<[^>]*(?:attachedtemplate|oleobject|/frame|subdocument)[^>]*>")
_PACKAGE = "Ole10Native".encode("utf-16-le")  # OLE's way to carry any file at all


def office(kind: str, data: bytes) -> None:
    if b"%PDF-" in data[:1024]:
        raise Refused("polyglot")
    if (
        data[-22:-18] != b"PK\x05\x06" or data[-2:] != b"\0\0"
    ):  # something stands behind the end, or there is none
        raise Refused("polyglot" if b"PK\x05\x06" in data else "damaged")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _refuse_bombs(entries)
            names = [entry.filename for entry in entries]
            if any(entry.flag_bits & 1 for entry in entries):
                raise Refused("encrypted")
            if len(set(names)) != len(names):
                raise Refused("damaged")  # which of the two is read depends on the reader
            _refuse_other_kinds(kind, archive, names)
            for entry in entries:
                _look_at(entry, archive)
    except Refused:
        raise
    except (
        Exception
    ) as error:  # whatever a damaged or hostile archive makes the reader raise, it is none of ours
        raise Refused("damaged") from error


def _refuse_bombs(entries) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked / packed > MAX_RATIO:
        raise Refused("bomb")


def _refuse_other_kinds(kind: str, archive, names: list[str]) -> None:
    folded = [name.lower() for name in names]
    macros = ("basic/", "scripts/")
    if any(
        name.endswith("vbaproject.bin") or "/activex/" in name or name.startswith(macros) for name in folded
    ):
        raise Refused("macros")
    if "mimetype" in names:
        said = archive.read("mimetype")[:100].decode("ascii", "replace")
        fits = said == f"application/vnd.oasis.opendocument.{ODF.get(kind)}"
    else:
        fits = OOXML.get(kind) in names and "[Content_Types].xml" in names
        if not fits and not set(OOXML.values()) & set(names):
            raise Refused("archive")
    if not fits:
        raise Refused("content")


def _look_at(entry, archive) -> None:
    """One member, read in blocks: nothing is ever unpacked whole."""
    name = entry.filename.lower()
    is_xml = name.endswith((".xml", ".rels", ".rdf"))
    with archive.open(entry) as part:
        before, first = b"", True
        while block := part.read(_BLOCK):
            seen = before + block
            if first and block.startswith((b"MZ", b"\x7fELF")):
                raise Refused("embedded")
            if name.endswith(".bin") and _PACKAGE in seen:
                raise Refused("embedded")
            if is_xml:
                _refuse_active_xml(name, seen.replace(b"\0", b"").lower())  # UTF-16 reads like the rest
            before, first = seen[-4096:], False


def _refuse_active_xml(name: str, text: bytes) -> None:
    if b"<!entity" in text or b"<!doctype" in text:
        raise Refused("entities")
    if name == "[content_types].xml" and any(mark in text for mark in _MACROS):
        raise Refused("macros")
    if name == "meta-inf/manifest.xml" and b"encryption-data" in text:
        raise Refused("encrypted")
    if _DDE.search(text):
        raise Refused("macros")
    if name.endswith(".rels"):
        for relation in _REMOTE.findall(text):
            if b'"external"' in relation and re.search(rb'target\s*=\s*"(?:https?|ftp|mhtml)', relation):
                raise Refused("remote")


# -- The process.


def confine() -> None:
    """Limits that hold before the first hostile byte is read (POSIX): memory, processor, output, no child."""
    import resource

    for name, most in (
        (
            "RLIMIT_AS",
            512 * 1024 * 1024,
        ),  # what a progressive JPEG of 40 million pixels needs, and the interpreter
        ("RLIMIT_CPU", 10),
        ("RLIMIT_FSIZE", 12 * 1024 * 1024),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NPROC", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (OSError, ValueError):  # a Mac refuses some of them; where we serve, all of them hold
            if sys.platform == "linux":
                raise


def main(kind: str) -> int:
    warnings.simplefilter("error")
    confine()
    try:
        kept = judge(kind, sys.stdin.buffer.read())
    except Refused as refused:
        code = refused.args[0]
    except MemoryError:
        code = "bomb"
    except ImportError:
        raise
    except Exception:  # what a decoder says of a broken file
        code = "damaged"
    else:
        if kept is not None:
            sys.stdout.buffer.write(kept)
            sys.stdout.buffer.flush()
        return 0
    sys.stderr.write(code)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
