"""Nobody learns whether an address, a reference or a draft is known: same status, same page, about the same time."""

import re
import time
from statistics import median
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from foundation import tokens
from intake.models import Draft
from journal import links
from tests import cast as casting
from tests.intake.walking import YOU, begin, url

pytestmark = pytest.mark.django_db
ROUNDS = 40
# Medians of processor time, taken in turns: what a stranger could measure over a network is far above this.
LIKE = (0.75, 1.33)


def compare(known, unknown) -> float:
    """How many times longer the known one takes, over ROUNDS of each in turns. Each gets the number of its round."""
    taken = {known: [], unknown: []}
    for number in range(ROUNDS):
        for act in (known, unknown) if number % 2 else (unknown, known):
            started = time.process_time()
            act(number)
            taken[act].append(time.process_time() - started)
    return median(taken[known]) / median(taken[unknown])


def bare(page) -> tuple:
    """A page without what was asked for in its address."""
    text = re.sub(r"/(demande|reprendre|suivi)/[\w%-]+/", r"/\1/…/", page.content.decode())
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return (
        page.status_code,
        text,
        sorted(page.headers.items() - {("Content-Length", page.get("Content-Length"))}),
    )


def test_asking_for_a_code_with_a_known_and_an_unknown_address():
    casting.person("temoin@fonderie.example")
    for number in range(ROUNDS):
        casting.person(f"personne{number}@fonderie.example")

    def ask(email: str, number: int):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        return client.post(reverse("account_request_login_code"), {"email": email})

    known, unknown = ask("temoin@fonderie.example", 250), ask("inconnu@fonderie.example", 251)
    assert (known.status_code, known.get("Location")) == (unknown.status_code, unknown.get("Location"))
    assert known.content == unknown.content
    assert [letter.to for letter in mail.outbox] == [
        ["temoin@fonderie.example"],
        ["inconnu@fonderie.example"],
    ]
    ratio = compare(
        lambda number: ask(f"personne{number}@fonderie.example", number),
        lambda number: ask(f"inconnu{number}@fonderie.example", number + 100),
    )
    assert LIKE[0] <= ratio <= LIKE[1], ratio


def test_a_draft_that_never_was_and_one_that_ran_out(client):
    draft = begin(client)
    Draft.objects.update(expires_at=draft.created_at)
    pages = {token: Client().get(f"/demande/{token}/vous/") for token in (draft.token, "A" * 32)}
    assert len({str(bare(page)) for page in pages.values()}) == 1
    ratio = compare(*[lambda _n, token=token: Client().get(f"/demande/{token}/vous/") for token in pages])
    assert LIKE[0] <= ratio <= LIKE[1], ratio


def forged(row_id, purpose: str) -> str:
    """A token that names a row and proves nothing."""
    return tokens.make(row_id, purpose, 1)[:-3] + "AAA"


@pytest.mark.parametrize(("purpose", "name"), [(links.RESUME, "resume"), (links.FOLLOW, "follow")])
def test_a_forged_link_to_what_exists_and_to_what_does_not(client, purpose, name):
    if purpose == links.FOLLOW:
        irritant = casting.irritant()
        link = links.give(purpose, irritant.public_id, casting.SECRET_EMAIL)
    else:
        draft = begin(client)
        client.post(url(draft, "vous"), YOU)
        link = links.give(purpose, draft.public_id, YOU["email"].casefold())
    addresses = [reverse(f"intake:{name}", args=[forged(row, purpose)]) for row in (link.pk, uuid4())]
    pages = [Client().get(address) for address in addresses]
    assert bare(pages[0]) == bare(pages[1])
    assert pages[0].status_code == 404
    ratio = compare(*[lambda _n, address=address: Client().get(address) for address in addresses])
    assert LIKE[0] <= ratio <= LIKE[1], ratio


def test_giving_a_known_address_in_the_form_and_an_unknown_one(client):
    """Whether an address has irritants already shows nowhere, neither at « vous » nor at the link."""
    known = casting.irritant().contact.email
    answers = []
    for email in (known, "jamais.vue@fonderie.example"):
        draft = begin(client)
        client.post(url(draft, "vous"), {**YOU, "email": email})
        page = client.post(url(draft, "contexte"), {"action": "link"}, follow=True)
        text = (
            re.sub(r'value="[^"]*"|csrf\S*', "", page.content.decode())
            .replace(email, "…")
            .replace(draft.token, "…")
        )
        answers.append((page.status_code, text))
    assert answers[0] == answers[1]
