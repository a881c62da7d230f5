"""Clock rules of triage: partners that do not answer, the company that waits for them, a silent coordination."""

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from foundation import clock
from intake.models import Irritant, Stage
from intake.people import in_charge
from intake.reactions import owe_company_mail
from journal.actors import CLOCK_ACTOR
from journal.clockwork import After, rule
from journal.models import Event, Message
from triage import answer_mails, reminding
from triage.lifecycle import REFERRAL
from triage.mails import still_silent
from triage.models import Referral, ReferralStage
from triage.telling import ours_and_idle, tell
from triage.waiting import EXPIRY, days_away

NEWS, NEWS_WORKING_DAYS = "company_nobody_yet", 9
IDLE_WORKING_DAYS, IDLE_FOR_ADMINISTRATORS = 10, 20  # two weeks, a month


def _asked_and_due():
    """Of partners that are there: nobody is given up while away."""
    rows = Referral.objects.filter(stage=ReferralStage.ASKED, due_at__lt=clock.now())
    rows = rows.partner_there(clock.today()).select_related("irritant", "organisation")
    return rows.prefetch_related("organisation__absences")


@rule(
    "referral.expire",
    title=_("Partenaire sollicité : cesser d’attendre après quinze jours ouvrés, hors ses absences"),
    who=_asked_and_due,
    when=EXPIRY,
    of="irritant",
    to_people=True,
    stops=_("le partenaire répond, ou pose une question"),
)
def expire_unanswered(referral: Referral) -> None:
    """Fifteen working days after the question, those away left out, silence is an answer: the coordinator gets the
    irritant back.

    A partner that waits for our answer, or was just given one, is not silent.
    """
    REFERRAL.perform(referral, "expire", actor=CLOCK_ACTOR)


# After the rule above, so that nobody is reminded in the minute in which it ends.
@rule(
    reminding.RULE,
    title=_(
        "Partenaire sollicité : rappels après trois et sept jours ouvrés, hors ses absences, un par semaine s’il y en "
        "a plusieurs"
    ),
    who=reminding.silent_and_there,
    when=After("awaited_since", days=reminding.STEPS[0], away=days_away),
    once=reminding.occasion,
    of="irritant",
    to_people=True,
    stops=_("le partenaire répond, pose une question, ou n’est plus attendu"),
)
def remind_the_partner(referral: Referral) -> bool:
    return reminding.remind(referral)


def _waiting_for_news():
    """Oriented, with partners awaited, and not told of the silence since the first of this round was asked."""
    told = Message.objects.filter(
        template=NEWS, case=OuterRef("public_id"), created_at__gt=OuterRef("first_asked")
    )
    asked = Referral.objects.filter(irritant=OuterRef("pk"), stage=ReferralStage.ASKED)
    rows = Irritant.objects.filter(stage=Stage.ORIENTED).annotate(
        first_asked=Subquery(asked.order_by("asked_at").values("asked_at")[:1])
    )
    return rows.exclude(first_asked=None).exclude(Exists(told)).select_related("contact")


@rule(
    "company.nobody_yet",
    title=_("Entreprise : dire que personne n’a encore répondu, après neuf jours ouvrés"),
    who=_waiting_for_news,
    when=After("first_asked", days=NEWS_WORKING_DAYS),
    of="",
    to_people=True,
    stops=_("un partenaire dit oui, non, ou pose une question"),
)
def say_that_nobody_answered(irritant: Irritant) -> bool:
    """Nine working days after the first question, the company learns of the silence before it has to ask.

    Once for each round of questions. A yes, a no or a question of any partner ends the silence.
    """
    if not still_silent(irritant):
        return False
    oriented = Event.objects.filter(case=irritant.public_id, name="irritant.orient").order_by("-seq").first()
    owe_company_mail(NEWS, irritant, cause=f"clock:{NEWS}:{oriented.pk}")
    return True


@rule(
    "referral.free_again",
    title=_("Partenaire qui avait décliné jusqu’à une date : le rappeler à qui suit le dossier"),
    who=answer_mails.free_again,
    once=lambda referral: referral.available_from.isoformat(),
    of="irritant",
    to_people=True,
    stops=_("le dossier est clos, ou le partenaire de nouveau sollicité"),
)
def remind_that_it_is_free(referral: Referral) -> None:
    answer_mails.say_that_it_is_free(referral)


_IDLE = {
    "who": ours_and_idle,
    "once": lambda irritant: irritant.idle_since.isoformat(),
    "of": "",
    "to_people": True,
    "stops": _("quelqu’un de la coordination y fait ou y écrit quelque chose"),
}


@rule(
    "irritant.idle",
    title=_("Dossier pris et silencieux : le dire à qui le suit, après deux semaines"),
    when=After("idle_since", days=IDLE_WORKING_DAYS),
    **_IDLE,
)
def tell_who_follows_it(irritant: Irritant) -> None:
    _say_since_when(irritant, in_charge(irritant))


@rule(
    "irritant.idle_long",
    title=_("Dossier pris et silencieux : le dire aux administrateurs, après un mois"),
    when=After("idle_since", days=IDLE_FOR_ADMINISTRATORS),
    **_IDLE,
)
def tell_the_administrators(irritant: Irritant) -> None:
    _say_since_when(irritant, User.objects.filter(is_active=True, role=Role.ADMINISTRATOR))


def _say_since_when(irritant: Irritant, people) -> None:
    since = irritant.idle_since.isoformat()
    tell(irritant, "coordinator_silent", people, cause=f"clock:idle:{irritant.pk}:{since}", since=since)
