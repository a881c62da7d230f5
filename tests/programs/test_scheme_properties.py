"""What holds for every scheme whatever is typed (hypothesis)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.schemes.definitions import DEFINITIONS, label_of
from programs.schemes.facts import AMOUNT, CHOICE, DAY, WHOLE, YES_NO, Fact, FactErrors
from programs.schemes.rulebook import BeforeRules
from programs.schemes.vocabulary import EMPLOYERS
from programs.schemes.work import CALCULATORS
from tests.programs.schemes import BOOK, INFOS, counted

DAYS = st.dates(date(2026, 3, 8), date(2029, 12, 31))
MONEY = st.decimals(0, 3_000_000, places=2)


def values_of(fact: Fact):
    if fact.kind == CHOICE:
        return st.sampled_from(list(fact.choices() if callable(fact.choices) else fact.choices))
    if fact.kind == YES_NO:
        return st.booleans()
    if fact.kind == DAY:
        return DAYS.map(date.isoformat)
    if fact.kind == WHOLE:
        return st.integers(fact.low, min(int(fact.high), 5_000))
    assert fact.kind == AMOUNT
    return st.decimals(fact.low, min(Decimal(fact.high), Decimal(3_000_000)), places=2)


@st.composite
def asked(draw, without=()):
    code = draw(st.sampled_from(sorted(CALCULATORS)))
    facts = CALCULATORS[code].facts
    drawn = {one.name: draw(st.none() | values_of(one)) for one in facts if one.name not in without}
    return code, {name: value for name, value in drawn.items() if value is not None}, draw(DAYS)


def estimate(code, facts, on):
    """None for facts that contradict each other or a rule: those are refused beside their field."""
    try:
        return counted(code, facts, on)
    except FactErrors:
        return None


def every(value):
    yield value
    if isinstance(value, dict):
        for one in value.values():
            yield from every(one)
    elif isinstance(value, list):
        for one in value:
            yield from every(one)


@given(asked())
@settings(max_examples=600, deadline=None)
def test_whatever_is_typed(example):
    found = estimate(*example)
    if found is None:
        return
    said = found.as_json()
    assert not any(isinstance(one, float) for one in every(said))
    for line in said["lines"]:
        assert 0 <= line["low"] <= line["high"]
    assert (found.before is None) == (found.after is None) == bool(found.refused or found.to_price)
    assert not (found.refused and found.lines)
    if found.before is not None:
        assert 0 <= found.before[0] <= found.before[1]
        assert 0 <= found.after[0] <= found.after[1]
        assert found.after[0] <= found.before[0] and found.after[1] <= found.before[1]
        taken_off = [line["high"] for line in said["lines"] if line["kind"] != "cost"]
        assert all(one <= found.before[1] for one in taken_off)
        assert sum(line["low"] for line in said["lines"] if line["kind"] == "cost") <= found.before[0]
    for rule in said["rules"]:
        assert rule["source"] and rule["valid_from"] and rule["label"] and rule["value"]


@given(asked())
@settings(max_examples=400, deadline=None)
def test_a_rule_that_has_ended_is_always_said(example):
    code, facts, on = example
    found = estimate(code, facts, on)
    if found is None or found.refused:
        return
    day = date.fromisoformat(facts.get("signed_on", on.isoformat()))
    for rule in found.rules:
        if rule["valid_until"] and date.fromisoformat(rule["valid_until"]) < day:
            assert any(label_of(rule["code"]) in words for words in found.warnings)
        if rule["confidence"] != "high":
            assert any(label_of(rule["code"]) in words for words in found.warnings)


@given(asked(without=("employer",)), st.sampled_from(sorted(EMPLOYERS)))
@settings(max_examples=400, deadline=None)
def test_whom_a_scheme_is_closed_to_is_refused_whatever_else_is_said(example, employer):
    code, facts, on = example
    if "employer" not in {one.name for one in CALCULATORS[code].facts}:
        return
    found = estimate(code, {**facts, "employer": employer}, on)
    if found is None:
        return
    if employer in INFOS[code].closed_to:
        assert found.refused and found.before is None and found.lines == []
    elif employer not in INFOS[code].open_to and not found.refused:
        assert any(str(EMPLOYERS[employer]) in words for words in found.warnings)


@given(st.sampled_from(sorted(DEFINITIONS)), st.dates(date(2020, 1, 1), date(2031, 1, 1)))
@settings(max_examples=400, deadline=None)
def test_the_rule_in_force_is_the_one_of_the_day(code, day):
    for bracket in DEFINITIONS[code].brackets:
        rows = [rule for rule in BOOK if (rule.code, rule.bracket) == (code, bracket)]
        holding = [rule for rule in rows if rule.holds(day)]
        try:
            found = BOOK.on(day, code, bracket)
        except BeforeRules:
            assert not holding and all(day < rule.valid_from for rule in rows)
            continue
        assert holding == [found] if holding else found.valid_until < day


def sums(code, **facts):
    found = counted(code, facts, date(2026, 11, 26))
    return found.before, found.after


@pytest.mark.parametrize(
    ("code", "fact", "low", "high", "others"),
    [
        ("cifre", "gross_year", 27_600, 120_000, {"cir": True}),
        ("cifre", "gross_year", 27_600, 120_000, {}),
        ("cifre", "lab_fee_year", 0, 80_000, {"cir": True}),
        ("contrat-doctoral-prive", "months", 1, 60, {"gross_year": 30_000}),
        ("stage", "hours", 1, 924, {}),
        ("apprentissage", "months", 12, 36, {"cost_month": 1400, "headcount": 80, "level": "bac2"}),
        ("contrat-pro", "months", 6, 36, {"cost_month": 1400}),
        ("formation-continue", "people", 1, 400, {"price": 1200}),
        ("collaboration", "amount", 0, 20_000_000, {"size": "sme"}),
        ("chaire", "amount_year", 0, 5_000_000, {"years": 3, "return": False}),
        ("cir-cii", "external", 1, 200_000_000, {}),
        ("interreg", "amount", 0, 3_000_000, {}),
    ],
)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_more_costs_more(code, fact, low, high, others, data):
    """Before and after aid: a dearer thesis, a longer internship, a larger contract is never cheaper."""
    one, two = sorted(data.draw(st.tuples(st.integers(low, high), st.integers(low, high))))
    less, more = sums(code, **{fact: one}, **others), sums(code, **{fact: two}, **others)
    if less[0] is None or more[0] is None:
        return
    for cheap, dear in zip(less, more, strict=True):
        assert cheap[0] <= dear[0] and cheap[1] <= dear[1]


@given(st.integers(27_600, 200_000), st.integers(0, 50_000))
@settings(max_examples=100, deadline=None)
def test_aid_is_never_above_what_it_is_a_share_of(gross, fee):
    """CIR of a Cifre: at most 30 % of (loaded salary × 1.40 − grant), over three years."""
    found = counted("cifre", {"gross_year": gross, "lab_fee_year": fee, "cir": True})
    lines = {line["code"]: line["high"] for line in found.lines}
    loaded = Decimal(gross) * Decimal("1.42")
    assert lines["cir"] <= 3 * Decimal("0.30") * (loaded * Decimal("1.40") - 14_000)
    assert lines["grant"] == 42_000


@given(MONEY, st.sampled_from(["sme", "mid", "large"]), st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_two_credits_never_take_from_one_expense(amount, size, months):
    found = counted("collaboration", {"amount": amount, "size": size, "months": months})
    rate = Decimal("0.5") if size == "sme" else Decimal("0.4")
    assert found.after[0] >= amount * (1 - rate) - 1


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_an_apprentice_signed_in_the_hole(day):
    facts = {"headcount": 50, "level": "bac3", "cost_month": 1500, "months": 12, "signed_on": day.isoformat()}
    found = counted("apprentissage", facts, day)
    aid = 0 if day <= date(2026, 3, 7) else 2_000
    assert found.after == [18_750 - aid] * 2


@given(st.integers(1, 500))
@settings(max_examples=60, deadline=None)
def test_years_beyond_the_known_rules_are_counted_and_said(days):
    day = date(2026, 12, 31) + timedelta(days=days)
    found = counted("cifre", {"signed_on": day.isoformat()})
    assert found.before is not None
    assert any(label_of("cifre.gross_min_year") in words for words in found.warnings)
