"""The states of a proposal and of a collaboration (docs/lifecycles.md is generated from these tables)."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from journal.actors import CLOCK, COMPANY, COORDINATOR, SYSTEM
from journal.lifecycle import Lifecycle, Move, Refusal
from proposals.choosing import choice, choices
from proposals.models import Agreement, Collaboration, Proposal
from proposals.models import CollaborationStage as C
from proposals.models import ProposalStage as P
from proposals.snapshots import says_the_same
from proposals.writing import check_complete


def _latest_is_rendered(proposal, actor):
    """What leaves is the document of the text as it stands: rendered, current, and never sent before."""
    check_complete(proposal)
    latest = proposal.versions.first()
    if latest is None:
        raise Refusal(gettext("Préparez d’abord le document."), "document")
    if not says_the_same(latest, proposal):
        raise Refusal(
            gettext("Le texte a changé depuis le dernier document : préparez-le de nouveau."), "stale"
        )
    if latest.rendered_at is None:
        raise Refusal(gettext("Le document est en cours de préparation."), "rendering")
    if latest.sent_at:
        raise Refusal(gettext("Rien n’a changé depuis la version déjà envoyée."), "unchanged")


def _send(proposal, actor, data):
    version = data["proposal_version"]
    if version.pk != proposal.versions.first().pk:
        raise Refusal(gettext("Le document a changé entre-temps. Relisez-le avant d’envoyer."), "version")
    proposal.versions.filter(pk=version.pk, sent_at=None).update(sent_at=clock.now())
    return ()


def _word(state: str):
    """Write the company's word on the version it read."""

    def apply(proposal, actor, data):
        comment = data.get("comment", "").strip()
        if state == Agreement.State.CHANGES and not comment:
            raise Refusal(gettext("Dites-nous ce qu’il faut changer."), "comment")
        agreement = proposal.sent_version.agreements.get(organisation=None)
        agreement.state, agreement.comment, agreement.at = state, comment[:2000], clock.now()
        agreement.save(update_fields=["state", "comment", "at"])
        return ()

    return apply


def _accept(proposal, actor, data):
    """The company's word, and the option that it goes with."""
    proposal.chosen = choice(proposal.sent_version, data.get("option", ""))["id"]
    return ("chosen", *_word(Agreement.State.AGREED)(proposal, actor, data))


def _everyone_else_agreed(proposal, actor):
    if not choices(proposal.sent_version):
        raise Refusal(
            gettext(
                "Un partenaire n’a pas donné son accord, ou s’est retiré : la coordination vous recontacte."
            ),
            "parties",
        )


def _version(proposal, data):
    version = data.get("proposal_version") or proposal.sent_version
    return {"proposal_version": str(version.public_id)} if version else {}


PROPOSAL = Lifecycle(
    name="proposal",
    model=Proposal,
    case_of=lambda proposal: proposal.irritant.public_id,
    moves=(
        Move(
            "send",
            (P.PREPARING,),
            P.SENT,
            (COORDINATOR,),
            _("Envoyer à l’entreprise"),
            guard=_latest_is_rendered,
            apply=_send,
            payload=_version,
        ),
        Move(
            "accept",
            (P.SENT,),
            P.ACCEPTED,
            (COMPANY,),
            _("Accepter la proposition"),
            guard=_everyone_else_agreed,
            apply=_accept,
            payload=_version,
        ),
        Move(
            "request_changes",
            (P.SENT,),
            P.CHANGES_REQUESTED,
            (COMPANY,),
            _("Demander une modification"),
            apply=_word(Agreement.State.CHANGES),
            payload=_version,
        ),
        Move("revise", (P.CHANGES_REQUESTED,), P.PREPARING, (COORDINATOR,), _("Réviser")),
        Move(
            "decline",
            (P.SENT,),
            P.DECLINED,
            (COMPANY,),
            _("Décliner la proposition"),
            apply=_word(Agreement.State.DECLINED),
            payload=_version,
        ),
        Move("expire", (P.SENT, P.CHANGES_REQUESTED), P.EXPIRED, (CLOCK,), _("Expirer")),
        Move(
            "withdraw",
            (P.PREPARING, P.SENT, P.CHANGES_REQUESTED),
            P.WITHDRAWN,
            (COORDINATOR, SYSTEM),
            _("Retirer"),
        ),
    ),
)

COLLABORATION = Lifecycle(
    name="collaboration",
    model=Collaboration,
    case_of=lambda collaboration: collaboration.irritant.public_id,
    moves=(
        Move("sign", (C.AGREED,), C.SIGNED, (COORDINATOR,), _("Signée")),
        Move("start", (C.SIGNED,), C.RUNNING, (COORDINATOR,), _("Démarrée")),
        Move("complete", (C.RUNNING,), C.COMPLETED, (COORDINATOR,), _("Achevée")),
        Move("abandon", (C.AGREED, C.SIGNED, C.RUNNING), C.ABANDONED, (COORDINATOR,), _("Abandonnée")),
    ),
)
