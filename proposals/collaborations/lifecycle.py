"""The states of a collaboration, its steps, meetings and figures (docs/lifecycles.md is made from these tables)."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from journal.actors import COMPANY, COORDINATOR, PARTNER, SYSTEM, Actor
from journal.lifecycle import Lifecycle, Move, Refusal
from proposals.models import (
    AbandonReason,
    Collaboration,
    CollaborationMeeting,
    CollaborationStep,
    DateStage,
    OutcomeFigure,
)
from proposals.models import CollaborationStage as C
from proposals.models import FigureState as F
from proposals.models import StepState as S


def _stamp(field: str):
    def apply(collaboration, actor, data):
        setattr(collaboration, field, clock.now())
        return (field,)

    return apply


def _abandon(collaboration, actor, data):
    if data.get("reason") not in AbandonReason.values:
        raise Refusal(gettext("Dites pourquoi la collaboration s’arrête."), "reason")
    collaboration.abandon_reason, collaboration.ended_at = data["reason"], clock.now()
    return ("abandon_reason", "ended_at")


def _nothing_under_way(collaboration, actor):
    left = collaboration.steps.filter(state=S.DOING).order_by("number").first()
    if left is not None:
        raise Refusal(
            gettext("L’étape « %(title)s » est en cours : terminez-la, ou abandonnez-la.")
            % {"title": left.title},
            "steps",
        )


COLLABORATION = Lifecycle(
    name="collaboration",
    model=Collaboration,
    case_of=lambda collaboration: collaboration.irritant.public_id,
    moves=(
        Move(
            "sign",
            (C.AGREED,),
            C.SIGNED,
            (COORDINATOR, SYSTEM),
            _("Les contrats sont signés"),
            apply=_stamp("signed_at"),
        ),
        Move("start", (C.SIGNED,), C.RUNNING, (COORDINATOR,), _("Elle commence"), apply=_stamp("started_at")),
        Move(
            "complete",
            (C.RUNNING,),
            C.COMPLETED,
            (COORDINATOR,),
            _("Elle est achevée"),
            guard=_nothing_under_way,
            apply=_stamp("ended_at"),
        ),
        Move(
            "abandon",
            (C.AGREED, C.SIGNED, C.RUNNING),
            C.ABANDONED,
            (COORDINATOR,),
            _("L’abandonner"),
            apply=_abandon,
            payload=lambda collaboration, data: {"reason": data["reason"]},
        ),
    ),
)


def _still_going(collaboration: Collaboration) -> None:
    if collaboration.is_over:
        raise Refusal(gettext("Cette collaboration est terminée."), "over")


def _leads_it(step: CollaborationStep, actor: Actor) -> None:
    """Whoever leads a step ticks it; the coordination any of them. Which organisation acts is checked by the page."""
    _still_going(step.collaboration)
    if actor.role == COMPANY and step.leads != "company":
        raise Refusal(gettext("Cette étape revient à quelqu’un d’autre."), "leads")
    if actor.role == PARTNER and step.organisation_id is None:
        raise Refusal(gettext("Cette étape revient à quelqu’un d’autre."), "leads")


def _day(first: str, last: str):
    def apply(step, actor, data):
        today = clock.today()
        if first == "today" and step.began_on is None:
            step.began_on = today
        step.ended_on = today if last == "today" else None
        if first == "none":
            step.began_on = None
        return ("began_on", "ended_on")

    return apply


def _of_step(step, data):
    return {"organisation": str(step.organisation.public_id)} if step.organisation else {}


_PARTIES = (COORDINATOR, PARTNER, COMPANY)
STEP = Lifecycle(
    name="step",
    model=CollaborationStep,
    field_name="state",
    case_of=lambda step: step.collaboration.irritant.public_id,
    moves=(
        Move("begin", (S.TO_COME,), S.DOING, _PARTIES, _("Elle commence"), guard=_leads_it,
             apply=_day("today", ""), payload=_of_step),
        Move("finish", (S.TO_COME, S.DOING), S.DONE, _PARTIES, _("C’est fait"), guard=_leads_it,
             apply=_day("today", "today"), payload=_of_step),
        Move("drop", (S.TO_COME, S.DOING), S.DROPPED, _PARTIES, _("L’abandonner"), guard=_leads_it,
             apply=_day("", "today"), payload=_of_step),
        Move("reopen", (S.DOING, S.DONE, S.DROPPED), S.TO_COME, _PARTIES, _("Revenir en arrière"),
             guard=_leads_it, apply=_day("none", ""), payload=_of_step),
    ),
)  # fmt: skip


def _call_off(meeting, actor, data):
    meeting.sequence += 1
    return ("sequence",)


COLLABORATION_MEETING = Lifecycle(
    name="collaboration_meeting",
    model=CollaborationMeeting,
    case_of=lambda meeting: meeting.collaboration.irritant.public_id,
    moves=(
        Move(
            "cancel",
            (DateStage.FIXED,),
            DateStage.CANCELLED,
            (COORDINATOR, PARTNER),
            _("Annuler"),
            apply=_call_off,
        ),
    ),
)


def _settle(figure, actor, data):
    figure.settled_by = actor.user
    return ("settled_by",)


FIGURE = Lifecycle(
    name="figure",
    model=OutcomeFigure,
    field_name="state",
    case_of=lambda figure: figure.collaboration.irritant.public_id,
    moves=(
        Move("confirm", (F.ENTERED, F.REFUSED), F.CONFIRMED, (COORDINATOR,), _("Confirmer"), apply=_settle,
             payload=lambda figure, data: {"kind": figure.kind}),
        Move("refuse", (F.ENTERED, F.CONFIRMED), F.REFUSED, (COORDINATOR,), _("Écarter"), apply=_settle,
             payload=lambda figure, data: {"kind": figure.kind}),
    ),
)  # fmt: skip
