"""Links as the mails carry them, and what must stay secret until the company is disclosed."""

from django.urls import reverse

from foundation import clock
from journal import links
from journal.actors import coordinator
from tests import cast as casting
from triage.non_disclosure import record_agreement

SECRETS = (
    casting.SECRET_COMPANY,
    casting.SECRET_PERSON,
    casting.SECRET_EMAIL,
    casting.SECRET_WORDS,
    "cartes de contrôle",
)


def token_of(referral, email: str = "") -> str:
    """Of this address, else of the first person who answers for the organisation."""
    email = email or referral.organisation.recipients()[0][0]
    return links.give(links.ANSWER, referral.public_id, email).token


def url(name: str, token: str, *args) -> str:
    return reverse(f"triage:{name}", args=[token, *args])


def leaks(text: str) -> list[str]:
    """The secret strings that a text gives away, however it is cased."""
    return [secret for secret in SECRETS if secret.casefold() in text.casefold()]


def follow_token(irritant) -> str:
    return links.give(links.FOLLOW, irritant.public_id, irritant.contact.email).token


def sign(irritant, organisation, user, **more):
    """A confidentiality agreement with this partner, signed today and recorded by this coordinator."""
    return record_agreement(irritant, organisation, signed_on=clock.today(), actor=coordinator(user), **more)
