"""A coordinator limited to departments or pillars: what lies outside does not exist for them, and is not counted."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.admin import UserForm
from accounts.models import Absence, Role
from foundation import clock
from intake.models import Draft, Irritant
from intake.people import in_charge
from programs.models import Pillar
from tests import cast as casting
from tests.triage.workbench.test_queue import MOST_QUERIES
from triage import filing
from triage.models import Qualification, QueueEntry
from triage.panels import LATEST
from triage.workbench.choice import Choice
from triage.workbench.finding import find

pytestmark = pytest.mark.django_db


@pytest.fixture
def limited(cast):
    """To the Bas-Rhin; both irritants of the cast are in the Moselle."""
    return casting.person("bas-rhin@enact.example", Role.COORDINATOR, departments=["67"])


def seen(user) -> set[str]:
    return set(Irritant.objects.visible_to(user).values_list("department", flat=True))


def move(irritant, department: str):
    """Elsewhere, in the queue too when it is filed there."""
    Irritant.objects.filter(pk=irritant.pk).update(department=department)
    if QueueEntry.objects.filter(irritant=irritant).exists():
        filing.refile(irritant)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ([], {"57", "67", "75", ""}),
        (["67"], {"67", ""}),
        (["57", "67"], {"57", "67", ""}),
        (["elsewhere"], {"75", ""}),
        (["88"], {""}),
    ],
)
def test_departments(cast, limits, expected):
    for department in ("67", "75", ""):
        move(casting.irritant(), department)
    user = casting.person("x@enact.example", Role.COORDINATOR, departments=limits)
    assert seen(user) == expected
    hidden = Irritant.objects.hidden_from(user).values_list("department", flat=True)
    assert set(hidden) == {"57", "67", "75", ""} - expected
    assert seen(cast.administrator) == {"57", "67", "75", ""}


def test_pillars(cast):
    for code in ("a", "b"):
        Pillar.objects.create(code=code, label_fr=code, label_de=code, label_en=code)
    unknown = casting.irritant()
    for irritant, pillar in ((cast.irritant, "a"), (cast.strangers_irritant, "b")):
        Qualification.objects.create(irritant=irritant, pillar_id=pillar)
    user = casting.person("x@enact.example", Role.COORDINATOR, pillars=["b"])
    assert set(Irritant.objects.visible_to(user)) == {cast.strangers_irritant, unknown}
    Qualification.objects.filter(pillar="a").update(pillar=None)
    assert Irritant.objects.visible_to(user).count() == 3
    user.departments = ["88"]  # both limits hold
    assert seen(user) == set()


def test_what_one_follows_or_stands_in_for_is_seen(cast, limited):
    Irritant.objects.filter(pk=cast.irritant.pk).update(coordinator=limited)
    Irritant.objects.filter(pk=cast.strangers_irritant.pk).update(coordinator=cast.colleague)
    assert set(Irritant.objects.visible_to(limited)) == {cast.irritant}
    today = clock.today()
    Absence.objects.create(user=cast.colleague, replacement=limited, since=today, until=today)
    again = type(limited).objects.get(pk=limited.pk)
    assert Irritant.objects.visible_to(again).count() == 2


def test_mails_to_the_coordination_go_to_those_who_see_the_case(cast, limited):
    assert {one.email for one in in_charge(cast.irritant)} == {cast.coordinator.email, cast.colleague.email}
    move(cast.irritant, "67")
    assert limited in in_charge(cast.irritant)
    for one in (cast.coordinator, cast.colleague):
        one.departments = ["08"]
        one.save()
    assert in_charge(cast.strangers_irritant) == [cast.administrator]


LISTS = (
    "admin:intake_irritant_changelist",
    "admin:intake_company_changelist",
    "admin:intake_contact_changelist",
    "admin:triage_referral_changelist",
    "admin:journal_event_changelist",
    "admin:journal_message_changelist",
    "admin:index",
    "admin:workbench_chasing",
    "admin:workbench_clock",
)


@pytest.mark.once
def test_no_list_and_no_search_shows_what_lies_outside(cast, limited, client):
    casting.asked(cast)
    client.force_login(limited)
    for where in (f"{reverse(name)}{query}" for name in LISTS for query in ("", "?q=Zirkonia")):
        page = client.get(where).content.decode()
        assert cast.irritant.reference not in page, where
        assert casting.SECRET_EMAIL not in page, where
        assert str(cast.irritant.public_id) not in page, where
    move(cast.irritant, "67")
    found = {casting.SECRET_COMPANY, casting.SECRET_EMAIL, cast.irritant.reference}
    for name in (*LISTS[:6], "admin:index"):
        query = "?file=all" if name == "admin:index" else ""
        page = client.get(reverse(name) + query).content.decode()
        assert any(word in page for word in found), name


def test_an_administrator_sets_the_limits_and_only_on_a_coordinator(cast):
    def form(**data):
        fields = {"email": "a@enact.example", "language": "fr", "is_active": "on", **data}
        return UserForm(fields)

    made = form(role="coordinator", departments=["57", "elsewhere"])
    assert made.is_valid() and made.cleaned_data["departments"] == ["57", "elsewhere"]
    assert set(form(role="funder", departments=["57"]).errors) == {"departments"}
    assert set(form(role="coordinator", departments=["99"]).errors) == {"departments"}
    assert "role" not in form(role="coordinator").errors


@pytest.mark.once
@pytest.mark.parametrize(
    "limits",
    [{"departments": ["67"]}, {"pillars": ["b"]}, {"departments": ["57", "elsewhere"], "pillars": ["a"]}],
)
def test_the_queue_counts_and_finds_what_is_seen_and_nothing_else(cast, limits):
    """As many as visible_to says, in every tab, with filters and with a search, whether filed or new."""
    for code in ("a", "b"):
        Pillar.objects.create(code=code, label_fr=code, label_de=code, label_en=code)
    for number, department in enumerate(["57", "57", "67", "67", "75", ""]):
        row = casting.irritant(email=f"x{number}@x.example", company_name=f"Société {number}")
        move(row, department)
        if number % 2:
            Qualification.objects.create(irritant=row, pillar_id="ab"[number % 4 // 2])
    user = casting.person("x@enact.example", Role.COORDINATOR, **limits)
    Irritant.objects.filter(pk=cast.irritant.pk).update(coordinator=user)
    filing.refile(cast.irritant)
    for filed in (False, True):
        if filed:
            filing.refile_all(Irritant.objects.all())
        visible = set(Irritant.objects.visible_to(user).values_list("pk", flat=True))
        assert 0 < len(visible) < 8
        for asked in (
            Choice(tab="all"),
            Choice(tab="all", query="coulée"),
            Choice(tab="all", whose="nobody"),
        ):
            expected = visible - ({cast.irritant.pk} if asked.whose == "nobody" else set())
            found = find(replace(asked, reader=user), [user.pk], None)
            assert set(found.page.object_list) == expected, (asked, filed)
            assert found.counts["all"] == len(expected)
        assert find(Choice(tab="to_take", reader=user), [user.pk], None).counts["to_take"] == len(visible)


QUEUES = (
    {},
    {"suivi": "mine"},
    {"suivi": "mine", "q": "coulée"},
    {"suivi": "mine", "page": "9"},
    {"suivi": "mine", "file": "all", "territoire": "57", "langue": "fr", "signal": "unread", "age": "3"},
)


@pytest.mark.parametrize(
    ("role", "limits"),
    [
        (Role.ADMINISTRATOR, {}),
        (Role.COORDINATOR, {}),
        (Role.COORDINATOR, {"departments": ["57"]}),
        (Role.COORDINATOR, {"pillars": ["a"]}),
        (Role.COORDINATOR, {"departments": ["57", "elsewhere"], "pillars": ["a"]}),
    ],
)
def test_the_queue_costs_every_coordinator_twelve_queries_at_most(cast, client, role, limits):
    """Whoever they are, whatever they ask of it, standing in for somebody, with more entered cases than are shown."""
    user = casting.person("x@enact.example", role, **limits)
    Absence.objects.create(user=cast.colleague, replacement=user, since=clock.today(), until=clock.today())
    for number in range(LATEST + 1):
        Draft.objects.create(
            answers=casting.answers(company_name=f"Société {number}"),
            language="fr",
            entered_by=cast.colleague,
        )
    client.force_login(user)
    client.get(reverse("admin:index"))  # what a process remembers
    told = {}
    for asked in QUEUES:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("admin:index"), asked)
        assert page.status_code == 200
        told[str(asked)] = len(queries)
    assert max(told.values()) <= MOST_QUERIES, told
