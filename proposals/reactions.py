"""What follows a proposal: mails, whose turn, the collaboration."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from intake.lifecycle import IRRITANT, hand_over
from intake.models import Outcome, Turn
from intake.reactions import company_context, owe_company_mail
from journal import links, messages
from journal.actors import SYSTEM_ACTOR
from journal.events import reacts_to, record
from journal.messages import Template
from proposals.lifecycle import PROPOSAL
from proposals.models import Agreement, Collaboration, Proposal, ProposalStage
from triage.disclosure import agreement_missing, grant, partner_view
from triage.lifecycle import REFERRAL
from triage.models import ReferralStage

PROPOSAL_ANSWER_WORKING_DAYS = 14
_UNDER_WAY = (ProposalStage.PREPARING, ProposalStage.SENT, ProposalStage.CHANGES_REQUESTED)


_ACTIONS = {
    "company_proposal": _("Lire la proposition"),
    "company_agreed": _("Ouvrir ma page de suivi"),
    "partner_agreed": _("Voir la collaboration"),
}


def _company_mail(message) -> dict | None:
    context = company_context(message)
    proposal = Proposal.objects.filter(public_id=message.payload["proposal"]).first()
    if context is None or proposal is None:
        return None
    return {
        **context,
        "proposal": proposal,
        "version": proposal.sent_version,
        "collaboration": Collaboration.objects.filter(proposal=proposal)
        .prefetch_related("organisations")
        .first(),
        "action_label": _ACTIONS[message.template],
    }


def _partner_mail(message) -> dict | None:
    """One mail per partner, about its own referral; what it may know of the company is in `view` alone."""
    collaboration = (
        Collaboration.objects.select_related("irritant").filter(public_id=message.subject_id).first()
    )
    if collaboration is None:
        return None
    referral = (
        collaboration.irritant.referrals.filter(organisation__public_id=message.payload["organisation"])
        .select_related("irritant__sector", "irritant__company", "irritant__contact", "organisation")
        .order_by("-pk")
        .first()
    )
    if referral is None:
        return None
    link = links.give(links.ANSWER, referral.public_id, message.recipient)
    return {
        "collaboration": collaboration,
        "referral": referral,
        "view": partner_view(referral),
        "reference": collaboration.irritant.reference,
        "action_url": settings.SITE_URL + reverse("triage:answer", args=[link.token]),
        "action_label": _ACTIONS[message.template],
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


@reacts_to("proposal.request_changes", "proposal.decline", "proposal.expire", "proposal.withdraw")
def bring_it_back(event, proposal):
    hand_over(proposal.irritant, Turn.COORDINATOR, settings.CALL_BACK_WORKING_DAYS)


@reacts_to("proposal.accept")
def begin_the_collaboration(event, proposal):
    """Agreed by everyone: the collaboration exists, all know, the irritant is closed with that outcome."""
    collaboration = Collaboration.objects.create(irritant=proposal.irritant, proposal=proposal)
    parties = proposal.sent_version.agreements.filter(state=Agreement.State.AGREED).exclude(organisation=None)
    collaboration.organisations.set(
        [agreement.organisation for agreement in parties.select_related("organisation")]
    )
    record(
        "collaboration.agreed", case=proposal.irritant.public_id, subject=collaboration, actor=SYSTEM_ACTOR
    )
    owe_company_mail(
        "company_agreed", proposal.irritant, cause=f"event:{event.pk}", proposal=str(proposal.public_id)
    )
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
    for referral in irritant.referrals.filter(stage=ReferralStage.ACCEPTED).select_related(
        "irritant", "organisation"
    ):
        if referral.organisation_id not in chosen:
            REFERRAL.perform(referral, "release", actor=SYSTEM_ACTOR)
        elif not agreement_missing(irritant, referral.organisation):
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
