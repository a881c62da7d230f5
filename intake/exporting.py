"""What intake gives of a case to « télécharger mes données » (docs/export-format.md)."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from files.models import StoredFile
from foundation import clock
from intake.models import Irritant
from intake.people import person_of
from intake.reopening import current_answer, words_of
from journal.actors import Actor
from journal.events import lock_case, record
from journal.exporting import FILES, SECTIONS, Attached, Reader
from journal.models import Event

COMPANY = (
    *("name", "siren", "siret", "foreign_id", "foreign_id_kind", "country", "organisation_type"),
    *(
        "naf_rev2",
        "naf_2025",
        "headcount",
        "legal_form",
        "size_category",
        "postcode",
        "city",
        "ceased",
        "registry_on",
    ),
)
ASKED = "irritant.exported"
A_DAY = 10


@transaction.atomic
def note(irritant: Irritant, *, actor: Actor) -> bool:
    """Record that somebody takes the data of a case away; False when it happened too often today."""
    lock_case(irritant.public_id)
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    if Event.objects.filter(case=irritant.public_id, name=ASKED, at__gte=today).count() >= A_DAY:
        return False
    record(ASKED, case=irritant.public_id, subject=irritant, actor=actor)
    return True


def _irritant(case: UUID) -> Irritant:
    return Irritant.objects.select_related("company", "contact", "sector", "coordinator").get(public_id=case)


@SECTIONS.register("request")
def request(reader: Reader) -> dict:
    irritant = _irritant(reader.case)
    company = irritant.company
    plain = (
        "reference public_id text tried language topics_confirmed topics_removed data_maturity kinds_wished "
        "deadline site_city site_postcode site_commune site_siret department confidentiality "
        "provenance stage turn due_at outcome created_at answer_draft"
    )
    return {
        **{name: getattr(irritant, name) for name in plain.split()},
        "sector": irritant.sector_id,
        "followed_by": irritant.coordinator.full_name if irritant.coordinator else "",
        "company": {name: getattr(company, name) for name in COMPANY},
        "consent": {"at": irritant.consent_at, "version": irritant.consent_version},
    }


@SECTIONS.register("person")
def person(reader: Reader) -> dict:
    """Whoever asks: a colleague with what the contact typed, the contact with what is known of it.

    What another request brought is only for somebody who has shown that the address is theirs.
    """
    irritant = _irritant(reader.case)
    contact = irritant.contact
    if reader.email != contact.email.casefold():
        found = person_of(irritant, reader.email)
        return {"email": reader.email, "name": found.name if found else ""}
    if not reader.proven and contact.irritants.count() > 1:
        return {"email": reader.email, "rest": _("Connectez-vous avec cette adresse pour recevoir le reste.")}
    return {name: getattr(contact, name) for name in ("email", "name", "phone", "position", "language")}


@SECTIONS.register("followers")
def followers(reader: Reader) -> list[dict]:
    """The colleagues; their addresses only for the contact, who gave them."""
    irritant = _irritant(reader.case)
    owner = reader.email == irritant.contact.email.casefold()
    return [
        {"name": one.name, "since": one.added_at, **({"email": one.email} if owner else {})}
        for one in irritant.colleagues.all()
    ]


@SECTIONS.register("conversation")
def conversation(reader: Reader) -> list[dict]:
    case = reader.case
    irritant, names = _irritant(case), _names(case)
    posts = irritant.posts.filter(internal=False, organisation=None).prefetch_related("questions")
    files = list(StoredFile.objects.filter(case=case))
    return [
        {
            "at": post.at,
            "from": post.author_role,
            "text": post.text,
            "files": [names[row.pk] for row in files if row.subject == post.public_id],
            "questions": [
                {
                    "field": question.field,
                    "question": str(words_of(question)),
                    "answered_at": question.answered_at,
                    "answer": current_answer(irritant, question) if question.answered_at else "",
                    "files": [names[row.pk] for row in files if row.subject == question.public_id],
                }
                for question in post.questions.all()
            ],
        }
        for post in posts
    ]


def _names(case: UUID) -> dict:
    """What each file is called in the archive: two may bear one name."""
    rows = StoredFile.objects.filter(case=case).order_by("uploaded_at", "pk")
    return {row.pk: f"files/{number:02d}-{row.name}" for number, row in enumerate(rows, start=1)}


@SECTIONS.register("feedback")
def feedback(reader: Reader) -> list[dict]:
    """What the company answered after the case was closed."""
    rows = _irritant(reader.case).feedback.all()
    return [{"at": row.at, "question": row.question, "answer": row.answer} for row in rows]


@SECTIONS.register("calls")
def calls(reader: Reader) -> list[dict]:
    """Calls proposed and held. What the coordination noted of them is its own work."""
    rows = _irritant(reader.case).calls.all()
    return [
        {name: getattr(row, name) for name in ("stage", "slots", "starts_at", "minutes", "how")}
        for row in rows
    ]


@SECTIONS.register("handed_to")
def handed_to(reader: Reader) -> list[dict]:
    """Whom the company was directed to outside the cluster."""
    rows = _irritant(reader.case).hand_overs.select_related("destination")
    return [{"name": row.destination.name, "url": row.destination.url, "at": row.at} for row in rows]


@SECTIONS.register("files")
def stored(reader: Reader) -> list[dict]:
    names = _names(reader.case)
    return [
        {
            "name": row.name,
            "in_archive": names[row.pk],
            "kind": row.kind,
            "state": row.state,
            "size": row.size,
            "sha256": row.sha256,
            "received_at": row.uploaded_at,
        }
        for row in StoredFile.objects.filter(case=reader.case).order_by("uploaded_at", "pk")
    ]


@FILES.register("files")
def stored_files(case: UUID) -> list[Attached]:
    names = _names(case)
    return [
        Attached(names[row.pk], row.path) for row in StoredFile.objects.filter(case=case) if row.may_leave
    ]
