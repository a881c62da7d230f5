"""The states of a party's word and of a proposed change (docs/lifecycles.md is generated from these tables).

The company's word is written by the moves of its proposal (proposals.lifecycle); a partner's by the moves here.
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from journal.actors import COORDINATOR, PARTNER, SYSTEM, Actor
from journal.lifecycle import Lifecycle, Move, Refusal
from proposals.agreeing import records
from proposals.agreeing.paragraphs import current, paragraph, placed
from proposals.models import Agreement, ProposalStage, RefusalReason, Suggestion
from proposals.models import AgreementState as A
from proposals.models import SuggestionState as S
from proposals.writing import edit
from triage.models import Referral, ReferralStage
from triage.reading import reading_of

READ = (ProposalStage.SUBMITTED, ProposalStage.SENT)


def referral_of(agreement: Agreement) -> Referral | None:
    """The accepted question by which this partner came to the proposal; None once it left."""
    rows = Referral.objects.filter(
        irritant=agreement.document.proposal.irritant_id,
        organisation=agreement.organisation_id,
        stage=ReferralStage.ACCEPTED,
    )
    return rows.select_related(
        "irritant__company", "irritant__contact", "irritant__sector", "organisation"
    ).first()


def _awaited(agreement: Agreement, _actor: Actor) -> None:
    """It is the version that is being read now, and the partner may read it."""
    proposal = agreement.document.proposal
    if proposal.stage not in READ or agreement.asked_at is None:
        raise Refusal(gettext("Cette proposition n’attend pas, ou plus, votre accord."), "over")
    asked = proposal.asked_version
    if asked is None or asked.pk != agreement.document_id:
        raise Refusal(gettext("Une version plus récente vous a été envoyée : lisez-la d’abord."), "newer")
    if proposal.valid_until < clock.today():
        raise Refusal(gettext("Cette proposition a dépassé sa date de validité."), "validity")
    referral = referral_of(agreement)
    if referral is None or reading_of(referral, agreement.document.snapshot).snapshot is None:
        raise Refusal(gettext("Vous ne pouvez pas, ou plus, lire ce document."), "reading")


def _not_accepted(agreement: Agreement, actor: Actor) -> None:
    stage = agreement.document.proposal.stage
    if stage == ProposalStage.ACCEPTED:
        raise Refusal(
            gettext(
                "L’entreprise a accepté entre-temps : la collaboration est convenue. "
                "Pour vous retirer, écrivez à la coordination."
            ),
            "accepted",
        )
    if actor.role == PARTNER and stage not in READ:
        raise Refusal(gettext("Cette proposition n’attend pas, ou plus, votre accord."), "over")


def _say(state: str, *, why: bool = False, words: bool = False):
    """Write a partner's word and keep it. `why`: a closed reason is needed; `words`: a remark or a proposed change."""

    def apply(agreement: Agreement, actor: Actor, data: dict):
        comment = data.get("comment", "").strip()[:2000]
        reason = data.get("reason", "")
        if why and actor.role == PARTNER and reason not in RefusalReason.values:
            raise Refusal(gettext("Choisissez une raison."), "reason")
        if words and not (comment or _proposed(agreement)):
            raise Refusal(gettext("Dites ce qu’il faut changer, ou proposez une autre rédaction."), "comment")
        agreement.comment, agreement.reason, agreement.at = comment, reason if why else "", clock.now()
        if actor.role == SYSTEM:
            agreement.basis = "withdrawn"
        records.keep(agreement, state, actor=actor, **_signed(data))
        return ("comment", "reason", "basis", "at")

    return apply


def _signed(data: dict) -> dict:
    return {"name": data.get("person", ""), "role": data.get("role", ""), "option": data.get("option", "")}


def _proposed(agreement: Agreement) -> bool:
    rows = agreement.document.suggestions.of_party(agreement.organisation)
    return rows.exists()


def _about(agreement: Agreement, data: dict) -> dict:
    partner = {"organisation": str(agreement.organisation.public_id)} if agreement.organisation else {}
    return {**partner, "proposal_version": str(agreement.document.public_id)}


