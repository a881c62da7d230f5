"""What a snapshot of schema 1 says, for the template of its time (templates/pdf/proposal.html)."""

from datetime import date

from proposals.document.reading import language_of
from proposals.drawing import path_drawing
from proposals.plain import clean, lacks_signs, one_line
from proposals.steps import MAX_STEPS, STEP_LIMITS, kind_label

MAX_PARTNERS = 12
LONG = 4000


def reading(snapshot: dict) -> dict:
    """What the template says: texts bounded and printable, dates as dates, sections with content."""
    language = language_of(snapshot.get("language"))
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
        "words_language": language_of(snapshot.get("words_language"), language),
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
