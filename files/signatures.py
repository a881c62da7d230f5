"""What a file really is, decided by content and extension together, never by what the browser says.

Sources of the signatures: ISO 32000-2 §7.5.2 (PDF), RFC 2083 (PNG), ITU T.81 (JPEG), ECMA-376 (OOXML),
ODF 1.3 part 2 §3.3.
"""

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 5
_MAX_ZIP_ENTRIES = 2000
_MAX_ZIP_RATIO = 100
_MAX_UNPACKED = 200 * 1024 * 1024


@dataclass(frozen=True)
class FileKind:
    code: str
    extensions: tuple[str, ...]
    content_type: str


_ODF = "application/vnd.oasis.opendocument."
_OOXML = "application/vnd.openxmlformats-officedocument."
KINDS = {
    kind.code: kind
    for kind in (
        FileKind("pdf", ("pdf",), "application/pdf"),
        FileKind("png", ("png",), "image/png"),
        FileKind("jpeg", ("jpg", "jpeg"), "image/jpeg"),
        FileKind("docx", ("docx",), f"{_OOXML}wordprocessingml.document"),
        FileKind("xlsx", ("xlsx",), f"{_OOXML}spreadsheetml.sheet"),
        FileKind("pptx", ("pptx",), f"{_OOXML}presentationml.presentation"),
        FileKind("odt", ("odt",), f"{_ODF}text"),
        FileKind("ods", ("ods",), f"{_ODF}spreadsheet"),
        FileKind("odp", ("odp",), f"{_ODF}presentation"),
        FileKind("csv", ("csv",), "text/csv"),
        FileKind("text", ("txt", "md"), "text/plain"),
    )
}
EXTENSIONS = tuple(extension for kind in KINDS.values() for extension in kind.extensions)
_ACTIVE = (b"<html", b"<script", b"<?php", b"<svg")
_MACROS = (b"macroenabled", b"vbaproject", b"activex")
_OOXML_MAIN = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}


class Rejected(Exception):
    """`code`: "too_big" | "empty" | "extension" | "content" | "macros" | "bomb"."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def recognise(handle: BinaryIO, name: str, size: int) -> FileKind:
    """The kind of an uploaded file (seekable handle). Raises Rejected."""
    if size == 0:
        raise Rejected("empty")
    if size > MAX_BYTES:
        raise Rejected("too_big")
    extension = name.rpartition(".")[2].lower()
    if extension not in EXTENSIONS:
        raise Rejected("extension")
    handle.seek(0)
    head = handle.read(4096)
    codes = _by_content(handle, head)
    handle.seek(0)
    for code in codes:
        if extension in KINDS[code].extensions:
            return KINDS[code]
    raise Rejected("content")


def _by_content(handle: BinaryIO, head: bytes) -> tuple[str, ...]:
    """Codes of the kinds the content may be: one, or both text kinds, or none."""
    if not head.startswith(b"PK\x03\x04") and any(mark in head.lower() for mark in _ACTIVE):
        return ()  # a PDF or picture that is also a page or a program: made to be opened by the wrong one
    if head.startswith(b"%PDF-"):
        return ("pdf",)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return ("png",)
    if head.startswith(b"\xff\xd8\xff"):
        return ("jpeg",)
    if head.startswith(b"PK\x03\x04"):
        return _office(handle)
    return ("text", "csv") if _is_plain_text(handle) else ()


def _office(handle: BinaryIO) -> tuple[str, ...]:
    """The office kinds of an archive. Only its list and two small members are read, never unpacked whole."""
    try:
        with zipfile.ZipFile(handle) as archive:
            entries = archive.infolist()
            _refuse_bombs(entries)
            names = {entry.filename for entry in entries}
            if _has_macros(archive, names):
                raise Rejected("macros")
            if "mimetype" in names:
                mimetype = _start_of(archive, "mimetype", 100).decode("ascii", "replace")
                return tuple(kind.code for kind in KINDS.values() if kind.content_type == mimetype)
            return tuple(code for member, code in _OOXML_MAIN.items() if member in names)
    except Rejected:
        raise
    except Exception:  # whatever a damaged or hostile archive makes the reader raise, it is none of ours
        return ()


def _refuse_bombs(entries) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > _MAX_ZIP_ENTRIES or unpacked > _MAX_UNPACKED or unpacked / packed > _MAX_ZIP_RATIO:
        raise Rejected("bomb")


def _has_macros(archive, names) -> bool:
    """By the names of the members, and by the content types declared (a macro part may bear any name)."""
    folded = [name.lower() for name in names]
    if any(
        name.endswith("vbaproject.bin") or "/activex/" in name or name.startswith(("basic/", "scripts/"))
        for name in folded
    ):
        return True
    if "[Content_Types].xml" not in names:
        return False
    declared = _start_of(archive, "[Content_Types].xml", 1024 * 1024).lower()
    return any(mark in declared for mark in _MACROS)


def _start_of(archive, member: str, size: int) -> bytes:
    with archive.open(member) as part:
        return part.read(size)


def _is_plain_text(handle: BinaryIO) -> bool:
    handle.seek(0)
    data = handle.read()
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        return False
    if any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in text):
        return False
    start = text[:4096].lstrip().lower()
    active = start.startswith(("<", "#!", "%!ps", "{\\rtf")) or "<script" in start or "<html" in start
    return not active
