"""A stored match is explained as it was: engine, data, reasons, passages; and computed again when somebody asks."""

import re

import pytest

from intake.lifecycle import IRRITANT
from journal import jobs
from journal.actors import Actor, coordinator
from journal.lifecycle import Refusal
from programs import engine
from programs.engine import Question, Ranked, RankedLine
from programs.models import CatalogueState
from tests import cast as casting
from triage import ranking
from triage.lifecycle import MATCH
from triage.models import MatchRun


@pytest.fixture
def taken(cast):
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    return cast.irritant


def text_of(response) -> str:
    return response.content.decode()


def test_each_match_says_by_what_it_was_explained(cast, browser, at, taken):
    run = taken.runs.first()
    page = text_of(browser.get(at("irritant", taken)))
    assert f"Expliqué par le moteur {run.engine_version}, données {run.data_version}" in page
    assert "a changé depuis ce calcul" not in page


def test_what_was_decided_keeps_the_reasons_that_were_read(cast, browser, at, taken):
    kept, other = taken.matches.ranked()[:2]
    MATCH.perform(kept, "keep", actor=coordinator(cast.coordinator))
    before = (kept.run_id, kept.score, kept.reasons)
    reasons = [{"code": "similar", "weight": 0.1, "detail": {}, "passages": []}]
    lines = [RankedLine(kept.offer_id, 0.1, reasons), RankedLine(other.offer_id, 0.1, reasons)]
    ranking._store(taken, Ranked("match", [], [], "fr", "9.9", "d9", lines), "later")
    kept.refresh_from_db()
    other.refresh_from_db()
    assert (kept.run_id, kept.score, kept.reasons) == before
    assert (other.run.engine_version, other.reasons) == ("9.9", reasons)
    page = text_of(browser.get(at("irritant", taken)))
    assert "un calcul plus récent existe" in page and "moteur 9.9, données d9" in page


def test_when_the_data_moved_it_says_so_and_computes_again(cast, browser, at, taken):
    assert not ranking.moved(ranking.latest_run(taken))
    casting.offer(cast.other_lab, "toute-neuve", title_fr="Détection de dérives en fonderie")
    page = text_of(browser.get(at("irritant", taken)))
    assert "a changé depuis ce calcul" in page and at("recompute", taken) in page
    assert "Le calcul est lancé" in text_of(browser.post(at("recompute", taken), follow=True))
    assert "Un calcul est déjà en cours." in text_of(browser.post(at("recompute", taken), follow=True))
    jobs.run_owed()
    page = text_of(browser.get(at("irritant", taken)))
    assert "a changé depuis ce calcul" not in page and "en fonderie" in page
    assert "Nouveau calcul des pistes demandé" in page


def test_nobody_knows_of_runs_without_a_sequence(cast, taken):
    MatchRun.objects.update(sequence=None)
    CatalogueState.advance()
    assert not ranking.moved(ranking.latest_run(taken))
    MatchRun.objects.update(engine_version="0.1")
    assert ranking.moved(ranking.latest_run(taken))


def test_only_coordinators_compute_again_and_only_open_cases(cast, browser, at, taken):
    with pytest.raises(Refusal):
        ranking.recompute(taken, actor=Actor("partner"))
    IRRITANT.perform(taken, "close", actor=coordinator(cast.coordinator), outcome="no_match", text="")
    assert "clos" in text_of(browser.post(at("recompute", taken), follow=True))


def marks(page: str) -> list[tuple[str, str]]:
    words = page[page.index("data-passages=") : page.index("wb-legend")]
    return re.findall(r'<mark class="is-(\w+)"[^>]*>([^<]*)</mark>', words)


def test_passages_of_the_match_one_selects(cast, browser, at, taken):
    first, second = taken.matches.ranked()[:2]
    start = taken.text.index("coulée")
    tried = len(taken.text) + 1
    first.reasons = [
        {"code": "concept", "weight": 1, "detail": {"concept": "x"}, "passages": [[start, start + 6, False]]},
        {"code": "words", "weight": 1, "detail": {"words": []}, "passages": [[tried, tried + 3, False]]},
    ]
    first.save()
    second.reasons = [{"code": "topic", "weight": 1, "detail": {"topic": "t"}, "passages": [[0, 3, False]]}]
    second.save()
    taken.matches.exclude(pk__in=[first.pk, second.pk]).delete()
    every = {("concept", "coulée"), ("words", "Des"), ("topic", "Sur")}
    assert set(marks(text_of(browser.get(at("irritant", taken))))) == every
    page = text_of(browser.get(at("irritant", taken), {"piste": str(first.public_id)[:8]}))
    assert set(marks(page)) == {("concept", "coulée"), ("words", "Des")}
    assert "Revenir à la piste" in page and f"#piste-{first.public_id}" in page
    assert set(marks(text_of(browser.get(at("irritant", taken), {"piste": "nothing"})))) == every


def test_the_question_that_would_change_most(cast, browser, at, taken, monkeypatch):
    page = text_of(browser.get(at("irritant", taken)))
    assert (
        "La réponse qui changerait" not in page
    )  # nothing that is missing would change the order of three offers
    # One question of each sort at once, and one that no form knows: no catalogue makes the engine ask them together.
    asked = [Question(code, (), 0.5) for code in ("territory", "topic:ai-literacy", "of-tomorrow")]
    monkeypatch.setattr(engine, "questions", lambda need: asked)
    page = text_of(browser.get(at("irritant", taken)))
    assert "La réponse qui changerait le plus le résultat" in page
    assert "<strong>Le lieu</strong>" in page and "«\u202fCulture de l’IA\u202f»" in page
    page = text_of(browser.get(at("irritant", taken), {"demander": "territory"}))
    assert "Dans quelle commune se trouve le site concerné" in page
    assert re.search(r'value="site"[^>]*checked|checked[^>]*value="site"', page), "its field is ticked"
    page = text_of(browser.get(at("irritant", taken), {"demander": "topic:ai-literacy"}))
    assert re.search(r'name="free_1"[^>]*value="Votre besoin touche-t-il aussi', page)
    type(taken).objects.filter(pk=taken.pk).update(language="de")
    prefilled = text_of(browser.get(at("irritant", taken), {"demander": "territory"}))
    assert (
        "Dans quelle commune" not in prefilled and "Standort" in prefilled
    )  # in the language of the irritant
