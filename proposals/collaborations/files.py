"""Files of a collaboration: the signed contract and other documents, through the gate, for its parties alone."""

from datetime import date
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from files.models import StoredFile
from foundation import clock
from intake.conversation import keep_files, taken
from journal.actors import SYSTEM_ACTOR
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from proposals.collaborations.lifecycle import COLLABORATION
from proposals.collaborations.parties import Party
from proposals.models import Collaboration, CollaborationFile, CollaborationStage, FileKind, Signature

MOST = 30


def bring(
    collaboration: Collaboration,
    upload: UploadedFile,
    *,
    party: Party,
    kind: str = FileKind.DOCUMENT,
    signed: dict[int | None, date] | None = None,
) -> CollaborationFile:
    """Keep a file; of a contract, also who signed it and when. Raises Refusal and intake.conversation.FilesRefused.

    `signed`: party key (None: the company) → day. Once everybody has signed, the collaboration is signed.
    """
    file_id = uuid4()
    with taken([upload], collaboration.irritant.public_id, file_id) as rows:
        return _keep(collaboration, file_id, rows, party, kind, signed or {})


@transaction.atomic
def _keep(collaboration, file_id, rows, party: Party, kind: str, signed: dict) -> CollaborationFile:
    case = collaboration.irritant.public_id
    lock_case(case)
    collaboration = Collaboration.objects.select_related("irritant", "proposal").get(pk=collaboration.pk)
    if collaboration.irritant.erased_at:
        raise Refusal(_("Cette demande a été effacée."), "erased")
    known = StoredFile.objects.filter(case=case, subject__in=collaboration.files.values("public_id"))
    same = known.filter(sha256=rows[0].sha256).first()
    row = same and collaboration.files.filter(public_id=same.subject, kind=kind).first()
    if row is None:
        if collaboration.files.count() >= MOST:
            raise Refusal(_("Trente fichiers au plus pour une collaboration."), "many")
        row = CollaborationFile.objects.create(
            public_id=file_id,
            collaboration=collaboration,
            kind=kind,
            by=party.role,
            organisation=party.organisation,
        )
        keep_files(rows)
        record(
            "collaboration.contract" if kind == FileKind.CONTRACT else "collaboration.file",
            case=case,
            subject=collaboration,
            actor=party.actor,
            **_of(party),
        )
    if kind == FileKind.CONTRACT:
        note_signatures(collaboration, row, signed)
    return row


def _of(party: Party) -> dict:
    return {"organisation": str(party.organisation.public_id)} if party.organisation else {}


def note_signatures(collaboration: Collaboration, contract, signed: dict[int | None, date]) -> None:
    """Who signed and when, in the caller's transaction; the last one makes the collaboration signed."""
    parties = {None, *collaboration.organisations.values_list("pk", flat=True)}
    for key, day in signed.items():
        if key not in parties:
            continue
        if day > clock.today():
            raise Refusal(_("Cette date est encore à venir."), "date")
        Signature.objects.get_or_create(
            collaboration=collaboration,
            organisation_id=key,
            defaults={"signed_on": day, "contract": contract},
        )
    if set(collaboration.signatures.values_list("organisation_id", flat=True)) != parties:
        return
    if collaboration.stage == CollaborationStage.AGREED:
        COLLABORATION.perform(collaboration, "sign", actor=SYSTEM_ACTOR)


def stored(collaboration: Collaboration) -> dict:
    """CollaborationFile.public_id → its StoredFile."""
    subjects = [row.public_id for row in collaboration.files.all()]
    return {row.subject: row for row in StoredFile.objects.filter(subject__in=subjects)} if subjects else {}
