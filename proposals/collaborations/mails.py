"""The mails about a collaboration: how it goes, dates, what the parties are asked, what waits for the coordination."""

from django.conf import settings
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intake import calendars
from intake.call_mails import moment_words
from intake.mails import COMPANY, company_context, in_a_week
from journal import links
from journal.texts import TEMPLATES, Template, Value
from proposals.agreeing.mails import partner_url
from proposals.models import Collaboration, CollaborationMeeting, CollaborationStage, DateStage
from triage.mails import PARTNER, partner_base, partner_context
from triage.models import Referral
from triage.telling import CASE, about_case


def company_url(collaboration: Collaboration, email: str, name: str) -> str:
    """Absolute address of one of the company's pages about a collaboration, with a link made now for this person."""
    link = links.give(links.FOLLOW, collaboration.irritant.public_id, email)
    return settings.SITE_URL + reverse(f"proposals:{name}", args=[link.token])


def _collaboration(message) -> Collaboration | None:
    rows = Collaboration.objects.select_related("irritant", "proposal").filter(irritant__erased_at=None)
    if meeting := message.payload.get("meeting"):
        return rows.filter(meetings__public_id=meeting).first()
    return rows.filter(irritant__public_id=message.case).order_by("-pk").first()


def _referral(collaboration: Collaboration, message) -> Referral | None:
    """By which this partner came to it, as long as the recipient speaks for it."""
    rows = collaboration.irritant.referrals.filter(
        organisation__public_id=message.payload.get("organisation")
    ).select_related("irritant__sector", "irritant__company", "irritant__contact", "organisation")
    referral = rows.order_by("-pk").first()
    return referral if referral and referral.organisation.answered_by(message.recipient) else None


def _to_partner(page: str):
    def build(message) -> dict | None:
        collaboration = _collaboration(message)
        referral = collaboration and _referral(collaboration, message)
        if referral is None:
            return None
        return {
            **partner_context(referral, []),
            "collaboration": collaboration,
            "action_url": lazy(partner_url, str)(referral, message.recipient, page),
        }

    return build


def _to_company(page: str):
    def build(message) -> dict | None:
        context, collaboration = company_context(message), _collaboration(message)
        if context is None or collaboration is None:
            return None
        url = lazy(company_url, str)(collaboration, message.recipient, page)
        return {**context, "collaboration": collaboration, "action_url": url}

    return build


_page_of_partner, _page_of_company = (
    _to_partner("partner_collaboration"),
    _to_company("company_collaboration"),
)


def _news(message) -> dict | None:
    """None when it went on since: the later mail says it."""
    context = _page_of_partner(message)
    if context is None or context["collaboration"].stage != message.payload.get("stage"):
        return None
    return {**context, "news": _WHAT_HAPPENED[context["collaboration"].stage]()}


_WHAT_HAPPENED = {
    CollaborationStage.SIGNED: lambda: _("Les contrats sont signés."),
    CollaborationStage.RUNNING: lambda: _("Elle commence."),
    CollaborationStage.COMPLETED: lambda: _("Elle est achevée. Merci de ce que vous y avez apporté."),
    CollaborationStage.ABANDONED: lambda: _("Elle s’arrête avant son terme."),
}


def _with_meeting(build):
    def context(message) -> dict | None:
        """None when the date moved or fell since: a later mail says it."""
        base, meeting = build(message), _meeting(message)
        if base is None or meeting is None or meeting.sequence != message.payload.get("sequence"):
            return None
        off = meeting.stage == DateStage.CANCELLED
        return {
            **base,
            "news": _("Rendez-vous annulé") if off else _("Rendez-vous fixé"),
            "title": meeting.title,
            "moment": moment_words(meeting.starts_at),
            "minutes": str(meeting.minutes),
            "how": meeting.how,
        }

    return context


def _meeting(message) -> CollaborationMeeting | None:
    rows = CollaborationMeeting.objects.select_related("collaboration__irritant")
    return rows.filter(public_id=message.payload.get("meeting")).first()


def meeting_title(meeting: CollaborationMeeting) -> str:
    """Of its entry in a calendar: no company is named there."""
    return f"{meeting.title} ({meeting.irritant.reference})"


def _calendar(message) -> list:
    meeting = _meeting(message)
    return [calendars.attachment(meeting, meeting_title(meeting))] if meeting else []