AGREEMENT = Lifecycle(
    name="agreement",
    model=Agreement,
    field_name="state",
    case_of=lambda agreement: agreement.irritant.public_id,
    moves=(
        Move(
            "agree",
            (A.PENDING, A.CHANGES),
            A.AGREED,
            (PARTNER,),
            _("Donner notre accord"),
            guard=_awaited,
            apply=_say(A.AGREED),
            payload=_about,
        ),
        Move(
            "request_changes",
            (A.PENDING,),
            A.CHANGES,
            (PARTNER,),
            _("Proposer des changements"),
            guard=_awaited,
            apply=_say(A.CHANGES, words=True),
            payload=_about,
        ),
        Move(
            "decline",
            (A.PENDING, A.CHANGES),
            A.DECLINED,
            (PARTNER,),
            _("Décliner"),
            guard=_awaited,
            apply=_say(A.DECLINED, why=True),
            payload=_about,
        ),
        Move(
            "withdraw",
            (A.AGREED, A.PENDING, A.CHANGES),
            A.WITHDRAWN,
            (PARTNER, SYSTEM),
            _("Retirer notre accord"),
            guard=_not_accepted,
            apply=_say(A.WITHDRAWN, why=True),
            payload=_about,
        ),
    ),
)


def _still_there(suggestion: Suggestion, _actor: Actor) -> None:
    proposal = suggestion.document.proposal
    if proposal.stage != ProposalStage.PREPARING:
        raise Refusal(gettext("Cette proposition n’est plus en préparation."), "state")
    if not suggestion.text:
        raise Refusal(gettext("C’est une remarque, sans texte à reprendre : répondez-y."), "remark")
    if current(proposal, suggestion.paragraph) is None:
        raise Refusal(gettext("Ce paragraphe n’est plus dans le texte."), "gone")


def _take(suggestion: Suggestion, actor: Actor, data: dict):
    """The proposed text becomes the paragraph, in the same transaction; somebody else's newer text refuses."""
    proposal = suggestion.document.proposal
    seen = paragraph(suggestion.document.snapshot, suggestion.paragraph)
    stands = current(proposal, suggestion.paragraph)
    if seen is not None and stands not in (seen.text, suggestion.text) and not data.get("over"):
        raise Refusal(
            gettext("Ce paragraphe a changé depuis la version commentée : relisez-le, puis décidez."),
            "changed",
        )
    values = placed(proposal, suggestion.paragraph, suggestion.text)
    if values is None:
        raise Refusal(gettext("Ce paragraphe n’est plus dans le texte."), "gone")
    edit(proposal, values, version=proposal.version, actor=actor)
    return _answer(suggestion, actor, data)


def _answer(suggestion: Suggestion, actor: Actor, data: dict):
    suggestion.answer = data.get("answer", "").strip()[:500]
    suggestion.answered_at, suggestion.answered_by = clock.now(), actor.user
    return ("answer", "answered_at", "answered_by")


def _turn_down(suggestion: Suggestion, actor: Actor, data: dict):
    if not data.get("answer", "").strip():
        raise Refusal(gettext("Dites en un mot pourquoi ce changement n’est pas repris."), "answer")
    return _answer(suggestion, actor, data)


def _paragraph(suggestion: Suggestion, data: dict) -> dict:
    partner = {"organisation": str(suggestion.organisation.public_id)} if suggestion.organisation else {}
    return {
        **partner,
        "proposal_version": str(suggestion.document.public_id),
        "paragraph": suggestion.paragraph,
    }


SUGGESTION = Lifecycle(
    name="suggestion",
    model=Suggestion,
    field_name="state",
    case_of=lambda suggestion: suggestion.irritant.public_id,
    moves=(
        Move(
            "take",
            (S.OPEN,),
            S.TAKEN,
            (COORDINATOR,),
            _("Reprendre ce texte"),
            guard=_still_there,
            apply=_take,
            payload=_paragraph,
        ),
        Move(
            "turn_down",
            (S.OPEN,),
            S.DECLINED,
            (COORDINATOR,),
            _("Ne pas reprendre"),
            apply=_turn_down,
            payload=_paragraph,
        ),
    ),
)
