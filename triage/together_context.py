"""What a partner that accepted sees on its page: what happens now, the first exchange, the talk with the company."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import clock
from foundation.registry import Registry
from foundation.working_days import add_working_days
from intake.call_mails import moment_words
from intake.forms import MessageForm
from intake.models import Stage, Turn
from intake.wording import day
from triage.disclosure import PartnerView
from triage.forms import ProposeForm
from triage.meetings import latest
from triage.models import Meeting, MeetingStage, Referral
from triage.talking import words_of

FIRST_WORD_WORKING_DAYS = 5  # within which a partner is expected to write first
# What else a partner that accepted is asked to do: function(referral) → words, "" when nothing waits for it.
ASKED: Registry[Callable[[Referral], str]] = Registry("what a partner is asked")


@dataclass(frozen=True)
class Step:
    """One thing that comes next. `mine`: it is the reader's turn."""

    who: str
    what: str
    mine: bool = False


def together(referral: Referral, view: PartnerView, token: str) -> dict:
    """For triage/answer.html, once the referral is accepted."""
    meeting = latest(referral)

    def address(file) -> str:
        return reverse("triage:answer_file", args=[token, file.pk])

    words = words_of(referral, address) if view.disclosed else []
    over = referral.irritant.stage == Stage.CLOSED
    return {
        "meeting": meeting,
        "meeting_slots": choosable(meeting),
        "propose_form": None if (meeting and meeting.is_open) or over else propose_form(referral),
        "words": words,
        "word_form": word_form() if view.disclosed else None,
        "steps": next_steps(
            referral, view, meeting, spoken=any(one.author_role == "partner" for one in words)
        ),
    }


def propose_form(referral: Referral, data=None) -> ProposeForm:
    return ProposeForm(
        data,
        initial={"version": referral.version},
        department=referral.irritant.department,
        auto_id="propose_%s",
    )


def word_form(*args) -> MessageForm:
    return MessageForm(*args, auto_id="word_%s")


def choosable(meeting: Meeting | None) -> list[datetime]:
    """The moments that are still to come."""
    return [slot for slot in meeting.choices if slot > clock.now()] if meeting else []


def next_steps(referral: Referral, view: PartnerView, meeting: Meeting | None, *, spoken: bool) -> list[Step]:
    """Who does what next, and by when; nothing once the case is closed."""
    if referral.irritant.stage == Stage.CLOSED:
        return []
    you, company, us = _("Vous"), _("L’entreprise"), _("La coordination")
    steps = []
    if meeting and meeting.stage == MeetingStage.FIXED and meeting.starts_at > clock.now():
        told = _("se parlent %(moment)s, à l’heure de Paris") % {"moment": moment_words(meeting.starts_at)}
        steps.append(Step(_("Vous et l’entreprise"), told))
    elif meeting and meeting.stage == MeetingStage.PROPOSED and choosable(meeting):
        steps.append(Step(company, _("choisit un de vos moments ; vous recevez le rendez-vous par courriel")))
    if view.offered:
        steps.append(Step(you, _("ouvrez ci‑dessous ce que l’entreprise vous confie"), True))
    elif not view.disclosed:
        steps.append(Step(company, _("décide quand elle vous donne son nom ; un courriel vous le dit")))
    if (view.disclosed or view.offered) and not spoken and not steps:
        told = _("écrivez ou appelez en premier, au plus tard %(day)s") % {"day": day(_first_word(referral))}
        steps.append(Step(you, told, True))
    due, turn = referral.irritant.due_at, referral.irritant.turn
    asked = [Step(you, told, True) for ask in ASKED.values() if (told := ask(referral))]
    if asked:
        return steps + asked
    if turn == Turn.COMPANY:
        steps.append(Step(company, _("lit ce que la coordination lui propose, et répond")))
    elif turn == Turn.COORDINATOR and due:
        told = _("revient vers l’entreprise au plus tard %(day)s, avec une proposition que vous lisez avant")
        steps.append(Step(us, told % {"day": day(due)}))
    else:
        told = _("prépare la proposition de collaboration, que vous lisez avant tout engagement")
        steps.append(Step(us, told))
    return steps


def _first_word(referral: Referral) -> datetime:
    accepted = timezone.localdate(referral.answered_at)
    last = max(
        add_working_days(accepted, FIRST_WORD_WORKING_DAYS, referral.irritant.department), clock.today()
    )
    return datetime.combine(last, time(18), tzinfo=timezone.get_current_timezone())
