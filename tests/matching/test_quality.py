"""Floors on the judged development set, a little below what is measured (docs/matching.md)."""

import json

import pytest

from matching import Settings
from matching.evaluate import evaluate

from .conftest import DATA, TODAY

BASELINE = Settings(
    grams=0, concepts=0, topics=0, bridge=False, soft_rules=False, hard_rules=False, diversity=False
)


@pytest.fixture(scope="module")
def figures(judged_engine, irritants, judgements):
    return evaluate(judged_engine, irritants, judgements, TODAY)


def test_floors(figures):
    assert figures["queries"] == 20
    assert figures["ndcg@10"] >= 0.55
    assert figures["recall@20"] >= 0.58
    assert figures["success@3"] >= 0.50


@pytest.mark.parametrize(("language", "floor"), [("fr", 0.55), ("de", 0.50), ("en", 0.15)])
def test_floor_by_language(figures, language, floor):
    assert figures["by_language"][language]["ndcg@10"] >= floor


def test_clearly_better_than_plain_bm25(figures, engine, irritants, judgements):
    plain = engine.configured(BASELINE, apply_status_rules=False)
    baseline = evaluate(plain, irritants, judgements, TODAY)
    assert 0.2 < baseline["ndcg@10"] < 0.35
    assert figures["ndcg@10"] > 1.6 * baseline["ndcg@10"]


def test_verdicts(figures):
    assert figures["verdicts"]["accuracy"] >= 0.9


def test_topics_are_recognised_in_three_languages(engine):
    voices = json.loads((DATA / "voices.json").read_text(encoding="utf-8"))
    found = [voice["topic"] in [hit.topic for hit in engine.recognise(voice["text"])] for voice in voices]
    assert sum(found) >= 0.9 * len(voices)


@pytest.mark.parametrize(
    "text", ["", "Bonjour, merci de nous rappeler.", "Guten Tag!", "Dear all, thank you.", "🙂🙂🙂"]
)
def test_no_topic_rather_than_a_wrong_one(engine, text):
    assert engine.recognise(text) == ()
