"""What time does to a case: a company that was asked something and is silent, and what is asked after the closing."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Subquery
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake import feedback
from intake.feedback import OUTCOME, SATISFACTION
from intake.lifecycle import IRRITANT
from intake.mails import COMPANY, QUESTIONS, company_context, follow_url, question_context
from intake.models import Feedback, FeedbackAnswer, Irritant, Outcome, Post, Stage
from intake.people import people_of
from intake.reactions import owe_company_mail
from intake.wording import day
from journal.actors import CLOCK_ACTOR
from journal.actors import COMPANY as FROM_COMPANY
from journal.clockwork import After, rule
from journal.messages import chased_lately
from journal.models import ClockMark, Event
from journal.texts import TEMPLATES, Template, Value

REMIND_WORKING_DAYS, CLOSE_WORKING_DAYS = 7, 7
REMIND = "company.question_waits"
DAYS_BETWEEN = 3  # at least, between two reminders: also when the clock was down for both
LATE_BY = 60  # days for which a question after the closing may be late: after that, it is no longer asked


def last_event(name: str):
    """When that last happened to the case of the outer row (an irritant)."""
    return Subquery(
        Event.objects.filter(case=OuterRef("public_id"), name=name).order_by("-seq").values("at")[:1]
    )


# A question to the company


def unanswered():
    """Asked something, and not a word from the company since."""
    since = Post.objects.filter(
        irritant=OuterRef("pk"), author_role=FROM_COMPANY, at__gt=OuterRef("asked_at")
    )
    asked = Irritant.objects.filter(stage=Stage.NEEDS_INFO).annotate(asked_at=last_event("irritant.ask_info"))
    return asked.exclude(asked_at=None).exclude(Exists(since)).select_related("contact")


@rule(
    REMIND,
    title=_("Question à l’entreprise : un rappel après sept jours ouvrés"),
    who=unanswered,
    when=After("asked_at", days=REMIND_WORKING_DAYS),
    once=lambda irritant: irritant.asked_at.isoformat(),
    of="",
    to_people=True,
    stops=_("l’entreprise répond ou écrit"),
)
def remind_of_the_question(irritant: Irritant) -> bool:
    return chase(irritant, "company_question_waits", irritant.asked_at.isoformat())


def chase(irritant: Irritant, template: str, occasion: str, *, days: int = DAYS_BETWEEN, **payload) -> bool:
    """Owe a reminder to the company; False when it had another one about it in the last `days` days."""
    people = [person.email for person in people_of(irritant)]
    if chased_lately(irritant.public_id, people, days=days):
        return False
    owe_company_mail(template, irritant, f"clock:{template}:{irritant.pk}:{occasion}", **payload)
    return True


def _reminded():
    """Reminded, and still not a word: no message, and no answer begun on the follow-up page."""
    reminder = ClockMark.objects.filter(
        rule=REMIND, subject_id=OuterRef("public_id"), at__gt=OuterRef("asked_at")
    )
    rows = unanswered().filter(answer_draft={})
    return rows.annotate(reminded_at=Subquery(reminder.order_by("-at").values("at")[:1])).exclude(
        reminded_at=None
    )


@rule(
    "company.close_for_silence",
    title=_("Question à l’entreprise : clore sept jours ouvrés après le rappel"),
    who=_reminded,
    when=After("reminded_at", days=CLOSE_WORKING_DAYS),
    of="",
    to_people=True,
    stops=_("l’entreprise répond, écrit, ou commence à répondre"),
)
def close_for_silence(irritant: Irritant) -> None:
    """A word of the company reopens it (intake.reactions)."""
    IRRITANT.perform(irritant, "close", actor=CLOCK_ACTOR, outcome=Outcome.NO_REPLY)


# After the closing


def _closed(question: str, *, months: int = 0):
    """Closed that long ago, with an outcome after which `question` is asked, and nothing said about it since.

    The window keeps a portal that was long without this rule from writing to everybody it ever helped.
    """
    newest = clock.now() - timedelta(days=28 * months)
    oldest = clock.now() - timedelta(days=31 * months + LATE_BY)
    closings = Event.objects.filter(name="irritant.close", at__gte=oldest, at__lte=newest)
    rows = Irritant.objects.filter(
        stage=Stage.CLOSED,
        erased_at=None,
        outcome__in=feedback.ASKED[question],
        public_id__in=closings.values("case"),
    ).annotate(closed_at=last_event("irritant.close"))
    said = Feedback.objects.filter(irritant=OuterRef("pk"), question=question, at__gte=OuterRef("closed_at"))
    return rows.filter(closed_at__gte=oldest).exclude(Exists(said)).select_related("contact")


def _closing(irritant: Irritant) -> str:
    return irritant.closed_at.isoformat()


@rule(
    "company.satisfaction",
    title=_("Après la clôture : « cela vous a-t-il aidé ? », dix jours ouvrés après"),
    who=lambda: _closed(SATISFACTION),
    when=After("closed_at", days=feedback.SATISFACTION_WORKING_DAYS),
    once=_closing,
    of="",
    to_people=True,
    stops=_("l’entreprise a répondu, ou s’était retirée"),
)
def ask_whether_it_helped(irritant: Irritant) -> bool:
    return chase(irritant, "company_satisfaction", _closing(irritant))


_ANSWERED = _("l’entreprise a répondu autre chose que « pas encore »")
for _months, _name, _title in (
    (
        feedback.FIRST_MONTHS,
        "company.outcome_first",
        _("Après la clôture : « qu’en est-il devenu ? », cinq mois après"),
    ),
    (
        feedback.SECOND_MONTHS,
        "company.outcome_second",
        _("Après la clôture : « qu’en est-il devenu ? », un an après, si rien n’a été répondu"),
    ),
):
    rule(
        _name,
        title=_title,
        who=lambda months=_months: _closed(OUTCOME, months=months),
        when=After("closed_at", months=_months),
        once=_closing,
        of="",
        to_people=True,
        stops=_ANSWERED,
    )(lambda irritant, months=_months: _ask_what_became_of_it(irritant, f"{months}:{_closing(irritant)}"))


def _not_yet():
    """Whose last word was « pas encore » three months ago: asked again, until two years after the closing."""
    oldest = clock.now() - timedelta(days=31 * feedback.AGAIN_MONTHS + LATE_BY)
    last = Feedback.objects.filter(irritant=OuterRef("pk"), question=OUTCOME).order_by("-at", "-pk")
    waiting = Feedback.objects.filter(question=OUTCOME, answer=FeedbackAnswer.NOT_YET, at__gte=oldest)
    rows = Irritant.objects.filter(stage=Stage.CLOSED, erased_at=None, pk__in=waiting.values("irritant"))
    return rows.annotate(
        closed_at=last_event("irritant.close"),
        said=Subquery(last.values("answer")[:1]),
        said_at=Subquery(last.values("at")[:1]),
    ).filter(said=FeedbackAnswer.NOT_YET, closed_at__gte=clock.now() - timedelta(days=2 * 365))


@rule(
    "company.outcome_again",
    title=_("Après la clôture : redemander trois mois après « pas encore »"),
    who=_not_yet,
    when=After("said_at", months=feedback.AGAIN_MONTHS),
    once=lambda irritant: irritant.said_at.isoformat(),
    of="",
    to_people=True,
    stops=_ANSWERED,
)
def ask_again(irritant: Irritant) -> bool:
    return _ask_what_became_of_it(irritant, irritant.said_at.isoformat())


def _ask_what_became_of_it(irritant: Irritant, occasion: str) -> bool:
    return chase(irritant, "company_outcome", occasion)


# The mails


def _still_asked(question: str):
    def build(message) -> dict | None:
        """None when it was answered, or the case reopened, before the mail left."""
        context = company_context(message)
        if context is None or feedback.question_for(context["irritant"]) != question:
            return None
        return _asking(context, message)

    return build


def _asking(context: dict, message) -> dict:
    irritant = context["irritant"]
    url = lazy(lambda: f"{follow_url(irritant, message.recipient)}#avis", str)
    return {**context, "closed_on": day(feedback.closed_on(irritant)), "action_url": url()}


def _question_waits(message) -> dict | None:
    context = question_context(message)
    if context is None or not unanswered().filter(pk=context["irritant"].pk).exists():
        return None
    return context


_CLOSED_ON = {
    "closed_on": Value(_("le jour de la clôture"), lambda: day(clock.now() - timedelta(days=14))),
}
for _key, _label, _build, _names, _when in (
    (
        "company_question_waits",
        _("Rappel d’une question à l’entreprise"),
        _question_waits,
        {**COMPANY, **QUESTIONS},
        _("sept jours ouvrés après la question, une seule fois, si l’entreprise se tait"),
    ),
    (
        "company_satisfaction",
        _("Après la clôture : la réponse a-t-elle aidé ?"),
        _still_asked(SATISFACTION),
        {**COMPANY, **_CLOSED_ON},
        _("dix jours ouvrés après la clôture, une seule fois"),
    ),
    (
        "company_outcome",
        _("Après la clôture : qu’est devenu le besoin ?"),
        _still_asked(OUTCOME),
        {**COMPANY, **_CLOSED_ON},
        _("cinq mois après la clôture, un an après sans réponse, trois mois après « pas encore »"),
    ),
):
    TEMPLATES.add(_key, Template(_label, _build, _names, when=_when, base=company_context, chases=True))
