"""What the company is asked after its case was closed: whether the answer helped, and what became of the need."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import clock
from foundation.working_days import add_months, add_working_days
from intake.conversation import closed_on
from intake.models import Feedback, FeedbackAnswer, FeedbackQuestion, Irritant, Outcome
from journal.actors import Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal

SATISFACTION, OUTCOME = FeedbackQuestion.SATISFACTION, FeedbackQuestion.OUTCOME
ANSWERS = {
    SATISFACTION: (FeedbackAnswer.YES, FeedbackAnswer.PARTLY, FeedbackAnswer.NO),
    OUTCOME: (
        FeedbackAnswer.SOLVED,
        FeedbackAnswer.UNDER_WAY,
        FeedbackAnswer.NOT_YET,
        FeedbackAnswer.DROPPED,
        FeedbackAnswer.NO_MORE,
    ),
}
# Nobody is asked who withdrew, never answered, sent the same thing twice, or was unwanted.
_FOUND = (Outcome.COLLABORATION, Outcome.TRAINING, Outcome.TALENT, Outcome.REDIRECTED)
ASKED = {SATISFACTION: (*_FOUND, Outcome.NO_MATCH, Outcome.OUT_OF_SCOPE), OUTCOME: _FOUND}
SATISFACTION_WORKING_DAYS = 10
FIRST_MONTHS, SECOND_MONTHS, AGAIN_MONTHS = 5, 12, 3


def question_for(irritant: Irritant) -> FeedbackQuestion | None:
    """What its follow-up page asks today; None when nothing is asked, or when it was answered."""
    closed = closed_on(irritant)
    if closed is None or irritant.erased_at:
        return None
    day, today = timezone.localdate(closed), clock.today()
    if irritant.outcome in ASKED[OUTCOME] and today >= add_months(day, FIRST_MONTHS):
        last = _last(irritant, OUTCOME, closed)
        return OUTCOME if last is None or _asks_again(last, today) else None
    due = add_working_days(day, SATISFACTION_WORKING_DAYS, irritant.department)
    wanted = irritant.outcome in ASKED[SATISFACTION] and due <= today < add_months(day, FIRST_MONTHS)
    return SATISFACTION if wanted and _last(irritant, SATISFACTION, closed) is None else None


def _last(irritant: Irritant, question: str, since: datetime) -> Feedback | None:
    return irritant.feedback.filter(question=question, at__gte=since).last()


def _asks_again(last: Feedback, today: date) -> bool:
    """« Pas encore » is no last word."""
    again = add_months(timezone.localdate(last.at), AGAIN_MONTHS)
    return last.answer == FeedbackAnswer.NOT_YET and today >= again


@transaction.atomic
def answer(irritant: Irritant, question: str, said: str, *, actor: Actor) -> bool:
    """Keep what the company answers; False when it says again what it said. Raises Refusal for another answer."""
    lock_case(irritant.public_id)
    irritant.refresh_from_db(fields=["stage", "outcome", "erased_at"])
    closed = closed_on(irritant)
    known = question in FeedbackQuestion.values and said in ANSWERS[question]
    if closed is None or irritant.erased_at or not known or irritant.outcome not in ASKED[question]:
        raise Refusal(_("Cette question n’est plus posée."), "question")
    last = _last(irritant, question, closed)
    if last and last.answer == said and not _asks_again(last, clock.today()):
        return False
    Feedback.objects.create(irritant=irritant, question=question, answer=said)
    record(
        "irritant.feedback",
        case=irritant.public_id,
        subject=irritant,
        actor=actor,
        question=question,
        answer=said,
    )
    return True
