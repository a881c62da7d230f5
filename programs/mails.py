"""The mails to a partner about the freshness of its offers."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation import clock
from foundation.working_days import add_working_days
from journal import links, messages
from journal.letters import Lines, Phrase, Row
from journal.models import AccessLink
from journal.texts import TEMPLATES, Template, Value
from partners.models import Organisation
from programs import freshness
from programs.models import Offer, OfferStatus

TO_VERIFY, HIDDEN, LINK = "partner_offers_to_verify", "partner_offers_hidden", "partner_offers_link"


def verify_url(organisation: Organisation, email: str) -> str:
    """Absolute address of the page where this person says what is still true."""
    link = links.give(links.VERIFY, organisation.public_id, email)
    return settings.SITE_URL + reverse("verify_offers", args=[link.token])


def owe_new_link(link: AccessLink) -> None:
    """Owe a working link to the address of one that ran out: at most one a day, and none to somebody who left."""
    organisation = Organisation.objects.filter(public_id=link.subject_id).first()
    if organisation is None or not organisation.answered_by(link.email):
        return
    messages.owe(
        LINK,
        to=link.email,
        language=organisation.language_of(link.email),
        cause=f"renew:{link.pk}:{clock.today().isoformat()}",
        case=organisation.public_id,
        subject_id=organisation.public_id,
    )


def _base(message) -> dict | None:
    organisation = Organisation.objects.filter(public_id=message.subject_id).first()
    if organisation is None:
        return None
    return {
        "organisation": organisation.name,
        "signature": _("La coordination du cluster ENACT"),
        "why": _("Vous recevez ce courriel parce que votre organisation est partenaire d’ENACT."),
        "action_url": lazy(verify_url, str)(organisation, message.recipient),
    }


def _about(message, rows: list[Offer]) -> dict | None:
    """None once nothing of it is so any more."""
    if not rows:
        return None
    count = ngettext("%(count)s offre", "%(count)s offres", len(rows)) % {"count": len(rows)}
    return {**_base(message), "count": count, "offers": Lines(_line(row) for row in rows)}


def _line(row: Offer) -> Row:
    title = Phrase.said_in(row.language_shown(), row.title)
    if getattr(row, "reminders", 0) < freshness.REMINDERS:
        return Row((title,))
    last = timezone.localdate(row.last_reminded)
    day = add_working_days(last, freshness.HIDE_WORKING_DAYS, row.organisation.department)
    words = _("retirée le %(day)s sans réponse de votre part") % {"day": date_format(day, "DATE_FORMAT")}
    return Row((title, f" – {words}"))


def _named(message):
    return Offer.objects.filter(public_id__in=message.payload.get("offers", [])).order_by("pk")


def _to_verify(message) -> dict | None:
    rows = freshness.reminded().filter(pk__in=_named(message)).select_related("organisation")
    return _about(message, list(rows.order_by("pk")))


def _hidden(message) -> dict | None:
    return _about(message, list(_named(message).filter(status=OfferStatus.HIDDEN)))


_ORGANISATION = Value(gettext_lazy("le nom du partenaire"), gettext_lazy("Laboratoire d’exemple"))
_OFFERS = {
    "organisation": _ORGANISATION,
    "count": Value(gettext_lazy("combien d’offres, en toutes lettres"), gettext_lazy("2 offres")),
    "offers": Value(
        gettext_lazy("ces offres, en liste"),
        lambda: Lines((_("Une offre du catalogue"), _("Une autre offre"))),
    ),
}

TEMPLATES.add(
    TO_VERIFY,
    Template(
        gettext_lazy("Offres à vérifier, à un partenaire"),
        _to_verify,
        _OFFERS,
        required={"body": ("offers",)},
        when=gettext_lazy(
            "quand des offres n’ont pas été vérifiées depuis la durée prévue pour leur nature, puis une semaine après"
        ),
        base=_base,
        chases=True,
    ),
)
TEMPLATES.add(
    HIDDEN,
    Template(
        gettext_lazy("Offres masquées, à un partenaire"),
        _hidden,
        _OFFERS,
        required={"body": ("offers",)},
        when=gettext_lazy("dix jours ouvrés après le second rappel, si personne n’a répondu"),
        base=_base,
    ),
)
TEMPLATES.add(
    LINK,
    Template(
        gettext_lazy("Nouveau lien vers les offres à vérifier"),
        _base,
        {"organisation": _ORGANISATION},
        when=gettext_lazy("quand un partenaire dont le lien a expiré en demande un autre"),
        base=_base,
    ),
)
