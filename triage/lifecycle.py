"""The states of a match and of a referral (docs/lifecycles.md is generated from these tables)."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.registry import Registry
from intake.lifecycle import due_in
from journal.actors import CLOCK, COORDINATOR, PARTNER, SYSTEM
from journal.lifecycle import Lifecycle, Move, Refusal, when
from triage.disclosure import agreement_first
from triage.models import (
    CANCEL_REASONS,
    CancelReason,
    DeclineReason,
    Match,
    NonDisclosure,
    Referral,
    SetAsideReason,
)
from triage.models import MatchState as M
from triage.models import NonDisclosureState as N
from triage.models import ReferralStage as R


def _decide(match, actor):
    match.decided_by = actor.user
    match.decided_at = clock.now()
    return ("decided_by", "decided_at", "set_aside_reason", "set_aside_note")


def _keep(match, actor, data):
    match.set_aside_reason = match.set_aside_note = ""
    return _decide(match, actor)


def _set_aside(match, actor, data):
    if data.get("reason") not in SetAsideReason.values:
        raise Refusal(gettext("Dites pourquoi cette piste est écartée."), "reason")
    match.set_aside_reason = data["reason"]
    match.set_aside_note = data.get("note", "")
    return _decide(match, actor)


def _undo(match, actor, data):
    match.set_aside_reason = match.set_aside_note = ""
    match.decided_by = match.decided_at = None
    return ("decided_by", "decided_at", "set_aside_reason", "set_aside_note")


def _not_asked_about(match, actor):
    if match.referrals.filter(stage__in=[R.ASKED, R.QUESTION, R.ACCEPTED]).exists():
        raise Refusal(gettext("Le partenaire est déjà sollicité sur cette piste."), "asked")


MATCH = Lifecycle(
    name="match",
    model=Match,
    field_name="state",
    case_of=lambda match: match.irritant.public_id,
    moves=(
        Move(
            "keep",
            (M.SUGGESTED, M.SET_ASIDE),
            M.KEPT,
            (COORDINATOR,),
            _("Retenir"),
            apply=_keep,
            payload=lambda match, data: {"offer": str(match.offer.public_id)},
        ),
        Move(
            "set_aside",
            (M.SUGGESTED, M.KEPT),
            M.SET_ASIDE,
            (COORDINATOR,),
            _("Écarter"),
            guard=_not_asked_about,
            apply=_set_aside,
            payload=lambda match, data: {"offer": str(match.offer.public_id), "reason": data["reason"]},
        ),
        Move(
            "undo",
            (M.KEPT, M.SET_ASIDE),
            M.SUGGESTED,
            (COORDINATOR,),
            _("Annuler"),
            guard=_not_asked_about,
            apply=_undo,
            payload=lambda match, data: {"offer": str(match.offer.public_id)},
        ),
    ),
)


def _ask(referral, actor, data):
    referral.summary = data["summary"]
    referral.note = data.get("note", "")
    referral.exclusive = bool(data.get("exclusive"))
    referral.asked_at = clock.now()
    referral.due_at = due_in(settings.REFERRAL_WORKING_DAYS, referral.irritant.department)
    met = Referral.objects.filter(organisation=referral.organisation_id, introduces=True)
    referral.introduces = not met.exists()
    return ("summary", "note", "exclusive", "asked_at", "due_at", "introduces")


def _cancel(referral, actor, data):
    """A coordinator says why, from the list; the portal, where it knows."""
    reason = data.get("reason", "")
    if reason not in dict(CANCEL_REASONS) and (
        actor.role == COORDINATOR or reason not in ("", *_SYSTEM_REASONS)
    ):
        raise Refusal(gettext("Dites au partenaire pourquoi la demande est annulée."), "reason")
    referral.cancel_reason = reason
    return ("cancel_reason",)


_SYSTEM_REASONS = (CancelReason.WITHDRAWN, CancelReason.AGREEMENT)


def _place_free(referral, actor):
    """Where one answer is wanted, the first to accept has the place. The case is locked: nobody is between us."""
    taken = exclusive_holder(referral.irritant) if referral.exclusive else None
    if taken is not None and taken.pk != referral.pk:
        raise Refusal(place_taken(taken.answered_at), "taken")


def place_taken(at: datetime) -> str:
    """For a partner: that the place is taken and since when, never by whom."""
    return gettext(
        "Une seule réponse était attendue, et un autre partenaire a accepté le %(day)s à %(time)s."
    ) % when(at)


def exclusive_holder(irritant) -> Referral | None:
    """The one that accepted where one answer was wanted."""
    return irritant.referrals.filter(exclusive=True, stage=R.ACCEPTED).select_related("organisation").first()


# name → function(referral): why a partner may not step back any more, as a sentence, or "". For apps to the right.
COMMITMENTS: Registry[Callable[[Referral], str]] = Registry("what holds a partner")


def _still_free(referral, actor):
    """A partner steps back with one click until the company has read a proposal that names it."""
    for name in COMMITMENTS:
        if sentence := COMMITMENTS[name](referral):
            raise Refusal(sentence, "committed")


def _accept(referral, actor, data):
    referral.person_in_charge = data.get("person_in_charge", "")
    referral.person_contact = data.get("person_contact", "")
    referral.answer = data.get("answer", "")
    referral.answered_at = clock.now()
    return ("person_in_charge", "person_contact", "answer", "answered_at")


def _decline(referral, actor, data):
    if data.get("reason") not in DeclineReason.values:
        raise Refusal(gettext("Choisissez une raison."), "reason")
    referral.decline_reason = data["reason"]
    referral.answer = data.get("answer", "")
    referral.available_from = data.get("available_from")
    referral.suggested = data.get("suggested")
    referral.suggested_words = data.get("suggested_words", "")
    referral.answered_at = clock.now()
    return (
        "decline_reason",
        "answer",
        "available_from",
        "suggested",
        "suggested_words",
        "answered_at",
    )


def _reply(referral, actor, data):
    referral.due_at = due_in(settings.REFERRAL_WORKING_DAYS, referral.irritant.department)
    return ("due_at",)


def _hand_over(referral, actor, data):
    referral.person_in_charge = data.get("person_in_charge", "")
    return ("person_in_charge",)


def _organisation(referral, data):
    return {"organisation": str(referral.organisation.public_id)}


REFERRAL = Lifecycle(
    name="referral",
    model=Referral,
    case_of=lambda referral: referral.irritant.public_id,
    moves=(
        Move(
            "ask",
            (R.PREPARED,),
            R.ASKED,
            (COORDINATOR,),
            _("Envoyer"),
            guard=agreement_first,
            apply=_ask,
            payload=_organisation,
        ),
        Move("question", (R.ASKED,), R.QUESTION, (PARTNER,), _("Poser une question"), payload=_organisation),
        Move(
            "reply",
            (R.QUESTION,),
            R.ASKED,
            (COORDINATOR,),
            _("Répondre"),
            guard=agreement_first,
            apply=_reply,
            payload=_organisation,
        ),
        Move(
            "accept",
            (R.ASKED, R.QUESTION),
            R.ACCEPTED,
            (PARTNER,),
            _("Accepter"),
            guard=_place_free,
            apply=_accept,
            payload=_organisation,
        ),
        Move(
            "decline",
            (R.ASKED, R.QUESTION),
            R.DECLINED,
            (PARTNER,),
            _("Décliner"),
            apply=_decline,
            payload=lambda referral, data: {**_organisation(referral, data), "reason": data["reason"]},
        ),
        Move("expire", (R.ASKED, R.QUESTION), R.EXPIRED, (CLOCK,), _("Expirer"), payload=_organisation),
        Move(
            "cancel",
            (R.PREPARED, R.ASKED, R.QUESTION),
            R.CANCELLED,
            (COORDINATOR, SYSTEM),
            _("Annuler"),
            apply=_cancel,
            payload=lambda referral, data: (
                _organisation(referral, data) | ({"reason": data["reason"]} if data.get("reason") else {})
            ),
        ),
        # What was accepted ends with its case alone: before, it is released, or the partner withdraws.
        Move(
            "end",
            (R.ACCEPTED,),
            R.CANCELLED,
            (SYSTEM,),
            _("Annuler"),
            apply=_cancel,
            payload=_organisation,
            event="referral.cancel",
        ),
        Move(
            "release",
            (R.ASKED, R.QUESTION, R.ACCEPTED),
            R.RELEASED,
            (COORDINATOR, SYSTEM),
            _("Remercier"),
            payload=_organisation,
        ),
        Move(
            "withdraw",
            (R.ACCEPTED,),
            R.WITHDRAWN,
            (PARTNER,),
            _("Se retirer"),
            guard=_still_free,
            payload=_organisation,
        ),
        # Whoever had it in hand left the partner's team (triage.handing_over).
        Move(
            "hand_over",
            (R.ACCEPTED,),
            R.ACCEPTED,
            (SYSTEM,),
            _("Passer à un collègue"),
            apply=_hand_over,
            payload=_organisation,
        ),
    ),
)

NON_DISCLOSURE = Lifecycle(
    name="non_disclosure",
    model=NonDisclosure,
    field_name="state",
    case_of=lambda agreement: agreement.irritant.public_id,
    moves=(Move("revoke", (N.IN_FORCE,), N.REVOKED, (COORDINATOR,), _("Révoquer"), payload=_organisation),),
)
