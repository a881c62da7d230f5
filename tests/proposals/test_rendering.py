"""The document itself: the same bytes, tagged, one typeface, bounded, and nothing read but our own assets."""

import hashlib
import io
import json
import os
import socket
import subprocess
import sys
import threading

import pikepdf
import pypdf
import pytest

from proposals.assets import AssetFetcher, Refused
from proposals.plain import clean, lacks_signs
from proposals.rendering import Document, reading, render_pdf
from tests.proposals.snapshots import SNAPSHOT, STEPS, snapshot


@pytest.fixture(scope="module")
def document() -> Document:
    return render_pdf(SNAPSHOT)


def text_of(document: Document) -> str:
    pages = pypdf.PdfReader(io.BytesIO(document.content)).pages
    return "\n".join(" ".join(page.extract_text().split()) for page in pages)


def structure(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """Every element of the structure tree."""
    found, waiting = [], [pdf.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary):
            continue
        if "/S" in node and "/K" in node:
            found.append(node)
        kids = node.get("/K", [])
        waiting.extend(list(kids) if isinstance(kids, pikepdf.Array) else [kids])
    return found


def font_names(pdf: pikepdf.Pdf) -> dict[str, bool]:
    """Base font → whether its file is embedded."""
    fonts = {}
    for page in pdf.pages:
        for font in page.get("/Resources", {}).get("/Font", {}).values():
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            descriptor = inner.get("/FontDescriptor", {})
            fonts[str(font.BaseFont)] = any(
                key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")
            )
    return fonts


def test_the_same_snapshot_gives_the_same_bytes_in_another_process(document):
    program = (
        "import sys, json, hashlib, django; django.setup();"
        "from proposals.rendering import render_pdf;"
        "print(hashlib.sha256(render_pdf(json.load(sys.stdin)).content).hexdigest())"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "enact_portal.settings", "PYTHONHASHSEED": "7"}
    other = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(SNAPSHOT),
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert other.stdout.strip() == hashlib.sha256(document.content).hexdigest()
    assert render_pdf(snapshot(date="2026-11-23")).content != document.content


def test_structure_for_assistive_technology(document):
    with pikepdf.open(io.BytesIO(document.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        metadata = bytes(pdf.Root.Metadata.read_bytes()).decode()
        assert 'pdfuaid:part="1"' in metadata
        kinds = [str(node.S) for node in structure(pdf)]
        assert kinds.count("/H1") == 1
        assert kinds.count("/H2") == 7
        assert kinds.count("/TH") == 6 + 4 + len(STEPS)  # facts of the cover, head of the table, steps
        assert all(str(node.P.S) == "/L" for node in structure(pdf) if node.S == "/LI")
        figures = [node for node in structure(pdf) if node.S == "/Figure"]
        assert figures and all(str(node.get("/Alt", "")) for node in figures)
        assert any("étape 1, Formation, session du 14 janvier 2027" in str(node.Alt) for node in figures)
        assert pdf.Root.get("/Outlines") is not None


def test_a4_bundled_fonts_only_and_page_numbers(document):
    with pikepdf.open(io.BytesIO(document.content)) as pdf:
        for page in pdf.pages:
            box = [float(value) for value in page.mediabox]
            assert [round(value) for value in box] == [0, 0, 595, 842]
        fonts = font_names(pdf)
        assert fonts and all(fonts.values())
        assert all("Source-Sans-3" in name for name in fonts)
        assert len(pdf.pages) == document.pages
    pages = text_of(document).split("\n")
    for number, page in enumerate(pages[1:], 2):
        assert f"page {number} / {document.pages}" in page
        assert "ENACT-7F3K-92 · version 2 · 22 novembre 2026" in page
        assert "Confidentiel" in page


def test_everything_a_snapshot_says_is_there(document):
    text = text_of(document)
    for said in (
        "L’irritant, dans vos mots",
        "On perd 4 à 11 % de nos culasses.",
        "Ce que nous avons compris",
        "Moins de 3 % de rebuts",
        "Le chemin proposé",
        "Données de procédé : lire, relier, expliquer",
        "session du 14 janvier 2027",
        "à convenir",
        "Vos partenaires et interlocuteurs",
        "Interlocuteur : Paul Bertin",
        "Données, propriété, confidentialité",
        "Prochaines étapes et validité",
        "21 janvier 2027",
        "Accord d’intention",
        "Ce document n’est pas un contrat.",
        "Pour Fonderie Zirkonia",
        "Pour Laboratoire des matériaux",
        "Données de démonstration.",
    ):
        assert said in text, said


def test_sections_without_something_to_say_are_left_out():
    poor = reading(
        snapshot(
            words="", target="", need="", conditions="", path=[], partners=[], coordinator="", parties=[]
        )
    )
    assert poor["sections"] == ["next", "agreement"]
    assert poor["drawing"] is None
    assert render_pdf(snapshot(conditions="", partners=[], illustrative=False, path=STEPS[:1])).pages >= 2


@pytest.mark.parametrize(
    ("language", "day"), [("fr", "22 novembre 2026"), ("de", "22. November 2026"), ("en", "22 November 2026")]
)
def test_three_languages(language, day):
    document = render_pdf(snapshot(language=language, words_language="de"))
    assert day in text_of(document)
    with pikepdf.open(io.BytesIO(document.content)) as pdf:
        assert str(pdf.Root.Lang) == language
        assert {str(node.Lang) for node in structure(pdf) if node.S == "/BlockQuote"} == {"de"}


def test_metadata_of_a_confidential_case_do_not_name_the_company():
    document = render_pdf(snapshot(confidentiality="nda"))
    with pikepdf.open(io.BytesIO(document.content)) as pdf:
        written = str(pdf.docinfo.as_dict() if hasattr(pdf.docinfo, "as_dict") else dict(pdf.docinfo))
        written += bytes(pdf.Root.Metadata.read_bytes()).decode()
    assert "Zirkonia" not in written
    assert "ENACT-7F3K-92" in written


# -- hostile text


class Listener:
    """Counts whoever knocks on a loopback port."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0.2)
        self.hits, self.open = 0, True
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()
        return self

    def _listen(self):
        while self.open:
            try:
                connection, _peer = self.socket.accept()
            except TimeoutError:
                continue
            self.hits += 1
            connection.close()

    def __exit__(self, *_error):
        self.open = False
        self.thread.join()
        self.socket.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}/"


def hostile(url: str) -> str:
    return (
        f'<script>alert(1)</script><img src="{url}a.png"><link rel=stylesheet href="{url}b.css">'
        f'<style>@import "{url}c.css"; body {{ background: url({url}d.png) }}</style>'
        '<link rel="attachment" href="file:///etc/passwd"><svg><image href="file:///etc/passwd"/></svg>'
        f'<object data="{url}e"></object>{{{{ settings.SECRET_KEY }}}}'
        "{% debug %} \x00\x07 👩‍👩‍👧 😀😀 العربية עברית \u202eecartne\u202c z\u0301\u0302\u0303"
    )


def test_hostile_text_reads_nothing_and_stays_text():
    with Listener() as listener:
        evil = hostile(listener.url)
        changes = dict.fromkeys(
            ("title", "words", "need", "target", "conditions", "next_steps", "coordinator"), evil
        )
        path = [
            {**step, **dict.fromkeys(("title", "organisation", "person", "summary", "when"), evil)}
            for step in STEPS
        ]
        company = dict.fromkeys(("name", "contact", "city"), evil)
        document = render_pdf(
            snapshot(**changes, path=path, company=company, parties=[evil], partners=[{"name": evil}])
        )
        assert listener.hits == 0
    with pikepdf.open(io.BytesIO(document.content)) as pdf:
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
        assert "/AF" not in pdf.Root
        assert all("Source-Sans-3" in name for name in font_names(pdf))
    assert b"root:x:0" not in document.content
    text = text_of(document)
    assert "root:" not in text
    assert "<script>alert(1)</script>" in text.replace(" ", "")


def test_oversize_text_is_bounded():
    word = "W" * 200_000
    changes = dict.fromkeys(
        ("title", "words", "need", "target", "conditions", "next_steps", "coordinator"), word
    )
    step = {**STEPS[0], **dict.fromkeys(("title", "organisation", "person", "summary", "when"), word)}
    document = render_pdf(
        snapshot(**changes, path=[step] * 50, parties=[word] * 100, partners=[{"name": word}] * 100)
    )
    assert document.pages <= 40
    assert render_pdf(snapshot(words="a\n" * 100_000, need="\n\n\n" * 100_000 + "b")).pages <= 10


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "https://example.org/x",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "FILE:/etc/passwd",
        "asset:../enact_portal/settings.py",
        "asset:css/../../README.md",
        "asset:%2e%2e/%2e%2e/etc/passwd",
        "asset:/etc/passwd",
        "asset://host/css/pdf.css",
        "asset:css/pdf.css?x",
        "asset:js/forms.js",
        "css/pdf.css",
        "",
    ],
)
def test_addresses_that_a_document_may_not_read(url):
    with pytest.raises(Refused):
        AssetFetcher().fetch(url)


def test_addresses_that_a_document_may_read():
    assert b"@page" in AssetFetcher().fetch("asset:css/pdf.css").read()
    assert AssetFetcher().fetch("data:text/plain,abc").read() == b"abc"


# -- text for print


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("4 % de rebuts", "4\u00a0% de rebuts"),
        ("ça coûte 3 € → trop", "ça coûte 3\u00a0€ → trop"),
        ("Groß, Łódź, naïve, œuvre", "Groß, Łódź, naïve, œuvre"),
        ("e\u0301", "é"),
        ("bravo 😀👩‍👩‍👧 !", "bravo □\u202f!"),
        ("\u202ecba\u202c", "cba"),
        ("a\x00b\x07c", "abc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a\u3000b", "a b"),
        (None, ""),
    ],
)
def test_clean(written, printed):
    assert clean(written, 100) == printed


def test_clean_cuts_and_says_so():
    assert clean("x" * 11, 10) == "x" * 10 + " […]"
    assert clean("x" * 10, 10) == "x" * 10
    assert lacks_signs("😀") and not lacks_signs("plain")
