"""What erasing a case leaves of its proposals: the document that a collaboration rests on, as long as a claim may.

Source: Code civil, art. 2224 (five years from the day a party knew, or should have known, what lets it act);
GDPR art. 17(3)(e).
"""

from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import clock
from foundation.privacy import LIVING, STAYS, Subject, spares
from journal.clockwork import rule
from journal.erasing import erase_held
from proposals.models import (
    Agreement,
    Collaboration,
    CollaborationFile,
    CollaborationStage,
    FileKind,
    Proposal,
)

CLAIMS_LAST = timedelta(days=5 * 365 + 2)


def relied_on():
    """Collaborations that their partners may still have to prove."""
    since = clock.now() - CLAIMS_LAST
    return Collaboration.objects.filter(created_at__gte=since).exclude(stage=CollaborationStage.ABANDONED)


@LIVING.register("proposals.running")
def running():
    """Cases whose collaboration goes on, however long ago anybody wrote in them."""
    over = (CollaborationStage.COMPLETED, CollaborationStage.ABANDONED)
    return Collaboration.objects.exclude(stage__in=over).values("irritant__public_id")


@spares("proposals.Proposal")
def proposals_nobody_relies_on(rows, subject: Subject):
    return rows.exclude(Exists(relied_on().filter(proposal=OuterRef("pk"))))


def _accepted():
    return Agreement.objects.filter(organisation=None, state=Agreement.State.AGREED)


@spares("proposals.ProposalVersion")
def versions_nobody_relies_on(rows, subject: Subject):
    """Of an agreed proposal, the one version that was agreed to."""
    agreed = _accepted().filter(document=OuterRef("pk"))
    relied = relied_on().filter(proposal=OuterRef("proposal"))
    return rows.exclude(Exists(agreed) & Exists(relied))


@spares("proposals.VersionFile")
def files_nobody_relies_on(rows, subject: Subject):
    """They go with their version, and stay with it."""
    agreed = _accepted().filter(document=OuterRef("version"))
    relied = relied_on().filter(proposal=OuterRef("version__proposal"))
    return rows.exclude(Exists(agreed) & Exists(relied))


@spares("proposals.AgreementRecord")
def words_nobody_relies_on(rows, subject: Subject):
    """Who agreed to the version that a collaboration rests on is the proof itself."""
    relied = relied_on().filter(proposal=OuterRef("agreement__document__proposal"))
    return rows.exclude(Exists(relied) & Q(said=Agreement.State.AGREED))


@spares("proposals.CollaborationStep", "proposals.OutcomeFigure")
def what_came_of_a_collaboration(rows, subject: Subject):
    return rows.exclude(Exists(relied_on().filter(pk=OuterRef("collaboration"))))


@spares("files.StoredFile")
def contracts_nobody_relies_on(rows, subject: Subject):
    """The signed contract stays as long as the document it follows from."""
    kept = CollaborationFile.objects.filter(
        kind=FileKind.CONTRACT, collaboration__in=relied_on(), public_id=OuterRef("subject")
    )
    return rows.exclude(Exists(kept))


@spares("intake.Company")
def companies_nobody_relies_on(rows, subject: Subject):
    return rows.exclude(Exists(relied_on().filter(irritant__company=OuterRef("pk"))))


@STAYS.register("proposals.collaboration")
def the_agreed_document(case: UUID) -> str:
    row = relied_on().filter(irritant__public_id=case).first()
    if row is None:
        return ""
    return _(
        "La proposition que vous avez acceptée, qui l’a acceptée, le contrat signé et le nom de votre organisation : "
        "une collaboration repose dessus. "
        "Conservés cinq ans, parce que chaque partie peut avoir à en faire la preuve (Code civil, article 2224 ; "
        "RGPD, article 17, paragraphe 3)."
    )


def _outlived():
    left = Proposal.objects.select_related("irritant").exclude(irritant__erased_at=None).exclude(title="")
    return left.exclude(Exists(relied_on().filter(proposal=OuterRef("pk"))))


@rule(
    "proposals.erase_kept",
    title=gettext_lazy("Propositions : effacer celles que plus rien n’oblige à garder"),
    who=_outlived,
    of="irritant",
)
def erase_what_was_kept(proposal: Proposal) -> None:
    """What outlived an erasure goes once nobody relies on it, with all that its case still holds."""
    erase_held(Subject(proposal.irritant.public_id))
