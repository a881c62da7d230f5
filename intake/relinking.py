"""A new follow-up link for somebody whose link ran out: to the address that had it, once a day at most."""

from django.db import transaction

from foundation import clock
from intake.models import Irritant
from journal import links, messages
from journal.models import AccessLink, Message

TEMPLATE = "company_link"


@transaction.atomic
def send_new_link(link: AccessLink) -> bool:
    """Renew an expired link and owe the mail that carries it. False when one was already owed today."""
    irritant = Irritant.objects.select_related("contact").filter(public_id=link.subject_id).first()
    cause = f"link:{link.pk}:{clock.today().isoformat()}"
    if irritant is None or Message.objects.filter(cause=cause, template=TEMPLATE).exists():
        return False
    links.reissue(link)
    messages.owe(
        TEMPLATE,
        to=link.email,
        language=irritant.contact.language,
        cause=cause,
        case=irritant.public_id,
        subject_id=irritant.public_id,
    )
    return True
