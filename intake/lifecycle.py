"""The states of an irritant, and whose turn it is (docs/lifecycles.md is generated from this table)."""

import uuid
from datetime import datetime, time

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.working_days import add_working_days
from intake.models import Confidentiality, HandOver, Irritant, Outcome, Post, Question, Turn
from intake.models import Stage as S
from journal.actors import CLOCK, COMPANY, COORDINATOR, SYSTEM
from journal.events import record
from journal.lifecycle import Lifecycle, Move, Refusal

OPEN = (S.SUBMITTED, S.IN_TRIAGE, S.NEEDS_INFO, S.ORIENTED)
COMPANY_ANSWER_WORKING_DAYS = 7
HANDED_OVER = "irritant.handed_over"


def due_in(working_days: int, department: str) -> datetime:
    """18:00 (Europe/Paris) on the n-th working day from today in the department of the site."""
    day = add_working_days(clock.today(), working_days, department)
    return timezone.make_aware(datetime.combine(day, time(18)))


def _hand(irritant, turn: str, working_days: int | None) -> tuple[str, ...]:
    irritant.turn = turn
    irritant.due_at = None if working_days is None else due_in(working_days, irritant.department)
    return ("turn", "due_at")


def _take(irritant, actor, data):
    irritant.coordinator = data.get("coordinator") or actor.user
    return ("coordinator", *_hand(irritant, Turn.COORDINATOR, settings.FIRST_ANSWER_WORKING_DAYS))


def _ask_info(irritant, actor, data):
    """A word to the company and what it asks: answers of the form opened again, free questions."""
    post = _say(irritant, actor, data["text"])
    Question.objects.bulk_create(
        [Question(post=post, field=code) for code in data.get("fields", ())]
        + [Question(post=post, text=text) for text in data.get("free", ())]
    )
    return _hand(irritant, Turn.COMPANY, COMPANY_ANSWER_WORKING_DAYS)


def _answer(irritant, actor, data):
    """The company's word, and the columns of the irritant that its answers fill (intake.reopening)."""
    _say(irritant, actor, data["text"], public_id=data.get("post_id"), form_token=data.get("form_token", ""))
    values = data.get("values", {})
    for name, value in values.items():
        setattr(irritant, name, value)
    irritant.answer_draft = {}
    _drop_questions(irritant)
    return (*values, "answer_draft", *_hand(irritant, Turn.COORDINATOR, settings.FIRST_ANSWER_WORKING_DAYS))


def _say(irritant, actor, text, *, public_id=None, form_token=""):
    return Post.objects.create(
        public_id=public_id or uuid.uuid4(),
        irritant=irritant,
        author_role=actor.role,
        author=actor.user,
        text=text,
        form_token=form_token,
        at=clock.now(),
    )


def _drop_questions(irritant):
    """What is still asked is asked no more: answered by other means, or for nothing."""
    Question.objects.open().filter(post__irritant=irritant).update(dropped_at=clock.now())


def _orient(irritant, actor, data):
    return _hand(irritant, Turn.PARTNER, settings.REFERRAL_WORKING_DAYS)


def _close(irritant, actor, data):
    outcome = data["outcome"]
    if outcome not in Outcome.values or (outcome == Outcome.WITHDRAWN and actor.role != COMPANY):
        raise Refusal(gettext("Choisissez une issue."), "outcome")
    irritant.outcome = outcome
    irritant.duplicate_of = data.get("duplicate_of")
    if data.get("text"):
        _say(irritant, actor, data["text"])
    _drop_questions(irritant)
    _hand_over_to(irritant, actor, data.get("destinations", ()))
    return ("outcome", "duplicate_of", *_hand(irritant, Turn.NOBODY, None))


def _hand_over_to(irritant, actor, destinations):
    """To whom outside the cluster the company goes: only when that is how the case ends."""
    if destinations and irritant.outcome != Outcome.REDIRECTED:
        raise Refusal(gettext("Un relais ne se choisit qu’avec l’issue « réorienté »."), "destinations")
    for destination in destinations:
        HandOver.objects.create(irritant=irritant, destination=destination, at=clock.now())
        record(
            HANDED_OVER,
            case=irritant.public_id,
            subject=irritant,
            actor=actor,
            destination=str(destination.public_id),
        )


