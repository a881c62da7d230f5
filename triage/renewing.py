"""Mails to partners that no move causes: a new link, and word that the company's name may be read."""

from django.utils.translation import gettext_lazy as _

from foundation import clock
from journal import messages
from journal.events import reacts_to
from journal.messages import Template
from journal.models import AccessLink
from triage import reactions  # noqa: F401  the mail that asks is registered there
from triage.models import Referral

# The same reading of the referral, with a link made at send time, as the mail that asked.
_build = messages.TEMPLATES["partner_asked"].build
messages.TEMPLATES.add("partner_link", Template(_("Nouveau lien pour répondre"), _build))
messages.TEMPLATES.add("partner_disclosed", Template(_("Coordonnées de l’entreprise"), _build))


def owe_new_link(link: AccessLink) -> None:
    """Owe a working link to the address of a link that ran out: at most one a day, however often asked."""
    referral = (
        Referral.objects.select_related("irritant", "organisation").filter(public_id=link.subject_id).first()
    )
    if referral is None:
        return
    known = dict(referral.organisation.recipients())
    messages.owe(
        "partner_link",
        to=link.email,
        language=known.get(link.email, referral.organisation.language),
        cause=f"renew:{link.pk}:{clock.today().isoformat()}",
        case=referral.irritant.public_id,
        subject_id=referral.public_id,
    )


@reacts_to("referral.disclosed")
def tell_the_partner_who_it_is(event, referral):
    for email, language in referral.organisation.recipients():
        messages.owe(
            "partner_disclosed",
            to=email,
            language=language,
            cause=f"event:{event.pk}",
            case=referral.irritant.public_id,
            subject_id=referral.public_id,
        )
