"""The mails about a call: slots to choose from, the date with its calendar entry, and that it is off."""

from django.conf import settings
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from accounts.absences import reached_instead_of
from foundation import clock
from intake import calendars, calls
from intake.mails import COMPANY, company_context, in_a_week
from intake.models import Call, CallStage
from intake.reactions import owe_company_mail
from intake.wording import moment_words
from journal import messages
from journal.actors import COMPANY as FROM_COMPANY
from journal.events import reacts_to
from journal.letters import Lines
from journal.texts import TEMPLATES, Template, Value

PROPOSED, FIXED, OFF = "company_call_proposed", "company_call", "company_call_off"
TO_US, OFF_TO_US = "coordinator_call", "coordinator_call_off"


def _of(message) -> Call | None:
    rows = Call.objects.select_related("irritant", "proposed_by").filter(irritant__erased_at=None)
    return rows.filter(public_id=message.payload.get("call")).first()


def _values(call: Call) -> dict:
    return {
        "moment": moment_words(call.starts_at) if call.starts_at else "",
        "minutes": str(call.minutes),
        "how": calls.reached(call),
        "slots": Lines(moment_words(slot) for slot in call.choices if slot > clock.now()),
        "coordinator": call.proposed_by.full_name if call.proposed_by else "",
    }


def _to_company(*stages: str):
    """The context of a mail that has its sense while the call stands like this, and no newer date was set."""

    def context(message) -> dict | None:
        call, base = _of(message), company_context(message)
        if call is None or base is None or not _is_news(call, message, stages):
            return None
        said = {name: value for name, value in _values(call).items() if value}
        return {**base, **said, "action_url": format_lazy("{}#appel", base["action_url"])}

    return context


def _to_us(*stages: str):
    def context(message) -> dict | None:
        call = _of(message)
        if call is None or not _is_news(call, message, stages):
            return None
        return {
            **_values(call),
            "how": call.how,
            "reference": call.irritant.reference,
            "action_url": settings.SITE_URL
            + reverse("admin:workbench_irritant", args=[call.irritant.public_id])
            + "#appel",
        }

    return context


def _is_news(call: Call, message, stages: tuple[str, ...]) -> bool:
    return call.stage in stages and call.sequence == message.payload.get("sequence", call.sequence)


def _calendar(message) -> list:
    call = _of(message)
    return [calendars.attachment(call)] if call and call.starts_at else []


_MOMENT = {
    "moment": Value(
        gettext_lazy("le jour et l’heure, à l’heure de Paris"), lambda: moment_words(in_a_week())
    ),
    "minutes": Value(gettext_lazy("la durée, en minutes"), "30"),
    "how": Value(gettext_lazy("qui appelle quel numéro, ou l’adresse"), gettext_lazy("Nous vous appelons.")),
}
_SLOTS = {
    "slots": Value(
        gettext_lazy("les créneaux proposés, en liste"), lambda: Lines((moment_words(in_a_week()),))
    ),
    "minutes": _MOMENT["minutes"],
    "how": _MOMENT["how"],
}
_US = {"reference": COMPANY["reference"], **_MOMENT}
for _key, _label, _build, _more, _required, _when, _attached in (
    (
        PROPOSED,
        gettext_lazy("Appel : créneaux proposés"),
        _to_company(CallStage.PROPOSED),
        {**COMPANY, **_SLOTS},
        ("slots",),
        gettext_lazy("quand un coordinateur propose un appel"),
        lambda message: [],
    ),
    (
        FIXED,
        gettext_lazy("Appel : rendez-vous pris ou déplacé"),
        _to_company(CallStage.FIXED),
        {**COMPANY, **_MOMENT},
        ("moment",),
        gettext_lazy("quand le créneau est choisi, et quand il est déplacé"),
        _calendar,
    ),
    (
        OFF,
        gettext_lazy("Appel : annulé"),
        _to_company(CallStage.CANCELLED),
        {**COMPANY, **_MOMENT},
        (),
        gettext_lazy("quand un rendez-vous est annulé"),
        _calendar,
    ),
    (
        TO_US,
        gettext_lazy("Appel : rendez-vous pris ou déplacé (coordination)"),
        _to_us(CallStage.FIXED),
        _US,
        ("moment",),
        gettext_lazy("au coordinateur qui l’a proposé, quand le créneau est choisi ou déplacé"),
        _calendar,
    ),
    (
        OFF_TO_US,
        gettext_lazy("Appel : annulé (coordination)"),
        _to_us(CallStage.CANCELLED),
        _US,
        (),
        gettext_lazy("au coordinateur qui l’a proposé, quand un rendez-vous est annulé"),
        _calendar,
    ),
):
    TEMPLATES.add(
        _key,
        Template(
            _label,
            _build,
            _more,
            required={"body": _required},
            when=_when,
            base=company_context if _key.startswith("company_") else (lambda message: None),
            attachments=_attached,
        ),
    )


@reacts_to("call.propose")
def ask_which_slot(event, call):
    owe_company_mail(PROPOSED, call.irritant, cause=f"event:{event.pk}", **_about(call))


@reacts_to("call.choose", "call.move")
def tell_the_date(event, call):
    owe_company_mail(FIXED, call.irritant, cause=f"event:{event.pk}", **_about(call))
    _tell_us(TO_US, event, call)


@reacts_to("call.cancel")
def tell_that_it_is_off(event, call):
    """Only a date that may stand in a calendar; slots that nobody chose just vanish from the page."""
    if call.starts_at:
        owe_company_mail(OFF, call.irritant, cause=f"event:{event.pk}", **_about(call))
        _tell_us(OFF_TO_US, event, call)
    elif event.actor_role == FROM_COMPANY:
        _tell_us(OFF_TO_US, event, call)


def _about(call: Call) -> dict:
    return {"call": str(call.public_id), "sequence": call.sequence}


def _tell_us(template: str, event, call: Call) -> None:
    if call.proposed_by and call.proposed_by.is_coordinator:
        person = reached_instead_of(call.proposed_by)
        messages.owe(
            template,
            to=person.email,
            language=person.language,
            cause=f"event:{event.pk}",
            case=call.irritant.public_id,
            subject_id=call.public_id,
            payload=_about(call),
        )
