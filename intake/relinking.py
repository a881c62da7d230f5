"""A new follow-up link for somebody whose link ran out: to the address that had it, once a day at most."""

from django.db import transaction

from foundation import clock
from intake.models import Irritant
from intake.people import person_of
from journal import links, messages
from journal.models import AccessLink, Message

TEMPLATE = "company_link"


@transaction.atomic
def send_new_link(link: AccessLink) -> bool:
    """Renew an expired link and owe the mail that carries it.

    False when one was already owed today, or when this person no longer follows the irritant: the page says the same.
    """
    irritant = Irritant.objects.select_related("contact").filter(public_id=link.subject_id).first()
    person = irritant and person_of(irritant, link.email)
    cause = f"link:{link.pk}:{clock.today().isoformat()}"
    key = {"recipient": link.email.casefold(), "cause": cause, "template": TEMPLATE}
    if person is None or Message.objects.filter(**key).exists():
        return False
    links.reissue(link)
    messages.owe(
        TEMPLATE,
        to=link.email,
        language=person.language,
        cause=cause,
        case=irritant.public_id,
        subject_id=irritant.public_id,
    )
    return True
