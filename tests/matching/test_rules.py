"""Hard rules: met, not met, unknown, and the declared effect of each."""

from datetime import date

import pytest

from matching import Catalogue, Engine, Need
from matching.rules import RULES, active_rules, country_of, size_of

from .conftest import TODAY

TEXT = "Nos pompes tombent en panne sans prévenir."


def explained(offer_record, thesaurus, need, **fields):
    engine = Engine(Catalogue.from_records([offer_record(**fields)]), thesaurus)
    explanation = engine.explain(need, "lab-one")
    return {outcome.rule: outcome for outcome in explanation.rules}


@pytest.mark.parametrize(
    ("rule", "fields", "facts", "state", "excludes", "holds"),
    [
        ("published", {"status": "published"}, {}, "met", False, False),
        ("published", {"status": "archived"}, {}, "unmet", True, False),
        ("valid", {"valid_until": "2027-01-01"}, {}, "met", False, False),
        ("valid", {"valid_until": "2026-01-01"}, {}, "unmet", True, False),
        ("valid", {"valid_until": None}, {}, "unknown", False, False),
        ("country", {"eligible_countries": []}, {}, "met", False, False),
        ("country", {"eligible_countries": ["FR"]}, {"territory": "57"}, "met", False, False),
        ("country", {"eligible_countries": ["FR"]}, {"territory": "DE-BW"}, "unmet", False, True),
        ("country", {"eligible_countries": ["FR"]}, {}, "unknown", False, False),
        ("company_size", {"company_sizes": ["PME"]}, {"organisation_type": "PME"}, "met", False, False),
        ("company_size", {"company_sizes": ["PME"]}, {"organisation_type": "GE"}, "unmet", True, False),
        (
            "company_size",
            {"company_sizes": ["PME"]},
            {"organisation_type": "commune"},
            "unknown",
            False,
            False,
        ),
    ],
)
def test_state_and_effect(offer_record, thesaurus, rule, fields, facts, state, excludes, holds):
    need = Need(TEXT, today=TODAY, **facts)
    outcome = explained(offer_record, thesaurus, need, **fields)[rule]
    assert (outcome.state, outcome.excludes, outcome.holds) == (state, excludes, holds)


@pytest.mark.parametrize(
    ("kind", "details", "state"),
    [
        ("training", {"sessions": [{"start": "2027-01-10", "seats_left": 3}]}, "met"),
        ("training", {"sessions": [{"start": "2026-01-10", "seats_left": 3}]}, "unmet"),
        ("training", {"sessions": []}, "unknown"),
        ("cifre", {"start_until": "2027-06-01"}, "met"),
        ("cifre", {"start_until": "2026-06-01"}, "unmet"),
        ("talent", {"start_from": "2026-09-01", "months": 12}, "met"),
        ("talent", {"start_from": "2025-03-01", "months": 6}, "unmet"),
        ("laboratory", {}, "unknown"),
    ],
)
def test_what_can_no_longer_start_is_dropped(offer_record, thesaurus, kind, details, state):
    outcome = explained(offer_record, thesaurus, Need(TEXT, today=TODAY), kind=kind, details=details)["start"]
    assert outcome.state == state
    assert outcome.excludes == (state == "unmet")


def test_excluded_offers_are_not_ranked(offer_record, thesaurus):
    records = [offer_record("lab-one"), offer_record("lab-two", status="draft")]
    catalogue = Catalogue.from_records(records)
    need = Need(TEXT, today=TODAY)
    assert [line.offer_id for line in Engine(catalogue, thesaurus).rank(need).lines] == ["lab-one"]
    judged = Engine(catalogue, thesaurus, apply_status_rules=False)
    assert [line.offer_id for line in judged.rank(need).lines] == ["lab-one", "lab-two"]


def test_status_rules_can_be_left_out():
    assert [rule.name for rule in RULES] == ["published", "valid", "start", "country", "company_size"]
    assert [rule.name for rule in active_rules(False)] == ["start", "country", "company_size"]


@pytest.mark.parametrize(
    ("territory", "country"), [("57", "FR"), ("2A", "FR"), ("DE-BW", "DE"), ("LU", "LU"), ("", "")]
)
def test_country_of(territory, country):
    assert country_of(territory) == country


@pytest.mark.parametrize(
    ("kind", "bracket", "size"),
    [("PME", "53", "PME"), ("", "11", "PME"), ("", "53", "GE"), ("CHU", "53", ""), ("", "", "")],
)
def test_size_of(kind, bracket, size):
    assert size_of(Need("", organisation_type=kind, headcount_bracket=bracket)) == size


def test_foreign_offer_says_that_a_human_must_check(offer_record, thesaurus):
    engine = Engine(Catalogue.from_records([offer_record(eligible_countries=["FR"])]), thesaurus)
    line = engine.rank(Need(TEXT, territory="DE-BW", today=date(2026, 11, 22))).lines[0]
    country = next(reason for reason in line.reasons if reason.code == "country")
    assert country.detail["state"] == "to_check"
