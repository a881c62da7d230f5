"""The paragraphs of a version: what a party comments on, and where a wording that is taken goes.

The only place that knows how a snapshot and a proposal hold their text: schema 1 (fields and one path) and schema 2
(sections of paragraphs, options of steps; docs/proposal-snapshot.md).
"""

from copy import deepcopy
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from proposals.models import Proposal

FIELDS: dict[str, str | Promise] = {
    "need": _("Ce que nous avons compris"),
    "target": _("L’objectif"),
}
AFTER: dict[str, str | Promise] = {
    "conditions": _("Données, propriété, confidentialité"),
    "next_steps": _("La suite"),
}
SECTIONS: dict[str, str | Promise] = {
    "need": FIELDS["need"],
    "baseline": _("La situation de départ"),
    "market": _("Ce qui existe déjà"),
    "data": _("Les données"),
    "ethics": _("Cadre éthique et réglementaire"),
    "staffing": _("Les personnes"),
    "conditions": AFTER["conditions"],
    "risks": _("Les risques"),
    "next_steps": AFTER["next_steps"],
}
# Lengths of what can be put back, by the place it goes to; a paragraph of a section holds as much as the need.
LONGEST = {"target": 300, "next_steps": 2000}
_STEP, _TEXT = 600, 4000


@dataclass(frozen=True)
class Paragraph:
    """`id`: stable from version to version of one proposal; `heading`: words in the active language."""

    id: str
    heading: str
    text: str
    longest: int = _TEXT


def paragraphs(snapshot: dict) -> list[Paragraph]:
    """Everything in the text of a version that may be commented on, in the order of the document; none once erased."""
    found = _sections(snapshot) if "sections" in snapshot else _fields(snapshot, FIELDS)
    found += [
        Paragraph(code, step["title"], step.get("summary", ""), _STEP) for code, step in steps_of(snapshot)
    ]
    if "sections" not in snapshot:
        found += _fields(snapshot, AFTER)
    return found


def _fields(snapshot: dict, labels: dict) -> list[Paragraph]:
    return [
        Paragraph(code, str(label), snapshot[code], LONGEST.get(code, _TEXT))
        for code, label in labels.items()
        if snapshot.get(code)
    ]


def _sections(snapshot: dict) -> list[Paragraph]:
    columns = [one for one in _fields(snapshot, FIELDS) if one.id not in snapshot["sections"]]
    rows = [
        Paragraph(row["id"], str(label), row["text"])
        for code, label in SECTIONS.items()
        for row in snapshot["sections"].get(code, ())
    ]
    return columns + rows


def steps_of(snapshot: dict) -> list[tuple[str, dict]]:
    """(paragraph id, step): by its own id where it has one, else by its place."""
    paths = [option["steps"] for option in snapshot.get("options", ())] or [snapshot.get("path", ())]
    return [
        (step.get("id") or f"step-{number}", step) for steps in paths for number, step in enumerate(steps, 1)
    ]


def paragraph(snapshot: dict, code: str) -> Paragraph | None:
    return next((one for one in paragraphs(snapshot) if one.id == code), None)


def current(proposal: Proposal, code: str) -> str | None:
    """The text that this paragraph has in the proposal as it stands; None when it is no longer there."""
    one = paragraph(_as_snapshot(proposal), code)
    return one.text if one else None


def placed(proposal: Proposal, code: str, text: str) -> dict | None:
    """The fields of the proposal with `text` in that paragraph, for writing.edit; None when it is no longer there."""
    stored = _as_snapshot(proposal)
    if code in stored.get("sections", {}) or code not in (*FIELDS, *AFTER):
        return _placed_inside(stored, code, text)
    return {code: text} if code in stored else None


def _placed_inside(stored: dict, code: str, text: str) -> dict | None:
    for name in ("sections", "options", "path"):
        held = deepcopy(stored.get(name))
        if not held:
            continue
        if name == "sections":
            rows = [(row["id"], row, "text") for part in held.values() for row in part]
        else:
            rows = [(key, step, "summary") for key, step in steps_of({name: held})]
        for key, row, field in rows:
            if key == code:
                row[field] = text
                return {name: held}
    return None


def _as_snapshot(proposal: Proposal) -> dict:
    """The columns of the proposal that hold text, named as in a snapshot."""
    names = ("need", "target", "conditions", "next_steps", "path", "options", "sections")
    return {name: value for name in names if (value := getattr(proposal, name, None)) is not None}
