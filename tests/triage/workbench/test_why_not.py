"""« Pourquoi pas ? »: any offer by words or identifier, its rules, its rank, what would raise it."""

import pytest

from intake.lifecycle import IRRITANT
from journal.actors import coordinator
from programs import engine
from tests import cast as casting
from triage import why_not
from triage.models import Match
from triage.reasons import Vocabulary


@pytest.fixture
def taken(cast):
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    return cast.irritant


def text_of(response) -> str:
    return response.content.decode()


def asked(irritant, offer):
    return why_not.why_not(irritant, offer, Vocabulary.load())


def test_found_by_words_identifier_or_address(cast):
    first = cast.offers[0]
    draft = casting.offer(cast.lab, "brouillon-7", status="draft", title_fr="Jumeau numérique caché")
    assert first in why_not.find("dérives de procédé")
    assert why_not.find(str(first.public_id)) == [first]
    assert why_not.find(f"https://portail.example/catalogue/{first.public_id}/") == [first]
    assert why_not.find("BROUILLON-7") == [draft]
    assert why_not.find("jumeau caché") == [draft]
    assert why_not.find("00000000-0000-0000-0000-000000000000") == []
    assert why_not.find("") == []


def test_a_rule_that_leaves_it_out_says_what_would_change(cast, taken):
    offer = casting.offer(cast.lab, "grands", company_sizes=["GE"])
    told = asked(taken, offer)
    rule = next(rule for rule in told.rules if rule.excludes)
    assert told.rank is None and told.excluded and rule.state == "unmet"
    assert rule.sentence == "Réservée aux tailles\u202f: GE" and "PME (10 à 249 personnes)" in rule.remedy


def test_an_unpublished_offer(cast, taken):
    told = asked(taken, casting.offer(cast.lab, "cachee", status="hidden"))
    assert told.excluded and "masquée" in told.rules[0].sentence and told.changes == []


def test_what_would_raise_it(cast, taken):
    offer = casting.offer(
        cast.lab, "culture", title_fr="Parler de l’IA en équipe", summary_fr="Une journée.", kind="training"
    )
    offer.topics.set(["ai-literacy"])
    taken.topics_confirmed, taken.topics_removed = [], ["anomaly-detection"]
    taken.save()
    before = asked(taken, offer)
    change = before.changes[0]
    assert "«\u202fCulture de l’IA\u202f»" in change.sentence
    assert before.rank is None or change.rank < before.rank
    assert [one.rank for one in before.changes] == sorted(one.rank for one in before.changes)


def test_a_rule_of_another_engine_is_named(cast, taken, monkeypatch):
    rules = [{"rule": "phase-of-moon", "state": "unknown", "effect_of_unknown": "keep", "excludes": False}]
    # A rule that this portal has no words for: an engine of another version, which is not here to be asked.
    monkeypatch.setattr(engine, "explain", lambda need, pk, without: engine.Explained(4, 0.2, [], rules))
    assert asked(taken, cast.offers[0]).rules[0].sentence == "Règle «\u202fphase-of-moon\u202f»"


def test_the_screen_lists_explains_and_adds(cast, browser, at, taken):
    offer = casting.offer(cast.other_lab, "jumeau", title_fr="Jumeau numérique de la coulée")
    found = text_of(browser.get(at("irritant", taken), {"offre": "coulée"}))
    assert f"pourquoi={offer.public_id}#pourquoi" in found and "Pourquoi\u202f?" in found
    page = text_of(browser.get(at("irritant", taken), {"offre": "coulée", "pourquoi": str(offer.public_id)}))
    assert "Ouverte à toutes les tailles" in page and "Ajouter aux pistes retenues" in page
    browser.post(at("add_offer", taken, offer.public_id))
    page = text_of(browser.get(at("irritant", taken), {"offre": "jumeau"}))
    assert "Ajouter aux pistes retenues" not in page and "ajoutée à la main" in page
    assert Match.objects.get(offer=offer).state == "kept"


@pytest.mark.parametrize(
    "parameters", [{"pourquoi": "x"}, {"offre": "\0", "pourquoi": "%"}, {"offre": "zzzzqq"}]
)
def test_nonsense_is_harmless(cast, browser, at, taken, parameters):
    assert browser.get(at("irritant", taken), parameters).status_code == 200
