"""The mails about partners: to them, and to the company about what they answered."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min, Q
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation import clock
from intake.call_mails import moment_words
from intake.mails import COMPANY, company_context, in_a_week, sharing, sharing_value
from intake.models import Confidentiality, Irritant, Stage
from intake.wording import day
from journal import links
from journal.letters import Lines, Phrase, Quote
from journal.texts import TEMPLATES, Template, Value
from programs.models import Offer
from triage.disclosure import PartnerView, agreement_missing, partner_view
from triage.meetings import latest, slots_of
from triage.models import CancelReason, Referral, ReferralStage
from triage.question import about_us, introduction
from triage.waiting import waits_until

PARTNER = {
    "reference": COMPANY["reference"],
    "organisation": Value(gettext_lazy("le nom du partenaire"), gettext_lazy("Laboratoire d’exemple")),
    "due": Value(
        gettext_lazy("le jour où sa réponse est attendue, en toutes lettres"), lambda: day(in_a_week())
    ),
    "sector": Value(gettext_lazy("le secteur de l’entreprise"), gettext_lazy("Fonderie et métallurgie")),
}
NEED = {
    "summary": Value(
        gettext_lazy("le résumé du besoin, en citation"),
        lambda: Quote(_("Le résumé du besoin, sans le nom de l’entreprise.")),
    ),
    "offers": Value(
        gettext_lazy("ses offres auxquelles on a pensé, en liste"),
        lambda: Lines((_("Une offre du catalogue"),)),
    ),
    "note": Value(
        gettext_lazy("le mot de la coordination, en citation"),
        lambda: Quote(_("Quelques lignes de la coordination.")),
    ),
    "place": Value(
        gettext_lazy("qu’une seule réponse est attendue, si c’est le cas"), lambda: _first_come(True)
    ),
    "about": Value(
        gettext_lazy("qui nous sommes et ce que la réponse engage, en liste, la première fois seulement"),
        lambda: Lines(about_us()),
    ),
}
WHY_CANCELLED = {
    "reason": Value(
        gettext_lazy("pourquoi la demande est annulée, si une raison est donnée"),
        lambda: CancelReason.NEED_CHANGED.label,
    )
}
CONTACT = {
    "disclosure": Value(
        gettext_lazy("ce que le partenaire sait, ou saura, de l’entreprise"), lambda: _disclosure(True)
    ),
    "contact": Value(
        gettext_lazy("nom et coordonnées de l’entreprise, s’ils sont partagés, en liste"),
        lambda: Lines((_("Entreprise d’exemple"), _("Responsable méthodes"), "contact@entreprise.example")),
    ),
}

PERSON = {
    "person": Value(
        gettext_lazy("l’interlocuteur chez le partenaire, avec son adresse ou son téléphone"),
        gettext_lazy("Responsable du transfert, transfert@laboratoire.example"),
    )
}
SLOTS = {
    "slots": Value(
        gettext_lazy("les créneaux proposés, en liste"), lambda: Lines((moment_words(in_a_week()),))
    )
}


def answer_url(referral: Referral, email: str) -> str:
    """Absolute address of the partner's page, with a link made now for this person."""
    link = links.give(links.ANSWER, referral.public_id, email)
    return settings.SITE_URL + reverse("triage:answer", args=[link.token])


def partner_context(referral: Referral, offers: list[Offer]) -> dict:
    """What a mail to a partner says about a referral, sent or being prepared; without link."""
    view = partner_view(referral)
    return {
        "referral": referral,
        "view": view,
        "reference": referral.irritant.reference,
        "organisation": referral.organisation.name,
        "due": day(referral.due_at),
        "sector": view.sector,
        "summary": Quote(view.summary),
        "offers": Lines(Phrase.said_in(offer.language_shown, offer.title) for offer in offers),
        "note": Quote(view.note),
        "place": _first_come(referral.exclusive),
        "about": Lines(introduction(referral)),
        "reason": referral.get_cancel_reason_display() if referral.cancel_reason else "",
        "disclosure": _disclosure(view.disclosed),
        "contact": contact_lines(view),
        "signature": _("La coordination du cluster ENACT"),
        "why": _("Vous recevez ce courriel parce que votre organisation figure au catalogue d’ENACT."),
    }


def _first_come(exclusive: bool) -> str:
    if not exclusive:
        return ""
    return _("Une seule réponse est attendue : le premier partenaire qui accepte a la place.")


def contact_lines(view: PartnerView) -> Lines:
    """Name and ways to reach the company, as far as this partner may know them."""
    if not view.disclosed:
        return Lines()
    return Lines(
        one for one in (view.company, view.contact_name, view.contact_email, view.contact_phone) if one
    )


