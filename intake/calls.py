"""The qualification call: a coordinator proposes slots, the company picks one, and what came of it stays.

A call is one of the ways in which a case is studied, so whoever proposes one for a case that nobody has taken takes it
in the same step. Nothing else here changes whose turn it is for the irritant.
"""

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.failpoints import failpoint
from foundation.working_days import is_working_day
from intake.lifecycle import IRRITANT, OPEN
from intake.models import Call, Irritant, Stage
from intake.models import CallStage as S
from intake.wording import APPEALS, Standing
from journal.actors import COMPANY, COORDINATOR, SYSTEM, SYSTEM_ACTOR, Actor
from journal.events import lock_case, reacts_to, record
from journal.lifecycle import Lifecycle, Move, Refusal

SLOTS_AT_MOST = 3
MINUTES = (15, 30, 45, 60)
HOURS = time(8), time(18)  # Europe/Paris: a call begins and ends within
SOONEST, LATEST = timedelta(hours=2), timedelta(days=60)
PROPOSED = "call.propose"
DIGITS_APART = re.compile(r"(?<=\d) (?=\d)")  # a telephone number stays on one line
_NUMBER_ALONE = re.compile(r"\+?[\d\s().\-/]{6,}")


def reached(call: Call) -> str:
    """Who calls which number, as the company reads it. A number alone is the one we call: the mail says that we do."""
    if _NUMBER_ALONE.fullmatch(call.how):
        return gettext("Nous vous appelons au %(number)s.") % {"number": call.how}
    return call.how


def checked(moment: datetime, minutes: int, department: str) -> datetime:
    """The beginning of a slot that people can keep. Raises Refusal: past, too far, outside working hours or days."""
    local = timezone.localtime(moment)
    end = local + timedelta(minutes=minutes)
    if moment < clock.now() + SOONEST:
        raise Refusal(gettext("Proposez un moment à venir, dans deux heures au plus tôt."), "soon")
    if moment > clock.now() + LATEST:
        raise Refusal(gettext("Proposez un moment dans les deux mois."), "far")
    if not is_working_day(local.date(), department):
        raise Refusal(gettext("Ce jour n’est pas ouvré là où se trouve l’entreprise."), "holiday")
    if local.time() < HOURS[0] or end.time() > HOURS[1] or end.date() != local.date():
        raise Refusal(gettext("Proposez un moment entre 8 h et 18 h."), "hours")
    return local


def agreed_slots(slots: Iterable[datetime], minutes: int, department: str) -> list[datetime]:
    """One to three slots that people can keep, soonest first. Raises Refusal."""
    moments = sorted({checked(slot, minutes, department) for slot in slots})
    if not 1 <= len(moments) <= SLOTS_AT_MOST:
        raise Refusal(gettext("Proposez un, deux ou trois créneaux."), "slots")
    return moments


@transaction.atomic
def propose(irritant: Irritant, slots: Iterable[datetime], *, minutes: int, how: str, actor: Actor) -> Call:
    """One to three slots for the company to choose from; takes a case that nobody has taken. Raises Refusal."""
    if actor.role != COORDINATOR:
        raise Refusal(gettext("Cette action ne vous revient pas."), "role")
    lock_case(irritant.public_id)
    irritant.refresh_from_db(fields=["stage", "erased_at"])
    if irritant.stage not in OPEN:
        raise Refusal(gettext("Ce dossier est clos : rouvrez-le avant de proposer un appel."), "closed")
    if irritant.calls.filter(stage__in=[S.PROPOSED, S.FIXED]).exists():
        raise Refusal(gettext("Un appel est déjà proposé pour cette demande."), "open")
    moments = agreed_slots(slots, minutes, irritant.department)
    if irritant.stage == Stage.SUBMITTED:
        IRRITANT.perform(irritant, "take", actor=actor, by_call=True)  # its mail says who
    call = Call.objects.create(
        irritant=irritant,
        slots=[moment.isoformat() for moment in moments],
        minutes=minutes,
        how=DIGITS_APART.sub("\xa0", how),
        proposed_by=actor.user,
    )
    record(PROPOSED, case=irritant.public_id, subject=call, actor=actor, slots=len(moments))
    failpoint("move.before_commit")
    return call


