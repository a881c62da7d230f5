"""What a memory says of one need, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from ..index import Array
from ..types import Reason


@dataclass(frozen=True, slots=True)
class Echo:
    """A decided irritant that was close: `closeness` 0 to 1, `outcomes` by place of the offer."""

    key: str
    closeness: float
    at: date
    outcomes: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Recollection:
    """What the memory says of one need. Empty `places` when the gate is shut: then nothing changes.

    places: offers concerned, ascending; values: bonus of each, -1 to 1. gate: 0 shut to 1 open.
    """

    places: Array
    values: Array
    gate: float = 0.0
    echoes: tuple[Echo, ...] = ()
    signals: Mapping[str, float] = field(default_factory=dict)

    def dense(self, offers: int) -> Array:
        bonus = np.zeros(offers, dtype=np.float32)
        bonus[self.places] = self.values
        return bonus

    def value(self, place: int) -> float:
        index = int(np.searchsorted(self.places, place))
        found = index < len(self.places) and self.places[index] == place
        return float(self.values[index]) if found else 0.0

    def reason(self, place: int, weight: float = 1.0, limit: int = 3) -> Reason | None:
        """The reason "memory" of one offer, None when no echo speaks of it. `weight`: its part in the score."""
        speaking = [echo for echo in self.echoes if echo.outcomes.get(place)]
        value = self.value(place)
        if not speaking or value == 0.0:
            return None
        # Those that speak the way the sum goes, nearest first.
        speaking = [echo for echo in speaking if (echo.outcomes[place] > 0) == (value > 0)] or speaking
        shown = speaking[:limit]
        detail = {
            "keys": [echo.key for echo in shown],
            "closeness": [round(echo.closeness, 3) for echo in shown],
            "outcomes": [round(echo.outcomes[place], 2) for echo in shown],
            "count": len(speaking),
            "effect": "raises" if value > 0 else "lowers",
        }
        return Reason("memory", round(min(1.0, max(0.0, weight)), 4), detail)


SILENT = Recollection(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
