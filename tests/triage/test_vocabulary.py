"""« Vocabulaire »: the preview before every change, words proposed from accepted irritants, and the pages."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intake.lifecycle import IRRITANT
from journal import jobs
from journal.actors import coordinator
from journal.clockwork import RULES
from programs import thesaurus
from programs.models import ThesaurusAddition
from tests import cast as casting
from tests.triage.workbench.conftest import browser, sign_in  # noqa: F401
from triage import vocabulary
from triage.lifecycle import MATCH
from triage.models import Match, UnknownWord

WORDS = "Le zorglub du blutoir vibre et nous jetons la farine, sans que personne comprenne d’où cela vient."


@pytest.fixture
def staff(cast):
    return coordinator(cast.coordinator)


def accepted(cast, number: int, text: str = WORDS, company: str = ""):
    row = casting.irritant(
        email=f"m{number}@ailleurs.example", company_name=company or f"Moulin {number}", text=text
    )
    jobs.run_owed()
    row.refresh_from_db()
    IRRITANT.perform(row, "take", actor=coordinator(cast.coordinator))
    match, _new = Match.objects.get_or_create(irritant=row, offer=cast.offers[0])
    MATCH.perform(match, "keep", actor=coordinator(cast.coordinator))
    return row


def url(name: str, *args) -> str:
    return reverse(f"admin:workbench_{name}", args=args)


def sealed(page) -> str:
    return re.search(r'name="seal" value="([^"]+)"', page.content.decode())[1]


def test_search_and_read_concepts(cast, browser):  # noqa: F811
    page = browser.get(url("vocabulary"), {"q": "panne"})
    assert page.status_code == 200 and page.context["total"]
    line = page.context["page_obj"].object_list[0]
    told = browser.get(url("concept", line.id)).content.decode()
    assert "Comment on le dit" in told and "En français" in told
    assert browser.get(url("concept", "nothing-here")).status_code == 404
    assert "Aucun concept ne correspond" in browser.get(url("vocabulary"), {"q": "zzzz"}).content.decode()


def test_how_often_a_concept_is_recognised(cast, browser):  # noqa: F811
    seen = vocabulary.recognised(cast.coordinator)
    assert seen.total == 2
    concept, count = seen.counts.most_common(1)[0]
    page = browser.get(url("concept", concept)).content.decode()
    assert f"reconnu dans {count} des 2 derniers dossiers" in page and cast.irritant.reference in page


def test_a_change_is_shown_before_it_is_made(cast, browser):  # noqa: F811
    row = casting.irritant(email="m@ailleurs.example", company_name="Moulin", text=WORDS)
    data = {
        "act": "add",
        "new": "1",
        "concept": "mill-shaking",
        "fr": "zorglub du blutoir",
        "topics": ["anomaly-detection"],
    }
    page = browser.post(url("vocabulary_edit"), {**data, "action": "preview"})
    text = page.content.decode()
    assert "1 dossier serait compris autrement" in text and row.reference in text
    assert not ThesaurusAddition.objects.exists()
    unseen = browser.post(
        url("vocabulary_edit"), {**data, "fr": "autre chose", "action": "save", "seal": sealed(page)}
    )
    assert unseen.status_code == 200 and not ThesaurusAddition.objects.exists()  # shown, not made
    made = browser.post(url("vocabulary_edit"), {**data, "action": "save", "seal": sealed(page)}, follow=True)
    assert "L’expression est ajoutée." in made.content.decode()
    assert ThesaurusAddition.objects.get().created_by == cast.coordinator
    undo = {"act": "undo", "undone": str(ThesaurusAddition.objects.get().public_id)}
    page = browser.post(url("vocabulary_edit"), {**undo, "action": "preview"})
    browser.post(url("vocabulary_edit"), {**undo, "action": "save", "seal": sealed(page)})
    assert "mill-shaking" not in thesaurus.current().entries
    again = browser.post(url("vocabulary_edit"), {**undo, "action": "preview"}, follow=True)
    assert "C’est déjà annulé." in again.content.decode()


def test_retire_an_expression_from_its_page(cast, browser):  # noqa: F811
    entry = next(entry for entry in thesaurus.current().entries.values() if len(entry.expressions) > 3)
    one = entry.expressions[0]
    data = {"act": "retire", "item": f"{entry.id}/{one.language}/{one.text}"}
    page = browser.post(url("vocabulary_edit"), {**data, "action": "preview"})
    answer = browser.post(
        url("vocabulary_edit"), {**data, "action": "save", "seal": sealed(page)}, follow=True
    )
    text = answer.content.decode()
    assert "C’est retiré." in text and "retirée" in text
    browser.post(url("vocabulary_edit"), {"act": "retire", "item": entry.id, "action": "save"})
    assert entry.id in thesaurus.current().entries  # never without the preview
    page = browser.post(url("vocabulary_edit"), {"act": "retire", "item": entry.id, "action": "preview"})
    browser.post(
        url("vocabulary_edit"), {"act": "retire", "item": entry.id, "action": "save", "seal": sealed(page)}
    )
    assert "Ce concept est retiré" in browser.get(url("concept", entry.id)).content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {"act": "add", "concept": "", "fr": "mot"},
        {"act": "add", "concept": "nothing-here", "fr": "mot"},
        {"act": "add", "concept": "fine", "new": "1", "fr": ""},
        {"act": "add", "concept": "fine", "new": "1", "fr": "mot", "topics": ["unheard-of"]},
        {"act": "add", "concept": "fine", "new": "1", "fr": "mot", "word": "no-uuid"},
    ],
)
def test_nonsense_keeps_what_was_typed(cast, browser, data):  # noqa: F811
    answer = browser.post(url("vocabulary_edit"), {**data, "action": "save"})
    assert answer.status_code == 422
    if data["fr"]:
        assert data["fr"] in answer.content.decode()


def test_unknown_acts(cast, browser):  # noqa: F811
    assert browser.post(url("vocabulary_edit"), {"act": "explode"}).status_code == 404
    for data in ({"act": "undo", "undone": "x"}, {"act": "retire", "item": ""}):
        assert browser.post(url("vocabulary_edit"), data).status_code == 303


def test_words_of_several_companies_are_proposed(cast):
    accepted(cast, 1)
    assert vocabulary.unknown_words() == []
    accepted(cast, 2, company="Moulin 1")
    found = {row.words: row for row in vocabulary.unknown_words()}
    assert found["zorglub du blutoir"].irritants == 2
    assert "zorglub" not in found  # found nowhere but in the phrase
    assert found["zorglub du blutoir"].topics == ["anomaly-detection"]
    assert found["zorglub du blutoir"].concepts


def test_one_company_s_words_are_never_proposed(cast):
    first, second = accepted(cast, 1), accepted(cast, 2)
    second.company = first.company
    second.save()
    assert vocabulary.unknown_words() == []


def test_only_accepted_irritants_are_read(cast):
    for number in (1, 2):
        casting.irritant(email=f"m{number}@x.example", company_name=f"Moulin {number}", text=WORDS)
    assert vocabulary.unknown_words() == []


def test_the_job_runs_once_a_day_and_keeps_what_is_ignored(cast):
    accepted(cast, 1)
    accepted(cast, 2)
    assert RULES["vocabulary.unknown"]() == 1
    assert RULES["vocabulary.unknown"]() == 0
    jobs.run_owed()
    word = UnknownWord.objects.get(words="zorglub du blutoir")
    UnknownWord.objects.filter(pk=word.pk).update(ignored_at=word.computed_at)
    assert vocabulary.collect_now() and not vocabulary.collect_now()
    jobs.run_owed()
    assert UnknownWord.objects.filter(words="zorglub du blutoir").count() == 1
    assert not UnknownWord.objects.filter(words="zorglub du blutoir", ignored_at=None).exists()


def test_a_proposed_word_is_added_in_one_step(cast, browser):  # noqa: F811
    accepted(cast, 1)
    accepted(cast, 2)
    assert "La recherche est lancée" in browser.post(url("words_collect"), follow=True).content.decode()
    jobs.run_owed()
    word = UnknownWord.objects.get(words="zorglub du blutoir")
    page = browser.get(url("words")).content.decode()
    assert "Le <mark>zorglub du blutoir</mark> vibre" in page and "Détection d’anomalies" in page
    concept = word.concepts[0]
    data = {"act": "add", "concept": concept, "fr": word.words, "word": str(word.public_id)}
    shown = browser.post(url("vocabulary_edit"), {**data, "action": "preview"}).content.decode()
    assert "2 dossiers seraient compris autrement" in shown
    browser.post(url("vocabulary_edit"), {**data, "action": "save"})
    assert word.words in {one.text for one in thesaurus.current().entries[concept].expressions}
    assert not UnknownWord.objects.filter(pk=word.pk).exists()
    assert word.words not in {row.words for row in vocabulary.unknown_words()}


def test_a_word_is_ignored_for_ever(cast, browser):  # noqa: F811
    word = UnknownWord.objects.create(language="fr", key="bonjour", words="bonjour", irritants=9)
    answer = browser.post(url("word_ignore", word.public_id), follow=True)
    assert (
        "ne sera plus proposé" in answer.content.decode()
        and "Aucun mot à apprendre" in answer.content.decode()
    )
    word.refresh_from_db()
    assert word.ignored_by == cast.coordinator


def test_sentences_come_only_from_what_one_may_read(cast):
    start = cast.irritant.text.index("coulée")
    word = UnknownWord(
        pk=1, language="fr", key="coul", words="coulée", examples=[[cast.irritant.pk, start, start + 6]]
    )
    assert len(vocabulary.examples([word], cast.coordinator)[1]) == 1
    assert vocabulary.examples([word], cast.stranger)[1] == []


@pytest.mark.parametrize("name", ["vocabulary", "words"])
def test_queries_do_not_grow(cast, browser, staff, name):  # noqa: F811
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url(name)).status_code == 200
        return len(captured)

    example = [[cast.irritant.pk, 0, 5]]
    UnknownWord.objects.create(language="fr", key="mot-a", words="mot a", irritants=3, examples=example)
    queries()
    few = queries()
    for number in range(8):
        UnknownWord.objects.create(language="fr", key=f"k{number}", words=f"mot {number}", examples=example)
        edit = thesaurus.Edit(
            "add", concept=f"concept-{number}", expressions=(("fr", f"expression {number}"),)
        )
        thesaurus.apply(thesaurus.checked(edit, new=True), actor=staff)
    queries()
    assert queries() <= few <= 16


def test_the_preview_s_queries_do_not_grow_with_irritants(cast, browser):  # noqa: F811
    data = {"act": "add", "new": "1", "concept": "mill", "fr": "zorglub", "action": "preview"}

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert browser.post(url("vocabulary_edit"), data).status_code == 200
        return len(captured)

    casting.irritant(email="m0@x.example", company_name="Moulin 0", text=WORDS)
    queries()
    few = queries()
    for number in range(1, 6):
        casting.irritant(email=f"m{number}@x.example", company_name=f"Moulin {number}", text=WORDS)
    assert queries() <= few + 1
