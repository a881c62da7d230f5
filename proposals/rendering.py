"""A snapshot in, a tagged A4 document out. Reads nothing but the snapshot and our own assets.

The same snapshot gives the same bytes: dates come from the snapshot, fonts from static/fonts/pdf, and text is
reduced to the signs those fonts have. PDF/UA-1 structure. Keys of a snapshot: docs/proposal-snapshot.md.
"""

from dataclasses import dataclass
from datetime import date

import pydyf
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from proposals.assets import AssetFetcher
from proposals.drawing import path_drawing
from proposals.plain import clean, lacks_signs, one_line
from proposals.steps import MAX_STEPS, STEP_LIMITS, kind_label

MAX_PARTNERS = 12
LONG = 4000


@dataclass(frozen=True)
class Document:
    """`content`: the PDF; `pages`: how many."""

    content: bytes
    pages: int


class CannotRender(Exception):
    """The document asked for something it may not read: an error of a template, never of a text."""


def render_pdf(snapshot: dict) -> Document:
    """The document of a frozen snapshot, in the snapshot's language. Raises CannotRender."""
    with translation.override(_language(snapshot.get("language"))):
        html = render_html(snapshot)
    try:
        fonts = FontConfiguration()
        document = HTML(string=html, base_url="asset:", url_fetcher=AssetFetcher()).render(font_config=fonts)
        content = document.write_pdf(
            pdf_variant="pdf/ua-1", finisher=_quotation_in(snapshot.get("words_language"))
        )
        return Document(content=content, pages=len(document.pages))
    except FatalURLFetchingError as error:  # not an Exception: it would end the worker
        raise CannotRender(str(error.__cause__ or error)) from None


def _quotation_in(language: object):
    """A finisher that says the language of the company's words: WeasyPrint leaves it out of the structure."""

    def finish(_document, pdf):
        for element in pdf.objects:
            if isinstance(element, pydyf.Dictionary) and element.get("S") == "/BlockQuote":
                element["Lang"] = pydyf.String(_language(language))

    return finish


def render_html(snapshot: dict) -> str:
    """The document as HTML, in the language that is active."""
    return render_to_string("pdf/proposal.html", reading(snapshot))


def reading(snapshot: dict) -> dict:
    """What the template says: texts bounded and printable, dates as dates, sections with content."""
    language = _language(snapshot.get("language"))
    company = snapshot.get("company") or {}
    steps = [_step(step, number) for number, step in enumerate(_path(snapshot)[:MAX_STEPS], 1)]
    texts = {
        "language": language,
        "reference": one_line(snapshot.get("reference"), 20),
        "version": int(snapshot.get("version") or 1),
        "date": date.fromisoformat(snapshot["date"]),
        "valid_until": date.fromisoformat(snapshot["valid_until"]),
        "nda": snapshot.get("confidentiality") == "nda",
        "title": one_line(snapshot.get("title"), 160),
        "company": one_line(company.get("name"), 200),
        "contact": one_line(company.get("contact"), 120),
        "city": one_line(company.get("city"), 80),
        "coordinator": one_line(snapshot.get("coordinator"), 120),
        "words": clean(snapshot.get("words"), LONG),
        "words_language": _language(snapshot.get("words_language"), language),
        "need": clean(snapshot.get("need"), LONG),
        "target": one_line(snapshot.get("target"), 300),
        "conditions": clean(snapshot.get("conditions"), LONG),
        "next_steps": clean(snapshot.get("next_steps"), 2000),
        "illustrative": bool(snapshot.get("illustrative")),
        "steps": steps,
        "drawing": path_drawing(steps) if len(steps) > 1 else None,
        "partners": [_partner(row, steps) for row in (snapshot.get("partners") or [])[:MAX_PARTNERS]],
        "signatories": [one_line(name, 200) for name in (snapshot.get("parties") or [])[:MAX_PARTNERS]],
        "missing_signs": any(
            lacks_signs(snapshot.get(key))
            for key in ("words", "title", "need", "target", "conditions", "next_steps")
        ),
    }
    # No line of the title begins with a dash.
    heading = texts["title"].replace(" – ", "\u00a0– ")
    return {**texts, "heading": heading, "sections": _sections(texts)}


def _sections(texts: dict) -> list[str]:
    """Codes of the sections that have something to say, in order (templates/pdf/sections/<code>.html)."""
    said = {
        "words": texts["words"],
        "need": texts["need"] or texts["target"],
        "path": texts["steps"],
        "partners": texts["partners"] or texts["coordinator"],
        "conditions": texts["conditions"],
        "next": True,
        "agreement": True,
    }
    return [code for code, something in said.items() if something]


def _language(code: object, default: str = "fr") -> str:
    return code if code in dict(settings.LANGUAGES) else default


def _path(snapshot: dict) -> list[dict]:
    """The steps, of all options one after the other (the sections of the second schema are another template's)."""
    if "options" not in snapshot:
        return snapshot.get("path") or []
    return [step for option in snapshot["options"] for step in option["steps"]]


def _step(step: dict, number: int) -> dict:
    texts = {key: one_line(step.get(key), limit) for key, limit in STEP_LIMITS.items()}
    return {**texts, "number": number, "kind": str(kind_label(step.get("kind", "")))}


def _partner(row: dict, steps: list[dict]) -> dict:
    name = one_line(row.get("name"), 200)
    return {
        "name": name,
        "kind": one_line(row.get("kind"), 60),
        "city": one_line(row.get("city"), 80),
        "person": one_line(row.get("person"), 120),
        "steps": [step["number"] for step in steps if name and step["organisation"] == name],
    }
