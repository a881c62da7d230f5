"""Offers that nobody says to be true: asked about, hidden with a word, published again in one click."""

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation

from foundation import clock
from journal import clockwork, jobs, links
from journal.actors import Actor, coordinator
from journal.models import AccessLink, ClockMark, Event, Message
from partners.models import Membership, Organisation, PartnerAbsence
from programs import freshness
from programs.engine import VALID_DAYS
from programs.lifecycle import OFFER
from programs.models import CatalogueState, Offer, OfferKind, OfferStatus
from programs.records import as_record
from tests import cast as casting
from tests.test_access import counts
from tests.triage import clock_walk
from tests.triage.clock_walk import paris

pytestmark = pytest.mark.django_db
LAB = "labo-a@recherche.example"
ASKED, HIDDEN = "partner_offers_to_verify", "partner_offers_hidden"
# The period ends on Monday 1 June 2026: the first day on which the offer is stale is Tuesday.
SILENCE = [("06-02 10", ASKED, LAB), ("06-09 10", ASKED, LAB), ("06-23 10", HIDDEN, LAB)]


def age(offer: Offer, days: int) -> None:
    """As if last written so many days before today."""
    Offer.objects.filter(pk=offer.pk).update(content_updated_on=clock.today() - timedelta(days=days))
    offer.refresh_from_db()


def offers_alone() -> None:
    for name in (freshness.REMIND, "offers.hide"):
        clockwork.RULES[name]()


def walk(first: str, last: str, **more) -> list[tuple[str, str, str]]:
    """With the two rules alone, which is all that there is to do."""
    return clock_walk.walk(first, last, tick=offers_alone, **more)


@pytest.fixture
def old(db):
    """Two laboratories with offers on Monday 1 June 2026; the period of the first offer ends that day."""
    with clock.at(paris("2026-06-01 10:00")):
        cast = SimpleNamespace(
            coordinator=casting.person("coordination@enact.example", "coordinator"),
            editor=casting.person(LAB),
            other_editor=casting.person("labo-b@recherche.example"),
        )
        cast.lab = casting.laboratory("labo-a", cast.editor)
        cast.other_lab = casting.laboratory("labo-b", cast.other_editor)
        cast.offers = [
            casting.offer(lab, f"o-{n}") for n, lab in enumerate((cast.lab, cast.lab, cast.other_lab))
        ]
        age(cast.offers[0], VALID_DAYS["laboratory"])
        yield cast


def act_on(client, token: str, act: str, *offers: Offer):
    data = {"act": act, "offer": [str(row.public_id) for row in offers]}
    return client.post(reverse("verify_act", args=[token]), data, follow=True)


def token_for(organisation: Organisation, email: str = LAB) -> str:
    return links.give(links.VERIFY, organisation.public_id, email).token


def test_every_kind_has_a_period_and_a_reason():
    assert set(VALID_DAYS) == set(freshness.WHY) == set(OfferKind.values)
    assert VALID_DAYS["training"] < VALID_DAYS["rnd"] < VALID_DAYS["laboratory"]


@pytest.mark.parametrize("kind", OfferKind.values)
def test_the_last_day_of_the_period_is_in_time_and_the_next_is_not(db, kind):
    row = casting.offer(casting.laboratory("labo-a"), f"k-{kind}", kind=kind)
    age(row, VALID_DAYS[kind])
    assert not freshness.is_stale(row) and not freshness.stale().exists()
    age(row, VALID_DAYS[kind] + 1)
    assert freshness.is_stale(row) and freshness.stale().get() == row
    Offer.objects.filter(pk=row.pk).update(confirmed_on=clock.today())
    row.refresh_from_db()
    assert not freshness.is_stale(row) and not freshness.stale().exists()
    assert as_record(row)["updated_at"] == clock.today().isoformat()


def test_two_reminders_a_week_apart_then_hidden_with_a_word(old):
    """By night, twice at ten and in the evening: each once; with every other rule of the clock."""
    assert clock_walk.walk("2026-06-01", "2026-06-30") == SILENCE
    first, *others = [Offer.objects.get(pk=row.pk) for row in old.offers]
    assert first.status == OfferStatus.HIDDEN
    assert {row.status for row in others} == {OfferStatus.PUBLISHED}
    event = Event.objects.get(case=first.public_id, name="offer.hide")
    assert event.actor_role == "clock" and event.payload == {}
    assert set(Message.objects.values_list("status", flat=True)) == {Message.SENT}


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("2026-06-06", ["06-08", "06-15", "06-29"]),  # from a Saturday on: Monday
        ("2026-06-05", ["06-05", "06-12", "06-26"]),  # three days down: once, and all steps from there
        ("2026-07-14", ["07-15", "07-22", "08-05"]),  # a holiday
    ],
)
def test_the_clock_was_down(old, first, told):
    assert [when[:5] for when, *_rest in walk(first, "2026-08-10")] == told


