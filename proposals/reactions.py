"""What follows a proposal: mails, whose turn, the collaboration."""
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from intake.lifecycle import IRRITANT, hand_over
from intake.models import Outcome, Turn
from intake.reactions import company_context, owe_company_mail
from journal import messages
from journal.actors import SYSTEM_ACTOR
from journal.events import reacts_to, record
from journal.messages import Template
from proposals.lifecycle import PROPOSAL
from proposals.models import Agreement, Collaboration, Proposal, ProposalStage

PROPOSAL_ANSWER_WORKING_DAYS = 14


def _company_mail(message) -> dict | None:
    context = company_context(message)
    proposal = Proposal.objects.filter(public_id=message.payload["proposal"]).first()
    return context and proposal and {**context, "proposal": proposal, "version": proposal.sent_version}


def _partner_mail(message) -> dict | None:
    collaboration = Collaboration.objects.select_related("irritant").filter(public_id=message.subject_id).first()
    return collaboration and {
        "collaboration": collaboration,
        "reference": collaboration.irritant.reference,
        "action_url": settings.SITE_URL,
    }


messages.TEMPLATES.add("company_proposal", Template(_("Proposition envoyée"), _company_mail))
messages.TEMPLATES.add("company_agreed", Template(_("Collaboration convenue"), _company_mail))
messages.TEMPLATES.add("partner_agreed", Template(_("Collaboration convenue (partenaire)"), _partner_mail))


@reacts_to("proposal.send")
def tell_the_company(event, proposal):
    hand_over(proposal.irritant, Turn.COMPANY, PROPOSAL_ANSWER_WORKING_DAYS)
    owe_company_mail(
        "company_proposal", proposal.irritant, cause=f"event:{event.pk}", proposal=str(proposal.public_id)
    )


@reacts_to("proposal.request_changes", "proposal.decline", "proposal.expire")
def bring_it_back(event, proposal):
    hand_over(proposal.irritant, Turn.COORDINATOR, settings.CALL_BACK_WORKING_DAYS)


@reacts_to("proposal.accept")
def begin_the_collaboration(event, proposal):
    """Agreed by everyone: the collaboration exists, everybody is told, the irritant is closed with that outcome."""
    collaboration = Collaboration.objects.create(irritant=proposal.irritant, proposal=proposal)
    parties = proposal.sent_version.agreements.filter(state=Agreement.State.AGREED).exclude(organisation=None)
    collaboration.organisations.set([agreement.organisation for agreement in parties.select_related("organisation")])
    record(
        "collaboration.agreed", case=proposal.irritant.public_id, subject=collaboration, actor=SYSTEM_ACTOR
    )
    owe_company_mail("company_agreed", proposal.irritant, cause=f"event:{event.pk}", proposal=str(proposal.public_id))
    for organisation in collaboration.organisations.all():
        for email, language in organisation.recipients():
            messages.owe(
                "partner_agreed",
                to=email,
                language=language,
                cause=f"event:{event.pk}",
                case=proposal.irritant.public_id,
                subject_id=collaboration.public_id,
            )
    IRRITANT.perform(proposal.irritant, "close", actor=SYSTEM_ACTOR, outcome=Outcome.COLLABORATION)


@reacts_to("irritant.close", "irritant.withdraw")
def withdraw_what_is_open(event, irritant):
    for proposal in irritant.proposals.filter(
        stage__in=[ProposalStage.PREPARING, ProposalStage.SENT, ProposalStage.CHANGES_REQUESTED]
    ):
        PROPOSAL.perform(proposal, "withdraw", actor=SYSTEM_ACTOR)
