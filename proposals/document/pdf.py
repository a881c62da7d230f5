"""Paper → PDF: PDF/UA-1 for people, PDF/A-3a with the snapshot inside for the archive. One variant per file.

The same snapshot gives the same bytes in every process: days come from the snapshot, fonts from static/fonts/pdf.
"""

import gc
import json
import warnings
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache

import pydyf
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from proposals.assets import AssetFetcher
from proposals.document.blocks import Paper
from proposals.document.composing import compose
from proposals.document.pictures.qr import qr, small

PEOPLE, ARCHIVE = "pdf/ua-1", "pdf/a-3a"
DATA_NAME = "proposal.json"
_COVER_QR = 68.0  # points


class CannotRender(Exception):
    """The document asked for something it may not read: an error of a template, never of a text."""


def write(snapshot: dict, variant: str = PEOPLE) -> tuple[bytes, int]:
    """(the file, its pages) of a snapshot of schema 2. Raises CannotRender."""
    paper = compose(snapshot)
    return laid_out(to_html(paper), variant, quoted=paper.words_language, data=snapshot)


def to_html(paper: Paper) -> str:
    """What the template makes of it, in the language of the document."""
    with translation.override(paper.language):
        code = qr(paper.verify_url, _COVER_QR) if paper.verify_url else None
        foot = small(paper.verify_url) if paper.verify_url else ""
        return render_to_string("pdf/document.html", {"paper": paper, "qr": code, "foot_qr": foot})


def laid_out(
    html: str, variant: str, *, quoted: str, data: dict, sheet: str = "document"
) -> tuple[bytes, int]:
    """HTML of ours as PDF. `quoted`: language of the company's words; `data`: what the archive carries as JSON;
    `sheet`: of css/, "" where the HTML names its own."""
    try:
        with _uncollected():
            return _written(html, variant, quoted, data, sheet)
    except FatalURLFetchingError as error:  # not an Exception: it would end the worker
        raise CannotRender(str(error.__cause__ or error)) from None


def _written(html: str, variant: str, quoted: str, data: dict, sheet: str) -> tuple[bytes, int]:
    fonts, style = _style(sheet) if sheet else (FontConfiguration(), None)
    source = HTML(string=html, base_url="asset:", url_fetcher=AssetFetcher())
    document = source.render(font_config=fonts, stylesheets=[style] if style else [])
    if variant == ARCHIVE:
        document.metadata.attachments = [_attached(data)]
    with warnings.catch_warnings():
        # WeasyPrint 70 leaves the file of the colour profile (PDF/A) to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        content = document.write_pdf(pdf_variant=variant, finisher=_finishing(quoted))
    return content, len(document.pages)


@contextmanager
def _uncollected():
    """Boxes by the ten thousand, nearly all of which live until the end: looking for garbage among them again and again
    is a fifth of the time. Looked for once, afterwards.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
        gc.collect(0)


@lru_cache(maxsize=2)
def _style(name: str) -> tuple[FontConfiguration, CSS]:
    """Fonts and rules are read once per process: that is a third of the time of a document."""
    fonts = FontConfiguration()
    return fonts, CSS(url=f"asset:css/{name}.css", url_fetcher=AssetFetcher(), font_config=fonts)


def _attached(data: dict) -> Attachment:
    """The snapshot as an associated file (AFRelationship Data); its day is the snapshot's."""
    day = datetime.fromisoformat(data["date"]).replace(tzinfo=UTC)
    return Attachment(
        string=json.dumps(data, sort_keys=True, ensure_ascii=False, indent=1),
        name=DATA_NAME,
        description="The structured data of this document",
        created=day,
        modified=day,
        relationship="Data",
    )


def _finishing(language: str):
    """What WeasyPrint 70 leaves undone: the language of the company's words in the structure; and the attached file,
    which it names twice in the catalogue and by no type.
    """

    def finish(_document, pdf):
        if "AF" in pdf.catalog:
            pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
        for element in pdf.objects:
            if isinstance(element, pydyf.Dictionary) and element.get("S") == "/BlockQuote":
                element["Lang"] = pydyf.String(language)
            elif isinstance(element, pydyf.Stream) and element.extra.get("Type") == "/EmbeddedFile":
                element.extra["Subtype"] = "/application#2fjson"

    return finish
