"""The language switch leads back to the page, even from one that answers a POST at an address of its own."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from foundation import clock
from intake.lifecycle import IRRITANT
from journal import links
from journal.actors import coordinator
from tests import cast as casting

pytestmark = pytest.mark.django_db


def switched(client, page, language: str = "de"):
    """What somebody reads who presses the button of a language on this page."""
    back = re.search(r'<form class="lang"[\s\S]*?name="next" value="([^"]+)"', page.content.decode())[1]
    return client.post(reverse("set_language"), {"language": language, "next": unescape(back)}, follow=True)


def follow_token(cast) -> str:
    return links.give(links.FOLLOW, cast.irritant.public_id, cast.irritant.contact.email).token


@pytest.mark.parametrize(
    ("name", "wrong", "status"),
    [
        ("follow", None, 200),
        ("message", {"text": " "}, 422),
        ("answer", {"text": "x" * 4001}, 422),
        ("add_colleague", {"email": "nobody"}, 422),
    ],
)
def test_the_follow_up_page_comes_back(cast, client, name, wrong, status):
    actor = coordinator(cast.coordinator)
    IRRITANT.perform(cast.irritant, "take", actor=actor)
    IRRITANT.perform(cast.irritant, "ask_info", actor=actor, text="Depuis quand ?")
    token = follow_token(cast)
    where = reverse(f"intake:{name}", args=[token])
    page = client.get(where) if wrong is None else client.post(where, wrong)
    assert page.status_code == status
    again = switched(client, page)
    assert again.redirect_chain == [(reverse("intake:follow", args=[token]), 302)]
    assert again.status_code == 200 and '<html lang="de"' in again.content.decode()
    if name == "answer":
        assert "x" * 4001 in again.content.decode(), "what was typed of an answer is kept"


@pytest.mark.parametrize("name", ["accept", "decline", "question"])
def test_the_partners_page_comes_back(cast, client, name):
    referral = casting.asked(cast)[0]
    token = links.give(links.ANSWER, referral.public_id, cast.editor.email).token
    page = client.post(reverse(f"triage:{name}", args=[token]), {})
    assert page.status_code == 422
    again = switched(client, page, "en")
    assert again.redirect_chain == [(reverse("triage:answer", args=[token]), 302)]
    assert again.status_code == 200 and '<html lang="en"' in again.content.decode()


def test_a_link_that_ran_out_still_offers_a_new_one_and_once_sent_leads_home(cast, client):
    token = follow_token(cast)
    with clock.at(clock.now() + timedelta(days=800)):
        again = switched(client, client.post(reverse("intake:message", args=[token]), {"text": "Bonjour"}))
        assert again.redirect_chain == [(reverse("intake:follow", args=[token]), 302)]
        assert again.status_code == 410
        sent = client.post(reverse("intake:new_link", args=[token]))
        assert switched(client, sent).redirect_chain == [(reverse("home"), 302)]


@pytest.mark.parametrize("name", ["erase", "level"])
def test_a_page_with_an_address_of_its_own_stays_there(cast, client, name):
    where = reverse("intake:erase" if name == "erase" else "triage:level", args=[follow_token(cast)])
    page = client.post(where, {})
    assert page.status_code == 422
    assert switched(client, page).redirect_chain == [(where, 302)]


def test_what_is_erased_leads_home(cast, client):
    page = client.post(reverse("intake:erase", args=[follow_token(cast)]), {"sure": "on"})
    assert switched(client, page).redirect_chain == [(reverse("home"), 302)]


@pytest.mark.parametrize("address", ["", "?file=all&signal=late", "chiffres/", "horloge/"])
def test_the_workbench_comes_back(cast, client, address):
    client.force_login(cast.coordinator)
    page = client.get(reverse("admin:index") + address)
    answer = switched(client, page)
    assert answer.status_code == 200 and '<html lang="de"' in answer.content.decode()
    assert answer.redirect_chain == [(reverse("admin:index") + address, 302)]


def test_an_address_that_is_a_question_only_leads_home(client, db):
    answer = client.post(reverse("set_language"), {"language": "de", "next": "?file=ours"}, follow=True)
    assert answer.status_code == 200 and answer.redirect_chain == [(reverse("home"), 302)]
