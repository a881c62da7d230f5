"""What a memory is made of: decided irritants, and every choice of how they are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Decision:
    """A decided irritant. `outcomes`: offer id → weight, 1 (accepted) to -1 (not our expertise)."""

    key: str
    text: str
    language: str
    outcomes: Mapping[str, float]
    at: date
    title: str = ""


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """Every choice of the memory. Gate: chosen on half of the topics of a public collection, reported on the other.

    Closeness is the noisy-or of words (stems and 4-grams) and concepts. Gate: 0 below `shut`, 1 above `open`,
    of near × closeness + agree × agreement + accord × base score of the voted offers - rival × best title.
    `links`: how much concepts that others point at count; fixed when a memory is built.
    """

    grams: float = 0.35
    concepts: float = 1.0
    concept_doubt: float = 5.0
    links: float = 1.0
    neighbours: int = 12
    relative: float = 0.3
    power: float = 4.0
    attached: float = 0.15
    prior: float = 0.3
    half_life_days: float = 1095.0
    oldest: float = 0.25
    gate: bool = True
    near: float = 6.0
    agree: float = 2.0
    agree_doubt: float = 0.3
    accord: float = 3.0
    rival: float = 4.0
    shut: float = 4.0
    open: float = 6.0
    least: float = 0.05
    least_near: float = 0.12


class Places(Protocol):
    """Where offers stand in the catalogue's arrays; matching.view.View is one."""

    size: int

    def place_of(self, offer_id: str) -> int | None: ...


class Listed:
    """Offers in the order of a list."""

    def __init__(self, offer_ids: Sequence[str]) -> None:
        self.size = len(offer_ids)
        self.place_of = {name: place for place, name in enumerate(offer_ids)}.get
