"""Match, hold or redirect: whether a human must look before any partner sees a need, and why.

The rules are expressions in `data/verdicts.txt` (thesaurus format; the header names the effect first).
Prohibited use is a redirect, high-risk use a hold. Weak clues suffice only in the sectors that a rule names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .concepts import Hit, Recogniser
from .reading import Reading
from .text import DATA
from .thesaurus import Thesaurus
from .types import Need, VerdictCode, VerdictReason

SURE = 0.9
SECTOR_BONUS = 0.6
FEW_WORDS = 3


@dataclass(frozen=True, slots=True)
class Assessment:
    """A verdict, why, and topics of help that a sensitive need calls for (law, ethics, security)."""

    verdict: VerdictCode
    reasons: tuple[VerdictReason, ...]
    topics: Mapping[str, float]


class Judge:
    """Applies the verdict rules to a need. Raises ThesaurusError when the rules cannot be read."""

    def __init__(self, path: str | Path | None = None) -> None:
        rules = Thesaurus.load(path or DATA / "verdicts.txt")
        self._recogniser = Recogniser(rules)
        self._effects = {code: next(iter(entry.topics), "hold") for code, entry in rules.entries.items()}
        self._topics = {
            code: {
                topic: weight for topic, weight in entry.topics.items() if topic not in ("hold", "redirect")
            }
            for code, entry in rules.entries.items()
        }
        self._implied = {code: entry.broader for code, entry in rules.entries.items()}
        self._sectors = {code: entry.sectors for code, entry in rules.entries.items()}

    def assess(self, need: Need, reading: Reading) -> Assessment:
        """The verdict, its reasons with the words behind them (none for a match), the topics called for."""
        if len(reading.terms) < FEW_WORDS and not reading.topics:
            return Assessment("redirect", (VerdictReason("not-an-irritant"),), {})
        sure = {code: hit for code, hit in self._hits(need, reading).items() if self._sure(hit, need)}
        codes: dict[str, Hit] = {}
        for code, hit in sure.items():
            for named in (code, *self._implied[code]):
                codes.setdefault(named, hit)
        reasons = tuple(VerdictReason(code, codes[code].passages) for code in sorted(codes))
        redirected = any(self._effects[code] == "redirect" for code in sure)
        verdict: VerdictCode = "redirect" if redirected else "hold" if sure else "match"
        return Assessment(verdict, reasons, self._called_for(sure))

    def _called_for(self, codes: Iterable[str]) -> dict[str, float]:
        called: dict[str, float] = {}
        for code in codes:
            for topic, weight in self._topics[code].items():
                called[topic] = max(called.get(topic, 0.0), weight)
        return called

    def _sure(self, hit: Hit, need: Need) -> bool:
        bonus = SECTOR_BONUS if need.sector in self._sectors[hit.concept] else 0.0
        return hit.strength + bonus >= SURE

    def _hits(self, need: Need, reading: Reading) -> Mapping[str, Hit]:
        merged = self._recogniser.find_in(need.text, reading.language)
        for code, hit in self._recogniser.find_in(need.title, reading.language, in_title=True).items():
            other = merged.get(code)
            strength = max(hit.strength, other.strength if other else 0.0)
            merged[code] = Hit(code, strength, hit.passages + (other.passages if other else ()))
        return merged
