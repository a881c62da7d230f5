"""Codes and offsets of the engine, in sentences."""

import pytest

from triage.passages import Stretch, stretches
from triage.reasons import (
    AGAINST,
    UNKNOWN,
    Vocabulary,
    explain,
    quotes,
    sentences,
    shortened,
)

TEXT = "Nos pompes tombent en panne sans prévenir."
LABELS = Vocabulary({"maintenance": "Maintenance prédictive"}, {"food": "Agroalimentaire"})


def reason(code: str, passages=(), **detail) -> dict:
    return {"code": code, "weight": 0.5, "detail": detail, "passages": list(passages)}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            reason("topic", topic="maintenance", confirmed=True),
            "Thème confirmé\u202f: Maintenance prédictive",
        ),
        (reason("words", words=["pompe"]), "Mots en commun\u202f: «\u202fpompe\u202f»"),
        (reason("session", next="2027-03-01", known=True), "Prochaine session le 1er mars 2027"),
        (reason("size", sizes=["PME"], size="", known=False), "Réservée aux tailles PME\u202f: à vérifier"),
        (reason("country", countries=["FR"], state="met"), "Ouverte à ce pays (France)"),
        (reason("demain", truc=1), "Autre indice du moteur (demain)"),
        (reason("country", countries=["FR"]), "Autre indice du moteur (country)"),
    ],
)
def test_sentences(given, expected):
    assert explain(given, TEXT, LABELS).text == expected


def test_concepts_quote_the_company_and_are_told_together():
    told = sentences(
        [
            reason("concept", [[4, 10, False]], concept="pump"),
            reason("concept", [[11, 27, False]], concept="breakdown"),
        ],
        TEXT,
        LABELS,
    )
    assert [sentence.text for sentence in told] == [
        "L’offre parle de la même chose que «\u202fpompes\u202f», «\u202ftombent en panne\u202f»"
    ]


def test_passages_beyond_the_text_or_in_the_title_are_left_out():
    assert quotes([[0, 999, False], [0, 10, True], [4, 10, False], [4, 10, False]], TEXT) == ["pompes"]


def test_reservations_are_never_folded_away():
    facts = [reason("session", next=None, known=True), reason("session", next=None, known=False)]
    told = sentences([*(reason("words", words=[word]) for word in "abcde"), *facts], TEXT, LABELS)
    first, rest = shortened(told)
    assert [sentence.tone for sentence in first] == ["for", "for", "for", AGAINST]
    assert [sentence.tone for sentence in rest] == ["for", "for", UNKNOWN]


def test_each_stretch_knows_the_lines_that_rest_on_it():
    lines = {"a": [("words", [4, 10, False]), ("topic", [4, 10, False])], "b": [("concept", [4, 27, False])]}
    held = [[22, 27, False], [0, 999, False], [0, 4, True]]
    found = stretches(TEXT, held, lines, shown=["a"])
    assert found == [
        Stretch("Nos "),
        Stretch("pompes", "topic", (("a", "topic"), ("b", "concept"))),
        Stretch(" tombent en ", "", (("b", "concept"),)),
        Stretch("panne", "hold", (("b", "concept"),)),
        Stretch(" sans prévenir."),
    ]
    assert "".join(one.text for one in found) == TEXT and found[1].data == "a:topic b:concept"
    assert [one.shown for one in stretches(TEXT, [], lines, shown=["b"])] == ["", "concept", "concept", ""]
    assert stretches("", [], lines, shown=[]) == []
