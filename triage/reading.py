"""A proposal as a partner may read it: whole once the company has made itself known to it, else without who it is.

How far it may read is decided by triage.disclosure alone. Below that, a text is left out as a whole where it would name
the company (the same search as for summaries), and what only the company said is not there at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from triage.disclosure import PartnerView, Reach, partner_view
from triage.models import Referral
from triage.qualifying import identifying_words

# What a document says without saying for whom; the rest of a snapshot is the company's.
OF_THE_DOCUMENT = (
    "schema",
    "version",
    "language",
    "reference",
    "date",
    "valid_until",
    "target",
    "path",
    "options",
    "rules",
    "sections",
    "conditions",
    "next_steps",
    "partners",
    "parties",
    "illustrative",
    "coordinator",
    "chosen",
    "trl",
    "maturity",
)
# Sections that repeat what the company said of itself: its figures, what it tried.
_OF_THE_COMPANY = ("baseline", "market")


@dataclass(frozen=True)
class Reading:
    """`snapshot`: None when nothing may be read; `whole`: the document itself, of which the PDF may be fetched."""

    view: PartnerView
    snapshot: dict | None
    whole: bool


def reading_of(referral: Referral, snapshot: dict) -> Reading:
    """What the referral's partner may read of this snapshot (docs/proposal-snapshot.md) today."""
    view = partner_view(referral)
    if view.reach == Reach.EVERYTHING:
        return Reading(view, snapshot, True)
    if view.reach == Reach.NOTHING or not snapshot:
        return Reading(view, None, False)
    return Reading(view, _without_the_company(referral, snapshot), False)


def left_out(referral: Referral, snapshot: dict) -> list[str]:
    """Words by which texts of this document would name the company to a partner that may not know it."""
    if reading_of(referral, snapshot).whole:
        return []
    return identifying_words("\n".join(_texts(_for_others(referral, snapshot))), referral.irritant)


def _without_the_company(referral: Referral, snapshot: dict) -> dict:
    hidden = _("[Ce passage nomme l’entreprise : vous le lirez quand elle aura partagé son nom avec vous.]")
    said = _for_others(referral, snapshot)
    kept = _held_back(said, lambda text: bool(identifying_words(text, referral.irritant)), hidden)
    return {
        **kept,
        "need": referral.summary,
        "title": "",
        "company": {"name": _("L’entreprise")},
        "words": "",
    }


def _for_others(referral: Referral, snapshot: dict) -> dict:
    """What is said in the document without saying for whom; the need as this partner was told it, in no other words."""
    said = {key: snapshot[key] for key in OF_THE_DOCUMENT if key in snapshot}
    if "sections" in said:
        rows = {code: rows for code, rows in said["sections"].items() if code not in _OF_THE_COMPANY}
        first = next(iter(rows.get("need", ())), {"id": "need"})
        said["sections"] = {**rows, "need": [{**first, "text": referral.summary}]}
    return said


def _held_back(value: Any, names: Any, hidden: str) -> Any:
    if isinstance(value, str):
        return hidden if value and names(value) else value
    if isinstance(value, dict):
        if value.get("leads") == "company":
            value = {**value, "organisation": _("L’entreprise"), "person": ""}
        return {key: _held_back(one, names, hidden) for key, one in value.items()}
    if isinstance(value, list):
        return [_held_back(one, names, hidden) for one in value]
    return value


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            if not (key in ("organisation", "person") and value.get("leads") == "company"):
                yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
