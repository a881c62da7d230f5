"""The mails of what a partner and the company agree on: moments to choose from, the date, its end, a word."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from intake import calendars
from intake.call_mails import moment_words
from intake.mails import COMPANY, company_context, in_a_week
from intake.reactions import owe_company_mail
from journal import messages
from journal.actors import PARTNER as FROM_PARTNER
from journal.events import reacts_to
from journal.texts import TEMPLATES, Template, Value
from triage.mails import PARTNER, PERSON, SLOTS, partner_base, partner_mail
from triage.meetings import latest, slots_of, title_of
from triage.models import Meeting, Referral, ReferralStage
from triage.models import MeetingStage as M
from triage.talking import is_open

PROPOSED, FIXED, OFF = "company_meeting_proposed", "company_meeting", "company_meeting_off"
TO_PARTNER, OFF_TO_PARTNER, NONE_SUITS = "partner_meeting", "partner_meeting_off", "partner_meeting_none"
WORD_TO_COMPANY, WORD_TO_PARTNER = "company_partner_word", "partner_word"


def _referral(message) -> Referral | None:
    rows = Referral.objects.select_related("irritant", "organisation").filter(irritant__erased_at=None)
    return rows.filter(public_id=message.payload.get("referral", message.subject_id)).first()


def _meeting(message, *stages: str) -> Meeting | None:
    """The one that this mail is about, as long as it is news: not chosen, moved or called off since."""
    rows = Meeting.objects.select_related("referral__irritant", "referral__organisation")
    meeting = rows.filter(public_id=message.payload.get("meeting")).first()
    if meeting is None or (stages and meeting.stage not in stages):
        return None
    return meeting if meeting.sequence == message.payload.get("sequence", meeting.sequence) else None


def _values(meeting: Meeting) -> dict:
    said = {
        "moment": moment_words(meeting.starts_at) if meeting.starts_at else "",
        "minutes": str(meeting.minutes),
        "how": meeting.how,
        "slots": slots_of(meeting),
        "person": meeting.referral.contact_person,
    }
    return {name: value for name, value in said.items() if value}


def _to_company(*stages: str):
    def context(message) -> dict | None:
        meeting, base = _meeting(message, *stages), company_context(message)
        if meeting is None or base is None:
            return None
        about = {"organisation": meeting.referral.organisation.name, **_values(meeting)}
        return {**base, **about, "action_url": _anchor(base["action_url"], meeting.referral)}

    return context


def _anchor(url, referral: Referral):
    return format_lazy("{}#partenaire-{}", url, referral.public_id)


def _to_partner(*stages: str):
    def context(message) -> dict | None:
        meeting, base = _meeting(message, *stages), partner_mail(message)
        if meeting is None or base is None:
            return None
        values = _values(meeting)
        values.pop("person", None)  # its own
        return {**base, **values, "action_url": format_lazy("{}#rendez-vous", base["action_url"])}

    return context


def _none_suits(message) -> dict | None:
    """Untrue once others were proposed, or the referral ended."""
    context = partner_mail(message)
    if context is None or context["referral"].stage != ReferralStage.ACCEPTED:
        return None
    meeting = latest(context["referral"])
    if meeting is None or meeting.is_open:
        return None
    return {**context, "action_url": format_lazy("{}#rendez-vous", context["action_url"])}


def _calendar(*, for_company: bool):
    def attached(message) -> list:
        meeting = _meeting(message)
        if meeting is None or meeting.starts_at is None:
            return []
        return [calendars.attachment(meeting, title_of(meeting, for_company=for_company))]

    return attached


def _word_to_company(message) -> dict | None:
    context, referral = company_context(message), _referral(message)
    if context is None or referral is None:
        return None
    return {
        **context,
        "organisation": referral.organisation.name,
        "action_url": _anchor(context["action_url"], referral),
    }


def _word_to_partner(message) -> dict | None:
    """Not when it can no longer be read."""
    context = partner_mail(message)
    if context is None or not is_open(context["referral"]):
        return None
    return {**context, "action_url": format_lazy("{}#echange", context["action_url"])}


def _nothing(message) -> list:
    return []


_ORGANISATION = {"organisation": PARTNER["organisation"]}
_HOW = {
    "minutes": Value(gettext_lazy("la durée, en minutes"), "30"),
    "how": Value(gettext_lazy("qui appelle quel numéro, ou l’adresse"), gettext_lazy("Nous vous appelons.")),
}
_DATE = {
    "moment": Value(
        gettext_lazy("le jour et l’heure, à l’heure de Paris"), lambda: moment_words(in_a_week())
    ),
    **_HOW,
}
for _key, _label, _build, _names, _required, _when, _attached in (
    (
        PROPOSED,
        gettext_lazy("Rendez-vous avec un partenaire : créneaux proposés"),
        _to_company(M.PROPOSED),
        {**COMPANY, **_ORGANISATION, **SLOTS, **_HOW, **PERSON},
        ("slots",),
        gettext_lazy("quand un partenaire qui a accepté propose d’autres moments"),
        _nothing,
    ),
    (
        FIXED,
        gettext_lazy("Rendez-vous avec un partenaire : pris"),
        _to_company(M.FIXED),
        {**COMPANY, **_ORGANISATION, **_DATE, **PERSON},
        ("moment",),
        gettext_lazy("quand l’entreprise choisit un moment"),
        _calendar(for_company=True),
    ),
    (
        OFF,
        gettext_lazy("Rendez-vous avec un partenaire : annulé"),
        _to_company(M.CANCELLED),
        {**COMPANY, **_ORGANISATION, **_DATE},
        (),
        gettext_lazy("quand un rendez-vous pris avec un partenaire est annulé"),
        _calendar(for_company=True),
    ),
    (
        TO_PARTNER,
        gettext_lazy("Rendez-vous avec l’entreprise : pris"),
        _to_partner(M.FIXED),
        {**PARTNER, **_DATE},
        ("moment",),
        gettext_lazy("au partenaire, quand l’entreprise choisit un moment"),
        _calendar(for_company=False),
    ),
    (
        OFF_TO_PARTNER,
        gettext_lazy("Rendez-vous avec l’entreprise : annulé"),
        _to_partner(M.CANCELLED),
        {**PARTNER, **_DATE},
        (),
        gettext_lazy("au partenaire, quand un rendez-vous pris est annulé"),
        _calendar(for_company=False),
    ),
    (
        NONE_SUITS,
        gettext_lazy("Rendez-vous avec l’entreprise : aucun moment ne convient"),
        _none_suits,
        PARTNER,
        (),
        gettext_lazy("au partenaire, quand aucun des moments ne convient à l’entreprise"),
        _nothing,
    ),
    (
        WORD_TO_COMPANY,
        gettext_lazy("Message d’un partenaire à l’entreprise"),
        _word_to_company,
        {**COMPANY, **_ORGANISATION},
        ("organisation",),
        gettext_lazy("quand un partenaire écrit à l’entreprise, sans son texte"),
        _nothing,
    ),
    (
        WORD_TO_PARTNER,
        gettext_lazy("Message de l’entreprise à un partenaire"),
        _word_to_partner,
        PARTNER,
        (),
        gettext_lazy("quand l’entreprise écrit à un partenaire, sans son texte"),
        _nothing,
    ),
):
    TEMPLATES.add(
        _key,
        Template(
            _label,
            _build,
            _names,
            required={"body": _required},
            when=_when,
            base=company_context if _key.startswith("company_") else partner_base,
            attachments=_attached,
        ),
    )


def _about(meeting: Meeting) -> dict:
    return {"meeting": str(meeting.public_id), "sequence": meeting.sequence}


def owe_partner_mail(template: str, referral: Referral, *, cause: str, **payload) -> None:
    """To everybody who answers for the partner, each in their own language."""
    for email, language in referral.organisation.recipients():
        messages.owe(
            template,
            to=email,
            language=language,
            cause=cause,
            case=referral.irritant.public_id,
            subject_id=referral.public_id,
            payload=payload,
        )


@reacts_to("meeting.propose")
def ask_which_moment(event, meeting):
    """Moments that came with the yes are told in the mail that tells the yes."""
    if not event.payload.get("with_answer"):
        owe_company_mail(PROPOSED, meeting.irritant, cause=f"event:{event.pk}", **_about(meeting))


@reacts_to("meeting.choose")
def tell_the_date(event, meeting):
    owe_company_mail(FIXED, meeting.irritant, cause=f"event:{event.pk}", **_about(meeting))
    owe_partner_mail(TO_PARTNER, meeting.referral, cause=f"event:{event.pk}", **_about(meeting))


@reacts_to("meeting.none_suits")
def ask_for_others(event, meeting):
    owe_partner_mail(NONE_SUITS, meeting.referral, cause=f"event:{event.pk}")


@reacts_to("meeting.cancel")
def tell_that_it_is_off(event, meeting):
    """Only a date that may stand in a calendar; moments that nobody chose just vanish from the pages."""
    if meeting.starts_at:
        owe_company_mail(OFF, meeting.irritant, cause=f"event:{event.pk}", **_about(meeting))
        owe_partner_mail(OFF_TO_PARTNER, meeting.referral, cause=f"event:{event.pk}", **_about(meeting))


@reacts_to("referral.word_in", "referral.word_out")
def say_that_somebody_wrote(event, referral):
    cause = f"event:{event.pk}"
    if event.actor_role == FROM_PARTNER:
        owe_company_mail(WORD_TO_COMPANY, referral.irritant, cause=cause, referral=str(referral.public_id))
    else:
        owe_partner_mail(WORD_TO_PARTNER, referral, cause=cause)
