"""A restricted zone takes two months to enter: every calendar says so, and none does where the flag is off."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from foundation import clock
from journal.actors import coordinator
from partners.identity.clearance import earliest_entry
from partners.models import Organisation
from programs.models import OfferKind, TalentDetail
from proposals import writing
from tests import cast as casting
from tests.triage.partner.helpers import token_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "entry"),
    [
        (date(2026, 11, 26), date(2027, 1, 26)),
        (date(2026, 12, 31), date(2027, 2, 28)),
        (date(2027, 12, 31), date(2028, 2, 29)),
        (date(2026, 7, 31), date(2026, 9, 30)),
        (date(2026, 1, 1), date(2026, 3, 1)),
    ],
)
def test_two_months_to_the_day(asked, entry):
    assert earliest_entry(asked) == entry


def restrict(row: Organisation) -> None:
    Organisation.objects.filter(pk=row.pk).update(restricted_access=True)
    row.refresh_from_db()


def talent(lab, days: int):
    row = casting.offer(lab, f"stage-{days}", kind=OfferKind.TALENT)
    start = clock.today() + timedelta(days=days)
    TalentDetail.objects.create(offer=row, form="internship", months=6, start_from=start, positions=1)
    return row


def said(day: date) -> str:
    from django.utils.formats import date_format

    return date_format(day, "DATE_FORMAT")


@pytest.mark.parametrize("restricted", [True, False])
def test_the_offers_page_adds_the_delay_to_its_start(cast, client, restricted):
    soon, late = talent(cast.lab, 10), talent(cast.lab, 200)
    if restricted:
        restrict(cast.lab)
    entry = said(earliest_entry(clock.today()))
    page = client.get(reverse("offer", args=[soon.public_id])).content.decode()
    assert ("zone à régime restrictif" in page) == restricted
    assert (f"au plus tôt le {entry}" in page) == restricted
    later = client.get(reverse("offer", args=[late.public_id])).content.decode()
    assert ("zone à régime restrictif" in later) == restricted and "au plus tôt" not in later


def test_a_course_has_its_own_days(cast, client):
    restrict(cast.lab)
    row = casting.offer(cast.lab, "cours", kind=OfferKind.TRAINING)
    assert (
        "zone à régime restrictif" not in client.get(reverse("offer", args=[row.public_id])).content.decode()
    )


@pytest.mark.parametrize("restricted", [True, False])
def test_the_case_and_the_proposal_say_when_one_may_come_in(cast, browser, restricted):
    referrals = casting.accepted(cast)
    if restricted:
        restrict(cast.lab)
    entry = said(earliest_entry(clock.today()))
    page = browser.get(reverse("admin:workbench_irritant", args=[cast.irritant.public_id])).content.decode()
    assert (f"entrée possible à partir du {entry}" in page) == restricted
    asked = browser.get(reverse("triage:answer", args=[token_of(referrals[0])])).content.decode()
    assert ("Vous êtes en zone à régime restrictif" in asked) == restricted
    proposal = writing.prepare(cast.irritant, actor=coordinator(cast.coordinator))
    [step] = proposal.options[0]["steps"]
    assert ({"code": "zrr", "weeks": [9, 9]} in step["waits"]) == restricted
    assert (step["start"] >= earliest_entry(clock.today()).isoformat()) == restricted


def test_who_signs_stands_on_the_case_and_in_the_proposal(cast, browser):
    casting.accepted(cast)
    where = reverse("admin:workbench_irritant", args=[cast.irritant.public_id])
    assert "à écrire dans sa fiche" in browser.get(where).content.decode()
    proposal = writing.prepare(cast.irritant, actor=coordinator(cast.coordinator))
    assert writing.snapshot_of(proposal)["parties"] == [cast.lab.name]
    university = casting.laboratory("universite")
    Organisation.objects.filter(pk=cast.lab.pk).update(signed_by=university, signed_by_because="mandate")
    page = browser.get(where).content.decode()
    assert f"{university.name} (mandataire désigné par les tutelles)" in page
    assert writing.snapshot_of(proposal)["parties"] == [f"{cast.lab.name} (signataire : {university.name})"]
