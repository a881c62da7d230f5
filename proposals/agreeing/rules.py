"""Reminding partners of a document that waits for their word, and telling whom to telephone."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models import Turn
from journal import messages
from journal.clockwork import After, Days, last_step, mark, marks, rule
from journal.models import ClockMark
from partners.models import Organisation, PartnerAbsence
from proposals.agreeing.lifecycle import READ
from proposals.models import Agreement, AgreementState
from triage.chasing import Line, basket
from triage.waiting import LONGEST

RULE = "agreement.remind"
STEPS = (3, 6)  # working days after the document was given
DAYS_BETWEEN, DAYS_BETWEEN_DIGESTS = 3, 7
ONE, SEVERAL = "partner_proposal_waits", "partner_proposals_wait"


def silent():
    """Partners that have a document which is still read, and said not a word on it."""
    rows = Agreement.objects.filter(
        state=AgreementState.PENDING,
        organisation__isnull=False,
        asked_at__isnull=False,
        document__proposal__stage__in=READ,
        document__proposal__valid_until__gte=clock.today(),
    ).exclude(document__proposal__irritant__turn=Turn.COORDINATOR)  # another partner's no: the text changes
    rows = rows.select_related("document__proposal__irritant", "organisation")
    rows = rows.annotate(awaited_since=F("asked_at")).prefetch_related("organisation__absences")
    return rows.order_by("asked_at", "pk")


def _away(agreement: Agreement) -> Days:
    return [(row.since, min(row.until, row.since + LONGEST)) for row in agreement.organisation.absences.all()]


def silent_and_there():
    """Nobody who is away is chased, by mail or by telephone."""
    today = clock.today()
    away = PartnerAbsence.objects.between(today, today).values("organisation")
    return silent().exclude(organisation__in=away)


def reached(agreement: Agreement, steps: tuple[int, ...] = STEPS) -> int:
    """The last of these steps that has come, 0 before; of a row of `silent`."""
    return last_step(agreement, agreement.irritant, "awaited_since", steps, _away)


def occasion(agreement: Agreement) -> str:
    """The last step that has come: a clock that was down for both reminds once."""
    return f"{agreement.awaited_since.isoformat()}:{reached(agreement)}"


@rule(
    RULE,
    title=_("Proposition chez les partenaires : rappels après trois et six jours ouvrés"),
    who=silent_and_there,
    when=After("awaited_since", days=STEPS[0], away=_away),
    once=occasion,
    of="document.proposal.irritant",
    to_people=True,
    stops=_(
        "le partenaire donne son accord, propose des changements, décline, ou la proposition n’attend plus"
    ),
)
def remind(agreement: Agreement) -> bool:
    """Owe the reminder of this document, or the one mail for all that the partner is silent about.

    False: it had such a mail lately, or nobody is there to be written to.
    """
    # Others of its documents may be looked at in the same instant, under the lock of another case.
    organisation = Organisation.objects.select_for_update().get(pk=agreement.organisation_id)
    recipients = dict(organisation.recipients())
    if (agreement.public_id, occasion(agreement)) in marks(RULE, [agreement.public_id]) or not recipients:
        return False
    rows = [row for row in silent().filter(organisation=organisation) if not row.irritant.is_asleep]
    several = len(rows) > 1
    if _reminded_lately(organisation, DAYS_BETWEEN_DIGESTS if several else DAYS_BETWEEN):
        return False
    if messages.chased_lately(agreement.irritant.public_id, recipients):
        return False
    for row in rows:
        if row.pk != agreement.pk and reached(row):
            mark(RULE, row.public_id, occasion(row))
    for email, language in recipients.items():
        messages.owe(
            SEVERAL if several else ONE,
            to=email,
            language=language,
            cause=f"clock:{RULE}:{agreement.public_id}:{occasion(agreement)}",
            case=agreement.irritant.public_id,
            subject_id=agreement.public_id,
            payload={"agreements": [str(row.public_id) for row in rows]} if several else {},
        )
    return True


def _reminded_lately(organisation: Organisation, days: int) -> bool:
    asked = Agreement.objects.filter(organisation=organisation).values("public_id")
    lately = ClockMark.objects.filter(rule=RULE, subject_id__in=asked, at__gte=messages.morning(days))
    return lately.exists()


@basket("agreement", _("partenaire silencieux sur une proposition malgré les rappels"))
def to_be_chased():
    for row in silent_and_there():
        if reached(row, STEPS[-1:]):
            yield Line("agreement", row.irritant, row, row.awaited_since, row.organisation)