def test_the_holidays_are_those_of_the_partners_department(old):
    """Good Friday, 26 March 2027, is a holiday in Moselle and not in Meurthe-et-Moselle."""
    with clock.at(paris("2027-03-25 10:00")):
        age(old.offers[0], VALID_DAYS["laboratory"])
        Offer.objects.exclude(pk=old.offers[0].pk).update(confirmed_on=clock.today())
    rows = walk("2027-03-26", "2027-03-26")
    assert rows == [("03-26 10", ASKED, LAB)]
    ClockMark.objects.filter(rule=freshness.REMIND).delete()
    Message.objects.filter(template=ASKED).delete()
    Organisation.objects.filter(pk=old.lab.pk).update(postcode="57000")
    assert [when for when, *_rest in walk("2027-03-26", "2027-03-30")] == ["03-30 10"]  # then Easter Monday


def test_one_mail_for_all_offers_of_an_organisation_to_each_who_answers(old):
    colleague = casting.person("collegue@recherche.example")
    reader = casting.person("lecteur@recherche.example")
    Membership.objects.create(organisation=old.lab, user=colleague, role=Membership.EDITOR)
    Membership.objects.create(organisation=old.lab, user=reader, role=Membership.READER)
    age(old.offers[1], 600)
    told = walk("2026-06-02", "2026-06-30")
    assert [row[1:] for row in told] == [
        (ASKED, "collegue@recherche.example"),
        (ASKED, LAB),
    ] * 2 + [(HIDDEN, "collegue@recherche.example"), (HIDDEN, LAB)]
    assert len({when for when, *_rest in told}) == 3
    for one in Message.objects.filter(template__in=[ASKED, HIDDEN]):
        assert set(one.payload["offers"]) == {str(row.public_id) for row in old.offers[:2]}


def test_an_offer_that_becomes_due_in_between_waits_for_the_next_weekly_mail(old):
    age(old.offers[1], VALID_DAYS["laboratory"] - 3)  # stale on Friday 5 June
    assert [row[:2] for row in walk("2026-06-02", "2026-07-10")] == [
        ("06-02 10", ASKED),
        ("06-09 10", ASKED),  # the second of one, the first of the other
        ("06-16 10", ASKED),
        ("06-23 10", HIDDEN),
        ("06-30 10", HIDDEN),
    ]


def test_what_the_partner_says_ends_it(old, client):
    walk("2026-06-01", "2026-06-04")
    with clock.at(paris("2026-06-05 11:00")):
        token = token_for(old.lab)
        page = client.get(reverse("verify_offers", args=[token])).content.decode()
        assert old.offers[0].title in page and old.offers[1].title not in page
        sequence = CatalogueState.current()
        answer = act_on(client, token, "confirm", old.offers[0])
        assert "1 offre est vérifiée d’aujourd’hui." in answer.content.decode()
        assert CatalogueState.current() == sequence + 1
        again = act_on(client, token, "confirm", old.offers[0])
        assert "C’était déjà fait." in again.content.decode()
    assert Event.objects.filter(name="offer.confirm").count() == 1
    assert Offer.objects.get(pk=old.offers[0].pk).verified_on == date(2026, 6, 5)
    assert walk("2026-06-06", "2026-07-10") == []


def test_the_next_period_begins_with_a_first_reminder(old, client):
    """Confirmed on the very day of the second reminder, the first period's mails are not the second one's."""
    walk("2026-06-01", "2026-06-09")
    with clock.at(paris("2026-06-09 11:00")):
        act_on(client, token_for(old.lab), "confirm", old.offers[0])
        Offer.objects.exclude(pk=old.offers[0].pk).update(confirmed_on=date(2030, 1, 1))
    later = date(2026, 6, 9) + timedelta(days=VALID_DAYS["laboratory"] + 1)  # Thursday 2 December 2027
    told = walk(later.isoformat(), (later + timedelta(days=30)).isoformat())
    assert [row[:2] for row in told] == [("12-02 10", ASKED), ("12-09 10", ASKED), ("12-23 10", HIDDEN)]


