"""The way of an offer to the public: read once for a new partner, then by itself, on its day, and back."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Role
from foundation import clock
from journal import jobs
from journal.actors import Actor, coordinator
from journal.lifecycle import Refusal
from journal.models import Event, Message
from programs.editing.clock import appear
from programs.lifecycle import OFFER, publishes_itself
from programs.models import CatalogueState, Offer, OfferStatus
from tests import cast as casting
from tests.programs.test_offers import TRAINING, editor, lab, post, trusted, url, written  # noqa: F401

pytestmark = pytest.mark.django_db
STAFF = "coordination@enact.example"


@pytest.fixture
def staff():
    return casting.person(STAFF, Role.COORDINATOR, full_name="Coordinatrice")


@pytest.fixture
def workbench(staff, client_class):
    browser = client_class()
    browser.force_login(staff, backend="accounts.backends.RoleBackend")
    return browser


@pytest.fixture
def client_class():
    from django.test import Client

    return Client


def events(offer) -> list[str]:
    return list(Event.objects.filter(case=offer.public_id).order_by("seq").values_list("name", flat=True))


def owed() -> list[tuple[str, str]]:
    return sorted(Message.objects.values_list("template", "recipient"))


def decide(workbench, offer, move, **data):
    offer.refresh_from_db()
    where = reverse("admin:workbench_review_decide", args=[offer.public_id, move])
    return workbench.post(where, {"version": offer.version, **data})


def test_a_first_offer_is_read_and_the_next_ones_are_not(editor, lab, workbench):  # noqa: F811
    offer = written(editor, lab, action="submit")
    assert offer.status == OfferStatus.IN_REVIEW and owed() == [("coordinator_offer", STAFF)]
    listed = workbench.get(reverse("admin:workbench_reviews")).content.decode()
    assert offer.title in listed and lab.name in listed
    page = workbench.get(reverse("admin:workbench_review", args=[offer.public_id])).content.decode()
    assert offer.description in page and "Publier maintenant" in page
    before = CatalogueState.current()
    assert decide(workbench, offer, "publish").status_code == 303
    offer.refresh_from_db()
    assert offer.status == OfferStatus.PUBLISHED and CatalogueState.current() == before + 1
    assert editor.get(reverse("offer", args=[offer.public_id])).status_code == 200
    assert owed()[1:] == [("partner_offer_published", lab.memberships.get().user.email)]
    jobs.run_owed()
    told = {message.subject for message in mail.outbox}
    assert len(told) == 1 and "publiée" in told.pop()  # the other one lost its object: it was read already
    # From now on by itself, without anybody being written to.
    assert written(editor, lab, "cifre", action="publish_own").status == OfferStatus.PUBLISHED
    assert len(owed()) == 2


def test_a_partner_that_was_read_publishes_by_itself(editor, lab):  # noqa: F811
    trusted(lab)
    offer = written(editor, lab, action="publish_own")
    assert offer.status == OfferStatus.PUBLISHED and owed() == []
    assert events(offer) == ["offer.create", "offer.edit", "offer.publish"]
    with pytest.raises(Refusal, match="Vous l’avez déjà fait"):
        OFFER.perform(offer, "submit", actor=Actor("partner", user=lab.memberships.get().user))


def test_a_new_partner_cannot_pass_by_the_reader(editor, lab):  # noqa: F811
    offer = written(editor, lab, action="publish_own")
    assert offer.status == OfferStatus.DRAFT
    post(editor, lab, offer, TRAINING, action="schedule_own", publish_on=_day(5).isoformat())
    offer.refresh_from_db()
    assert (offer.status, offer.publish_on) == (OfferStatus.DRAFT, None)
    for move in ("publish", "appear", "send_back", "schedule"):
        assert editor.post(url("partner_offer_move", lab, offer, move)).status_code == 404


def test_sent_back_with_words_and_submitted_again(editor, lab, workbench):  # noqa: F811
    offer = written(editor, lab, action="submit")
    answer = decide(workbench, offer, "send_back", note="  ")
    assert answer.status_code == 422 and "Dites au partenaire" in answer.content.decode()
    assert (
        decide(workbench, offer, "send_back", note="Dites à qui la formation s’adresse.").status_code == 303
    )
    offer.refresh_from_db()
    assert (offer.status, offer.review_note) == (OfferStatus.DRAFT, "Dites à qui la formation s’adresse.")
    assert "Dites à qui la formation" in editor.get(url("partner_offer", lab, offer)).content.decode()
    assert "à reprendre" in editor.get(url("partner_offers", lab)).content.decode()
    jobs.run_owed()
    (told,) = mail.outbox
    assert "Dites à qui la formation s’adresse." in told.body
    assert url("partner_offer", lab, offer) in told.body
    assert "Dites" not in str(list(Event.objects.values_list("payload", flat=True)))  # ids and codes only
    post(editor, lab, offer, {**TRAINING, "audience": "Chefs d’atelier"}, action="submit")
    offer.refresh_from_db()
    assert (offer.status, offer.review_note) == (OfferStatus.IN_REVIEW, "")


def test_the_reader_decides_about_what_was_read(editor, lab, workbench):  # noqa: F811
    """The partner changed the words meanwhile: the coordinator is told, and nothing is published."""
    offer = written(editor, lab, action="submit")
    seen = offer.version
    post(editor, lab, offer, {**TRAINING, "title_fr": "Tout autre chose"})
    assert decide(workbench, offer, "publish", version=seen).status_code == 303
    offer.refresh_from_db()
    assert offer.status == OfferStatus.IN_REVIEW
    post(editor, lab, offer, TRAINING)
    editor.post(url("partner_offer_move", lab, offer, "take_back"), {"version": offer.version + 1})
    offer.refresh_from_db()
    assert offer.status == OfferStatus.DRAFT
    assert decide(workbench, offer, "publish").status_code == 303


def _day(days: int):
    return clock.today() + timedelta(days=days)


def test_the_clock_publishes_on_the_day_and_once(editor, lab):  # noqa: F811
    trusted(lab)
    offer = written(editor, lab, action="schedule_own", publish_on=_day(4).isoformat())
    assert (offer.status, offer.publish_on) == (OfferStatus.SCHEDULED, _day(4))
    assert editor.get(reverse("offer", args=[offer.public_id])).status_code == 404
    assert appear() == 0
    before = CatalogueState.current()
    with clock.at(clock.now() + timedelta(days=7)):  # the clock was down for three days
        assert (appear(), appear()) == (1, 0)
    offer.refresh_from_db()
    assert (offer.status, offer.publish_on) == (OfferStatus.PUBLISHED, None)
    assert events(offer).count("offer.appear") == 1 and CatalogueState.current() == before + 1
    assert owed() == [("partner_offer_published", lab.memberships.get().user.email)]


def test_a_scheduled_offer_is_put_off_or_called_back(editor, lab):  # noqa: F811
    trusted(lab)
    offer = written(editor, lab, action="schedule_own", publish_on=_day(4).isoformat())
    post(editor, lab, offer, TRAINING, action="schedule_own", publish_on=_day(9).isoformat())
    offer.refresh_from_db()
    assert offer.publish_on == _day(9)
    editor.post(url("partner_offer_move", lab, offer, "unschedule"), {"version": offer.version})
    with clock.at(clock.now() + timedelta(days=20)):
        assert appear() == 0
    offer.refresh_from_db()
    assert (offer.status, offer.publish_on) == (OfferStatus.DRAFT, None)


@pytest.mark.parametrize("day", ["", "hier", "2020-01-01", "0", "9999-12-31", "2027-02-31"])
def test_a_day_that_nobody_can_mean_is_refused(editor, lab, day):  # noqa: F811
    trusted(lab)
    offer = written(editor, lab, action="schedule_own", publish_on=day)
    assert (offer.status, offer.title_fr) == (
        OfferStatus.DRAFT,
        TRAINING["title_fr"],
    )  # and the words are saved


def test_a_new_partner_names_the_day_and_the_reader_keeps_it(editor, lab, workbench):  # noqa: F811
    offer = written(editor, lab, action="submit", publish_on=_day(6).isoformat())
    page = workbench.get(reverse("admin:workbench_review", args=[offer.public_id])).content.decode()
    assert "comme le partenaire le souhaite" in page
    assert decide(workbench, offer, "schedule").status_code == 303
    offer.refresh_from_db()
    assert (offer.status, offer.publish_on) == (OfferStatus.SCHEDULED, _day(6))
    assert "partner_offer_scheduled" in dict(owed())


def test_hidden_shown_again_and_archived(editor, lab):  # noqa: F811
    trusted(lab)
    offer = written(editor, lab, action="publish_own")
    for move, state in (("hide", "hidden"), ("show_again", "published"), ("archive", "archived")):
        before = CatalogueState.current()
        editor.post(url("partner_offer_move", lab, offer, move), {"version": offer.version})
        offer.refresh_from_db()
        assert (offer.status, CatalogueState.current()) == (state, before + 1)
    assert post(editor, lab, offer, TRAINING).status_code == 303
    offer.refresh_from_db()
    assert offer.status == OfferStatus.ARCHIVED
    page = editor.get(url("partner_offer_preview", lab, offer)).content.decode()
    assert "Dupliquer" in page


def test_a_stale_button_moves_nothing(editor, lab):  # noqa: F811
    trusted(lab)
    offer = written(editor, lab, action="publish_own")
    editor.post(url("partner_offer_move", lab, offer, "hide"), {"version": offer.version - 1})
    offer.refresh_from_db()
    assert offer.status == OfferStatus.PUBLISHED


def test_a_coordinator_publishes_nothing_that_lacks_the_essential(staff):
    nobody = casting.laboratory("sans-texte")
    offer = Offer.objects.create(organisation=nobody, external_id="x", kind="rnd")
    with pytest.raises(Refusal, match="Avant de publier, ajoutez"):
        OFFER.perform(offer, "publish", actor=coordinator(staff))
    assert not publishes_itself(nobody)


def test_the_review_list_costs_the_same_however_many(editor, lab, workbench, django_assert_max_num_queries):  # noqa: F811
    for number in range(12):
        casting.offer(lab, f"n-{number}", status=OfferStatus.IN_REVIEW, submitted_at=clock.now())
    with django_assert_max_num_queries(12):
        assert workbench.get(reverse("admin:workbench_reviews")).status_code == 200
