"""The states of a proposal (docs/lifecycles.md is generated from this table)."""

from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from journal.actors import CLOCK, COMPANY, COORDINATOR, SYSTEM
from journal.lifecycle import Lifecycle, Move, Refusal
from proposals.agreeing import records
from proposals.agreeing.asking import check_askable, check_not_against, missing
from proposals.choosing import all_agreed, choice, choices, taken
from proposals.collaborations.lifecycle import COLLABORATION
from proposals.models import AGAINST, Agreement, Proposal, SentWithout
from proposals.models import ProposalStage as P
from proposals.snapshots import says_the_same
from proposals.writing import check_complete

__all__ = ["COLLABORATION", "PROPOSAL"]


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


def _submittable(proposal, actor):
    _latest_is_rendered(proposal, actor)
    check_askable(proposal.versions.first())


def _current(proposal, data):
    """The version under the eyes, as long as it is still the last one."""
    version = data["proposal_version"]
    latest = proposal.versions.first()
    if version.pk != latest.pk:
        raise Refusal(gettext("Le document a changé entre-temps. Relisez-le avant d’envoyer."), "version")
    return latest


def _submit(proposal, actor, data):
    version = _current(proposal, data)
    proposal.versions.filter(pk=version.pk).update(
        submitted_at=clock.now(), sends_itself=bool(data.get("sends_itself"))
    )
    # Nothing of what a partner wanted changed was changed: it is asked once more about the same document.
    version.agreements.exclude(organisation=None).filter(state=Agreement.State.CHANGES).update(
        state=Agreement.State.PENDING, asked_at=None, version=F("version") + 1
    )
    return ()


def _send(proposal, actor, data):
    """Once every partner agreed to this very document; else a coordinator says why it does not wait."""
    version = _current(proposal, data)
    why = data.get("without", "")
    waiting = missing(version)
    if waiting and why not in SentWithout.values:
        names = ", ".join(one.organisation.name for one in waiting)
        raise Refusal(
            gettext("%(names)s : accord attendu. Dites pourquoi la proposition part sans lui.")
            % {"names": names},
            "parties",
        )
    if waiting:  # they are asked now
        check_askable(version)
    proposal.versions.filter(pk=version.pk, sent_at=None).update(
        sent_at=clock.now(), sent_without=why if waiting else ""
    )
    version.agreements.filter(organisation=None).update(asked_at=clock.now())
    return ()


def _word(state: str):
    """Write the company's word on the version it read, and keep it."""

    def apply(proposal, actor, data):
        agreement = proposal.sent_version.agreements.get(organisation=None)
        if actor.role == SYSTEM:  # its word was given before the last partner's
            return ()
        comment = data.get("comment", "").strip()
        if state == Agreement.State.CHANGES and not (
            comment or agreement.document.suggestions.of_party(None).open().exists()
        ):
            raise Refusal(gettext("Dites-nous ce qu’il faut changer."), "comment")
        Agreement.objects.filter(pk=agreement.pk).update(
            state=state, comment=comment[:2000], at=clock.now(), version=F("version") + 1
        )
        records.keep(
            agreement,
            state,
            actor=actor,
            name=data.get("person", ""),
            role=data.get("role", ""),
            option=data.get("option", ""),
        )
        return ()

    return apply


def _accept(proposal, actor, data):
    """The company's word, and the option that it goes with; each partner of that option agreed to it."""
    version = proposal.sent_version
    option = taken(version) if actor.role == SYSTEM else choice(version, data.get("option", ""))
    if not all_agreed(version, option):
        raise _awaited()
    proposal.chosen = option["id"]
    return ("chosen", *_word(Agreement.State.AGREED)(proposal, actor, data))


def _agree(proposal, actor, data):
    """The company's word before the last partner's, on an option that nobody is against."""
    version = proposal.sent_version
    if all_agreed(version, choice(version, data.get("option", ""))):
        raise Refusal(gettext("Tous les partenaires ont donné leur accord."), "agreed")
    return _word(Agreement.State.AGREED)(proposal, actor, data)


def _awaited():
    return Refusal(gettext("Un partenaire n’a pas encore donné son accord à ce document."), "awaited")


