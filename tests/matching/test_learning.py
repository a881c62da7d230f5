"""Floors on public questions of employees: plain ranking, learning from decisions (its cost: benchmarks.learning)."""

import pytest

from benchmarks import learning
from matching.plain import PlainIndex, plain_need


@pytest.fixture(scope="module")
def collection():
    return learning.Collection.load()


def test_plain_ranking(collection):
    assert learning.plain(collection) >= learning.FLOORS["plain"]


def test_four_decisions_help_and_undecided_topics_lose_nothing(collection):
    topics = sorted(collection.questions)
    four = learning.curve(collection, topics, [7], counts=(4,))["4"]
    assert four["decided"] >= learning.FLOORS["decided"]
    assert four["undecided_loss"] <= learning.FLOORS["loss"]


def test_no_question_is_tested_that_was_decided(collection):
    drawn = learning.split(collection, sorted(collection.questions), 1)
    decided = {one.id for pool in drawn.pool.values() for one in pool}
    tested = {one.id for questions in drawn.tests.values() for one in questions}
    assert len(decided) == learning.POOL * len(drawn.decided)
    assert not decided & tested
    assert set(drawn.tests) == set(collection.questions)


def test_the_best_passage_of_a_long_sheet_counts(collection):
    filler = "Le logement social et les aides au transport sont décrits ici. " * 60
    documents = [
        {
            "id": "long",
            "title": "Aides",
            "text": filler + "Indemnité de licenciement en contrat court." + filler,
        },
        {"id": "short", "title": "Logement", "text": "Indemnité du logement.", "language": "xx"},
        {"id": "empty", "title": "", "text": ""},
    ]
    index = PlainIndex(documents, collection.recogniser)
    assert index.rank(plain_need({"text": "indemnité de licenciement contrat court"}))[0] == "long"
    assert PlainIndex([], collection.recogniser).rank(plain_need({"text": "indemnité"})) == []
