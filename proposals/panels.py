"""What proposals add to the pages of other apps."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from intake.models import Irritant, Stage
from intake.showing import contact_of
from journal.actors import PARTNER, Actor
from journal.panels import panel
from partners.models import Membership
from proposals.agreeing import records, suggesting
from proposals.agreeing.context import agreeing_context
from proposals.agreeing.lifecycle import AGREEMENT, referral_of
from proposals.agreeing.partner_views import asked
from proposals.agreeing.rules import silent
from proposals.choosing import options_in
from proposals.company_views import ANSWERS
from proposals.document.composing import compose
from proposals.lifecycle import PROPOSAL
from proposals.models import (
    OPEN_PROPOSAL,
    Agreement,
    Collaboration,
    ProposalStage,
    ProposalVersion,
    Suggestion,
)
from proposals.reading_views import before, downloads
from proposals.state import state_of
from proposals.steps import kind_label
from triage.disclosure import Reach, partner_views, readers_of
from triage.filing import STEPS
from triage.models import Bucket, Referral, ReferralStage
from triage.together_context import ASKED

_BRIEF = ("need", "options", "next")  # sections that the panel of the follow-up page shows


@panel("workbench.irritant", order=40)
def proposal_of_the_case(context: dict):
    """State, editor, versions; or the button that begins a proposal, or why it cannot begin."""
    irritant, actor = context["irritant"], context["actor"]
    proposals = list(irritant.proposals.order_by("-pk"))
    if irritant.stage == Stage.SUBMITTED and not proposals:
        return None
    shown = proposals[0] if proposals else None
    open_one = shown is not None and shown.stage in OPEN_PROPOSAL
    return "proposals/panel_workbench.html", {
        "proposal": shown,
        "state": state_of(shown, actor) if shown else None,
        "may_prepare": not open_one
        and irritant.stage != Stage.CLOSED
        and any(
            row.stage == ReferralStage.ACCEPTED for row in irritant.referrals.all()
        ),  # read by the screen
        "collaboration": Collaboration.objects.filter(irritant=irritant)
        .prefetch_related("organisations")
        .first(),
        **(agreeing_context(shown) if shown else {}),
    }


@STEPS.register("proposal")
def what_the_proposal_waits_for(irritant: Irritant) -> Bucket | None:
    """To be sent while it is written, or once a partner has left it; when it came to nothing, to be closed."""
    stage = irritant.proposals.order_by("-pk").values_list("stage", flat=True).first()
    if stage in (ProposalStage.DECLINED, ProposalStage.EXPIRED):
        return Bucket.TO_CLOSE
    return Bucket.TO_SEND if stage in OPEN_PROPOSAL else None


@panel("follow", order=10)
def proposal_for_the_company(context: dict):
    """The last version that was sent, to read and to answer; once agreed, the partners and addresses."""
    irritant, token = context["irritant"], context.get("token", "")
    proposal = irritant.proposals.visible_to_company().order_by("-pk").first()
    if proposal is None:
        return None
    version = proposal.sent_version
    collaboration = Collaboration.objects.filter(proposal=proposal).first()
    moves = {move.name: why for move, why in PROPOSAL.available(proposal, context["actor"])}
    if moves.get("agree") == "":
        moves["accept"] = ""  # the word is kept, and concluded by the last partner's
    mine = Suggestion.objects.of_proposal(proposal).of_party(None)
    return "proposals/panel_follow.html", {
        "proposal": proposal,
        "version": version,
        "snapshot": version.snapshot,
        "options": _options(version.snapshot),
        "chosen": proposal.chosen,
        "brief": _brief(version),
        "files": downloads(version, token) if token else [],
        "read_url": reverse("proposals:company_read", args=[token, version.public_id])
        if token and version.is_whole
        else "",
        "differences_url": reverse("proposals:company_differences", args=[token, version.public_id])
        if token and version.number > 1 and before(version, sent=True)
        else "",
        "agreement": version.agreements.filter(organisation=None).first(),
        "answers": _answers(token, version, moves),
        "table": records.table(version, company=irritant.company.name, reader=None),
        "mine": suggesting.told(mine),
        "collaboration_url": reverse("proposals:company_collaboration", args=[token])
        if token and collaboration
        else "",
        "collaboration": collaboration,
        "contacts": _contacts(collaboration) if collaboration else [],
        "all_know": bool(collaboration) and _all_know(collaboration),
    }


def _all_know(collaboration: Collaboration) -> bool:
    """Whether each partner of the collaboration has the company's name and address."""
    knowing = {row.name for row in readers_of(collaboration.irritant) if row.reach == Reach.EVERYTHING}
    return {organisation.name for organisation in collaboration.organisations.all()} <= knowing