def test_nothing_while_the_partner_is_away_and_all_of_it_anew_afterwards(old):
    walk("2026-06-01", "2026-06-09")  # both reminders
    PartnerAbsence.objects.create(organisation=old.lab, since=date(2026, 6, 12), until=date(2026, 7, 5))
    assert [row[:2] for row in walk("2026-06-10", "2026-07-31")] == [
        ("07-06 10", ASKED),
        ("07-13 10", ASKED),
        ("07-28 10", HIDDEN),
    ]


def test_nobody_to_tell_nothing_is_hidden(old):
    Membership.objects.filter(organisation=old.lab).delete()
    Organisation.objects.filter(pk=old.lab.pk).update(contact_email="")
    assert walk("2026-06-02", "2026-07-10") == []
    assert Offer.objects.get(pk=old.offers[0].pk).status == OfferStatus.PUBLISHED


def test_hidden_by_the_clock_it_is_published_again_in_one_click_and_stays(old, client):
    walk("2026-06-01", "2026-06-23")
    with clock.at(paris("2026-06-24 11:00")):
        page = client.get(reverse("verify_offers", args=[token_for(old.lab)])).content.decode()
        assert "masquée faute d’avoir été vérifiée" in page
        answer = act_on(client, token_for(old.lab), "show_again", old.offers[0])
        assert "1 offre est de nouveau dans le catalogue." in answer.content.decode()
    row = Offer.objects.get(pk=old.offers[0].pk)
    assert (row.status, row.verified_on) == (OfferStatus.PUBLISHED, date(2026, 6, 24))
    assert walk("2026-06-24", "2026-07-10") == []


def test_a_coordinator_who_publishes_it_says_that_it_is_true(old):
    walk("2026-06-01", "2026-06-23")
    with clock.at(paris("2026-06-24 11:00")):
        row = Offer.objects.get(pk=old.offers[0].pk)
        OFFER.perform(row, "publish", actor=coordinator(old.coordinator))
    assert row.verified_on == date(2026, 6, 24)
    assert walk("2026-06-24", "2026-07-10") == []


def test_a_mail_that_waited_tells_what_is_still_so(old, client):
    with clock.at(paris("2026-06-02 10:00")):
        clockwork.tick()
        act_on(client, token_for(old.lab), "confirm", old.offers[0])
        jobs.run_owed()
    assert Message.objects.get(template=ASKED).status == Message.OBSOLETE


def test_the_mails_read_well_in_three_languages(old):
    age(old.offers[1], 700)
    titles = [row.title for row in old.offers[:2]]
    for language, when, gone in (
        ("fr", "2026-06-02", "retirée le 23\xa0juin\xa02026 sans réponse"),
        ("de", "2026-06-02", "23."),
        ("en", "2026-06-02", "23"),
    ):
        mail.outbox.clear()
        Message.objects.all().delete()
        ClockMark.objects.all().delete()
        Offer.objects.update(status=OfferStatus.PUBLISHED)
        old.editor.language = language
        old.editor.save(update_fields=["language"])
        walk(when, "2026-06-23", hours=(10,))
        first, second, last = mail.outbox
        assert all(title in one.body for one in mail.outbox for title in titles)
        assert gone not in first.body and gone in " ".join(second.body.split(" "))
        assert all("$" not in one.body + one.subject for one in mail.outbox)
        assert all(re.search(r"/offres/a-verifier/[\w-]+/", one.body) for one in mail.outbox)
        assert len({one.subject for one in (first, last)}) == 2


# -- the page without an account


def test_reading_the_page_writes_nothing(old, client):
    age(old.offers[0], 600)
    token = token_for(old.lab)
    before = counts()
    for _time in range(2):
        assert client.get(reverse("verify_offers", args=[token])).status_code == 200
    assert client.get(reverse("verify_act", args=[token])).status_code == 405
    assert counts() == before
    assert freshness.stale().count() == 1


