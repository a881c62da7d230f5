"""Amounts of one possible course of things, and the range that several of them span.

What is not known is never averaged: each possibility is counted through as a scenario, and an estimate is what lies
between the cheapest and the dearest. So ranges of lines that depend on each other (CIR *or* CICo) stay true in the sum.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

COST, AID, TAX = "cost", "aid", "tax"


@dataclass(frozen=True)
class Line:
    """`amount` ≥ 0 in euros without VAT, whatever the kind: aid and tax are taken off. `rules`: codes it rests on."""

    code: str
    label: str
    amount: Decimal
    kind: str
    rules: tuple[str, ...] = ()


Scenario = tuple[Line, ...]


def scenario(*lines: Line | None, priced: bool = True) -> Scenario:
    """Whole euros, on the careful side: costs are rounded up, aid down; and all aid together never exceeds the cost.

    priced=False: part of the cost is not known, so it is no limit for the aid.
    """
    kept = [line for line in lines if line is not None]
    left = Decimal(0)
    whole: list[Line] = []
    for line in kept:
        if line.kind == COST:
            amount = line.amount.to_integral_value(ROUND_CEILING)
            left += amount
            whole.append(Line(line.code, line.label, amount, line.kind, line.rules))
    for line in kept:
        if line.kind != COST:
            amount = line.amount.to_integral_value(ROUND_FLOOR)
            if priced:
                amount = min(amount, left)
            left -= amount
            whole.append(Line(line.code, line.label, amount, line.kind, line.rules))
    return tuple(whole)


def before(lines: Scenario) -> Decimal:
    return sum((line.amount for line in lines if line.kind == COST), Decimal(0))


def after(lines: Scenario) -> Decimal:
    return before(lines) - sum((line.amount for line in lines if line.kind != COST), Decimal(0))


def bounds(amounts: Iterable[Decimal]) -> list[int]:
    """[lowest, highest], whole euros."""
    known = sorted(int(amount) for amount in amounts)
    return [known[0], known[-1]]


def envelope(scenarios: list[Scenario]) -> list[dict]:
    """Each line of any scenario with its lowest and highest amount; where one has no such line, that is 0."""
    first: dict[str, Line] = {}
    for lines in scenarios:
        for line in lines:
            first.setdefault(line.code, line)
    amounts = [{line.code: line.amount for line in lines} for lines in scenarios]
    spans = {code: bounds(one.get(code, Decimal(0)) for one in amounts) for code in first}
    order = {COST: 0, AID: 1, TAX: 2}
    return [
        {
            "code": line.code,
            "label": line.label,
            "low": spans[code][0],
            "high": spans[code][1],
            "kind": line.kind,
            "rules": list(line.rules),
        }
        for code, line in sorted(first.items(), key=lambda item: order[item[1].kind])
    ]
