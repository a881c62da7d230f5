"""Hard rules: who may be offered what. Each reads structured facts only and declares what *unknown* does.

A rule answers for all offers at once, an int8 array of shape (offers,): 1 met, 0 not met, -1 unknown.
Each rule declares what "not met" and what "unknown" do: keep the offer, drop it, or hold it (kept, lowered,
with a reason that asks a human to check).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from .catalogue import SIZES
from .facts import Facts
from .types import Need, RuleOutcome

MET, UNMET, UNKNOWN = 1, 0, -1
_STATES: dict[int, Literal["met", "unmet", "unknown"]] = {MET: "met", UNMET: "unmet", UNKNOWN: "unknown"}
_FOREIGN = ("DE", "LU", "BE", "CH")
# INSEE headcount brackets: up to 9, 10 to 249, 250 to 4 999, 5 000 and more.
_BRACKETS = {
    **dict.fromkeys(("00", "01", "02", "03"), "TPE"),
    **dict.fromkeys(("11", "12", "21", "22", "31"), "PME"),
    **dict.fromkeys(("32", "41", "42", "51"), "ETI"),
    **dict.fromkeys(("52", "53"), "GE"),
}

Array = np.ndarray
Effect = Literal["keep", "drop", "hold"]


def country_of(territory: str) -> str:
    """ISO country of a territory: "DE-BW" → "DE", a French department → "FR", unknown → ""."""
    code = territory.strip().upper()
    if code[:2] in _FOREIGN:
        return code[:2]
    return "FR" if code[:2].isdigit() or code[:2] in ("2A", "2B", "FR") else ""


def size_of(need: Need) -> str:
    """TPE, PME, ETI or GE; from the bracket for a company of unknown type; "" for other bodies."""
    kind = need.organisation_type.strip()
    if kind.upper() in SIZES:
        return kind.upper()
    return "" if kind else _BRACKETS.get(need.headcount_bracket, "")


@dataclass(frozen=True, slots=True)
class Rule:
    """A named hard rule with the declared effect of each state that is not "met"."""

    name: str
    states: Callable[[Need, Facts], Array]
    unknown: Effect = "keep"
    unmet: Effect = "drop"
    catalogue_state: bool = False

    def having(self, effect: Effect, states: Array) -> Array:
        """Boolean mask of the offers on which the rule has an effect."""
        unmet = (states == UNMET) if self.unmet == effect else np.zeros(len(states), dtype=bool)
        return unmet | (states == UNKNOWN) if self.unknown == effect else unmet


def _published(need: Need, facts: Facts) -> Array:
    return facts.published.astype(np.int8)


def _still_valid(need: Need, facts: Facts) -> Array:
    return _until(facts.valid_until, need.today)


def _can_still_start(need: Need, facts: Facts) -> Array:
    return _until(facts.last_start, need.today)


def _until(ordinals: Array, today: date) -> Array:
    states = (ordinals >= today.toordinal()).astype(np.int8)
    states[ordinals == 0] = UNKNOWN
    return states


def _country(need: Need, facts: Facts) -> Array:
    country = country_of(need.territory)
    anywhere = facts.countries == 0
    if not country:
        return np.where(anywhere, MET, UNKNOWN).astype(np.int8)
    return (anywhere | facts.for_country(country)).astype(np.int8)


def _size(need: Need, facts: Facts) -> Array:
    size = size_of(need)
    any_size = facts.sizes == 0
    if not size:
        return np.where(any_size, MET, UNKNOWN).astype(np.int8)
    return (any_size | facts.for_size(size)).astype(np.int8)


RULES: tuple[Rule, ...] = (
    Rule("published", _published, unknown="drop", catalogue_state=True),
    Rule("valid", _still_valid, catalogue_state=True),
    Rule("start", _can_still_start),
    # The territory is where the writer sits: a group has sites across the border, so a human checks.
    Rule("country", _country, unmet="hold"),
    Rule("company_size", _size),
)


def active_rules(apply_status_rules: bool) -> tuple[Rule, ...]:
    """All rules, or those that do not depend on the publication state of the catalogue."""
    return RULES if apply_status_rules else tuple(rule for rule in RULES if not rule.catalogue_state)


def allowed(need: Need, facts: Facts, rules: tuple[Rule, ...]) -> Array:
    """Boolean mask of shape (offers,): offers that no rule drops."""
    mask = np.ones(facts.size, dtype=bool)
    for rule in rules:
        mask &= ~rule.having("drop", rule.states(need, facts))
    return mask


def holding(need: Need, facts: Facts, rules: tuple[Rule, ...]) -> Array:
    """How many rules hold each offer for a human to check, shape (offers,)."""
    count = np.zeros(facts.size, dtype=np.float32)
    for rule in rules:
        count += rule.having("hold", rule.states(need, facts))
    return count


def outcomes(need: Need, facts: Facts, rules: tuple[Rule, ...], place: int) -> tuple[RuleOutcome, ...]:
    """What every rule says of the offer at `place`."""
    results = []
    for rule in rules:
        states = rule.states(need, facts)
        state = _STATES[int(states[place])]
        excludes = bool(rule.having("drop", states)[place])
        holds = bool(rule.having("hold", states)[place])
        results.append(RuleOutcome(rule.name, state, rule.unknown, excludes, holds))
    return tuple(results)