def _disclosure(disclosed: bool) -> str:
    if disclosed:
        return _(
            "Elle partage son nom et ses coordonnées avec vous : prenez contact quand vous voulez. La coordination "
            "prépare la proposition de collaboration et vous tient au courant."
        )
    return _(
        "La coordination prépare la suite. Le nom et les coordonnées de l’entreprise apparaîtront sur votre page dès "
        "qu’elle les partagera ; un message vous préviendra."
    )


def _still_true(template: str, referral: Referral, view: PartnerView) -> bool:
    """Whether a mail that waited (server down) still says what is so: the company may have said otherwise since."""
    if template == "partner_asked":
        return view.readable and referral.stage != ReferralStage.CANCELLED
    if template == "partner_disclosed" and referral.stage == ReferralStage.ACCEPTED:
        return view.offered or view.disclosed
    return True


def partner_mail(message) -> dict | None:
    referral = (
        Referral.objects.select_related(
            "irritant__sector", "irritant__company", "irritant__contact", "organisation"
        )
        .filter(public_id=message.subject_id)
        .first()
    )
    if referral is None or not referral.organisation.answered_by(message.recipient):
        return None  # whoever left while the mail waited is told nothing more
    offers = [match.offer for match in referral.matches.select_related("offer").ranked()]
    context = partner_context(referral, offers)
    if not _still_true(message.template, referral, context["view"]):
        return None
    return {
        **context,
        "action_url": lazy(answer_url, str)(referral, message.recipient),
    }


def partner_base(message) -> dict | None:
    """Of the last partner that was asked about the case."""
    rows = Referral.objects.select_related("irritant__sector", "irritant__company", "irritant__contact")
    referral = rows.filter(irritant__public_id=message.case).order_by("-pk").first()
    return referral and partner_context(referral, [match.offer for match in referral.matches.ranked()])


def _oriented(message) -> dict | None:
    context = company_context(message)
    return context and {**context, "sharing": sharing(context["irritant"].confidentiality, "asked")}


def _about_one_partner(message) -> dict | None:
    context = company_context(message)
    referral = (
        Referral.objects.select_related("irritant", "organisation")
        .filter(public_id=message.payload["referral"])
        .first()
    )
    if context is None or referral is None:
        return None
    return {
        **context,
        "referral": referral,
        "organisation": referral.organisation.name,
        "person": referral.contact_person,
        "slots": slots_of(latest(referral)),
        "sharing": sharing(_level_now(referral), "accepted"),
    }


def _level_now(referral: Referral) -> str:
    """The company's level as it works for this partner: an agreement in force opens the strictest one."""
    if agreement_missing(referral.irritant, referral.organisation):
        return Confidentiality.NDA
    level = referral.irritant.confidentiality
    return Confidentiality.SUMMARY if level == Confidentiality.NDA else level


def _level_mail(message) -> dict | None:
    """To the coordinator who follows the case."""
    irritant = Irritant.objects.filter(public_id=message.subject_id).first()
    if irritant is None:
        return None
    url = reverse("admin:workbench_irritant", args=[irritant.public_id])
    return {
        "irritant": irritant,
        "reference": irritant.reference,
        "level": Confidentiality(message.payload["level"]).label,
        "action_url": settings.SITE_URL + url,
    }


def still_silent(irritant: Irritant) -> bool:
    """Whether partners are awaited and none of this round has said a word: no yes, no no, no question."""
    since = _awaited_since(irritant)
    if since is None or irritant.stage != Stage.ORIENTED:
        return False
    spoken = Q(stage__in=[ReferralStage.QUESTION, ReferralStage.ACCEPTED]) | Q(
        stage=ReferralStage.DECLINED, answered_at__gte=since
    )
    return not irritant.referrals.filter(spoken).exists()


def _awaited_since(irritant: Irritant) -> datetime | None:
    asked = irritant.referrals.filter(stage=ReferralStage.ASKED)
    return asked.aggregate(first=Min("asked_at"))["first"]


def _partners(count: int) -> str:
    return ngettext("un partenaire", "%(count)s partenaires", count) % {"count": count}


def _nobody_yet(message) -> dict | None:
    """Untrue the moment somebody answers: then it is not sent."""
    context = company_context(message)
    if context is None or not still_silent(context["irritant"]):
        return None
    irritant = context["irritant"]
    asked = list(
        irritant.referrals.filter(stage=ReferralStage.ASKED).select_related("irritant", "organisation")
    )
    return {
        **context,
        "partners": _partners(len(asked)),
        "asked_on": day(_awaited_since(irritant)),
        "until": day(max(map(waits_until, asked))),  # of the last of them
    }


