"""The case kept while it is written: autosave, what a new computation changed, calling a colleague in a note."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.utils.formats import date_format

from accounts.models import User
from foundation import clock
from intake.history import History
from intake.lifecycle import IRRITANT
from intake.models import Post
from journal import jobs
from journal.actors import coordinator
from journal.models import Event, Job, Message
from programs.engine import Ranked, RankedLine
from tests import cast as casting
from tests.triage.workbench.test_qualification import typed
from triage import mentions, moving, ranking
from triage.lifecycle import MATCH
from triage.models import Qualification

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(cast):
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    return cast.irritant


FULL = {
    "baseline": "Rebuts entre 4 et 11 %",
    "kinds": ["training", "laboratory"],
    "urgency": "urgent",
    "budget": "medium",
    "ai_act": "minimal",
    "pillar": "",
}


def test_what_is_typed_is_kept_and_says_when(cast, browser, at, taken):
    url = at("autosave", taken)
    answer = browser.post(url, typed(0, **FULL))
    assert answer.status_code == 200 and answer.json()["version"] == 1
    assert answer.json()["words"].startswith("Enregistré à ")
    assert answer.json()["matching"] == "Les pistes se recalculent."
    row = Qualification.objects.get(irritant=taken)
    assert (row.baseline, row.kinds, row.urgency, row.budget, row.ai_act) == (
        "Rebuts entre 4 et 11 %",
        ["training", "laboratory"],
        "urgent",
        "medium",
        "minimal",
    )
    assert tuple(ranking.need_of(taken)["kinds"]) == ("training", "laboratory")
    assert browser.post(url, typed(1, **FULL)).json()["version"] == 1  # nothing new, nothing written


def test_a_sitting_is_one_line_of_history_and_one_computation_an_interval(cast, browser, sign_in, at, taken):
    url, colleague = at("autosave", taken), sign_in(cast.colleague)
    Job.objects.filter(kind="match.compute").delete()
    start = clock.now().replace(microsecond=0)
    start -= timedelta(seconds=int(start.timestamp()) % 15)
    with clock.at(start):
        for version, words in enumerate(("Prévoir", "Prévoir la", "Prévoir la dérive")):
            assert browser.post(url, typed(version, reformulated=words)).status_code == 200
    assert Event.objects.filter(name="irritant.qualified").count() == 1
    assert Job.objects.filter(kind="match.compute", not_before__gt=start).count() == 1
    assert colleague.post(url, typed(3, reformulated="Prévoir les rebuts")).status_code == 200
    assert browser.post(url, typed(4, reformulated="Prévoir les rebuts du lundi")).status_code == 200
    assert Event.objects.filter(name="irritant.qualified").count() == 3  # each change of hands is told


def test_a_colleague_is_never_overwritten(cast, browser, sign_in, at, taken):
    url = at("autosave", taken)
    sign_in(cast.colleague).post(url, typed(0, target="Le sien"))
    late = browser.post(url, typed(0, target="Le mien"))
    assert late.status_code == 409 and late.json()["words"].startswith("Modifié par Collègue à ")
    assert Qualification.objects.get(irritant=taken).target == "Le sien"


def test_what_cannot_be_kept_is_said(cast, browser, sign_in, at, taken):
    url = at("autosave", taken)
    wrong = browser.post(url, typed(0, topics=["nimporte"], budget="beaucoup"))
    assert wrong.status_code == 422
    assert wrong.json()["words"] == "Pas encore enregistré\u202f: à corriger, Thèmes, Budget."
    lower = browser.post(url, typed(0, trl_now="7", trl_target="4"))
    assert lower.json()["words"].endswith("Le TRL visé ne peut pas être inférieur au TRL d’aujourd’hui.")
    assert not Qualification.objects.exists()
    assert browser.get(url).status_code == 405
    assert sign_in(cast.funder).post(url, typed(0)).status_code == 403
    assert (
        browser.post(at("autosave", cast.strangers_irritant), typed(0)).status_code == 409
    )  # nobody took it


def computed(irritant, offers, key: str) -> None:
    """A run of the engine that ranks these offers in this order."""
    facts = {"concepts": [], "language": "fr", "engine_version": "1", "data_version": "1"}
    lines = [RankedLine(offer.pk, 1 - number / 10, []) for number, offer in enumerate(offers)]
    ranking._store(irritant, Ranked("match", [], **facts, lines=lines), key)


def told(irritant) -> tuple[dict, list]:
    rows = list(irritant.matches.select_related("offer"))
    moves = moving.moves(irritant.runs.first(), rows)
    words = {
        row.offer.external_id: (moves.of[row.pk].kind, moves.of[row.pk].by)
        for row in rows
        if row.pk in moves.of
    }
    return words, [offer.external_id for offer in moves.gone]


def test_what_changed_is_shown_until_it_was_seen(cast, browser, at, taken):
    taken.runs.all().delete()
    taken.matches.all().delete()
    one, two, three = cast.offers
    four = casting.offer(cast.lab, "a-4")
    computed(taken, [one, two, three], "first")
    assert told(taken) == ({}, [])  # nothing to compare with
    computed(taken, [three, one, four], "second")
    assert told(taken) == ({"b-1": ("up", 2), "a-1": ("down", 1), "a-4": ("new", 0)}, ["a-2"])
    computed(taken, [three, one, four, two], "third")  # before anybody looked: still against the first
    assert told(taken) == ({"b-1": ("up", 2), "a-1": ("down", 1), "a-2": ("down", 2), "a-4": ("new", 0)}, [])
    page = browser.get(at("irritant", taken)).content.decode()
    assert "Les pistes ont changé." in page and "monte de 2" in page and "descend de 1" in page
    run = taken.runs.first()
    older = browser.post(at("see_moves", taken), {"run": taken.runs.last().pk}, follow=True)
    assert "regardez de nouveau" in older.content.decode() and told(taken)[0]
    browser.post(at("see_moves", taken), {"run": run.pk})
    assert told(taken) == ({}, [])
    assert "Les pistes ont changé." not in browser.get(at("irritant", taken)).content.decode()
    computed(taken, [three, one, four, two], "fourth")
    assert told(taken) == ({}, [])  # the same again


def test_what_people_decided_is_not_said_to_be_gone(cast, taken):
    taken.runs.all().delete()
    taken.matches.all().delete()
    one, two, _three = cast.offers
    computed(taken, [one, two], "first")
    MATCH.perform(taken.matches.get(offer=two), "keep", actor=coordinator(cast.coordinator))
    computed(taken, [one], "second")
    assert told(taken) == ({}, [])


def test_a_digit_is_a_reason(cast, browser, at, taken):
    """The keys press the buttons that are there: each reason is one, numbered in the order of the help."""
    page = browser.get(at("irritant", taken)).content.decode()
    assert 'value="off_topic" data-digit="1"' in page and 'value="other" data-digit="8"' in page
    assert 'data-move="keep"' in page and "écarter\u202f: hors sujet" in page


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Collègue, peux-tu relire ?", ["Collègue"]),
        ("Merci @collegue.", ["Collègue"]),
        ("@Collègues", []),
        ("Écrit à collegue@collegue.example", []),
        ("@Coordinatrice et @Administration", ["Administration", "Coordinatrice"]),
        ("@Financeur @Éditrice A", []),
    ],
)
def test_who_is_called(cast, text, called):
    people = User.objects.coordinators()
    assert [str(one) for one in mentions.named(text, people)] == called


def test_a_colleague_who_is_called_gets_one_mail_without_the_words(cast, browser, at, taken):
    mail.outbox.clear()
    text = f"@Collègue et @Coordinatrice : appeler {casting.SECRET_PERSON} ?"
    page = browser.post(at("note", taken), {"text": text}, follow=True).content.decode()
    assert "Un courriel part à\u202f: Collègue." in page
    assert '<strong class="wb-mention">@Collègue</strong>' in page and "Collègue cité dans une note" in page
    post = Post.objects.get(irritant=taken, internal=True)
    assert [(one.recipient, one.cause) for one in Message.objects.filter(template=mentions.MAIL)] == [
        (cast.colleague.email, f"note:{post.public_id}")
    ]
    [event] = Event.objects.filter(name=mentions.MENTIONED)
    assert event.payload == {"to": cast.colleague.pk}
    jobs.run_owed()
    jobs.run_owed()
    [letter] = [one for one in mail.outbox if one.to == [cast.colleague.email]]
    assert "Coordinatrice vous cite" in letter.subject and taken.reference in letter.subject
    assert casting.SECRET_PERSON not in letter.body and "#notes" in letter.body


def test_the_history_says_which_colleague_did_it(cast, browser, at, taken):
    page = browser.get(at("irritant", taken))
    by = {entry["title"]: entry["actor"] for entry in page.context["timeline"]}
    assert by["Pris en charge"] == "Coordinatrice"
    cast.coordinator.role = "funder"
    cast.coordinator.save()  # who left the coordination keeps a name
    assert "Coordinatrice" in str(page.context["timeline"])


def test_what_may_not_be_opened_is_counted_on_the_screen(taken):
    """Who sees how many: tests/triage/workbench/test_warnings.py. Here, that the number is said."""
    for hidden, said in ((2, True), (0, False)):
        shown = {"irritant": taken, "company_history": History([], hidden, hidden), "files": []}
        text = render_to_string("triage/workbench/_facts.html", shown)
        assert ("2 autres dossiers de cette organisation, que vous ne pouvez pas ouvrir." in text) is said


def test_every_date_of_the_screen_is_written_alike(cast, browser, at, taken):
    browser.post(at("qualify", taken), typed(0, **FULL))
    jobs.run_owed()
    page = browser.get(at("irritant", taken)).content.decode()
    day = date_format(clock.today())
    assert f"enregistrée le {day} à" in page and f"calculées le {day} à" in page
    assert re.findall(r"\d\d/\d\d/\d{4}", page) == []
