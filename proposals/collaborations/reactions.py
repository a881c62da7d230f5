"""What follows how a collaboration goes: mails to the company and the partners, one for each cause."""

from intake.people import in_charge
from intake.reactions import owe_company_mail
from journal import messages
from journal.actors import COORDINATOR
from journal.events import reacts_to
from proposals.collaborations.meetings import PLANNED
from proposals.models import Collaboration
from triage.telling import tell

STAGES = {
    "collaboration.sign": "company_collaboration_signed",
    "collaboration.start": "company_collaboration_started",
    "collaboration.complete": "company_collaboration_completed",
    "collaboration.abandon": "company_collaboration_abandoned",
}


def owe_partners(template: str, collaboration: Collaboration, cause: str, *, only=None, **payload) -> None:
    """One mail to each person who answers for a partner of it; `only`: primary keys, None for all of them."""
    for organisation in collaboration.organisations.all():
        if only is not None and organisation.pk not in only:
            continue
        for email, language in organisation.recipients():
            messages.owe(
                template,
                to=email,
                language=language,
                cause=f"{cause}:{organisation.pk}",  # somebody may speak for two of them
                case=collaboration.irritant.public_id,
                subject_id=collaboration.public_id,
                payload={"organisation": str(organisation.public_id), **payload},
            )


@reacts_to(*STAGES)
def tell_how_it_goes(event, collaboration):
    cause = f"event:{event.pk}"
    owe_company_mail(
        STAGES[event.name],
        collaboration.irritant,
        cause=cause,
        proposal=str(collaboration.proposal.public_id),
    )
    owe_partners("partner_collaboration", collaboration, cause, stage=collaboration.stage)


@reacts_to("collaboration.contract", "collaboration.figure")
def tell_who_follows_it(event, subject):
    """A figure has to be confirmed, a contract looked at; what the coordination brought itself is not told."""
    if event.actor_role == COORDINATOR:
        return
    collaboration = subject if isinstance(subject, Collaboration) else subject.collaboration
    irritant = collaboration.irritant
    tell(
        irritant,
        "coordinator_collaboration",
        in_charge(irritant),
        cause=f"event:{event.pk}",
        collaboration=str(collaboration.public_id),
        what=event.name.partition(".")[2],
    )


@reacts_to(PLANNED, "collaboration_meeting.cancel")
def put_it_into_calendars(event, meeting):
    """Everybody's, also that of whoever set the date."""
    payload = {"meeting": str(meeting.public_id), "sequence": meeting.sequence}
    cause = f"event:{event.pk}"
    owe_company_mail("company_collaboration_meeting", meeting.collaboration.irritant, cause=cause, **payload)
    owe_partners("partner_collaboration_meeting", meeting.collaboration, cause, **payload)
