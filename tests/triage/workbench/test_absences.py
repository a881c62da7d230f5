"""Away, and replaced; cases passed to a colleague, one or all."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts import absences
from accounts.models import Absence
from foundation import clock
from intake import conversation
from intake.lifecycle import IRRITANT
from journal import jobs
from journal.actors import COMPANY, PARTNER, Actor, coordinator
from journal.lifecycle import Refusal
from journal.models import Event, Message
from tests import cast as casting
from triage import following

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(cast):
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    return cast.irritant


def away(user, replacement, since=0, until=3) -> Absence:
    today = clock.today()
    return Absence.objects.create(
        user=user,
        replacement=replacement,
        since=today + timedelta(days=since),
        until=today + timedelta(days=until),
    )


def mine(client) -> list[str]:
    page = client.get(reverse("admin:index"), {"suivi": "mine", "file": "all"})
    return [row.reference for row in page.context["page_obj"].object_list]


def test_what_comes_meanwhile_is_shown_and_mailed_to_the_replacement(cast, taken, sign_in):
    colleague = sign_in(cast.colleague)
    assert mine(colleague) == []
    away(cast.coordinator, cast.colleague)
    assert mine(colleague) == [taken.reference]
    page = colleague.get(reverse("admin:index"), {"suivi": "mine"}).content.decode()
    assert "Vous remplacez Coordinatrice" in page
    conversation.say(taken, "Une question.", actor=Actor(COMPANY), form_token="")
    assert list(
        Message.objects.filter(template="coordinator_message").values_list("recipient", flat=True)
    ) == [cast.colleague.email]
    with clock.at(clock.now() + timedelta(days=4)):
        assert mine(colleague) == []
        assert absences.reached_instead_of(cast.coordinator) == cast.coordinator


@pytest.mark.parametrize(
    "since, until, replaced", [(0, 0, True), (-3, 0, True), (1, 3, False), (-3, -1, False)]
)
def test_first_and_last_day_included(cast, since, until, replaced):
    away(cast.coordinator, cast.colleague, since, until)
    expected = cast.colleague if replaced else cast.coordinator
    assert absences.reached_instead_of(cast.coordinator) == expected
    assert absences.stood_in_for_by(cast.colleague, absences.of_today()) == (
        [cast.coordinator.pk] if replaced else []
    )


def test_a_chain_is_followed_and_a_ring_ends(cast):
    away(cast.coordinator, cast.colleague)
    away(cast.colleague, cast.administrator)
    assert absences.reached_instead_of(cast.coordinator) == cast.administrator
    assert absences.stood_in_for_by(cast.administrator, absences.of_today()) == sorted(
        [cast.coordinator.pk, cast.colleague.pk]
    )
    away(cast.administrator, cast.coordinator)
    assert absences.reached_instead_of(cast.coordinator) == cast.coordinator
    assert cast.coordinator.pk not in absences.stood_in_for_by(cast.coordinator, absences.of_today())


def test_somebody_who_left_the_coordination_replaces_nobody(cast):
    away(cast.coordinator, cast.colleague)
    cast.colleague.role = ""
    cast.colleague.save()
    assert absences.reached_instead_of(cast.coordinator) == cast.coordinator


def test_the_form(cast, browser):
    url = reverse("admin:workbench_absences")
    today = clock.today()
    good = {"user": cast.coordinator.pk, "since": today, "until": today, "replacement": cast.colleague.pk}
    for wrong, field in (
        ({"until": today - timedelta(days=1)}, "until"),
        ({"replacement": cast.coordinator.pk}, "__all__"),
        ({"since": today + timedelta(days=2)}, "__all__"),
        ({"replacement": cast.company.pk}, "replacement"),
    ):
        answer = browser.post(url, {**good, **wrong})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert browser.post(url, good).status_code == 303
    row = Absence.objects.get()
    assert (row.user, row.replacement, row.entered_by) == (cast.coordinator, cast.colleague, cast.coordinator)
    assert "Collègue" in browser.get(url).content.decode()
    browser.post(reverse("admin:workbench_remove_absence", args=[row.public_id]))
    assert not Absence.objects.exists()


def test_one_case_passed_on(cast, taken, browser, at):
    away(cast.colleague, cast.coordinator)
    screen = browser.get(at("irritant", taken)).content.decode()
    assert "Passer à un collègue" in screen and "absent jusqu’au" in screen
    url, seen = at("pass_on", taken), {"version": taken.version}
    for wrong in ("", "x", cast.company.pk, cast.funder.pk):
        browser.post(url, {**seen, "to": wrong})
        taken.refresh_from_db()
        assert taken.coordinator == cast.coordinator
    mail.outbox.clear()
    browser.post(url, {**seen, "to": cast.colleague.pk})
    browser.post(url, {**seen, "to": cast.administrator.pk})  # from a screen that is old by now
    taken.refresh_from_db()
    assert (taken.coordinator, taken.version) == (cast.colleague, seen["version"] + 1)
    [event] = Event.objects.filter(name=following.PASSED)
    assert (event.case, event.payload) == (taken.public_id, {"to": cast.colleague.pk})
    jobs.run_owed()
    [letter] = [one for one in mail.outbox if one.to == [cast.colleague.email]]
    assert taken.reference in letter.body


def test_all_of_a_colleague_in_one_act_and_one_mail(cast, taken, browser):
    other = cast.strangers_irritant
    IRRITANT.perform(other, "take", actor=coordinator(cast.coordinator))
    done = casting.irritant(email="x@y.example", company_name="Close")
    IRRITANT.perform(done, "take", actor=coordinator(cast.coordinator))
    IRRITANT.perform(done, "close", actor=coordinator(cast.coordinator), outcome="no_match")
    url = reverse("admin:workbench_pass_all_on")
    browser.post(url, {"of": cast.coordinator.pk, "to": cast.coordinator.pk})
    browser.post(url, {"of": cast.coordinator.pk, "to": cast.company.pk})
    assert not Event.objects.filter(name=following.PASSED).exists()
    browser.post(url, {"of": cast.coordinator.pk, "to": cast.colleague.pk})
    for row in (taken, other, done):
        row.refresh_from_db()
    assert [row.coordinator for row in (taken, other, done)] == [
        cast.colleague,
        cast.colleague,
        cast.coordinator,
    ]
    [message] = Message.objects.filter(template=following.MAIL)
    assert sorted(message.payload["cases"]) == sorted([str(taken.public_id), str(other.public_id)])


def test_only_coordinators_pass_on_and_only_what_somebody_follows(cast, taken):
    with pytest.raises(Refusal) as caught:
        following.pass_on(taken, cast.colleague, actor=Actor(PARTNER))
    assert caught.value.code == "role"
    with pytest.raises(Refusal) as caught:
        following.pass_on(cast.strangers_irritant, cast.colleague, actor=coordinator(cast.coordinator))
    assert caught.value.code == "state"
