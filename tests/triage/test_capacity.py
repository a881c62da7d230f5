"""What partners can take on: counted, shown beside matches, used by the engine and for whom to ask first."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation import clock
from journal.actors import coordinator
from journal.clockwork import RULES
from journal.models import Job, Message
from partners.models import Organisation, PartnerAbsence
from programs import engine
from tests import cast as casting
from tests.partners.helpers import posted
from triage.asking import ask
from triage.capacity import availabilities, engaged
from triage.lifecycle import REFERRAL
from triage.models import Match, Referral
from triage.ranking import need_of


@pytest.fixture
def browser(cast):
    client = Client()
    client.force_login(cast.coordinator, backend="accounts.backends.RoleBackend")
    return client


def capacity(lab, most: int | None) -> None:
    Organisation.objects.filter(pk=lab.pk).update(monthly_capacity=most)
    lab.refresh_from_db()


def absence(lab, first: int, last: int) -> PartnerAbsence:
    """From so many days after today to so many."""
    day = clock.today()
    return PartnerAbsence.objects.create(
        organisation=lab, since=day + timedelta(days=first), until=day + timedelta(days=last)
    )


def of(lab):
    return availabilities([lab])[lab.pk]


def test_questions_of_this_month_count_those_called_back_do_not(cast):
    capacity(cast.lab, 2)
    first, _second = casting.asked(cast)
    assert (of(cast.lab).asked, of(cast.lab).is_full, engaged()) == (1, False, {})
    capacity(cast.lab, 1)
    assert (of(cast.lab).is_full, of(cast.lab).is_free, engaged()) == (True, False, {"labo-a": 0.0})
    month = timezone.make_aware(datetime.combine(clock.today().replace(day=1), datetime.min.time()))
    Referral.objects.filter(pk=first.pk).update(asked_at=month - timedelta(seconds=1))
    assert (of(cast.lab).asked, engaged()) == (0, {})
    Referral.objects.filter(pk=first.pk).update(asked_at=month)
    assert of(cast.lab).asked == 1
    REFERRAL.perform(first, "cancel", actor=coordinator(cast.coordinator), reason="mistake")
    assert (of(cast.lab).asked, engaged()) == (0, {})


@pytest.mark.parametrize(
    ("first", "last", "free", "away"),
    [
        (-3, -1, True, False),
        (-3, 0, False, True),
        (0, 4, False, True),
        (2, 9, False, False),
        (40, 50, True, False),
    ],
)
def test_an_absence_counts_when_it_falls_into_the_time_to_answer(cast, first, last, free, away):
    row = absence(cast.lab, first, last)
    now = of(cast.lab)
    days = (None, None) if free else (row.since, row.until)
    assert (now.is_free, now.is_away, now.away_since, now.away_until) == (free, away, *days)
    assert engaged() == ({} if free else {"labo-a": 0.0})


def test_one_query_however_many(cast, django_assert_num_queries):
    labs = [cast.lab, cast.other_lab, *(casting.laboratory(f"l-{number}") for number in range(8))]
    with django_assert_num_queries(1):
        assert len(availabilities(labs)) == 10
    with django_assert_num_queries(0):
        assert availabilities([]) == {}


def test_the_database_keeps_it_sensible(cast):
    day = date(2026, 12, 1)
    for act in (
        lambda: capacity(cast.lab, 0),
        lambda: PartnerAbsence.objects.create(
            organisation=cast.lab, since=day, until=day - timedelta(days=1)
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_of_two_alike_the_one_that_is_free_comes_first_and_the_reason_is_told(cast):
    """Offers that say the same, of two partners: whichever is away is behind, and is told why."""
    twins = [
        casting.offer(casting.laboratory(f"jumeau-{n}"), f"j-{n}", title_fr="Dérives de four") for n in (1, 2)
    ]
    need = need_of(cast.irritant)

    def order() -> list[int]:
        lines = engine.rank(need, limit=30).lines
        return [line.offer_pk for line in lines if line.offer_pk in {twin.pk for twin in twins}]

    def told(twin) -> list[dict]:
        return [one["detail"] for one in engine.explain(need, twin.pk).reasons if one["code"] == "capacity"]

    assert sorted(order()) == sorted(twin.pk for twin in twins)
    assert [told(twin) for twin in twins] == [[], []]
    for away, free in (twins, twins[::-1]):
        row = absence(away.organisation, 0, 5)
        assert order() == [free.pk, away.pk]
        assert (told(away), told(free)) == ([{"percent": 0, "effect": "lowers"}], [])
        row.delete()


def test_the_screen_and_the_ask_page_say_it(cast, browser):
    casting.qualified(cast)
    capacity(cast.lab, 3)
    ask_about = [
        reverse(f"admin:workbench_{name}", args=[cast.irritant.public_id]) for name in ("irritant", "ask")
    ]
    for address in ask_about:
        page = browser.get(address).content.decode()
        assert (
            "0 demande sur 3 ce mois-ci" in page and "absent jusqu’au" not in page and "is-taken" not in page
        )
    absence(cast.other_lab, -1, 3)
    capacity(cast.lab, 1)
    Referral.objects.create(
        irritant=cast.strangers_irritant, organisation=cast.lab, asked_at=clock.now(), stage="asked"
    )
    for address in ask_about:
        page = browser.get(address).content.decode()
        assert "1 demande sur 1 ce mois-ci" in page and "complet" in page and "absent jusqu’au" in page
        assert "is-taken" in page


def test_who_is_free_is_proposed_first_and_the_others_may_still_be_asked(cast, browser):
    casting.qualified(cast)
    absence(cast.lab, 0, 3)
    page = browser.get(reverse("admin:workbench_ask", args=[cast.irritant.public_id])).content.decode()
    assert page.index(f"org-{cast.other_lab.public_id}") < page.index(f"org-{cast.lab.public_id}")
    assert page.count('" checked') == 1
    asked = ask(cast.irritant, [cast.lab], note="", actor=coordinator(cast.coordinator))
    assert [row.stage for row in asked] == ["asked"]


def test_nobody_is_reminded_while_away(cast):
    """The reminder waits for the return; the other partner has its own."""
    casting.asked(cast)
    away = absence(cast.lab, 0, 30)
    with casting.at_work(3):
        assert [RULES["referral.remind"](), RULES["referral.remind"]()] == [1, 0]
    away.delete()
    with casting.at_work(4):
        assert [RULES["referral.remind"](), RULES["referral.remind"]()] == [1, 0]
    told = Message.objects.filter(template="partner_reminder").order_by("created_at")
    assert list(told.values_list("recipient", flat=True)) == [cast.other_editor.email, cast.editor.email]


def test_a_coordinator_sets_them_in_the_admin(cast, browser):
    address = reverse("admin:partners_organisation_change", args=[cast.lab.pk])
    page = browser.get(address).content.decode()
    assert 'name="monthly_capacity"' in page and 'name="absences-TOTAL_FORMS"' in page
    wrong = {"absences-0-since": "2026-12-24", "absences-0-until": "2026-12-20"}
    refused = browser.post(address, posted(cast.lab, monthly_capacity="4", **wrong))
    assert refused.status_code == 200 and "Le dernier jour précède le premier." in refused.content.decode()
    right = {"absences-0-since": "2026-12-20", "absences-0-until": "2027-01-04"}
    assert browser.post(address, posted(cast.lab, monthly_capacity="4", **right)).status_code == 302
    cast.lab.refresh_from_db()
    assert cast.lab.monthly_capacity == 4
    assert list(cast.lab.absences.values_list("since", "until")) == [(date(2026, 12, 20), date(2027, 1, 4))]


def test_what_was_read_stays_when_the_partner_fills_up(cast):
    """Capacity moves no match by itself: ranking is made anew only when something asks for it."""
    casting.qualified(cast)
    before = list(Match.objects.order_by("pk").values_list("pk", "rank", "score"))
    capacity(cast.lab, 1)
    absence(cast.lab, 0, 9)
    assert list(Match.objects.order_by("pk").values_list("pk", "rank", "score")) == before
    assert not Job.objects.open().filter(kind="match.compute").exists()