def _open_options(proposal):
    """What may still be chosen; Refusal when a partner of each option is against."""
    if found := choices(proposal.sent_version):
        return found
    raise Refusal(
        gettext("Un partenaire n’a pas donné son accord, ou s’est retiré : la coordination vous recontacte."),
        "parties",
    )


def _everyone_else_agreed(proposal, actor):
    """To one option at least; which one the company takes is looked at when it does (`_accept`)."""
    version = proposal.sent_version
    found = _open_options(proposal)
    if actor.role == SYSTEM:
        found = [option for option in found if option == taken(version)]
        if not found:
            raise Refusal(gettext("L’entreprise n’a pas encore accepté."), "company")
    if not any(all_agreed(version, option) for option in found):
        raise _awaited()


def _partners_are_awaited(proposal, actor):
    """The company may agree before the last partner does: its word is kept, and the partner's concludes."""
    version = proposal.sent_version
    found = _open_options(proposal)
    if taken(version):
        raise Refusal(gettext("Votre accord est déjà noté : nous attendons celui d’un partenaire."), "said")
    if all(all_agreed(version, option) for option in found):
        raise Refusal(gettext("Tous les partenaires ont donné leur accord."), "agreed")


def _to_be_mended(proposal, actor):
    """What the company is reading is taken back only because a partner does not agree to it."""
    words = proposal.sent_version.agreements.exclude(organisation=None)
    if not words.filter(state__in=AGAINST).exists():
        raise Refusal(gettext("L’entreprise lit cette version : attendez sa réponse."), "reading")


def _sendable(proposal, actor):
    _latest_is_rendered(proposal, actor)
    check_not_against(proposal.versions.first())


def _version(proposal, data):
    version = data.get("proposal_version") or proposal.sent_version
    more = {"without": data["without"]} if data.get("without") else {}
    return {"proposal_version": str(version.public_id), **more} if version else {}


PROPOSAL = Lifecycle(
    name="proposal",
    model=Proposal,
    case_of=lambda proposal: proposal.irritant.public_id,
    moves=(
        Move(
            "submit",
            (P.PREPARING,),
            P.SUBMITTED,
            (COORDINATOR,),
            _("Soumettre aux partenaires"),
            guard=_submittable,
            apply=_submit,
            payload=_version,
        ),
        Move(
            "send",
            (P.PREPARING, P.SUBMITTED),
            P.SENT,
            (COORDINATOR, SYSTEM),
            _("Envoyer à l’entreprise"),
            guard=_sendable,
            apply=_send,
            payload=_version,
        ),
        Move(
            "accept",
            (P.SENT,),
            P.ACCEPTED,
            (COMPANY, SYSTEM),
            _("Accepter la proposition"),
            guard=_everyone_else_agreed,
            apply=_accept,
            payload=_version,
        ),
        Move(
            "agree",
            (P.SENT,),
            P.SENT,
            (COMPANY,),
            _("Donner son accord, un partenaire étant attendu"),
            guard=_partners_are_awaited,
            apply=_agree,
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
        Move("recall", (P.SUBMITTED,), P.PREPARING, (COORDINATOR,), _("Reprendre le texte")),
        Move("revise", (P.CHANGES_REQUESTED,), P.PREPARING, (COORDINATOR,), _("Réviser")),
        Move(
            "take_back",
            (P.SENT,),
            P.PREPARING,
            (COORDINATOR,),
            _("Reprendre pour réviser"),
            guard=_to_be_mended,
            payload=_version,
        ),
        Move(
            "decline",
            (P.SENT,),
            P.DECLINED,
            (COMPANY,),
            _("Décliner la proposition"),
            apply=_word(Agreement.State.DECLINED),
            payload=_version,
        ),
        Move("expire", (P.SUBMITTED, P.SENT, P.CHANGES_REQUESTED), P.EXPIRED, (CLOCK,), _("Expirer")),
        Move(
            "withdraw",
            (P.PREPARING, P.SUBMITTED, P.SENT, P.CHANGES_REQUESTED),
            P.WITHDRAWN,
            (COORDINATOR, SYSTEM),
            _("Retirer"),
        ),
    ),
)
