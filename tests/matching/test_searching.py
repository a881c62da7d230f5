"""The search box: unfinished and misspelt words, other languages, facets, odd input, marks that cannot be markup."""

import json
import math
import random
from collections import Counter
from datetime import date, timedelta
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import SIZES
from matching.facets import AHEAD, FACETS, LEVELS, PRICES, SOON_DAYS, Filters
from matching.highlighting import Highlighter, pieces, snippet
from matching.spelling import Speller, tolerance

TODAY = date(2026, 1, 15)


@pytest.fixture(scope="module")
def offers(catalogue):
    return {offer.id: offer for offer in catalogue.offers}


@pytest.fixture(scope="module")
def published(offers):
    return [o for o in offers.values() if o.status == "published"]


def _found(engine, query, filters=None, **options):
    return engine.search(query, filters, language="fr", today=TODAY, limit=500, **options)


def _ids(found) -> list[str]:
    return [offer_id for offer_id, _ in found.lines]


@pytest.mark.parametrize("typed", ["mainten", "maintena", "maintenan", "maintenanc"])
def test_a_word_is_found_while_it_is_typed(engine, typed):
    whole, part = _ids(_found(engine, "maintenance")), _found(engine, typed)
    assert len(set(_ids(part)) & set(whole)) >= 0.7 * len(part.lines) >= 15
    assert part.corrections == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("maintenence", "maintenance"),
        ("ordonancement", "ordonnancement"),
        ("visoin", "vision"),
        ("soudrue", "soudure"),
    ],
)
def test_a_misspelt_word_is_read_as_the_one_it_resembles(engine, typed, meant):
    found = _found(engine, typed)
    assert [(c.written, c.meant) for c in found.corrections] == [(typed, meant)]
    assert _ids(found) == _ids(_found(engine, meant)) != []
    literal = _found(engine, typed, literal=True)
    assert literal.corrections == ()


def test_two_misspelt_words_are_read_together(engine):
    found, meant = _found(engine, "maintenace predective"), _found(engine, "maintenance prédictive")
    assert len(found.corrections) == 2
    assert "predictive-maintenance" in found.concepts
    assert _ids(found)[:5] == _ids(meant)[:5]


@pytest.mark.parametrize(
    ("typed", "same"),
    [("qualite", "qualité"), ("PREVISION", "prévision"), ("qualitaetskontrolle", "Qualitätskontrolle")],
)
def test_accents_capitals_and_umlauts_do_not_matter(engine, typed, same):
    assert _ids(_found(engine, typed)) == _ids(_found(engine, same)) != []


@pytest.mark.parametrize("word", ["learning", "vignes", "robots", "monitoring", "Wartung", "CNC", "IA"])
def test_a_word_that_is_right_is_not_corrected(engine, word):
    assert _found(engine, word).corrections == ()


def test_a_german_compound_is_found_by_its_parts(engine, offers):
    found = _ids(_found(engine, "Wartungsschaden"))
    assert any("Wartung" in f"{offers[i].title} {offers[i].summary} {offers[i].description}" for i in found)


def test_a_query_crosses_languages_its_own_first(engine, offers):
    languages = [offers[i].language for i in _ids(_found(engine, "ordonnancement"))]
    assert {"fr", "de", "en"} <= set(languages)
    assert set(languages[:8]) == {"fr"}
    german = _found(engine, "Wartung")
    assert german.language == "de"
    languages = [offers[i].language for i in _ids(german)]
    assert languages[0] == "de" and "fr" in languages


def test_a_word_that_nothing_answers_does_not_hide_the_others(engine):
    assert _ids(_found(engine, "maintenance zzzqq")) == _ids(_found(engine, "maintenance"))
    assert _ids(_found(engine, "zzzzqqq")) == []


@pytest.mark.parametrize(
    "query", ["", " ", "🔧", "le la les", "<b>", '"', "'; drop table", "\x00", "💡 " * 300, "%", "a" * 5000]
)
def test_odd_input_gives_a_sane_answer(engine, query):
    found = _found(engine, query)
    assert found.total == len(found.references)
    assert set(found.facets) == set(FACETS)


def test_five_hundred_words_are_no_longer_than_their_beginning(engine):
    text = "nos machines tombent en panne sans prévenir et la maintenance arrive trop tard " * 40
    assert _found(engine, text).total > 0


