"""Writing to a company at another address, because the first one does not take our mails."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from intake.models import Contact, Irritant
from journal import links, messages
from journal.actors import Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from journal.models import AccessLink, BlockedAddress


@transaction.atomic
def correct_address(irritant: Irritant, email: str, *, actor: Actor) -> int:
    """Write to the contact at `email` from now on, and owe there what the old address did not take.

    Whoever has the old address loses the links that were sent there: it may be a stranger's. Returns how many
    mails are owed again. Raises Refusal when `email` is no address, or the same.
    """
    new = email.strip().casefold()
    try:
        validate_email(new)
    except ValidationError as error:
        raise Refusal(_("Cette adresse n’est pas valable."), "email") from error
    lock_case(irritant.public_id)
    irritant.refresh_from_db()
    contact = Contact.objects.select_for_update().get(pk=irritant.contact_id)
    old = contact.email
    if new == old:
        raise Refusal(_("C’est déjà cette adresse."), "email")
    known = Contact.objects.filter(email=new).first()
    cases = [irritant.public_id]
    if known:  # the person exists: this case becomes theirs, their own cases stay as they are
        Irritant.objects.filter(pk=irritant.pk).update(contact=known, version=F("version") + 1)
        if not contact.irritants.exists():
            contact.delete()  # else an address that nobody asks about would outlive every erasure
    else:
        cases = list(contact.irritants.values_list("public_id", flat=True))
        Contact.objects.filter(pk=contact.pk).update(email=new)
    for link in AccessLink.objects.filter(purpose=links.FOLLOW, subject_id__in=cases, email=old):
        links.revoke(link)
    BlockedAddress.objects.filter(email__in=[old, new]).delete()
    record("irritant.address_corrected", case=irritant.public_id, subject=irritant, actor=actor)
    irritant.refresh_from_db()
    return sum(messages.send_elsewhere(old, new, case=case) for case in cases)
