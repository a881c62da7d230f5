"""Recording a confidentiality agreement between the company and a partner; revoking is a move of its table."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from files import store
from intake.models import Irritant
from journal.actors import COORDINATOR, Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from partners.models import Organisation
from triage.models import NonDisclosure


@transaction.atomic
def record_agreement(
    irritant: Irritant,
    organisation: Organisation,
    *,
    signed_on: date,
    actor: Actor,
    note: str = "",
    upload: UploadedFile | None = None,
) -> NonDisclosure:
    """Write that both have signed. Raises Refusal (one is in force already) and files.signatures.Rejected."""
    if actor.role != COORDINATOR:
        raise Refusal(_("Cette action ne vous revient pas."), "role")
    lock_case(irritant.public_id)
    if irritant.non_disclosures.in_force().filter(organisation=organisation).exists():
        raise Refusal(_("Un accord en vigueur est déjà enregistré avec ce partenaire."), "exists")
    row = NonDisclosure(
        irritant=irritant,
        organisation=organisation,
        signed_on=signed_on,
        note=note,
        recorded_by=actor.user,
    )
    if upload is not None:
        row.file = store.receive(upload, irritant.public_id, subject=row.public_id)
    row.save(force_insert=True)
    record(
        "non_disclosure.recorded",
        case=irritant.public_id,
        subject=row,
        actor=actor,
        organisation=str(organisation.public_id),
    )
    return row
