"""The mails about proposals and collaborations."""

from django.template.defaultfilters import date as date_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intake.mails import COMPANY, company_context, in_a_week
from journal.letters import Lines
from journal.texts import TEMPLATES, Template, Value
from partners.models import Organisation
from proposals.models import Collaboration, Proposal, ProposalStage
from triage.mails import CONTACT, PARTNER, answer_url, contact_lines, partner_context


def _about_proposal(message) -> dict | None:
    context = company_context(message)
    proposal = Proposal.objects.filter(public_id=message.payload["proposal"]).first()
    if context is None or proposal is None:
        return None
    parties = Organisation.objects.filter(collaborations__proposal=proposal).order_by("name")
    return {
        **context,
        "proposal": proposal,
        "valid_until": date_format(proposal.valid_until, "DATE_FORMAT"),
        "partners": Lines(parties.values_list("name", flat=True)),
    }


def _to_read(message) -> dict | None:
    """Answered, replaced or withdrawn before the mail left: there is nothing to read any more."""
    context = _about_proposal(message)
    return context if context and context["proposal"].stage == ProposalStage.SENT else None


def _to_partner(message) -> dict | None:
    """One mail per partner, about its own referral; what it may know of the company is what `partner_view` shows."""
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
    if referral is None or not referral.organisation.answered_by(message.recipient):
        return None
    context = partner_context(referral, [])
    return {
        **context,
        "disclosure": ""
        if context["view"].disclosed
        else _(
            "La coordination organise le premier échange, après l’accord de confidentialité demandé par l’entreprise."
        ),
        "contact": contact_lines(context["view"]),
        "action_url": lazy(answer_url, str)(referral, message.recipient),
    }


_VALID = {
    "valid_until": Value(
        gettext_lazy("le dernier jour de la proposition"), lambda: date_format(in_a_week(), "DATE_FORMAT")
    )
}
_PARTNERS = {
    "partners": Value(
        gettext_lazy("les partenaires de la collaboration, en liste"),
        lambda: Lines((PARTNER["organisation"].sample(),)),
    )
}
for _key, _label, _build, _names, _required, _when in (
    (
        "company_proposal",
        gettext_lazy("Proposition envoyée"),
        _to_read,
        {**COMPANY, **_VALID},
        {"body": ("valid_until",)},
        gettext_lazy("quand la première version est envoyée"),
    ),
    (
        "company_proposal_revised",
        gettext_lazy("Proposition revue"),
        _to_read,
        {**COMPANY, **_VALID},
        {"body": ("valid_until",)},
        gettext_lazy("quand une version suivante est envoyée"),
    ),
    (
        "company_proposal_reminder",
        gettext_lazy("Rappel avant la fin de la proposition"),
        _to_read,
        {**COMPANY, **_VALID},
        {"body": ("valid_until",)},
        gettext_lazy("trois jours ouvrés avant son dernier jour, sans réponse ; une fois par version"),
    ),
    (
        "company_proposal_expired",
        gettext_lazy("Proposition expirée"),
        _about_proposal,
        {**COMPANY, **_VALID},
        {},
        gettext_lazy("le lendemain de son dernier jour, sans réponse"),
    ),
    (
        "company_proposal_withdrawn",
        gettext_lazy("Proposition retirée"),
        _about_proposal,
        COMPANY,
        {},
        gettext_lazy("quand un coordinateur retire une proposition déjà envoyée"),
    ),
    (
        "company_agreed",
        gettext_lazy("Collaboration convenue"),
        _about_proposal,
        {**COMPANY, **_PARTNERS},
        {"body": ("partners",)},
        gettext_lazy("quand l’entreprise accepte la proposition"),
    ),
    (
        "company_collaboration_signed",
        gettext_lazy("Collaboration signée"),
        _about_proposal,
        {**COMPANY, **_PARTNERS},
        {},
        gettext_lazy("quand la convention est signée"),
    ),
    (
        "company_collaboration_started",
        gettext_lazy("Collaboration démarrée"),
        _about_proposal,
        {**COMPANY, **_PARTNERS},
        {},
        gettext_lazy("quand la collaboration démarre"),
    ),
    (
        "company_collaboration_completed",
        gettext_lazy("Collaboration achevée"),
        _about_proposal,
        {**COMPANY, **_PARTNERS},
        {},
        gettext_lazy("quand la collaboration est achevée"),
    ),
    (
        "company_collaboration_abandoned",
        gettext_lazy("Collaboration arrêtée"),
        _about_proposal,
        {**COMPANY, **_PARTNERS},
        {},
        gettext_lazy("quand la collaboration est abandonnée"),
    ),
    (
        "partner_agreed",
        gettext_lazy("Collaboration convenue (partenaire)"),
        _to_partner,
        # in the example the company's name is known: nothing is left to announce
        {**PARTNER, **CONTACT, "disclosure": Value(CONTACT["disclosure"].what, "")},
        {"body": ("contact",)},
        gettext_lazy("quand l’entreprise accepte la proposition"),
    ),
):
    _base = company_context if _key.startswith("company_") else TEMPLATES["partner_thanked"].base
    TEMPLATES.add(_key, Template(_label, _build, _names, required=_required, when=_when, base=_base))