def _options(snapshot: dict) -> list[dict]:
    """The options, kinds of step named in the language of the document and not of its reader."""
    with translation.override(snapshot["language"]):
        return [
            {
                **option,
                "steps": [
                    {**step, "kind_label": str(kind_label(step.get("kind", "")))} for step in option["steps"]
                ],
            }
            for option in options_in(snapshot)
        ]


def _brief(version: ProposalVersion) -> dict | None:
    """What the panel says of a whole document, the rest being one link away; None for a version of before."""
    if not version.is_whole:
        return None
    paper = compose(version.snapshot)
    parts = {part.code: part for part in paper.parts}
    return {"language": paper.language, "parts": [parts[code] for code in _BRIEF if code in parts]}


def _answers(token: str, version, moves: dict) -> list[dict]:
    return [
        {
            "label": answer.title,
            "url": reverse("proposals:answer", args=[token, version.public_id, code]),
            "main": answer.move == "accept",
            "refused": moves[answer.move],
        }
        for code, answer in ANSWERS.items()
        if token and answer.move in moves
    ]


def _contacts(collaboration: Collaboration) -> list[dict]:
    """Each partner with who speaks for it and the addresses that answer."""
    people = dict(
        collaboration.irritant.referrals.filter(
            organisation__in=collaboration.organisations.all(), stage=ReferralStage.ACCEPTED
        ).values_list("organisation_id", "person_in_charge")
    )
    return [
        {
            "organisation": organisation,
            "person": people.get(organisation.pk, ""),
            "emails": [email for email, _language in organisation.recipients()],
        }
        for organisation in collaboration.organisations.all()
    ]


@panel("answer", order=10)
def document_for_the_partner(context: dict):
    """On the partner's answer page: the document that waits for its word, and where the collaboration is."""
    referral = context["referral"]
    agreement = asked(referral).first() if referral.stage == ReferralStage.ACCEPTED else None
    if agreement is None or not context["view"].readable:
        return None
    collaboration = Collaboration.objects.filter(
        proposal=agreement.document.proposal, organisations=referral.organisation_id
    ).first()
    return "proposals/panel_answer.html", {
        "agreement": agreement,
        "waits": _waits(agreement),
        "collaboration": collaboration if context["view"].disclosed else None,
    }


@ASKED.register("proposal")
def what_the_proposal_asks(referral: Referral) -> str:
    """Its word on the version that it was given last, while that is awaited."""
    agreement = asked(referral).first()
    return _("lisez la proposition et donnez votre réponse") if agreement and _waits(agreement) else ""


def _waits(agreement: Agreement) -> bool:
    moves = AGREEMENT.available(agreement, Actor(PARTNER))
    return any(move.name == "agree" and not why for move, why in moves)


@panel("space", order=5)
def documents_that_wait(context: dict):
    """Proposals that name the person's organisations and wait for their word."""
    organisations = context["organisations"]
    rows = [row for row in silent().filter(organisation__in=organisations) if _waits(row)]
    if not rows:
        return None
    speaks_for = context["person"].memberships.exclude(role=Membership.READER)
    return "proposals/panel_documents.html", {
        "documents": [{"agreement": row, "referral": referral_of(row)} for row in rows],
        "can_answer": set(speaks_for.values_list("organisation_id", flat=True)),
    }


@panel("space", order=20)
def collaborations_of_the_partner(context: dict):
    """What was agreed with the organisations of this person."""
    organisations = context.get("organisations")
    user = context.get("person") or context.get("user")
    rows = Collaboration.objects.visible_to(user)
    if organisations is not None:
        rows = rows.filter(organisations__in=organisations).distinct()
    rows = list(rows.select_related("irritant__company", "irritant__contact").order_by("-created_at")[:50])
    if not rows:
        return None
    named = _named(rows, organisations)
    read = [row["collaboration"].irritant for row in named if row["view"] and row["view"].disclosed]
    return "proposals/panel_space.html", {"collaborations": named, "shown": map(contact_of, read)}


def _named(rows: list[Collaboration], organisations) -> list[dict]:
    """Each collaboration with what these organisations may read of the company (a PartnerView, or None)."""
    referrals = list(
        Referral.objects.filter(
            irritant__in=[row.irritant_id for row in rows], organisation__in=organisations or []
        )
        .select_related("irritant__sector", "irritant__company", "irritant__contact", "organisation")
        .order_by("pk")
    )
    views: dict = {}
    for referral, view in zip(referrals, partner_views(referrals), strict=True):
        known = views.get(referral.irritant_id)
        if known is None or view.reach >= known.reach:
            views[referral.irritant_id] = view
    return [{"collaboration": row, "view": views.get(row.irritant_id)} for row in rows]
