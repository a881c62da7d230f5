"""Topics proposed from the text of an offer: the partner ticks what is right."""

from dataclasses import dataclass

from programs.editing.forms import OfferForm
from programs.engine import recognise
from programs.models import Offer, Topic
from programs.terms import labelled

PROPOSED = 8


@dataclass(frozen=True)
class Choice:
    """`words`: of the text, which speak of this topic; none for what the partner chose without them."""

    code: str
    label: str
    ticked: bool
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Groups:
    near: list[Choice]  # ticked, or proposed
    others: list[Choice]
    proposed: int
    errors: list[str]


def groups(offer: Offer, shown: Offer, form: OfferForm) -> Groups:
    """`shown`: the offer as typed, whose words are read."""
    ticked = {str(code) for code in form["topics"].value() or ()}
    text = "\n".join(
        filter(None, (shown.text(name, offer.language) for name in ("title", "summary", "description")))
    )
    found = (
        {one.topic: one.words for one in recognise(text, offer.language)[:PROPOSED]} if text.strip() else {}
    )
    labels = dict(labelled(Topic))
    near = [
        Choice(code, labels[code], code in ticked, words) for code, words in found.items() if code in labels
    ]
    near += [
        Choice(code, label, True) for code, label in labels.items() if code in ticked and code not in found
    ]
    known = {one.code for one in near}
    others = [Choice(code, label, False) for code, label in labels.items() if code not in known]
    errors = list(form.errors.get("topics", ())) if form.is_bound else []
    return Groups(near, others, sum(not one.ticked for one in near), errors)
