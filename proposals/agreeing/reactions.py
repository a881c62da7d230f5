"""What follows when partners are asked and answer: mails, whose turn, sending by itself, the last yes."""

from intake.people import in_charge
from intake.reactions import owe_company_mail
from intake.sleeping import wake_because
from journal import messages
from journal.actors import PARTNER, SYSTEM, SYSTEM_ACTOR
from journal.events import reacts_to
from journal.lifecycle import Refusal
from proposals.agreeing import asking
from proposals.choosing import all_agreed, taken
from proposals.lifecycle import PROPOSAL
from proposals.models import Proposal, ProposalStage, ProposalVersion
from triage.telling import tell


@reacts_to("proposal.submit", "proposal.send")
def ask_the_partners(event, proposal):
    """At the submission; or with the sending, when the coordination did not wait for them."""
    asking.ask(proposal.asked_version, f"event:{event.pk}")
    asking.hand_on(proposal)


@reacts_to("proposal.agree")
def wait_for_the_last_partner(event, proposal):
    asking.hand_on(proposal)


@reacts_to("agreement.agree", "agreement.request_changes", "agreement.decline", "agreement.withdraw")
def follow_a_word(event, agreement):
    """Whose turn it is now; what everybody's yes leads to; a no is told to whoever follows the case."""
    proposal = Proposal.objects.select_related("irritant__coordinator").get(pk=agreement.document.proposal_id)
    if event.actor_role != PARTNER:
        return  # the partner left the case: that has its own mails
    asking.hand_on(proposal)
    if event.name != "agreement.agree":
        _tell(proposal, "coordinator_partner_word", event, agreement=str(agreement.public_id))
    elif proposal.stage == ProposalStage.SENT:
        option = taken(agreement.document)
        if option and all_agreed(agreement.document, option):
            PROPOSAL.perform(proposal, "accept", actor=SYSTEM_ACTOR)
    elif not asking.missing(agreement.document):
        _everyone_agrees(event, proposal, agreement.document)


def _everyone_agrees(event, proposal: Proposal, version: ProposalVersion) -> None:
    if version.sends_itself:
        try:
            PROPOSAL.perform(proposal, "send", actor=SYSTEM_ACTOR, proposal_version=version)
            return
        except Refusal:  # something else than the text changed since: a person looks at it
            pass
    _tell(proposal, "coordinator_all_agreed", event)


def _tell(proposal: Proposal, template: str, event, **payload) -> None:
    irritant = proposal.irritant
    tell(
        irritant,
        template,
        in_charge(irritant),
        cause=f"event:{event.pk}",
        proposal=str(proposal.public_id),
        **payload,
    )


reacts_to("agreement.agree", "agreement.request_changes", "agreement.decline", "agreement.withdraw")(
    wake_because
)


@reacts_to("proposal.take_back")
def say_that_another_version_comes(event, proposal):
    owe_company_mail(
        "company_proposal_taken_back",
        proposal.irritant,
        cause=f"event:{event.pk}",
        proposal=str(proposal.public_id),
    )


@reacts_to("proposal.decline", "proposal.expire", "proposal.withdraw")
def tell_the_partners_that_it_is_over(event, proposal):
    """Those that were asked and did not say no; when the case itself ends, its own mails say so."""
    version = proposal.asked_version
    if version is None or event.actor_role == SYSTEM:
        return
    words = asking.partners_words(version).exclude(asked_at=None)
    for agreement in words.filter(state__in=["pending", "agreed", "changes"]):
        for email, language in agreement.organisation.recipients():
            messages.owe(
                "partner_proposal_ended",
                to=email,
                language=language,
                cause=f"event:{event.pk}:{agreement.organisation_id}",
                case=proposal.irritant.public_id,
                subject_id=agreement.public_id,
            )
