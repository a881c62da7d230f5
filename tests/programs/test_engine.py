"""The adapter to the engine: questions, « pourquoi pas », two thesauri side by side."""

import pytest

from programs import engine
from programs.models import CatalogueState, OfferKind, OfferStatus
from tests import cast as casting

pytestmark = pytest.mark.django_db
NEED = {"text": "Les rebuts de notre coulée dérivent et personne ne voit venir la panne du four."}


@pytest.fixture
def offers(db):
    """Eleven offers of two kinds: enough that an answer changes the order."""
    lab = casting.laboratory("lab-essai")
    rows = [casting.offer(lab, f"a-{number}", title_fr=f"Rebuts de coulée {number}") for number in range(6)]
    for number in range(6):
        row = casting.offer(lab, f"b-{number}", kind=OfferKind.RND, title_fr=f"Dérives de four {number}")
        row.company_sizes = ["GE"]
        row.save()
        rows.append(row)
    CatalogueState.advance(rows)
    return rows


def test_questions_name_what_the_need_lacks(offers):
    asked = engine.questions(NEED)
    assert 1 <= len(asked) <= 3
    assert all(question.code and question.options and 0 < question.gain <= 1 for question in asked)
    codes = {question.code for question in engine.questions(NEED, most=9)}
    assert "organisation_type" in codes
    told = NEED | {"kinds": ["rnd"], "organisation_type": "PME", "topics": ["anomaly-detection"]}
    assert not {question.code for question in engine.questions(told, most=9)} & {"kinds", "organisation_type"}


def test_questions_of_nothing(db):
    assert engine.questions(NEED) == []
    assert engine.questions({"text": ""}) == []


def test_explain_agrees_with_rank(offers):
    lines = engine.rank(NEED, limit=20).lines
    for rank, line in enumerate(lines, 1):
        told = engine.explain(NEED, line.offer_pk)
        assert (told.rank, told.score, told.reasons) == (rank, line.score, line.reasons)
        assert not any(rule["excludes"] for rule in told.rules)


def test_explain_says_which_rule_leaves_an_offer_out(offers):
    told = engine.explain(NEED | {"organisation_type": "PME"}, offers[-1].pk)
    assert told.rank is None
    assert [rule["rule"] for rule in told.rules if rule["excludes"]] == ["company_size"]


def test_explain_of_an_offer_that_is_not_public(offers):
    offers[0].status = OfferStatus.HIDDEN
    offers[0].save()
    told = engine.explain(NEED, offers[0].pk)  # before the catalogue says that it changed
    assert (told.rank, [(rule["rule"], rule["state"]) for rule in told.rules]) == (
        None,
        [("published", "unmet")],
    )
    unknown = engine.explain(NEED, 0)
    assert (unknown.rank, unknown.reasons, unknown.rules[0]["rule"]) == (None, [], "known")
