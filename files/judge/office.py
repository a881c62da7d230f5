"""Office documents: archives of XML parts.

Sources: ECMA-376 part 2 and ODF 1.3 part 2, APPNOTE 4.3.16 (end of a ZIP).
"""

import io
import re
import zipfile

from .refusing import BLOCK, Refused

MAX_ENTRIES = 2000
MAX_RATIO = 100
MAX_UNPACKED = 200 * 1024 * 1024
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
        while block := part.read(BLOCK):
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
