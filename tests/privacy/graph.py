"""Cases of any age and state with files, made without the form; and the oracle that says which must live."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from files.models import FileState, StoredFile
from foundation import clock
from foundation.privacy import CASES
from intake.models import Company, Contact, Irritant
from intake.retention import WARN
from journal.actors import COMPANY, Actor
from journal.clockwork import RULES
from journal.events import record
from proposals.models import Collaboration, Proposal

# A Tuesday, and a Friday thirty-one days later, in office hours and no holiday.
NOW = timezone.make_aware(datetime(2030, 6, 4, 10))
LATER = NOW + timedelta(days=31)
YEARS = timedelta(days=3 * 365)


@dataclass
class Planned:
    """One case: how old its last act is, in days before NOW, and what keeps it alive."""

    age: int = 4 * 365
    stage: str = "closed"
    collaboration: str = ""
    kept_after: int | None = None  # days after the warning
    files: int = 1
    row: Irritant = field(default=None, init=False)

    @property
    def must_live(self) -> bool:
        running = self.collaboration in ("agreed", "signed", "running")
        return self.stage != "closed" or running or self.age <= 3 * 365 or self.kept_after is not None


def make(plan: Planned) -> Irritant:
    with clock.at(NOW - timedelta(days=plan.age)):
        number = uuid4().hex[:12]
        company = Company.objects.create(name=f"Usine {number}")
        contact = Contact.objects.create(email=f"{number}@usine.example", name=f"Nom {number}")
        closed = plan.stage == "closed"
        row = Irritant.objects.create(
            form_token=number,
            company=company,
            contact=contact,
            text=f"Texte {number}",
            language="fr",
            consent_at=clock.now(),
            consent_version="1",
            stage=plan.stage,
            turn="nobody" if closed else "coordinator",
            outcome="no_match" if closed else "",
        )
        record("irritant.submitted.test", case=row.public_id, subject=row, actor=Actor(COMPANY))
        for n in range(plan.files):
            stored = StoredFile.objects.create(
                case=row.public_id,
                name=f"{number}-{n}.txt",
                kind="txt",
                size=3,
                sha256="0" * 64,
                state=FileState.CLEAN,
            )
            stored.path.parent.mkdir(parents=True, exist_ok=True)
            stored.path.write_bytes(b"abc")
        if plan.collaboration:
            proposal = Proposal.objects.create(
                irritant=row, stage="withdrawn", title=number, target=number, valid_until=clock.today()
            )
            Collaboration.objects.create(irritant=row, proposal=proposal, stage=plan.collaboration)
    plan.row = row
    return row


def run(moment: datetime) -> None:
    """One round of both rules."""
    with clock.at(moment):
        for name in (WARN, CASES):
            RULES[name]()


def is_whole(plan: Planned) -> bool:
    """Its words, its people, its files' rows and bytes are all there."""
    row = Irritant.objects.select_related("contact", "company").get(pk=plan.row.pk)
    files = list(StoredFile.objects.filter(case=row.public_id))
    return (
        row.erased_at is None
        and row.text == plan.row.text
        and row.contact.email == plan.row.contact.email
        and row.company.name == plan.row.company.name
        and len(files) == plan.files
        and all(stored.path.read_bytes() == b"abc" for stored in files)
    )


def is_gone(plan: Planned) -> bool:
    row = Irritant.objects.select_related("contact").get(pk=plan.row.pk)
    words = (row.text, row.contact.name, row.contact.email)
    number = plan.row.form_token
    return (
        row.erased_at is not None
        and not any(number in word for word in words)
        and not StoredFile.objects.filter(case=row.public_id).exists()
    )
