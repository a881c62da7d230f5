"""What the tests of the follow-up page share."""

from django.urls import reverse

from intake.lifecycle import IRRITANT
from journal import links
from journal.actors import COMPANY, Actor


def give(irritant, email: str = ""):
    return links.give(links.FOLLOW, irritant.public_id, email or irritant.contact.email)


def address(irritant, name: str = "follow", *more, email: str = "") -> str:
    return reverse(f"intake:{name}", args=[give(irritant, email).token, *more])


def holder(irritant, email: str = "") -> Actor:
    return Actor(COMPANY, link=give(irritant, email))


def ask(irritant, staff, text: str = "Depuis quand ?", **questions):
    IRRITANT.perform(irritant, "take", actor=staff)
    IRRITANT.perform(irritant, "ask_info", actor=staff, text=text, **questions)
