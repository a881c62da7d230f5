"""One task delivered five times, by five workers at once, in any order: what one delivery would have done."""

import random
from datetime import timedelta

import pytest

from foundation import clock
from journal import jobs
from journal.models import Event, Job, Message
from tests import cast as casting
from tests.journal.smtp import serving
from tests.racing import at_once
from triage.models import MatchRun

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_as_served"),
    pytest.mark.shows("R-09", "R-15"),
]


@pytest.fixture
def owed():
    """Two demands: their rankings and their mails are owed."""
    casting.vocabulary()
    casting.offer(casting.laboratory("labo-a"), "a-1")
    casting.person("coordination@enact.example", "coordinator")
    for name in ("un", "deux"):
        casting.irritant(email=f"{name}@exemple.example", company_name=name)
    return list(Job.objects.values_list("pk", flat=True))


def delivered(owed: list[int], seed: int) -> None:
    """Each job five times, five threads, another order for each."""

    def worker(number: int):
        order = owed[:]
        random.Random(f"{seed}-{number}").shuffle(order)
        return [jobs.execute(pk) for pk in order]

    done = at_once(*(lambda number=number: worker(number) for number in range(5)))
    assert sum(map(sum, done)) == len(owed)


@pytest.mark.parametrize("seed", [1, 2])
def test_five_deliveries_are_one(owed, settings, seed):
    with serving(settings) as server:
        delivered(owed, seed)
        sent = [mail["Message-ID"] for mail in server.mails]
    assert not Job.objects.open().exists()
    assert sorted(sent) == sorted(one.message_id for one in Message.objects.all())
    assert MatchRun.objects.count() == 2
    assert Event.objects.filter(name="irritant.submitted").count() == 2


def test_without_the_claim_each_delivery_sends(owed, settings, monkeypatch):
    """The twin: whoever is told runs the job."""
    monkeypatch.setattr(jobs, "claim", lambda job_id: Job.objects.get(pk=job_id))
    mail = Job.objects.filter(kind="message.send").first()
    with serving(settings) as server:
        at_once(*(lambda: jobs.execute(mail.pk, keep_lease=False) for _worker in range(5)))
        assert len(server.mails) > 1


def test_a_worker_whose_clock_is_ahead_takes_the_job_and_the_effect_happens_once(owed):
    """Five minutes ahead it believes the lease over: the row's token fences the first one off."""
    ranking = Job.objects.filter(kind="match.compute").first()
    first = jobs.claim(ranking.pk)
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert jobs.execute(ranking.pk, keep_lease=False)
    assert not jobs._finish(first, lambda: pytest.fail("the effect would happen twice"))
    assert MatchRun.objects.filter(irritant=ranking.payload["irritant"]).count() == 1
