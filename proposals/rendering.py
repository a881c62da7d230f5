"""A snapshot in, a tagged A4 document out. Reads nothing but the snapshot and our own assets.

Schema 2 is composed by `proposals.document`; what stands here is schema 1, as it was when such versions were sent.
Keys of a snapshot: docs/proposal-snapshot.md.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from proposals.document import pdf
from proposals.document.pdf import ARCHIVE, PEOPLE, CannotRender
from proposals.drawing import path_drawing
from proposals.plain import clean, lacks_signs, one_line
from proposals.steps import MAX_STEPS, STEP_LIMITS, kind_label

MAX_PARTNERS = 12
LONG = 4000

__all__ = ["ARCHIVE", "PEOPLE", "CannotRender", "Document", "render_pdf"]


@dataclass(frozen=True)
class Document:
    """`content`: the PDF; `pages`: how many."""

    content: bytes
    pages: int


def render_pdf(snapshot: dict, variant: str = PEOPLE) -> Document:
    """The document of a frozen snapshot, in the snapshot's language. Raises CannotRender."""
    if snapshot.get("schema", 1) >= 2:
        return Document(*pdf.write(snapshot, variant))
    with translation.override(_language(snapshot.get("language"))):
        html = render_html(snapshot)
    quoted = _language(snapshot.get("words_language"))
    return Document(*pdf.laid_out(html, variant, quoted=quoted, data=snapshot, sheet=""))


def render_html(snapshot: dict) -> str:
    """The document as HTML, in the language that is active."""
    return render_to_string("pdf/proposal.html", reading(snapshot))


def reading(snapshot: dict) -> dict:
    """What the template says: texts bounded and printable, dates as dates, sections with content."""
    language = _language(snapshot.get("language"))
    company = snapshot.get("company") or {}
    steps = [_step(step, number) for number, step in enumerate((snapshot.get("path") or [])[:MAX_STEPS], 1)]
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
