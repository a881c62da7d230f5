"""How complete an offer is, and the next best thing to add (the table: programs.editing.needs)."""

from dataclasses import dataclass, replace

from programs.editing.needs import NEEDS, Need
from programs.models import Offer

SHORT = 3  # of what is missing, said in one line


@dataclass(frozen=True)
class Completeness:
    """`percent`: 0 to 100; `missing`: best next thing first, what publication requires before all else, `field`
    being there the form's own name of it."""

    percent: int
    missing: list[Need]

    @property
    def next(self) -> Need | None:
        return self.missing[0] if self.missing else None

    @property
    def first(self) -> list[Need]:
        return self.missing[:SHORT]

    @property
    def more(self) -> int:
        return max(0, len(self.missing) - SHORT)

    @property
    def publishable(self) -> bool:
        return not self.required

    @property
    def required(self) -> list[Need]:
        return [need for need in self.missing if need.required]


def needs_of(offer: Offer) -> list[Need]:
    own = f"title_{offer.language}"  # the language of origin is no translation
    return [need for need in NEEDS if offer.kind in need.kinds and need.field != own]


def required_fields(offer: Offer) -> set[str]:
    """Names of the form's fields without which an offer is not published."""
    partners = {"trl_min": "trl_max", "duration_months_min": "duration_months_max"}
    names = {need.field_of(offer) for need in needs_of(offer) if need.required}
    return names | {partners[name] for name in names & partners.keys()}


def of(offer: Offer) -> Completeness:
    needs = needs_of(offer)
    missing = sorted(
        (need for need in needs if not need.met(offer)), key=lambda need: (not need.required, -need.weight)
    )
    if any(need.required and need.field == "description_{}" for need in missing):
        # A text that is not there cannot be too short.
        missing = [need for need in missing if need.required or need.field != "description_{}"]
    whole = sum(need.weight for need in needs)
    have = sum(need.weight for need in needs if need.met(offer))
    return Completeness(100 * have // whole, [replace(need, field=need.field_of(offer)) for need in missing])
