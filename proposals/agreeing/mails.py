"""The mails about a document that parties agree to: to partners, to whoever follows the case, to the company."""

from datetime import timedelta

from django.conf import settings
from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import clock
from intake.mails import COMPANY, company_context, in_a_week
from intake.wording import day
from journal import links
from journal.letters import Address, Lines, Row
from journal.models import Message
from journal.texts import TEMPLATES, Template, Value
from proposals.agreeing import rules, suggesting
from proposals.agreeing.lifecycle import READ, referral_of
from proposals.agreeing.rereading import changed
from proposals.models import Agreement, AgreementState, Proposal, ProposalStage, Suggestion, SuggestionState
from triage.mails import PARTNER, partner_base, partner_context
from triage.models import Referral
from triage.reading import reading_of
from triage.telling import CASE, about_case


def partner_url(referral: Referral, email: str, name: str) -> str:
    """Absolute address of one of the partner's pages about a proposal, with a link made now for this person."""
    link = links.give(links.ANSWER, referral.public_id, email)
    return settings.SITE_URL + reverse(f"proposals:{name}", args=[link.token])


def _agreement(message) -> Agreement | None:
    rows = Agreement.objects.select_related("document__proposal__irritant", "organisation")
    return rows.filter(public_id=message.subject_id).first()


def _about(message) -> dict | None:
    """What every mail to a partner says of a document; None to whoever no longer speaks for it, or once it left."""
    agreement = _agreement(message)
    referral = referral_of(agreement) if agreement else None
    if referral is None or not referral.organisation.answered_by(message.recipient):
        return None
    context = partner_context(referral, [])
    if not context["view"].readable:
        return None
    return {
        **context,
        "agreement": agreement,
        "number": str(agreement.document.number),
        "valid_until": date_format(agreement.document.proposal.valid_until, "DATE_FORMAT"),
        "action_url": lazy(partner_url, str)(referral, message.recipient, "partner_document"),
    }


def _awaited(message) -> dict | None:
    """None once it was answered, replaced or withdrawn before the mail left."""
    context = _about(message)
    if context is None:
        return None
    agreement = context["agreement"]
    proposal = agreement.document.proposal
    if agreement.state != AgreementState.PENDING or proposal.stage not in READ:
        return None
    _before, changes = changed(context["referral"], agreement.document)

    def read(snapshot: dict) -> dict:
        return reading_of(context["referral"], snapshot).snapshot or {}

    return {
        **context,
        "changed": Lines(one.title for one in changes),
        "answers": Lines(_answers(agreement, read)),
        "asked_on": day(agreement.asked_at or clock.now()),
    }


def _answers(agreement: Agreement, read) -> list[str]:
    """What became of this partner's own proposals on the versions before."""
    rows = Suggestion.objects.of_proposal(agreement.document.proposal).of_party(agreement.organisation)
    rows = rows.filter(document__number__lt=agreement.document.number).exclude(state=SuggestionState.OPEN)
    return [
        _("%(heading)s : %(state)s") % {"heading": one.heading, "state": one.suggestion.get_state_display()}
        for one in suggesting.told(rows, read=read)
    ]


def _digest(message) -> dict | None:
    """All that still waits, each with a link of its own once the mail is written to leave; a preview makes none."""
    wanted = message.payload.get("agreements", [])
    rows = [(row, referral_of(row)) for row in rules.silent().filter(public_id__in=wanted)]
    rows = [(row, referral) for row, referral in rows if referral]
    if not rows or not rows[0][0].organisation.answered_by(message.recipient):
        return None
    leaving = message.status == Message.OWED
    return {
        "organisation": rows[0][0].organisation.name,
        "count": str(len(rows)),
        "waiting": Lines(
            _line(row, referral, message.recipient if leaving else "") for row, referral in rows
        ),
        "signature": _("La coordination du cluster ENACT"),
        "why": _("Vous recevez ce courriel parce que votre organisation figure au catalogue d’ENACT."),
        "action_url": lazy(partner_url, str)(rows[0][1], message.recipient, "partner_document"),
    }


def _line(agreement: Agreement, referral: Referral, email: str) -> Row:
    told = _("%(reference)s, envoyée le %(day)s") % {
        "reference": referral.irritant.reference,
        "day": day(agreement.asked_at),
    }
    return (
        Row((f"{told} – ", Address(partner_url(referral, email, "partner_document"))))
        if email
        else Row((told,))
    )


def _ended(message) -> dict | None:
    context = _about(message)
    if context is None:
        return None
    stage = context["agreement"].document.proposal.stage
    why = {
        ProposalStage.DECLINED: _("L’entreprise ne donne pas suite à cette proposition."),
        ProposalStage.EXPIRED: _("Elle a dépassé sa date de validité."),
        ProposalStage.WITHDRAWN: _("La coordination l’a retirée."),
    }.get(stage)
    return why and {**context, "news": why}


def _partner_word(message) -> dict | None:
    """None when the partner said something else since."""
    context = about_case(message)
    rows = Agreement.objects.select_related("organisation", "document__proposal")
    agreement = rows.filter(public_id=message.payload.get("agreement")).first()
    if context is None or agreement is None or agreement.state == AgreementState.AGREED:
        return None
    reason = agreement.get_reason_display() if agreement.reason else ""
    label = agreement.get_state_display()
    return {
        **context,
        "organisation": agreement.organisation.name,
        "word": f"{label} ({reason})" if reason else label,
        "action_url": settings.SITE_URL
        + reverse("proposals:edit", args=[agreement.document.proposal.public_id]),
    }