@given(query=st.text(max_size=80))
def test_search_never_raises_and_scores_fall(engine, query):
    found = engine.search(query, limit=10_000)
    scores = [score for _, score in found.lines]
    assert scores == sorted(scores, reverse=True) and len(set(_ids(found))) == len(scores) == found.total


def test_a_german_participle_is_no_compound_of_its_ending(engine, offers):
    found = _found(engine, "vorausschauende wartung")
    assert "end" not in found.stems and len(found.lines) >= 10


# Facets


def _has(offer, facet: str, value: str) -> bool:
    if facet == "sector":
        return not offer.sectors or value in offer.sectors
    if facet == "size":
        return not offer.company_sizes or value in offer.company_sizes
    if facet == "place":
        return value == offer.country or (offer.country == "FR" and offer.postcode.startswith(value))
    if facet == "format":
        return offer.details.get("modality") == value or (value == "remote" and offer.remote_possible)
    if facet == "price":
        low, high = PRICES[value]
        price = offer.details.get("price_eur") if offer.kind == "training" else None
        return price is not None and low <= math.ceil(price) <= high
    if facet == "trl":
        low, high = offer.details.get("trl_min"), offer.details.get("trl_max")
        return low is not None and any(low <= level <= high for level in LEVELS[value])
    if facet == "start":
        days = _beginnings(offer)
        horizon = TODAY + timedelta(days=SOON_DAYS)
        return any(day >= TODAY and (value == AHEAD or day < horizon) for day in days)
    if facet == "funding":
        return value in offer.details.get("fundings", ())
    held = {
        "kind": [offer.kind],
        "topic": offer.topics,
        "language": [offer.language],
        "pillar": offer.pillars,
    }
    return value in held[facet]


def _beginnings(offer) -> list[date]:
    """Every day on which an offer can begin."""
    details, days = offer.details, []
    if offer.kind == "training":
        return [date.fromisoformat(one["start"]) for one in details["sessions"]]
    first, last = details.get("start_from"), details.get("start_until")
    if offer.kind == "cifre" and last:
        days = [date.fromisoformat(first) if first else TODAY, date.fromisoformat(last)]
    if offer.kind == "talent" and first:
        begins = date.fromisoformat(first)
        days = [begins, begins + timedelta(days=30 * (details.get("months") or 6))]
    return [days[0] + timedelta(days=n) for n in range((days[1] - days[0]).days + 1)] if days else []


FILTERS = (
    Filters(),
    Filters(kind=("training", "cifre")),
    Filters(kind=("training",), place=("54", "DE"), language=("fr",)),
    Filters(topic=("predictive-maintenance", "computer-vision"), size=("TPE",)),
    Filters(sector=("foundry-metals",), format=("remote",), place=("FR",)),
    Filters(kind=("nothing",)),
    Filters(price=("free", "1000"), start=("soon",)),
    Filters(trl=("4-6",), pillar=("industry",)),
    Filters(start=("ahead",), kind=("cifre", "talent", "training")),
)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_browsing_counts_what_loading_every_offer_would(engine, published, catalogue, filters):
    topics = tuple(catalogue.topics)
    pillars = ("industry", "health", "nothing")
    found = engine.browse(filters, today=TODAY, topics=topics, pillars=pillars)
    chosen = {facet: getattr(filters, facet) for facet in FACETS if getattr(filters, facet)}

    def passes(offer, without=""):
        return all(
            any(_has(offer, facet, value) for value in values)
            for facet, values in chosen.items()
            if facet != without
        )

    assert found.total == sum(map(passes, published))
    for facet in FACETS:
        rest = [offer for offer in published if passes(offer, without=facet)]
        expected = {value: sum(_has(o, facet, value) for o in rest) for value in found.facets[facet]}
        assert dict(found.facets[facet]) == expected, facet
    kinds = Counter(offer.kind for offer in published if passes(offer, without="kind"))
    assert {k: n for k, n in found.facets["kind"].items() if n} == dict(kinds)


def test_browsing_is_freshest_first(engine, published):
    found = engine.browse(today=TODAY)
    assert found.total == len(published)
    assert found.lines == ()


