"""The paragraphs of a version: what a party comments on, and where a wording that is taken goes.

A paragraph of a section keeps the id that it has there, a step's text has the step's, the aim is "target". What was
sent before there were options and sections (schema 1) has the ids that migration 0003 gave its text in the proposal.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from proposals import sections
from proposals.document.reading import LETTERS
from proposals.models import Proposal
from proposals.steps import STEP_LIMITS

TARGET = "target"
_OLD_TEXTS = ("need", "conditions", "next_steps")


@dataclass(frozen=True)
class Paragraph:
    """`id`: stable from version to version of one proposal; `heading`: words in the active language; `longest`: signs
    of what may be put in its place."""

    id: str
    heading: str
    text: str
    longest: int


def paragraphs(snapshot: dict[str, Any]) -> list[Paragraph]:
    """Everything in a version that may be worded otherwise, in the order of the document; none once erased."""
    held = snapshot if "sections" in snapshot else _brought_over(snapshot)
    found = {
        code: [
            Paragraph(row["id"], str(label), row["text"], sections.PARAGRAPH_MAX)
            for row in held["sections"].get(code, ())
        ]
        for code, label in sections.SECTIONS.items()
    }
    first = [*found.pop("need"), *found.pop("baseline"), *_target(held), *found.pop("market")]
    return [*first, *_steps(held), *(one for rows in found.values() for one in rows)]


def _target(held: dict[str, Any]) -> list[Paragraph]:
    longest = Proposal._meta.get_field(TARGET).max_length
    return [Paragraph(TARGET, _("L’objectif"), held[TARGET], longest)] if held.get(TARGET) else []


def _steps(held: dict[str, Any]) -> list[Paragraph]:
    """What is done in each step, under its number in the document."""
    return [
        Paragraph(
            step["id"], f"{letter}{number} · {step['title']}", step.get("summary", ""), STEP_LIMITS["summary"]
        )
        for letter, option in zip(LETTERS, held.get("options", ()), strict=False)
        for number, step in enumerate(option["steps"], 1)
    ]


def _brought_over(snapshot: dict[str, Any]) -> dict[str, Any]:
    steps = [{**step, "id": f"a{number}"} for number, step in enumerate(snapshot.get("path", ()), 1)]
    texts = {code: snapshot[code] for code in _OLD_TEXTS if snapshot.get(code)}
    return {
        TARGET: snapshot.get(TARGET, ""),
        "sections": sections.with_text({}, **texts),
        "options": [{"id": "a", "steps": steps}],
    }


def paragraph(snapshot: dict[str, Any], code: str) -> Paragraph | None:
    return next((one for one in paragraphs(snapshot) if one.id == code), None)


def current(proposal: Proposal, code: str) -> str | None:
    """The text that this paragraph has in the proposal as it stands; None when it is no longer there."""
    held = {TARGET: proposal.target, "sections": proposal.sections, "options": proposal.options}
    one = paragraph(held, code)
    return one.text if one else None


def placed(proposal: Proposal, code: str, text: str) -> dict[str, Any] | None:
    """The fields of the proposal with `text` in that paragraph, for writing.edit; None when it is no longer there."""
    if current(proposal, code) is None:
        return None
    if code == TARGET:
        return {TARGET: " ".join(text.split())}
    if code in sections.ids_in(proposal.sections):
        return {
            "sections": {
                part: _with_text(rows, code, "text", text) for part, rows in proposal.sections.items()
            }
        }
    return {
        "options": [
            {**option, "steps": _with_text(option["steps"], code, "summary", text)}
            for option in proposal.options
        ]
    }


def _with_text(rows: list[dict], code: str, field: str, text: str) -> list[dict]:
    return [{**row, field: text} if row["id"] == code else row for row in rows]
