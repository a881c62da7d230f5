"""What follows a proposal: mails, whose turn, the collaboration."""

from django.conf import settings

from intake.lifecycle import IRRITANT, hand_over
from intake.models import Outcome, Turn
from intake.reactions import owe_company_mail
from intake.sleeping import wake_because
from journal import messages
from journal.actors import SYSTEM, SYSTEM_ACTOR
from journal.events import reacts_to, record
from proposals.choosing import choice, parties_of
from proposals.jobs import owe_files
from proposals.lifecycle import PROPOSAL
from proposals.models import Agreement, Collaboration, Proposal, ProposalStage
from triage.choosing import free_the_others
from triage.disclosure import agreement_missing, grant
from triage.models import ReferralStage

PROPOSAL_ANSWER_WORKING_DAYS = 14
_UNDER_WAY = (ProposalStage.PREPARING, ProposalStage.SENT, ProposalStage.CHANGES_REQUESTED)


@reacts_to("proposal.send")
def tell_the_company(event, proposal):
    hand_over(proposal.irritant, Turn.COMPANY, PROPOSAL_ANSWER_WORKING_DAYS)
    owe_files(proposal.sent_version)
    again = proposal.versions.sent().count() > 1
    _owe("company_proposal_revised" if again else "company_proposal", proposal, event)


def _owe(template: str, proposal: Proposal, event) -> None:
    owe_company_mail(template, proposal.irritant, cause=f"event:{event.pk}", proposal=str(proposal.public_id))


@reacts_to("proposal.request_changes", "proposal.decline", "proposal.expire", "proposal.withdraw")
def bring_it_back(event, proposal):
    hand_over(proposal.irritant, Turn.COORDINATOR, settings.CALL_BACK_WORKING_DAYS)


reacts_to("proposal.request_changes", "proposal.decline")(wake_because)


@reacts_to("proposal.expire")
def say_that_it_ran_out(event, proposal):
    _owe("company_proposal_expired", proposal, event)


@reacts_to("proposal.withdraw")
def say_that_it_is_withdrawn(event, proposal):
    """Only what was sent is missed, and when its case ends, the closing mail says so."""
    if event.actor_role != SYSTEM and proposal.sent_version:
        _owe("company_proposal_withdrawn", proposal, event)


@reacts_to("proposal.accept")
def begin_the_collaboration(event, proposal):
    """Agreed by everyone: the collaboration exists, all know, the irritant is closed with that outcome."""
    collaboration = Collaboration.objects.create(irritant=proposal.irritant, proposal=proposal)
    option = choice(proposal.sent_version, proposal.chosen)
    parties = proposal.sent_version.agreements.filter(
        state=Agreement.State.AGREED, organisation__public_id__in=parties_of(option)
    )
    collaboration.organisations.set(
        [agreement.organisation for agreement in parties.select_related("organisation")]
    )
    record(
        "collaboration.agreed", case=proposal.irritant.public_id, subject=collaboration, actor=SYSTEM_ACTOR
    )
    _owe("company_agreed", proposal, event)
    for organisation in collaboration.organisations.all():
        for email, language in organisation.recipients():
            messages.owe(
                "partner_agreed",
                to=email,
                language=language,
                cause=f"event:{event.pk}:{organisation.pk}",  # somebody may speak for two of them
                case=proposal.irritant.public_id,
                subject_id=collaboration.public_id,
                payload={"organisation": str(organisation.public_id)},
            )
    _settle_referrals(collaboration)
    IRRITANT.perform(proposal.irritant, "close", actor=SYSTEM_ACTOR, outcome=Outcome.COLLABORATION)


def _settle_referrals(collaboration: Collaboration) -> None:
    """The company agreed to work with these partners: they may know it. The others are thanked and freed."""
    irritant = collaboration.irritant
    chosen = set(collaboration.organisations.values_list("pk", flat=True))
    free_the_others(irritant, chosen, actor=SYSTEM_ACTOR)
    for referral in irritant.referrals.filter(stage=ReferralStage.ACCEPTED).select_related(
        "irritant", "organisation"
    ):
        if not agreement_missing(irritant, referral.organisation):
            grant(referral, actor=SYSTEM_ACTOR, carried=True)  # its mail says who the company is


@reacts_to("referral.withdraw", "referral.release")
def take_back_its_word(event, referral):
    """A partner that left no longer agrees to what is being prepared or read: another version is needed."""
    agreements = Agreement.objects.filter(
        version__proposal__irritant_id=referral.irritant_id,
        version__proposal__stage__in=_UNDER_WAY,
        organisation_id=referral.organisation_id,
    )
    if agreements.update(state=Agreement.State.DECLINED, basis="withdrawn", at=event.at):
        hand_over(referral.irritant, Turn.COORDINATOR, settings.CALL_BACK_WORKING_DAYS)


@reacts_to("irritant.close", "irritant.withdraw")
def withdraw_what_is_open(event, irritant):
    for proposal in irritant.proposals.filter(stage__in=_UNDER_WAY):
        PROPOSAL.perform(proposal, "withdraw", actor=SYSTEM_ACTOR)


_STEPS = {
    "collaboration.sign": "company_collaboration_signed",
    "collaboration.start": "company_collaboration_started",
    "collaboration.complete": "company_collaboration_completed",
    "collaboration.abandon": "company_collaboration_abandoned",
}


@reacts_to(*_STEPS)
def tell_how_it_goes(event, collaboration):
    _owe(_STEPS[event.name], collaboration.proposal, event)
