"""Several clocks, clicks and readers at once: each reminder, move and view counts once."""

from datetime import date, timedelta

import pytest

from foundation import clock
from journal import clockwork
from journal.actors import Actor
from journal.events import broken_links
from journal.models import Event, Message
from programs import freshness
from programs.engine import VALID_DAYS
from programs.models import Offer, OfferStatus, OfferViews
from tests import cast as casting
from tests.racing import at_once
from tests.triage.clock_walk import paris

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("database_as_served")]
LAB = "labo-a@recherche.example"


def then(moment: str, act):
    """The act at that moment, in the thread that runs it."""

    def acting():
        with clock.at(paris(moment)):
            return act()

    return acting


@pytest.fixture
def stale(db):
    with clock.at(paris("2026-06-01 10:00")):
        lab = casting.laboratory("labo-a", casting.person(LAB))
        day = clock.today() - timedelta(days=VALID_DAYS["laboratory"] + 1)
        rows = [casting.offer(lab, f"a-{number}", content_updated_on=day) for number in range(2)]
    yield rows
    assert list(broken_links()) == []


def owed(template: str) -> list[str]:
    return list(Message.objects.filter(template=template).values_list("recipient", flat=True))


def test_three_clocks_remind_and_hide_once(stale):
    at_once(*[then("2026-06-01 10:00", clockwork.tick)] * 3)
    assert owed("partner_offers_to_verify") == [LAB]
    at_once(*[then("2026-06-08 10:00", clockwork.tick)] * 3)
    assert owed("partner_offers_to_verify") == [LAB] * 2
    at_once(*[then("2026-06-22 10:00", clockwork.tick)] * 3)
    assert owed("partner_offers_hidden") == [LAB]
    assert Event.objects.filter(name="offer.hide").count() == 2
    assert set(Offer.objects.values_list("status", flat=True)) == {OfferStatus.HIDDEN}


def test_a_click_in_the_instant_of_the_hiding(stale):
    for moment in ("2026-06-01 10:00", "2026-06-08 10:00"):
        then(moment, clockwork.tick)()
    lab, ids = stale[0].organisation, [str(row.public_id) for row in stale]
    confirm = lambda: freshness.say(lab, "confirm", ids, actor=Actor("partner"))  # noqa: E731
    _ticked, said, again = at_once(
        then("2026-06-22 10:00", clockwork.tick),
        then("2026-06-22 10:00", confirm),
        then("2026-06-22 10:00", confirm),
    )
    states = set(Offer.objects.values_list("status", "confirmed_on"))
    clicked = sorted([len(said), len(again)])
    assert (states, clicked, owed("partner_offers_hidden")) in [
        ({(OfferStatus.PUBLISHED, date(2026, 6, 22))}, [0, 2], []),
        ({(OfferStatus.HIDDEN, None)}, [0, 0], [LAB]),
    ]


def test_readers_at_once_are_all_counted(stale):
    at_once(*[lambda: OfferViews.add(stale[0].pk, date(2026, 6, 1))] * 6)
    assert list(OfferViews.objects.values_list("offer", "day", "count")) == [
        (stale[0].pk, date(2026, 6, 1), 6)
    ]
