"""Floors on the judged sets, a little below what is measured (docs/matching.md).

The development set was known to those who wrote the thesaurus; the second one, judged before the engine was run on
it by somebody who never saw the thesaurus, was not.
"""

import json

import pytest

from matching import Settings
from matching.evaluate import evaluate

from .conftest import DATA, TODAY

BASELINE = Settings(
    grams=0, concepts=0, links=0, affinities=0, declared=0, bridge=False, hard_rules=False, diversity=False
)


@pytest.fixture(scope="module")
def figures(judged_engine, irritants, judgements):
    return evaluate(judged_engine, irritants, judgements, TODAY)


@pytest.fixture(scope="module")
def second(judged_engine):
    irritants, judgements = (
        json.loads((DATA / f"second-{name}.json").read_text(encoding="utf-8"))
        for name in ("irritants", "judgements")
    )
    return evaluate(judged_engine, irritants, judgements, TODAY)


def test_floors_on_the_development_set(figures):
    assert figures["queries"] == 20
    assert figures["ndcg@10"] >= 0.74
    assert figures["recall@20"] >= 0.70
    # Two of the nineteen have no offer of grade 3: 17 of 19 would be all.
    assert figures["success@3"] >= 0.78


@pytest.mark.parametrize(("language", "floor"), [("fr", 0.75), ("de", 0.55), ("en", 0.50)])
def test_floor_by_language(figures, language, floor):
    assert figures["by_language"][language]["ndcg@10"] >= floor


def test_floors_on_the_second_set(second):
    assert second["queries"] == 60
    assert second["ndcg@10"] >= 0.68
    for language in ("fr", "de", "en"):
        assert second["by_language"][language]["ndcg@10"] >= 0.65


def test_clearly_better_than_plain_bm25(figures, engine, irritants, judgements):
    plain = engine.configured(BASELINE, apply_status_rules=False)
    baseline = evaluate(plain, irritants, judgements, TODAY)
    assert 0.2 < baseline["ndcg@10"] < 0.35
    assert figures["ndcg@10"] > 2 * baseline["ndcg@10"]


def test_verdicts(figures, second):
    assert figures["verdicts"]["accuracy"] >= 0.9
    assert second["verdicts"]["accuracy"] >= 0.85


def test_topics_are_recognised_in_three_languages(engine):
    voices = json.loads((DATA / "voices.json").read_text(encoding="utf-8"))
    found = [voice["topic"] in [hit.topic for hit in engine.recognise(voice["text"])] for voice in voices]
    assert sum(found) >= 0.9 * len(voices)


@pytest.mark.parametrize(
    "text", ["", "Bonjour, merci de nous rappeler.", "Guten Tag!", "Dear all, thank you.", "🙂🙂🙂"]
)
def test_no_topic_rather_than_a_wrong_one(engine, text):
    assert engine.recognise(text) == ()