def _withdraw(irritant, actor, data):
    return _close(irritant, actor, {"outcome": Outcome.WITHDRAWN})


def _not_erased(irritant, actor):
    if irritant.erased_at:
        raise Refusal(gettext("Cette demande a été effacée : il n’en reste rien à étudier."), "erased")


def _reopen(irritant, actor, data):
    _drop_questions(irritant)
    irritant.hand_overs.all().delete()  # the record of events keeps them
    irritant.outcome = ""
    irritant.duplicate_of = None
    return ("outcome", "duplicate_of", *_hand(irritant, Turn.COORDINATOR, settings.FIRST_ANSWER_WORKING_DAYS))


IRRITANT = Lifecycle(
    name="irritant",
    model=Irritant,
    case_of=lambda irritant: irritant.public_id,
    moves=(
        Move(
            "take",
            (S.SUBMITTED,),
            S.IN_TRIAGE,
            (COORDINATOR,),
            _("Prendre en charge"),
            apply=_take,
            payload=lambda irritant, data: {"by_call": True} if data.get("by_call") else {},
        ),
        Move(
            "ask_info",
            (S.IN_TRIAGE,),
            S.NEEDS_INFO,
            (COORDINATOR,),
            _("Demander une précision"),
            apply=_ask_info,
            payload=lambda irritant, data: {
                "fields": list(data.get("fields", ())),
                "free": len(data.get("free", ())),
            },
        ),
        Move(
            "answer",
            (S.NEEDS_INFO,),
            S.IN_TRIAGE,
            (COMPANY,),
            _("Répondre"),
            apply=_answer,
            payload=lambda irritant, data: {"fields": list(data.get("fields", ()))},
        ),
        Move(
            "orient",
            (S.IN_TRIAGE,),
            S.ORIENTED,
            (COORDINATOR,),
            _("Solliciter des partenaires"),
            apply=_orient,
        ),
        Move(
            "close",
            OPEN,
            S.CLOSED,
            (COORDINATOR, SYSTEM, CLOCK),
            _("Clore"),
            apply=_close,
            payload=lambda irritant, data: {"outcome": data["outcome"], "said": bool(data.get("text"))},
        ),
        Move("withdraw", OPEN, S.CLOSED, (COMPANY,), _("Retirer ma demande"), apply=_withdraw),
        Move(
            "reopen",
            (S.NEEDS_INFO, S.ORIENTED, S.CLOSED),
            S.IN_TRIAGE,
            (COORDINATOR, SYSTEM),
            _("Rouvrir"),
            guard=_not_erased,
            apply=_reopen,
        ),
    ),
)


def _level(target: Confidentiality) -> Move:
    """One move per level, from the two others: the event's name says what was chosen."""
    others = tuple(level for level in Confidentiality if level != target)
    return Move(target, others, target, (COMPANY,), target.label)


# How much the company lets others read (docs/decisions/0021-confidentiality.md). It alone decides, at any
# stage: after the closing the choice still counts for what nobody has read, and for the ranking of other requests.
CONFIDENTIALITY = Lifecycle(
    name="confidentiality",
    model=Irritant,
    field_name="confidentiality",
    case_of=lambda irritant: irritant.public_id,
    moves=(
        _level(Confidentiality.OPEN),
        _level(Confidentiality.SUMMARY),
        _level(Confidentiality.NDA),
    ),
)


def hand_over(irritant: Irritant, turn: str, working_days: int | None) -> None:
    """Whose turn it is within a stage (a partner accepted, a proposal was sent): same transaction as its cause."""
    _hand(irritant, turn, working_days)
    Irritant.objects.filter(pk=irritant.pk).exclude(stage=S.CLOSED).update(
        turn=irritant.turn, due_at=irritant.due_at
    )
