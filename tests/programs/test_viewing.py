"""How often an offer was opened: a number a day, of visitors alone, and nothing about them."""

import pytest
from django.urls import reverse

from foundation import clock
from programs.lifecycle import OFFER
from programs.models import OfferViews
from tests import cast as casting
from tests.triage.clock_walk import paris

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ROBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def tell(client, offer, agent: str = BROWSER, **headers):
    return client.post(
        reverse("offer_viewed", args=[offer.public_id]), headers={"user-agent": agent, **headers}
    )


def told() -> list[tuple]:
    return list(OfferViews.objects.order_by("offer", "day").values_list("offer", "day", "count"))


def test_opening_the_page_writes_nothing_and_its_script_says_so_once(cast, client):
    offer = cast.offers[0]
    page = client.get(reverse("offer", args=[offer.public_id])).content.decode()
    assert f'data-viewed="{reverse("offer_viewed", args=[offer.public_id])}"' in page
    assert told() == []
    answer = tell(client, offer)
    assert (answer.status_code, answer.content, dict(answer.cookies)) == (204, b"", {})
    assert told() == [(offer.pk, clock.today(), 1)]


def test_days_are_counted_apart(cast, client):
    first, second, _other = cast.offers
    for moment, offer in (
        ("2026-06-01 23:30", first),
        ("2026-06-01 23:50", first),
        ("2026-06-02 00:10", first),
        ("2026-06-02 09:00", second),
    ):
        with clock.at(paris(moment)):
            tell(client, offer)
    days = [paris("2026-06-01 12:00").date(), paris("2026-06-02 12:00").date()]
    assert told() == [(first.pk, days[0], 2), (first.pk, days[1], 1), (second.pk, days[1], 1)]


@pytest.mark.parametrize(
    ("agent", "headers"),
    [
        (ROBOT, {}),
        ("", {}),
        ("curl/8.0", {}),
        ("Mozilla/5.0 HeadlessChrome/140.0", {}),
        (BROWSER, {"sec-fetch-site": "cross-site"}),
    ],
)
def test_neither_robots_nor_other_sites_count(cast, client, agent, headers):
    assert tell(client, cast.offers[0], agent, **headers).status_code == 204
    assert told() == []


@pytest.mark.parametrize(
    ("who", "counts"),
    [
        ("editor", False),
        ("coordinator", False),
        ("administrator", False),
        ("funder", False),
        ("other_editor", True),
        ("company", True),
    ],
)
def test_neither_staff_nor_ones_own_people_count(cast, client, who, counts):
    client.force_login(getattr(cast, who), backend="accounts.backends.RoleBackend")
    tell(client, cast.offers[0], **{"sec-fetch-site": "same-origin"})
    assert len(told()) == counts


def test_what_is_not_in_the_catalogue_has_no_views(cast, client):
    OFFER.perform(cast.offers[0], "hide", actor=casting.coordinator(cast.coordinator))
    assert tell(client, cast.offers[0]).status_code == 404
    assert client.get(reverse("offer_viewed", args=[cast.offers[1].public_id])).status_code == 405
    assert told() == []


def test_it_takes_a_fixed_number_of_queries(cast, client, django_assert_max_num_queries):
    tell(client, cast.offers[0])
    with django_assert_max_num_queries(2):
        tell(client, cast.offers[0])
