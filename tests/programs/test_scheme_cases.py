"""Every scheme by hand: tests/programs/data/scheme_cases.json says how each amount was worked out, in words."""

import json
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from django.utils import translation

from intake.models import OrganisationType
from programs.schemes.definitions import DEFINITIONS
from programs.schemes.estimating import compute, rules_of
from programs.schemes.facts import FactErrors, read_number
from programs.schemes.known import TYPES, facts_about
from programs.schemes.rulebook import BeforeRules, Rule, RuleBook, UnknownRule
from programs.schemes.vocabulary import CONFIDENCES, EMPLOYERS, KINDS, SIZES, UNITS
from programs.schemes.work import CALCULATORS
from tests.programs.schemes import BOOK, CASES, FILE, INFOS, NAMES, TODAY, counted


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['scheme']}: {case['title']}")
def test_worked_by_hand(case):
    found = counted(case["scheme"], case["facts"], date.fromisoformat(case["on"])).as_json()
    assert (found["before"], found["after"]) == (case.get("before"), case.get("after"))
    assert bool(found["refused"]) == case.get("refused", False)
    assert bool(found["to_price"]) == case.get("to_price", False)
    lines = {line["code"]: [line["low"], line["high"]] for line in found["lines"]}
    assert {code: lines.get(code) for code in case.get("lines", {})} == case.get("lines", {})
    if "instead" in case:
        assert [one["scheme"] for one in found["instead"]] == case["instead"]
    for code in case.get("warned", ()):
        assert any(str(DEFINITIONS[code].label) in words for words in found["warnings"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['scheme']}: {case['title']}")
def test_what_an_estimate_keeps_is_enough_to_count_it_again(case):
    """A proposal keeps the JSON: from its own rules and facts, years later, the same amounts come out."""
    kept = json.loads(
        json.dumps(counted(case["scheme"], case["facts"], date.fromisoformat(case["on"])).as_json())
    )
    if kept["refused"]:
        return
    again = compute(INFOS[kept["scheme"]], kept["facts"], rules_of(kept), on=date.fromisoformat(kept["on"]))
    assert again.as_json() == kept


def test_every_scheme_has_at_least_two_cases_a_calculator_and_a_row():
    cases = Counter(case["scheme"] for case in CASES)
    assert {code for code, number in cases.items() if number >= 2} == CALCULATORS.keys() == INFOS.keys()
    assert len(INFOS) == 24
    assert all(case["working"] for case in CASES)


def test_the_file_says_only_what_the_vocabulary_knows():
    for entry in FILE["schemes"]:
        assert entry["kind"] in KINDS and entry["confidence"] in CONFIDENCES and entry["source"]
        assert set(entry["open_to"]) | set(entry["closed_to"]) <= EMPLOYERS.keys()
        assert not set(entry["open_to"]) & set(entry["closed_to"])
        assert set(entry["sizes"]) <= SIZES.keys()
        assert {one for codes in entry["instead"].values() for one in codes} <= NAMES.keys()
        for words in ("name", "sentence", "audience", "signs", "ask", "traps"):
            assert entry[words].keys() == {"fr", "de", "en"} and all(entry[words].values())
        for words in ("ask", "traps"):
            assert len({len(entry[words][language]) for language in ("fr", "de", "en")}) == 1


def test_every_rule_has_a_definition_a_reader_a_source_and_dates():
    read = {code for one in CALCULATORS.values() for code in one.rules}
    written = {(rule.code, rule.bracket) for rule in BOOK}
    defined = {(code, bracket) for code, one in DEFINITIONS.items() for bracket in one.brackets}
    assert written == defined
    assert read == DEFINITIONS.keys()
    assert {one.unit for one in DEFINITIONS.values()} <= UNITS.keys()
    for rule in BOOK:
        assert rule.source and rule.confidence in CONFIDENCES
        assert rule.valid_until is None or rule.valid_from <= rule.valid_until


def test_no_two_rules_hold_on_one_day():
    for code, one in DEFINITIONS.items():
        for bracket in one.brackets:
            rows = [rule for rule in BOOK if (rule.code, rule.bracket) == (code, bracket)]
            for before, following in pairwise(sorted(rows, key=lambda rule: rule.valid_from)):
                assert before.valid_until and before.valid_until < following.valid_from


def test_a_calculator_reads_no_rule_that_it_does_not_declare():
    for code, calculator in CALCULATORS.items():
        declared = RuleBook(rule for rule in BOOK if rule.code in calculator.rules)
        for case in CASES:
            if case["scheme"] == code:
                assert (
                    counted(code, case["facts"], book=declared).as_json()
                    == counted(code, case["facts"]).as_json()
                )


def test_a_day_before_every_rule_is_said_beside_its_field():
    with pytest.raises(FactErrors) as raised:
        counted("cifre", {"signed_on": "2021-06-01"})
    assert set(raised.value.errors) == {"signed_on"}


def test_a_rule_without_any_row_is_no_free_lunch():
    found = counted("cifre", {}, book=RuleBook([]))
    assert (found.before, found.after) == (None, None) and "coordination" in found.to_price


@pytest.mark.parametrize(
    ("scheme", "facts", "wrong"),
    [
        ("cifre", {"gross_year": 27599}, {"gross_year"}),
        ("cifre", {"gross_year": 26400, "signed_on": "2026-01-01"}, {"gross_year"}),
        ("cifre", {"gross_year": "beaucoup", "lab_fee_year": -1}, {"gross_year", "lab_fee_year"}),
        (
            "cifre",
            {"employer": "martian", "cir": "perhaps", "signed_on": "31/02/2026"},
            {"employer", "cir", "signed_on"},
        ),
        ("cofra", {"employer": "state", "gross_month": 2299}, {"gross_month"}),
        ("stage", {"hours": 925}, {"hours"}),
        ("stage", {"months": 7}, {"months"}),
        ("stage", {"hours": 400, "hourly": 4}, {"hourly"}),
        ("apprentissage", {"months": 4}, {"months"}),
        ("apprentissage", {"signed_on": "2026-09-01", "starts_on": "2026-08-31"}, {"starts_on"}),
        ("idemo", {"programme": 5000000, "parties": 7}, {"parties"}),
        ("these-cofinancee", {"share": 101}, {"share"}),
    ],
)
@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_what_makes_no_sense_is_refused_beside_its_field(scheme, facts, wrong, language):
    with translation.override(language), pytest.raises(FactErrors) as raised:
        counted(scheme, facts)
    assert set(raised.value.errors) == wrong


def test_the_rule_of_a_day():
    rows = [
        Rule("x", "", number, "eur", date(year, 1, 1), date(year, 12, 31), "s", "high")
        for number, year in ((1, 2024), (2, 2026))
    ]
    book = RuleBook(rows)
    assert book.on(date(2024, 12, 31), "x").value == 1
    assert book.on(date(2025, 6, 1), "x").value == 1  # nothing is known of that year: the last one known
    assert book.on(date(2026, 1, 1), "x").value == 2
    assert book.on(date(2030, 1, 1), "x").value == 2
    with pytest.raises(BeforeRules):
        book.on(date(2023, 12, 31), "x")
    with pytest.raises(UnknownRule):
        book.on(TODAY, "y")


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [
        ("fr", "27 600,50 €", "27600.50"),
        ("fr", "27\u202f600", "27600"),
        ("fr", "27.600", "27.60"),
        ("fr", "1.234,50", "1234.50"),
        ("de", "27.600", "27600"),
        ("de", "27.600,5", "27600.50"),
        ("en", "27,600", "27600"),
        ("en", "27,600.50", "27600.50"),
        ("en", "1,234,567", "1234567"),
        ("fr", "12,345", None),
        ("fr", "1,2,3", None),
        ("fr", "douze", None),
        ("fr", "1e9", None),
    ],
)
def test_numbers_as_people_write_them(language, typed, read):
    with translation.override(language):
        found = read_number(typed)
    assert found == (read and type(found)(read))


def test_what_is_known_of_an_organisation_is_filled_in():
    assert TYPES.keys() | {OrganisationType.PERSON} == set(OrganisationType.values)
    assert facts_about("PME", department="57") == {"employer": "company", "in_region": True}
    assert facts_about("GE", department="75") == {"employer": "company", "size": "large", "in_region": False}
    assert facts_about("ETI", country="DE") == {"employer": "foreign"}
    assert facts_about("commune") == {"employer": "local"}
    assert facts_about("CHU", country="DE") == {"employer": "hospital"}
    assert facts_about("") == {}