def _still_looking(message) -> dict | None:
    """Closed meanwhile, or somebody else asked: the later mail says it."""
    context = company_context(message)
    return context if context and context["irritant"].stage == Stage.IN_TRIAGE else None


_ORGANISATION = {"organisation": PARTNER["organisation"]}
for _key, _label, _build, _names, _required, _when in (
    (
        "company_oriented",
        gettext_lazy("Partenaires sollicités"),
        _oriented,
        {**COMPANY, **sharing_value("asked")},
        {},
        gettext_lazy("quand les premiers partenaires sont sollicités"),
    ),
    (
        "company_nobody_yet",
        gettext_lazy("Personne n’a encore répondu"),
        _nobody_yet,
        {
            **COMPANY,
            "partners": Value(
                gettext_lazy("combien de partenaires ont été sollicités"), lambda: _partners(2)
            ),
            "asked_on": Value(
                gettext_lazy("le jour de la première sollicitation"),
                lambda: day(clock.now() - timedelta(days=13)),
            ),
            "until": Value(gettext_lazy("le jour où l’on cesse d’attendre"), lambda: day(in_a_week())),
        },
        {},
        gettext_lazy("neuf jours ouvrés après, si tous se taisent"),
    ),
    (
        "company_partner_accepted",
        gettext_lazy("Un partenaire a accepté"),
        _about_one_partner,
        {**COMPANY, **_ORGANISATION, **PERSON, **SLOTS, **sharing_value("accepted")},
        {"body": ("organisation",)},
        gettext_lazy("quand un partenaire accepte"),
    ),
    (
        "company_partner_withdrawn",
        gettext_lazy("Un partenaire se retire"),
        _about_one_partner,
        {**COMPANY, **_ORGANISATION},
        {"body": ("organisation",)},
        gettext_lazy("quand un partenaire qui avait accepté se retire"),
    ),
    (
        "company_all_declined",
        gettext_lazy("Tous ont décliné"),
        _still_looking,
        COMPANY,
        {},
        gettext_lazy("quand tous les partenaires sollicités ont décliné"),
    ),
    (
        "partner_asked",
        gettext_lazy("Sollicitation"),
        partner_mail,
        {**PARTNER, **NEED},
        {"body": ("summary",)},
        gettext_lazy("quand un partenaire est sollicité"),
    ),
    (
        "partner_thanked",
        gettext_lazy("Merci au partenaire"),
        partner_mail,
        {**PARTNER, **CONTACT},
        {"body": ("contact",)},
        gettext_lazy("quand un partenaire accepte"),
    ),
    (
        "partner_released",
        gettext_lazy("Un autre partenaire a été choisi"),
        partner_mail,
        PARTNER,
        {},
        gettext_lazy("quand l’entreprise choisit un autre partenaire"),
    ),
    (
        "partner_cancelled",
        gettext_lazy("Sollicitation annulée"),
        partner_mail,
        {**PARTNER, **WHY_CANCELLED},
        {},
        gettext_lazy("quand une sollicitation est annulée"),
    ),
    (
        "partner_replied",
        gettext_lazy("Réponse à la question du partenaire"),
        partner_mail,
        PARTNER,
        {},
        gettext_lazy("quand la coordination répond à sa question"),
    ),
    (
        "partner_disclosed",
        gettext_lazy("Coordonnées de l’entreprise"),
        partner_mail,
        PARTNER,
        {},
        gettext_lazy("quand l’entreprise partage ses coordonnées"),
    ),
    (
        "partner_link",
        gettext_lazy("Nouveau lien pour répondre"),
        partner_mail,
        PARTNER,
        {},
        gettext_lazy("quand un partenaire redemande un lien périmé"),
    ),
):
    _base = company_context if _key.startswith("company_") else partner_base
    TEMPLATES.add(_key, Template(_label, _build, _names, required=_required, when=_when, base=_base))

TEMPLATES.add(
    "coordinator_level",
    Template(
        gettext_lazy("Niveau de confidentialité changé"),
        _level_mail,
        {
            "reference": COMPANY["reference"],
            "level": Value(
                gettext_lazy("le niveau choisi par l’entreprise"), lambda: Confidentiality.SUMMARY.label
            ),
        },
        required={"body": ("level",)},
        when=gettext_lazy("quand l’entreprise change ce que voient les partenaires"),
    ),
)