def test_one_may_be_hidden_and_the_others_confirmed_at_once(old, client):
    for row in old.offers:
        age(row, 600)
    token = token_for(old.lab)
    assert (
        "Toutes sont toujours d’actualité"
        in client.get(reverse("verify_offers", args=[token])).content.decode()
    )
    act_on(client, token, "hide", old.offers[1])
    act_on(client, token, "confirm", *old.offers)  # another partner's among them: not theirs to say
    states = [(row.status, row.verified_on == clock.today()) for row in Offer.objects.order_by("pk")]
    assert states == [("published", True), ("hidden", False), ("published", False)]
    page = client.get(reverse("verify_offers", args=[token])).content.decode()
    assert "masquée à la main" in page and "Rien n’est à vérifier" in page


def test_an_offer_that_is_in_time_is_not_hidden_by_its_link(old, client):
    act_on(client, token_for(old.lab), "hide", old.offers[1])
    assert Offer.objects.get(pk=old.offers[1].pk).status == OfferStatus.PUBLISHED


@pytest.mark.parametrize("act", ["", "archive", "publish"])
def test_an_unknown_act_is_nothing(old, client, act):
    assert act_on(client, token_for(old.lab), act, old.offers[0]).status_code == 404


def test_a_forged_link_opens_nothing(old, client):
    for name in ("verify_offers", "verify_act", "verify_renew"):
        address = reverse(name, args=["A" * 43])
        assert (client.get if name == "verify_offers" else client.post)(address).status_code == 404
    answer_link = links.give(links.ANSWER, old.lab.public_id, LAB)  # of another purpose
    assert client.get(reverse("verify_offers", args=[answer_link.token])).status_code == 404


def test_whoever_left_opens_nothing_and_a_link_that_ran_out_is_sent_anew_once_a_day(old, client):
    token = token_for(old.lab)
    with clock.at(paris("2026-08-10 10:00")):
        gone = client.get(reverse("verify_offers", args=[token]))
        assert gone.status_code == 410 and "Ce lien a expiré" in gone.content.decode()
        assert act_on(client, token, "confirm", old.offers[0]).status_code == 410
        for _time in range(2):
            assert client.post(reverse("verify_renew", args=[token])).status_code == 200
        jobs.run_owed()
        assert Message.objects.filter(template="partner_offers_link", recipient=LAB).count() == 1
        fresh = re.search(r"/offres/a-verifier/([\w-]+)/", mail.outbox[-1].body)[1]
        assert client.get(reverse("verify_offers", args=[fresh])).status_code == 200
        Membership.objects.filter(user=old.editor).update(role=Membership.READER)
        left = client.get(reverse("verify_offers", args=[fresh]))
        assert left.status_code == 410 and "ne vous ouvre plus" in left.content.decode()
    assert AccessLink.objects.filter(purpose=links.VERIFY).count() == 1


def test_the_public_page_tells_when_it_was_verified(old, client):
    address = reverse("offer", args=[old.offers[0].public_id])
    assert "vérifiée le" not in client.get(address).content.decode()
    OFFER.perform(old.offers[0], "confirm", actor=Actor("partner"))
    assert "vérifiée le 1ᵉʳ\xa0juin\xa02026" in client.get(address).content.decode() or "vérifiée le 1" in (
        client.get(address).content.decode()
    )


def test_the_questions_of_the_clock_are_flat(old, django_assert_num_queries):
    for number in range(8):
        age(casting.offer(casting.laboratory(f"autre-{number}"), f"o-{number}"), 700)
    with translation.override("fr"), clock.at(paris("2026-06-02 10:00")):
        with django_assert_num_queries(1):
            assert len(list(freshness.to_remind())) == 9
        with django_assert_num_queries(1):
            assert list(freshness.to_hide()) == []


def test_the_list_of_offers_begins_with_what_is_to_be_verified_and_takes_the_word(old, client):
    old.editor.memberships.update(role=Membership.READER)
    stale, own = old.offers[0], reverse("partner_offers", args=[old.lab.external_id])
    with clock.at(paris("2026-06-05 11:00")):
        client.force_login(old.editor)
        page = client.get(own).content.decode()
        first = page.index(stale.title)
        assert all(first < page.find(row.title) for row in old.offers[1:] if row.title in page)
        said = {"act": "confirm", "offer": str(stale.public_id)}
        assert 'value="confirm"' not in page and client.post(own, said).status_code == 403
        old.editor.memberships.update(role=Membership.EDITOR)
        assert 'value="confirm"' in client.get(own).content.decode()
        assert client.post(own, said).status_code == 303
        stale.refresh_from_db()
        assert stale.verified_on == clock.today()
        assert 'value="confirm"' not in client.get(own).content.decode()
