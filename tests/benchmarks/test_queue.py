"""benchmarks.queue: that a queue which grows fails it, and that its rows are those of a queue."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from benchmarks import queue, queue_rows
from intake.models import Irritant
from triage.models import QueueEntry
from triage.workbench.choice import TABS


class Desk:
    """Answers in these milliseconds: path → time, else `usual`."""

    def __init__(self, usual: float, **times: float):
        self.usual, self.times = usual, times

    def open(self, path: str) -> float:
        return self.times.get(path, self.usual)


ADDRESSES = {"default": ["a"], "theme": ["b", "c"]}


def test_a_queue_that_stays_flat_passes():
    found = queue.measured(Desk(10), Desk(12), ADDRESSES)
    assert found["wrong"] == []
    assert {kind: one["ratio"] for kind, one in found["by_kind"].items()} == {"default": 1.2, "theme": 1.2}


def test_the_default_queue_may_take_a_third_more_a_filter_twice_as_long():
    found = queue.measured(Desk(10), Desk(14), ADDRESSES)
    assert [what.partition(":")[0] for what in found["wrong"]] == ["default"]


def test_one_slow_value_of_a_filter_is_named():
    found = queue.measured(Desk(10), Desk(10, c=21), {"default": ["a"], "theme": ["b"] * 40 + ["c"]})
    assert found["by_kind"]["theme"]["ratio"] == 1 and found["wrong"] == ["c: 21 ms, the default page 10"]


@pytest.mark.django_db
def test_its_rows_are_those_of_a_queue(client):
    call_command("load_reference", verbosity=0)
    told = queue_rows.fill(60)
    assert Irritant.objects.count() == 60 == QueueEntry.objects.filter(code="").count()
    name, _sep, value = told["cookie"].partition("=")
    client.cookies[name] = value
    assert client.get(reverse("admin:index")).context["total"] > 0
    assert [len(told["addresses"][kind]) for kind in ("default", "tabs")] == [1, len(TABS)]
    found = [client.get(path).context["total"] for paths in told["addresses"].values() for path in paths]
    assert sum(found) > 60