def test_a_search_is_narrowed_and_counted(engine, offers):
    every = _found(engine, "vision")
    some = _found(engine, "vision", Filters(kind=("training",)))
    assert {offers[i].kind for i in _ids(some)} == {"training"}
    assert some.total == every.facets["kind"]["training"] == some.facets["kind"]["training"]
    assert some.facets["kind"] == every.facets["kind"]  # its own facet is counted without itself
    assert all(some.facets["size"][size] <= every.facets["size"][size] for size in SIZES)


# Spelling


def test_distances_are_those_of_the_definition():
    words = ["abcd", "abdc", "abc", "abcde", "axcd", "bacd", "wxyz", "ab"]
    assert Speller(words).near("abcd", 1) == [
        ("abcd", 0), ("abc", 1), ("abcde", 1), ("abdc", 1), ("axcd", 1), ("bacd", 1)
    ]  # fmt: skip
    assert [tolerance(length) for length in (3, 4, 7, 11, 20)] == [0, 1, 2, 3, 3]
    assert Speller([]).near("mot") == []


def test_a_slip_in_a_long_word_is_found():
    words, dice = ["ordonnancement", "maintenance", "traçabilité"], random.Random(3)
    speller = Speller(words)
    for _ in range(200):
        word = dice.choice(words[:2])
        at = dice.randrange(2, len(word) - 1)
        slipped = dice.choice(
            [
                word[:at] + word[at + 1 :],
                word[:at] + "z" + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            ]
        )  # fmt: skip
        assert word in dict(speller.near(slipped))


# Marks

HOSTILE = (
    "<script>alert('maintenance')</script> & <b>maintenance</b>",
    '"><img src=x onerror=maintenance>',
    "&lt;maintenance&gt; &#60;",
    "maintenance\x00‮maintenance\ud83d",
    "<" * 500 + "maintenance" + ">" * 500,
    "",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_pieces_are_the_text_and_nothing_else(text):
    made = pieces(text, "fr", {"mainten"})
    assert "".join(piece.text for piece in made) == text
    page = "".join(
        f"<mark>{escape(piece.text)}</mark>" if piece.marked else escape(piece.text) for piece in made
    )
    assert page.replace("<mark>", "").replace("</mark>", "") == escape(text)


@settings(deadline=None)
@given(text=st.text(), stems=st.sets(st.sampled_from(["mainten", "pann", "a"])), cut=st.integers(20, 300))
def test_pieces_keep_every_character(text, stems, cut):
    assert "".join(piece.text for piece in pieces(text, "fr", stems)) == text
    part = "".join(piece.text for piece in snippet(text, "fr", stems, width=cut))
    assert part.removeprefix("… ").removesuffix(" …").strip() in text.replace("\n", " ")


def test_inflected_forms_and_compounds_are_marked(engine):
    def marked(text, language, stems, **options):
        return [piece.text for piece in pieces(text, language, stems, **options) if piece.marked]

    assert marked("Des prévisions, une PRÉVISION", "fr", {"previs"}) == ["prévisions", "PRÉVISION"]
    compounds = engine.recogniser.compounds
    assert marked("Instandhaltungsplanung und Bau", "de", {"instandhalt"}, compounds=compounds) == [
        "Instandhaltungsplanung"
    ]
    assert marked("panne sur panne", "fr", {"pann"}, spans=[(0, 15)]) == ["panne sur panne"]


def test_a_passage_is_cut_around_the_most_words():
    text = "Rien ici. " * 40 + "La maintenance prédictive évite les pannes. " + "Rien là. " * 40 + "panne"
    made = snippet(text, "fr", {"mainten", "predict", "pann"})
    assert [piece.text for piece in made if piece.marked] == ["maintenance", "prédictive", "pannes"]
    assert made[0].text == "… " and made[-1].text == " …"
    assert len("".join(piece.text for piece in made)) < 260
    assert snippet(text, "fr", {"absent"}) == ()


def test_what_is_shown_says_why(engine, offers):
    found = _found(engine, "maintenance")
    marked = Counter()
    for offer_id in _ids(found):
        offer = offers[offer_id]
        shown = Highlighter(engine.recogniser).highlighted(
            found, offer.title, offer.summary, offer.description, [offer.language] * 3
        )
        for name in ("title", "summary", "passage"):
            marked[name] += any(piece.marked for piece in getattr(shown, name))
        assert not shown.passage or not any(piece.marked for piece in (*shown.title, *shown.summary))
    assert marked["title"] and marked["summary"] and marked["passage"]
    json.dumps([piece.text for piece in shown.title])