def choose_slot(call, actor, data):
    """What the move « choose » of any appointment does."""
    moment = data["slot"]
    if moment not in call.choices:
        raise Refusal(gettext("Choisissez l’un des créneaux proposés."), "slot")
    if moment <= clock.now():
        raise Refusal(
            gettext("Ce créneau est passé : choisissez-en un autre, ou dites-nous ce qui vous va."), "past"
        )
    call.starts_at = moment
    return ("starts_at",)


def _move(call, actor, data):
    call.starts_at = checked(data["slot"], call.minutes, call.irritant.department)
    call.sequence += 1
    return ("starts_at", "sequence")


def call_off(call, actor, data):
    """What the moves that end an appointment do: its entry in calendars is another one from now on."""
    call.sequence += 1
    return ("sequence",)


def _note(call, actor, data):
    call.note = data.get("note", "")
    return ("note",)


def _hold(call, actor, data):
    call.starts_at = call.starts_at or clock.now()
    return ("starts_at", *_note(call, actor, data))


def _begun(call, actor):
    if call.starts_at and call.starts_at > clock.now():
        raise Refusal(gettext("Ce rendez-vous n’a pas encore eu lieu : déplacez-le, ou annulez-le."), "early")


def _date(call, data):
    return {"call_at": call.starts_at.isoformat()}


CALL = Lifecycle(
    name="call",
    model=Call,
    case_of=lambda call: call.irritant.public_id,
    moves=(
        Move(
            "choose",
            (S.PROPOSED,),
            S.FIXED,
            (COMPANY, COORDINATOR),
            _("Choisir ce créneau"),
            apply=choose_slot,
            payload=_date,
        ),
        Move("none_suits", (S.PROPOSED,), S.CANCELLED, (COMPANY,), _("Aucun ne me convient"), apply=call_off),
        Move("move", (S.FIXED,), S.FIXED, (COORDINATOR,), _("Déplacer"), apply=_move, payload=_date),
        Move(
            "cancel",
            (S.PROPOSED, S.FIXED),
            S.CANCELLED,
            (COORDINATOR, COMPANY, SYSTEM),
            _("Annuler"),
            apply=call_off,
        ),
        Move(
            "hold",
            (S.PROPOSED, S.FIXED),
            S.HELD,
            (COORDINATOR,),
            _("Il a eu lieu"),
            guard=_begun,
            apply=_hold,
        ),
        Move(
            "miss",
            (S.FIXED,),
            S.MISSED,
            (COORDINATOR,),
            _("Personne n’a répondu"),
            guard=_begun,
            apply=_note,
        ),
    ),
)


def latest(irritant: Irritant) -> Call | None:
    """The one that is proposed or fixed, else the last."""
    return irritant.calls.select_related("proposed_by").order_by("pk").last()


@APPEALS.register("intake.calls")
def slot_awaited(irritants: list[Irritant]) -> dict[int, Standing]:
    """Whose turn it is while slots wait for the company, though the study goes on."""
    open_ones = [irritant.pk for irritant in irritants if irritant.stage in OPEN]
    proposed = (
        Call.objects.filter(irritant__in=open_ones, stage=S.PROPOSED) if open_ones else Call.objects.none()
    )
    return {pk: _standing() for pk in proposed.values_list("irritant_id", flat=True)}


def _standing() -> Standing:
    return Standing(
        "turn",
        gettext("Un appel à fixer"),
        True,
        gettext("C’est à vous"),
        gettext(
            "Choisissez ci‑dessous quand nous pouvons nous parler. Nous étudions votre demande en attendant."
        ),
    )


@reacts_to("irritant.close", "irritant.withdraw")
def cancel_with_the_case(event, irritant):
    """No appointment outlives its case."""
    for call in irritant.calls.filter(stage__in=[S.PROPOSED, S.FIXED]):
        CALL.perform(call, "cancel", actor=SYSTEM_ACTOR)