def _all_agreed(message) -> dict | None:
    """None once it was sent, or taken up again."""
    context = about_case(message)
    proposal = Proposal.objects.filter(public_id=message.payload.get("proposal")).first()
    if context is None or proposal is None or proposal.stage != ProposalStage.SUBMITTED:
        return None
    return {
        **context,
        "action_url": settings.SITE_URL + reverse("proposals:edit", args=[proposal.public_id]),
    }


def _taken_back(message) -> dict | None:
    """None when the next version was sent before this left."""
    context = company_context(message)
    proposal = Proposal.objects.filter(public_id=message.payload.get("proposal")).first()
    waits = (ProposalStage.PREPARING, ProposalStage.SUBMITTED)
    return context if context and proposal and proposal.stage in waits else None


_VALID = {
    "valid_until": Value(
        gettext_lazy("le dernier jour de la proposition"), lambda: date_format(in_a_week(), "DATE_FORMAT")
    )
}
_ABOUT = {name: PARTNER[name] for name in ("reference", "organisation", "sector")} | {
    "number": Value(gettext_lazy("le numéro de la version"), "2"),
    **_VALID,
}
_SINCE = {
    "changed": Value(
        gettext_lazy("les sections qui ont changé depuis la version qu’il a lue, en liste"),
        lambda: Lines((_("Propriété et confidentialité"),)),
    ),
    "answers": Value(
        gettext_lazy("ce que sont devenus les changements qu’il proposait, en liste"),
        lambda: Lines(
            (_("%(heading)s : %(state)s") % {"heading": _("La suite"), "state": _("reprise")},),
        ),
    ),
}
_ASKED_ON = {
    "asked_on": Value(gettext_lazy("le jour de l’envoi"), lambda: day(clock.now() - timedelta(days=5)))
}
for _key, _label, _build, _names, _required, _when, _base in (
    (
        "partner_proposal",
        gettext_lazy("Proposition soumise à un partenaire"),
        _awaited,
        {**_ABOUT, **_SINCE},
        ("valid_until",),
        gettext_lazy("quand une version est soumise aux partenaires qu’elle nomme"),
        partner_base,
    ),
    (
        "partner_proposal_waits",
        gettext_lazy("Rappel d’une proposition à un partenaire"),
        _awaited,
        {**_ABOUT, **_ASKED_ON},
        ("valid_until",),
        gettext_lazy("trois, puis six jours ouvrés après, si le partenaire se tait"),
        partner_base,
    ),
    (
        "partner_proposals_wait",
        gettext_lazy("Rappel de plusieurs propositions à un partenaire"),
        _digest,
        {
            "organisation": PARTNER["organisation"],
            "count": Value(gettext_lazy("combien de propositions attendent son accord"), "2"),
            "waiting": Value(
                gettext_lazy("ce qui attend son accord, en liste, avec un lien personnel pour chacune"),
                lambda: Lines(("ENACT-7F3K-92", "ENACT-2H4T-66")),
            ),
        },
        ("waiting",),
        gettext_lazy(
            "à la place du précédent quand un partenaire en a plusieurs, une fois par semaine au plus"
        ),
        lambda message: None,
    ),
    (
        "partner_proposal_ended",
        gettext_lazy("Proposition terminée (partenaire)"),
        _ended,
        {
            **_ABOUT,
            "news": Value(
                gettext_lazy("ce qui s’est passé"),
                gettext_lazy("L’entreprise ne donne pas suite à cette proposition."),
            ),
        },
        ("news",),
        gettext_lazy("quand la proposition est déclinée, retirée ou expirée"),
        partner_base,
    ),
    (
        "coordinator_partner_word",
        gettext_lazy("Un partenaire n’est pas d’accord avec une proposition"),
        _partner_word,
        {
            "reference": CASE["reference"],
            "organisation": PARTNER["organisation"],
            "word": Value(gettext_lazy("ce qu’il dit"), lambda: AgreementState.CHANGES.label),
        },
        ("word",),
        gettext_lazy("quand un partenaire propose des changements, décline ou retire son accord"),
        about_case,
    ),
    (
        "coordinator_all_agreed",
        gettext_lazy("Tous les partenaires sont d’accord"),
        _all_agreed,
        {"reference": CASE["reference"]},
        (),
        gettext_lazy("quand le dernier partenaire donne son accord et que l’envoi attend quelqu’un"),
        about_case,
    ),
    (
        "company_proposal_taken_back",
        gettext_lazy("Proposition reprise pour être revue"),
        _taken_back,
        COMPANY,
        (),
        gettext_lazy(
            "quand la coordination reprend ce que lit l’entreprise, un partenaire n’étant pas d’accord"
        ),
        company_context,
    ),
):
    TEMPLATES.add(
        _key,
        Template(
            _label,
            _build,
            _names,
            required={"body": _required} if _required else {},
            when=_when,
            base=_base,
            chases=_key in (rules.ONE, rules.SEVERAL),
        ),
    )
