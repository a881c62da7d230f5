"""Two clicks at once, two tabs, two drafts of one company: on the real database, with threads."""

import pytest
from django.test import Client

from intake.models import Company, Contact, Draft, Irritant
from journal.models import Message
from tests.intake.walking import ready, send, url
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("database_as_served")]


def test_two_clicks_at_once_make_one_irritant(client):
    draft = ready(client)
    answers = at_once(*[lambda: send(Client(), draft) for _click in range(4)])
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer["Location"] for answer in answers}) == 1
    assert Irritant.objects.count() == 1
    assert Message.objects.filter(template="company_received").count() == 1


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