def _still_asked(build):
    def context(message) -> dict | None:
        """None when it was answered, or the moment passed, before the mail left."""
        base = build(message)
        if base is None:
            return None
        collaboration, moment = base["collaboration"], message.payload.get("moment", "")
        organisation = message.payload.get("organisation")
        said = collaboration.reviews.filter(moment=moment)
        said = said.filter(organisation__public_id=organisation) if organisation else said.of_companies()
        over = collaboration.is_over
        if said.exists() or (moment == "middle") == over:
            return None
        return base

    return context


def _to_coordinator(message) -> dict | None:
    context = about_case(message)
    collaboration = Collaboration.objects.filter(public_id=message.payload.get("collaboration")).first()
    if context is None or collaboration is None:
        return None
    what = {
        "contract": _("Un contrat signé a été déposé."),
        "figure": _("Un résultat chiffré attend d’être confirmé."),
    }
    page = reverse("proposals:collaboration", args=[collaboration.public_id])
    return {**context, "news": what[message.payload["what"]], "action_url": settings.SITE_URL + page}


_NEWS = Value(gettext_lazy("ce qui s’est passé, en une phrase"), gettext_lazy("Les contrats sont signés."))
_DATE = {
    "news": Value(gettext_lazy("fixé ou annulé"), gettext_lazy("Rendez-vous fixé")),
    "title": Value(gettext_lazy("l’objet du rendez-vous"), gettext_lazy("Point d’étape")),
    "moment": Value(
        gettext_lazy("le jour et l’heure, à l’heure de Paris"), lambda: moment_words(in_a_week())
    ),
    "minutes": Value(gettext_lazy("la durée, en minutes"), "30"),
    "how": Value(gettext_lazy("qui appelle quel numéro, ou l’adresse"), gettext_lazy("Nous vous appelons.")),
}
_OF_PARTNER = {name: PARTNER[name] for name in ("reference", "organisation", "sector")}
_COMPANY_ASKED = _still_asked(_to_company("company_review"))
_PARTNER_ASKED = _still_asked(_to_partner("partner_review"))
for _key, _label, _build, _names, _required, _when, _more in (
    (
        "partner_collaboration",
        gettext_lazy("Où en est la collaboration (partenaire)"),
        _news,
        {**_OF_PARTNER, "news": _NEWS},
        ("news",),
        gettext_lazy("quand la collaboration est signée, commence, s’achève ou s’arrête"),
        {"base": partner_base},
    ),
    (
        "company_collaboration_meeting",
        gettext_lazy("Rendez-vous de collaboration"),
        _with_meeting(_page_of_company),
        {**COMPANY, **_DATE},
        ("moment",),
        gettext_lazy("quand un rendez-vous de collaboration est fixé ou annulé, avec le fichier d’agenda"),
        {"base": company_context, "attachments": _calendar},
    ),
    (
        "partner_collaboration_meeting",
        gettext_lazy("Rendez-vous de collaboration (partenaire)"),
        _with_meeting(_page_of_partner),
        {**_OF_PARTNER, **_DATE},
        ("moment",),
        gettext_lazy("quand un rendez-vous de collaboration est fixé ou annulé, avec le fichier d’agenda"),
        {"base": partner_base, "attachments": _calendar},
    ),
    (
        "company_collaboration_review",
        gettext_lazy("Avis sur la collaboration"),
        _COMPANY_ASKED,
        COMPANY,
        (),
        gettext_lazy("à mi-parcours, puis cinq jours ouvrés après la fin, une fois chacun"),
        {"base": company_context, "chases": True},
    ),
    (
        "partner_collaboration_review",
        gettext_lazy("Avis sur la collaboration (partenaire)"),
        _PARTNER_ASKED,
        _OF_PARTNER,
        (),
        gettext_lazy("à mi-parcours, puis cinq jours ouvrés après la fin, une fois chacun"),
        {"base": partner_base, "chases": True},
    ),
    (
        "coordinator_collaboration",
        gettext_lazy("Du nouveau sur une collaboration"),
        _to_coordinator,
        {"reference": CASE["reference"], "news": _NEWS},
        ("news",),
        gettext_lazy("quand un partenaire ou l’entreprise dépose un contrat, ou saisit un résultat"),
        {"base": about_case},
    ),
):
    TEMPLATES.add(
        _key,
        Template(
            _label, _build, _names, required={"body": _required} if _required else {}, when=_when, **_more
        ),
    )
