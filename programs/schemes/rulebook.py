"""Rules as a value: dated rows, which of them is in force on a day, and which were read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Rule:
    """One dated row. Both days are included; `valid_until` None: until further notice. `value` in `unit`s."""

    code: str
    bracket: str
    value: Decimal
    unit: str
    valid_from: date
    valid_until: date | None
    source: str
    confidence: str  # of vocabulary.CONFIDENCES

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class UnknownRule(LookupError):
    """No row at all for a rule that a calculator needs: (code, bracket)."""


class BeforeRules(LookupError):
    """A day that lies before everything known of a rule."""

    def __init__(self, code: str, first: date):
        super().__init__(code, first)
        self.code, self.first = code, first


class RuleBook:
    """Rows by code and bracket; at most one is in force on a day (the tables and the loader see to that)."""

    def __init__(self, rules: Iterable[Rule]):
        self._rows: dict[tuple[str, str], list[Rule]] = {}
        for rule in sorted(rules, key=lambda one: one.valid_from):
            self._rows.setdefault((rule.code, rule.bracket), []).append(rule)

    def __iter__(self) -> Iterator[Rule]:
        for rows in self._rows.values():
            yield from rows

    def brackets(self, code: str) -> list[str]:
        return [bracket for known, bracket in self._rows if known == code]

    def on(self, day: date, code: str, bracket: str = "") -> Rule:
        """The row in force that day; where it has ended and no other follows, the last one (`holds` tells).

        Raises UnknownRule without any row, BeforeRules for a day before the first of them: what was true then is
        not known, and the oldest value would be a guess.
        """
        rows = self._rows.get((code, bracket))
        if not rows:
            raise UnknownRule(code, bracket)
        begun = [rule for rule in rows if rule.valid_from <= day]
        if not begun:
            raise BeforeRules(code, rows[0].valid_from)
        return begun[-1]
