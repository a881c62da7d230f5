"""What follows a proposal: mails, whose turn, the collaboration."""

from django.conf import settings

from intake.lifecycle import IRRITANT, hand_over
from intake.models import Outcome, Turn
from intake.reactions import owe_company_mail
from intake.sleeping import wake_because
from journal import messages
from journal.actors import SYSTEM, SYSTEM_ACTOR
from journal.events import reacts_to, record
from proposals.agreeing.lifecycle import AGREEMENT
from proposals.choosing import choice, words_on
from proposals.collaborations.making import make_steps
from proposals.jobs import owe_files
from proposals.lifecycle import PROPOSAL
from proposals.models import Agreement, Collaboration, Proposal, ProposalStage
from triage.choosing import free_the_others
from triage.disclosure import agreement_missing, grant
from triage.models import ReferralStage

_UNDER_WAY = (
    ProposalStage.PREPARING,
    ProposalStage.SUBMITTED,
    ProposalStage.SENT,
    ProposalStage.CHANGES_REQUESTED,
)


@reacts_to("proposal.send")
def tell_the_company(event, proposal):
    owe_files(proposal.sent_version)
    again = proposal.versions.sent().count() > 1
    _owe("company_proposal_revised" if again else "company_proposal", proposal, event)


def _owe(template: str, proposal: Proposal, event) -> None:
    owe_company_mail(template, proposal.irritant, cause=f"event:{event.pk}", proposal=str(proposal.public_id))


@reacts_to(
    "proposal.request_changes",
    "proposal.decline",
    "proposal.expire",
    "proposal.withdraw",
    "proposal.recall",
    "proposal.revise",
    "proposal.take_back",
)
def bring_it_back(event, proposal):
    hand_over(proposal.irritant, Turn.COORDINATOR, settings.CALL_BACK_WORKING_DAYS)


reacts_to("proposal.request_changes", "proposal.decline")(wake_because)


@reacts_to("proposal.expire")
def say_that_it_ran_out(event, proposal):
    """Not to a company that never read it: it ran out while partners were awaited."""
    if proposal.sent_version:
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
    parties = words_on(proposal.sent_version, option).filter(state=Agreement.State.AGREED)
    collaboration.organisations.set(
        [agreement.organisation for agreement in parties.select_related("organisation")]
    )
    record(
        "collaboration.agreed", case=proposal.irritant.public_id, subject=collaboration, actor=SYSTEM_ACTOR
    )
    make_steps(collaboration, option)
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
        document__proposal__irritant_id=referral.irritant_id,
        document__proposal__stage__in=_UNDER_WAY,
        organisation_id=referral.organisation_id,
        state__in=[Agreement.State.PENDING, Agreement.State.AGREED, Agreement.State.CHANGES],
    )
    words = list(agreements.select_related("document__proposal__irritant", "organisation"))
    for agreement in words:
        AGREEMENT.perform(agreement, "withdraw", actor=SYSTEM_ACTOR)
    if words:
        hand_over(referral.irritant, Turn.COORDINATOR, settings.CALL_BACK_WORKING_DAYS)


@reacts_to("irritant.close", "irritant.withdraw")
def withdraw_what_is_open(event, irritant):
    for proposal in irritant.proposals.filter(stage__in=_UNDER_WAY):
        PROPOSAL.perform(proposal, "withdraw", actor=SYSTEM_ACTOR)
