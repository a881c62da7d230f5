"""What a file claims to be: its extension and its first bytes must agree. files.judge then looks inside.

Sources of the signatures: ISO 32000-2 §7.5.2 (PDF), RFC 2083 (PNG), ITU T.81 (JPEG), ECMA-376 (OOXML),
ODF 1.3 part 2 §3.3, MS-CFB §2.2 (older and encrypted office documents).
"""

import io
import re
from dataclasses import dataclass
from typing import BinaryIO

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 5
MAX_CASE_BYTES = 50 * 1024 * 1024


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
BY_EXTENSION = {extension: kind for kind in KINDS.values() for extension in kind.extensions}
EXTENSIONS = tuple(BY_EXTENSION)
_REFUSED = {  # code of the sentence → extensions that deserve it
    "macros": "docm dotm xlsm xltm xlsb xlam pptm potm ppsm ppam",
    "old_office": "doc dot xls xlt ppt pps pot rtf",
    "svg": "svg svgz",
    "html": "html htm xhtml xht mht mhtml shtml xml",
    "archive": "zip rar 7z gz tgz bz2 xz tar iso img cab jar",
    "program": "exe com scr bat cmd ps1 vbs vbe js jse wsf hta msi dll lnk sh py php pl rb apk app",
    "picture": "webp heic heif tif tiff bmp gif avif jp2 raw dng",
}
_BY_REFUSED_EXTENSION = {
    extension: code for code, extensions in _REFUSED.items() for extension in extensions.split()
}
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how spreadsheet programs save « Unicode text »
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
# A cell that starts a program in a spreadsheet (DDE).
_COMMAND = re.compile(r"""(?:^|[;,\t\n])\s*["']?[=+\-@]\s*[A-Za-z]\w*\|[^\n;]*!""")


class Rejected(Exception):
    """`code`: a key of files.store.SENTENCES."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def recognise(handle: BinaryIO, name: str, size: int) -> FileKind:
    """The kind an uploaded file (seekable handle) claims to be. Raises Rejected. Texts are judged whole here."""
    if size == 0:
        raise Rejected("empty")
    if size > MAX_BYTES:
        raise Rejected("too_big")
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    kind = BY_EXTENSION.get(extension)
    if kind is None:
        raise Rejected(_BY_REFUSED_EXTENSION.get(extension, "extension"))
    handle.seek(0)
    head = handle.read(8192)
    found = _by_content(handle, head)
    handle.seek(0)
    if kind.code not in found:
        raise Rejected("content")
    return kind


def _by_content(handle: BinaryIO, head: bytes) -> tuple[str, ...]:
    """Codes of the kinds that the content may be. Raises Rejected for what no name can make acceptable."""
    if head.startswith(b"%PDF-"):
        return ("pdf",)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return ("png",)
    if head.startswith(b"\xff\xd8\xff"):
        return ("jpeg",)
    if head.startswith(b"PK\x03\x04"):
        return ("docx", "xlsx", "pptx", "odt", "ods", "odp")
    if head.startswith(_OLE):
        handle.seek(0)
        raise Rejected("encrypted" if _ENCRYPTED_PACKAGE in handle.read() else "old_office")
    if head.startswith(_ARCHIVES):
        raise Rejected("archive")
    if head.startswith(_PROGRAMS) and _CONTROLS.search(head):
        raise Rejected("program")
    if head.startswith(_UTF_16):
        return ("text", "csv") if _is_plain_utf_16(handle) else ()
    _refuse_active_text(head)
    return ("text", "csv") if _is_plain_text(handle) else ()


def _refuse_active_text(head: bytes) -> None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in start:
        raise Rejected("svg")
    if start.startswith((b"<!doctype", b"<html", b"<?xml")) or b"<script" in start or b"<html" in start:
        raise Rejected("html")
    if start.startswith((b"#!", b"<?php", b"<%", b"%!ps", b"@echo off")) or b"<?php" in start:
        raise Rejected("program")
    if start.startswith(b"{\\rtf"):
        raise Rejected("old_office")


def _is_plain_utf_16(handle: BinaryIO) -> bool:
    """The same questions of a text in UTF-16 that says so by its mark (RFC 2781, 3.2), read as UTF-8."""
    handle.seek(0)
    try:
        data = handle.read().decode("utf-16").encode()
    except UnicodeError:
        return False
    _refuse_active_text(data[:8192])
    return _is_plain_text(io.BytesIO(data))


def _is_plain_text(handle: BinaryIO) -> bool:
    handle.seek(0)
    data = handle.read()
    if _CONTROLS.search(data):
        return False
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _COMMAND.search(text):
            raise Rejected("macros")
        return True
    return False
