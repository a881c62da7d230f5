"""Two clicks at once, two tabs, two drafts of one company: on the real database, with threads."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connection, connections
from django.test import Client

from intake.models import Company, Contact, Draft, Irritant
from journal.models import Message
from tests.intake.walking import ready, send, url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _database_as_served(transactional_db, tmp_path):
    """On SQLite: a file, as in service. A test database in memory has locks of its own (shared cache)."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        yield
        return
    served, memory, name = (
        connections.settings["default"],
        connection.connection,
        connection.settings_dict["NAME"],
    )
    path = str(tmp_path / "served.sqlite3")
    with sqlite3.connect(path) as copy:
        memory.backup(copy)
    copy.close()
    connection.connection = None
    served["NAME"] = connection.settings_dict["NAME"] = path
    yield
    connection.close()
    served["NAME"] = connection.settings_dict["NAME"] = name
    connection.connection = memory


def at_once(*acts):
    """Run the acts in threads that start together; their results in order."""
    gate = Barrier(len(acts))

    def run(act):
        close_old_connections()
        try:
            gate.wait(timeout=10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, act) for act in acts]]


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
