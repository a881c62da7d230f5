"""Honest and hostile files, made in the test: no sample lies in the repository."""

import io
import zipfile

OOXML = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation"),
}
ODF = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def archive(members: dict[str, bytes], compression=zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return buffer.getvalue()


def office(extension: str, **members: bytes) -> bytes:
    main, kind = OOXML[extension]
    content_type = f"application/vnd.openxmlformats-officedocument.{kind}.main+xml"
    types = f'<Types><Override ContentType="{content_type}"/></Types>'
    extra = {name.replace("__", "/").replace("_dot_", "."): content for name, content in members.items()}
    return archive({"[Content_Types].xml": types.encode(), main: b"<document/>", **extra})


def opendocument(extension: str, **members: bytes) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{ODF[extension]}".encode()
    extra = {name.replace("__", "/"): content for name, content in members.items()}
    return archive({"mimetype": mimetype, "content.xml": b"<x/>", **extra})


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(40)
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"

HONEST = {
    "plan.pdf": PDF,
    "PHOTO.JPG": JPEG,
    "photo.jpeg": JPEG,
    "schema.png": PNG,
    "note.docx": office("docx"),
    "releves.xlsx": office("xlsx"),
    "presentation.pptx": office("pptx"),
    "note.odt": opendocument("odt"),
    "releves.ods": opendocument("ods"),
    "presentation.odp": opendocument("odp"),
    "releves.csv": "date;température\n2026-01-01;720\n".encode(),
    "excel.csv": "date;température\r\n2026-01-01;720\r\n".encode("cp1252"),
    "note.txt": "\ufeffMz, une commune de la vallée".encode(),
    "lisez-moi.md": b"# Four 7\n\n- 720 degres\n",
}

# name, content, code of the refusal
HOSTILE = [
    ("vide.pdf", b"", "empty"),
    ("programme.exe", EXE, "extension"),
    ("sans-extension", PDF, "extension"),
    ("page.html", HTML, "extension"),
    ("dessin.svg", SVG, "extension"),
    ("archive.zip", archive({"a.txt": b"a"}), "extension"),
    ("ancien.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "extension"),
    ("macro.docm", office("docx"), "extension"),
    ("programme.pdf", EXE, "content"),
    ("programme.exe.png", EXE, "content"),
    ("programme.txt", EXE, "content"),
    ("page.pdf", HTML, "content"),
    ("page.txt", HTML, "content"),
    ("dessin.png", SVG, "content"),
    ("dessin.txt", SVG, "content"),
    ("plan.png", PDF, "content"),
    ("photo.pdf", JPEG, "content"),
    ("script.txt", b"#!/bin/sh\nrm -rf /\n", "content"),
    ("nul.csv", b"a;b\x00;c\n", "content"),
    ("utf16.csv", "a;b".encode("utf-16"), "content"),
    ("polyglotte.pdf", PDF + HTML, "content"),
    ("polyglotte.png", PNG + HTML, "content"),
    ("polyglotte.jpg", JPEG + b"<?php system($_GET['c']); ?>", "content"),
    ("renomme.docx", office("xlsx"), "content"),
    ("renomme.odt", opendocument("ods"), "content"),
    ("archive.docx", archive({"a.txt": b"a"}), "content"),
    ("tronque.docx", office("docx")[:60], "content"),
    ("faux.docx", b"PK\x03\x04" + bytes(400), "content"),
    ("macro.docx", office("docx", word__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0"), "macros"),
    (
        "macro-cachee.docx",
        archive(
            {
                "[Content_Types].xml": b'<Override ContentType="application/vnd.ms-office.vbaProject"/>',
                "word/document.xml": b"<d/>",
                "word/innocent.dat": b"\xd0\xcf\x11\xe0",
            }
        ),
        "macros",
    ),
    ("macro.odt", opendocument("odt", Basic__Standard__Module1=b"Sub Main"), "macros"),
    ("bombe.docx", office("docx", word__media=bytes(5_000_000)), "bomb"),
    ("fourmiliere.xlsx", archive({f"xl/{n}": b"" for n in range(2100)} | {"xl/workbook.xml": b"x"}), "bomb"),
]
