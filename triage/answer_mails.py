"""To the coordination: what a partner answered, and that one that was not free is free now."""

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import clock
from intake.call_mails import moment_words
from intake.mails import COMPANY, in_a_week
from intake.models import Irritant, Stage
from intake.people import in_charge
from journal.events import reacts_to
from journal.letters import Lines
from journal.texts import TEMPLATES, Template, Value
from triage.mails import PARTNER
from triage.meetings import latest, slots_of
from triage.models import Referral, ReferralStage
from triage.telling import tell

ANSWERED, FREE_AGAIN = "coordinator_answered", "coordinator_free_again"
MOVES = ("referral.accept", "referral.decline", "referral.question", "referral.withdraw")


def _said(what: str, organisation: str) -> str:
    """What happened, as a sentence. What the partner typed stays in the portal."""
    told = {
        "accept": _("%(who)s accepte."),
        "decline": _("%(who)s décline."),
        "question": _("%(who)s pose une question : elle attend votre réponse."),
        "withdraw": _("%(who)s avait accepté et se retire."),
    }
    return told[what] % {"who": organisation}


def details_of(referral: Referral) -> list[str]:
    """What the answer brings beside yes or no, each as « what: it »; for the coordination's eyes."""
    told = []
    if referral.stage == ReferralStage.ACCEPTED:
        if person := referral.contact_person:
            told.append(_("Interlocuteur : %(person)s") % {"person": person})
        told += [_("Créneau proposé : %(moment)s") % {"moment": slot} for slot in slots_of(latest(referral))]
    if referral.decline_reason:
        told.append(_("Raison : %(reason)s") % {"reason": referral.get_decline_reason_display()})
    if referral.available_from:
        told.append(_("Disponible à partir du %(day)s") % {"day": _day(referral.available_from)})
    if referral.suggested:
        told.append(_("Conseille plutôt : %(who)s") % {"who": referral.suggested.name})
    elif referral.suggested_words:
        told.append(_("Conseille plutôt : %(who)s") % {"who": referral.suggested_words})
    return told


def _day(day) -> str:
    return date_format(day, "DATE_FORMAT")


def _referral(message) -> Referral | None:
    rows = Referral.objects.select_related("irritant", "organisation", "suggested")
    return rows.filter(public_id=message.payload.get("referral"), irritant__erased_at=None).first()


def _context(referral: Referral) -> dict:
    case = reverse("admin:workbench_irritant", args=[referral.irritant.public_id])
    return {
        "reference": referral.irritant.reference,
        "organisation": referral.organisation.name,
        "action_url": f"{settings.SITE_URL}{case}#sollicitations",
    }


def _answered(message) -> dict | None:
    """None when something else happened to it before the mail left: that has a mail of its own."""
    referral = _referral(message)
    move = message.payload.get("move", "")
    if referral is None or referral.stage not in _STANDS[move]:
        return None
    said, brought = _said(move, referral.organisation.name), Lines(details_of(referral))
    return {**_context(referral), "said": said, "details": brought}


_STANDS = {
    "accept": (ReferralStage.ACCEPTED,),
    "decline": (ReferralStage.DECLINED,),
    "question": (ReferralStage.QUESTION,),
    "withdraw": (ReferralStage.WITHDRAWN,),
    "": (),
}


def free_again():
    """Declined until a day that has come, for a case that still looks for somebody; not when asked again since."""
    later = Referral.objects.filter(
        irritant=OuterRef("irritant"), organisation=OuterRef("organisation"), pk__gt=OuterRef("pk")
    )
    rows = Referral.objects.exclude(Exists(later)).filter(
        stage=ReferralStage.DECLINED,
        irritant__stage__in=[Stage.IN_TRIAGE, Stage.ORIENTED],
        available_from__lte=clock.today(),
    )
    return rows.select_related("irritant__coordinator", "organisation")


def _free(message) -> dict | None:
    """None when the case was closed, or the partner asked again, before the mail left."""
    referral = _referral(message)
    if referral is None or not free_again().filter(pk=referral.pk).exists():
        return None
    return {**_context(referral), "day": _day(referral.available_from)}


_CASE = {"reference": COMPANY["reference"], "organisation": PARTNER["organisation"]}
TEMPLATES.add(
    ANSWERED,
    Template(
        gettext_lazy("Réponse d’un partenaire"),
        _answered,
        {
            **_CASE,
            "said": Value(
                gettext_lazy("ce que le partenaire a fait, en une phrase"),
                lambda: _said("accept", PARTNER["organisation"].sample()),
            ),
            "details": Value(
                gettext_lazy("interlocuteur, créneaux, raison, date ou partenaire conseillé, en liste"),
                lambda: Lines((_("Créneau proposé : %(moment)s") % {"moment": moment_words(in_a_week())},)),
            ),
        },
        required={"body": ("said",)},
        when=gettext_lazy("quand un partenaire accepte, décline, pose une question ou se retire"),
    ),
)
TEMPLATES.add(
    FREE_AGAIN,
    Template(
        gettext_lazy("Un partenaire est de nouveau disponible"),
        _free,
        {
            **_CASE,
            "day": Value(gettext_lazy("le jour qu’il avait indiqué"), lambda: _day(in_a_week().date())),
        },
        when=gettext_lazy("le jour que le partenaire avait indiqué en déclinant, si le dossier est ouvert"),
    ),
)


@reacts_to(*MOVES)
def bring_the_answer(event, referral):
    irritant = Irritant.objects.select_related("coordinator").get(pk=referral.irritant_id)
    tell(
        irritant,
        ANSWERED,
        in_charge(irritant),
        cause=f"event:{event.pk}",
        referral=str(referral.public_id),
        move=event.name.partition(".")[2],
    )


def say_that_it_is_free(referral: Referral) -> None:
    """Owe the mail to whoever follows the case."""
    tell(
        referral.irritant,
        FREE_AGAIN,
        in_charge(referral.irritant),
        cause=f"free:{referral.public_id}:{referral.available_from.isoformat()}",
        referral=str(referral.public_id),
    )
