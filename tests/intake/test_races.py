"""Two clicks at once, two tabs, two drafts of one company: on the real database, with threads."""

from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client

from foundation import rows
from intake import drafts, submission
from intake.models import Company, Contact, Draft, Irritant, new_draft_token
from journal.models import Message
from tests import cast as casting
from tests.intake.walking import YOU, begin, ready, send, unhurried, url, work
from tests.racing import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_as_served"),
    pytest.mark.shows("R-02"),
]


CLICKS, TIMES = 8, 40


def clicked_at_once(settings, times: int):
    """Forms that wait for consent, one after the other, each sent by eight clicks in the same instant: the answers."""
    settings.FORM_WORK, settings.FORM_PACE = 1, 100
    casting.vocabulary()
    for _time in range(times):
        draft = Draft.objects.create(answers=casting.answers())
        unhurried(draft)
        answers = {"consent": "on", "work": work(draft)}
        click = partial(_click, url(draft, "verifier"), answers)
        yield draft, at_once(*[click] * CLICKS)


def _click(where: str, answers: dict):
    return Client(raise_request_exception=False).post(where, answers)


def test_eight_clicks_at_once_make_one_irritant_every_time(settings):
    for draft, answers in clicked_at_once(settings, TIMES):
        assert {answer.status_code for answer in answers} == {303}
        assert len({answer["Location"] for answer in answers}) == 1
        assert Irritant.objects.filter(form_token=draft.token).count() == 1
        assert Message.objects.filter(template="company_received", case=draft.public_id).count() == 1
    assert Irritant.objects.count() == TIMES


def look_then_act(model, values, *, pk, **unset):
    """As a claim without a lock: whether the draft is still there is asked before, not by the claim itself."""
    free = model.objects.filter(pk=pk, **unset).exists()
    rows.change(model, values, pk=pk)
    return free


def test_without_key_and_lock_there_would_be_more(settings, monkeypatch):
    """The negative twin: look whether the draft was sent, then make an irritant with a key of its own, unlocked."""
    insert = submission.insert

    def with_its_own_key(row):
        if isinstance(row, Irritant):
            row.form_token, row.public_id = new_draft_token(), uuid4()
        insert(row)

    monkeypatch.setattr(submission, "insert", with_its_own_key)
    monkeypatch.setattr(submission, "change", look_then_act)
    for module in (drafts, submission):
        monkeypatch.setattr(module, "transaction", SimpleNamespace(atomic=lambda **_how: nullcontext()))
    monkeypatch.setattr(submission, "record", lambda *_arguments, **_more: None)
    assert sum(1 for _answers in clicked_at_once(settings, TIMES // 4)) == TIMES // 4
    assert Irritant.objects.count() > TIMES // 4


def test_with_the_key_alone_there_is_still_one(settings, monkeypatch):
    """Were the claim forgotten one day, the unique key would turn the others away."""
    monkeypatch.setattr(submission, "change", look_then_act)
    for draft, answers in clicked_at_once(settings, 5):
        assert 303 in {answer.status_code for answer in answers}
        assert Irritant.objects.filter(form_token=draft.token).count() == 1


def test_two_drafts_of_one_company_at_once_share_company_and_contact(client):
    first, second = ready(client), ready(client)
    answers = at_once(lambda: send(Client(), first), lambda: send(Client(), second))
    assert {answer.status_code for answer in answers} == {303}
    assert (Irritant.objects.count(), Company.objects.count(), Contact.objects.count()) == (2, 1, 1)


def test_a_second_tab_that_saves_while_the_first_sends_leaves_nothing_behind(client):
    draft = ready(client)
    step = {"text": draft.answers["text"], "tried": "Autre onglet"}
    at_once(lambda: send(Client(), draft), lambda: Client().post(url(draft, "irritant"), step))
    assert Irritant.objects.count() == 1
    assert Draft.objects.get().answers == {}


def test_tabs_that_save_at_once_lose_no_field(client):
    draft = begin(client)
    fields = {"name": "Claire", "phone": "03 82 00 00 00", "position": "Méthodes", "company_name": "Fonderie"}
    at_once(
        *[
            lambda typed=typed: Client().post(url(draft, "vous"), {**dict([typed]), "action": "keep"})
            for typed in fields.items()
        ]
    )
    draft.refresh_from_db()
    assert {name: draft.answers.get(name) for name in fields} == fields


def test_the_link_asked_for_twice_at_once_is_one_mail(client):
    draft = begin(client)
    client.post(url(draft, "vous"), YOU)
    at_once(*[lambda: Client().post(url(draft, "contexte"), {"action": "link"})] * 4)
    assert Message.objects.filter(template="company_resume").count() == 1
