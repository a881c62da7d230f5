"""The table of calculators, and what one has at hand while it counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from foundation.registry import Registry
from programs.schemes.facts import Fact, FactErrors
from programs.schemes.rulebook import Rule, RuleBook
from programs.schemes.scenarios import Scenario
from programs.schemes.vocabulary import EMPLOYERS

NO, PERCENT = Decimal(0), Decimal(100)


@dataclass
class Result:
    """What a calculator found. `to_price`: words where the cost itself is not known; `refused`: why it is not open."""

    scenarios: list[Scenario] = field(default_factory=list)
    to_price: str = ""
    refused: str = ""
    instead: tuple[str, ...] = ()


class Work:
    """Facts, rules and the day, with what was read and said on the way."""

    def __init__(self, facts: Mapping[str, Any], rules: RuleBook, on: date):
        self.facts, self.rules, self.on = facts, rules, on
        self.read: dict[Rule, date] = {}  # rule → the day for which it was asked
        self.assumptions: list[str] = []
        self.warnings: list[str] = []
        # Of an employer for whom the scheme is known to be open; else aid is possible, never certain.
        self.certain = True

    def get(self, name: str, default: Any = None) -> Any:
        found = self.facts.get(name)
        return default if found is None else found

    @property
    def day(self) -> date:
        """That of the contract where it is known."""
        return self.get("signed_on", self.on)

    @property
    def taxed(self) -> bool:
        """Whether the employer is one that a tax credit can reach: a company taxed here on its profits."""
        return self.get("employer", "company") == "company"

    def assume(self, words: str) -> None:
        if words not in self.assumptions:
            self.assumptions.append(words)

    def warn(self, words: str) -> None:
        if words not in self.warnings:
            self.warnings.append(words)

    def rule(self, code: str, bracket: str = "", day: date | None = None) -> Rule:
        day = day or self.day
        rule = self.rules.on(day, code, bracket)
        self.read[rule] = day
        return rule

    def value(self, code: str, bracket: str = "", day: date | None = None) -> Decimal:
        return self.rule(code, bracket, day).value

    def share(self, code: str, bracket: str = "", day: date | None = None) -> Decimal:
        """A percentage as a fraction."""
        return self.value(code, bracket, day) / PERCENT

    def sums(self, code: str, bracket: str = "", day: date | None = None) -> list[Decimal]:
        """The amounts that an aid may come to: its value; nothing too where its rule has ended or may not apply."""
        day = day or self.day
        rule = self.rule(code, bracket, day)
        sure = rule.holds(day) and self.certain
        return [rule.value] if sure or not rule.value else [NO, rule.value]

    def refuse(self, fact: str, words: str) -> FactErrors:
        """To raise: a fact that contradicts a rule."""
        return FactErrors({fact: [words]})


Calculate = Callable[[Work], Result]


@dataclass(frozen=True)
class Calculator:
    """`rules`: codes of definitions.DEFINITIONS that it reads, or that its page shows."""

    code: str
    calculate: Calculate
    facts: tuple[Fact, ...]
    rules: tuple[str, ...]


CALCULATORS: Registry[Calculator] = Registry("scheme calculator")


def calculator(code: str, *, facts: tuple[Fact, ...], rules: tuple[str, ...] = ()):
    """Register the decorated function as the calculator of the scheme of this code."""

    def decorate(function: Calculate) -> Calculate:
        CALCULATORS.add(code, Calculator(code, function, facts, rules))
        return function

    return decorate


def possibilities(known: bool | None) -> tuple[bool, ...]:
    """What has to be counted through: both where it is not known."""
    return (True, False) if known is None else (known,)


def employer_words(work: Work) -> str:
    return str(EMPLOYERS[work.get("employer", "company")])


def own_money(work: Work) -> None:
    """Said of every estimate in which people of the company work along."""
    work.assume(_("Le temps passé par vos équipes et le matériel ne sont pas comptés."))
