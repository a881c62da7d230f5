"""The mails about a first publication: to the coordinators who read it, and to the partner who waits."""

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import absences
from accounts.models import User
from foundation import clock
from journal import messages
from journal.actors import COORDINATOR
from journal.events import reacts_to
from journal.letters import Phrase, Quote
from journal.texts import TEMPLATES, Template, Value
from programs.models import Offer, OfferStatus


@reacts_to("offer.submit")
def ask_the_coordinators(event, offer):
    """All of them, each once: whoever is away is replaced."""
    away = absences.of_today()
    reached = {absences.reached_instead_of(one, away) for one in User.objects.coordinators()}
    for person in sorted(reached, key=lambda one: one.pk):
        _owe("coordinator_offer", offer, event, person.email, person.language)


@reacts_to("offer.send_back")
def say_what_to_change(event, offer):
    _tell("partner_offer_back", offer, event)


@reacts_to("offer.publish", "offer.schedule")
def say_that_it_was_read(event, offer):
    """Not to those who publish by themselves: their own act."""
    if event.actor_role == COORDINATOR:
        published = event.name == "offer.publish"
        _tell("partner_offer_published" if published else "partner_offer_scheduled", offer, event)


@reacts_to("offer.appear")
def say_that_it_appeared(event, offer):
    _tell("partner_offer_published", offer, event)


def _tell(template: str, offer: Offer, event) -> None:
    for email, language in offer.organisation.recipients():
        _owe(template, offer, event, email, language)


def _owe(template: str, offer: Offer, event, email: str, language: str) -> None:
    messages.owe(
        template,
        to=email,
        language=language,
        cause=f"event:{event.pk}",
        case=offer.public_id,
        subject_id=offer.public_id,
    )


def _about(message, *statuses: str) -> dict | None:
    """None once the offer is in another state: what the mail would say is no longer so."""
    offer = Offer.objects.select_related("organisation").filter(public_id=message.subject_id).first()
    if offer is None or offer.status not in statuses:
        return None
    return {
        "offer": Phrase.said_in(offer.language_shown(), offer.title),
        "organisation": offer.organisation.name,
        "day": date_format(offer.publish_on, "DATE_FORMAT") if offer.publish_on else "",
        "note": Quote(offer.review_note) if offer.review_note else "",
        "signature": _("La coordination du cluster ENACT"),
        "action_url": settings.SITE_URL + _address(message, offer),
    }


def _address(message, offer: Offer) -> str:
    if message.template == "coordinator_offer":
        return reverse("admin:workbench_review", args=[offer.public_id])
    if message.template == "partner_offer_published":
        return reverse("offer", args=[offer.public_id])
    return reverse("partner_offer", args=[offer.organisation.external_id, offer.public_id])


def _waiting(message) -> dict | None:
    return _about(message, OfferStatus.IN_REVIEW)


def _published(message) -> dict | None:
    context = _partner(message, OfferStatus.PUBLISHED)
    return context and {key: value for key, value in context.items() if key != "day"}


def _scheduled(message) -> dict | None:
    return _partner(message, OfferStatus.SCHEDULED)


def _sent_back(message) -> dict | None:
    context = _partner(message, OfferStatus.DRAFT)
    return context if context and context["note"] else None


def _partner(message, *statuses: str) -> dict | None:
    context = _about(message, *statuses)
    why = _("Vous recevez ce courriel parce que votre organisation est partenaire d’ENACT.")
    return context and {**context, "why": why}


_OFFER = {
    "offer": Value(gettext_lazy("le titre de l’offre"), gettext_lazy("Une offre du catalogue")),
    "organisation": Value(gettext_lazy("le nom du partenaire"), gettext_lazy("Laboratoire d’exemple")),
}
_DAY = {
    "day": Value(gettext_lazy("le jour de la publication"), lambda: date_format(clock.today(), "DATE_FORMAT"))
}
_NOTE = {
    "note": Value(
        gettext_lazy("ce que la relecture demande, en citation"),
        lambda: Quote(_("Ce que la coordination demande de changer.")),
    )
}
for _key, _label, _build, _names, _when in (
    (
        "coordinator_offer",
        gettext_lazy("Une offre à relire"),
        _waiting,
        _OFFER,
        gettext_lazy("quand un nouveau partenaire propose sa première offre, à toute la coordination"),
    ),
    (
        "partner_offer_published",
        gettext_lazy("Offre publiée"),
        _published,
        _OFFER,
        gettext_lazy("après la relecture d’une première offre, ou au jour programmé"),
    ),
    (
        "partner_offer_scheduled",
        gettext_lazy("Offre relue, publication programmée"),
        _scheduled,
        {**_OFFER, **_DAY},
        gettext_lazy("après la relecture d’une offre que le partenaire veut publier plus tard"),
    ),
    (
        "partner_offer_back",
        gettext_lazy("Offre renvoyée au partenaire"),
        _sent_back,
        {**_OFFER, **_NOTE},
        gettext_lazy("quand la relecture demande un changement"),
    ),
):
    TEMPLATES.add(_key, Template(_label, _build, _names, when=_when))
