"""How what happens to matches and referrals is told to coordinators, companies and partners."""

from collections.abc import Iterable
from contextvars import ContextVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from journal.models import Event
from journal.timeline import COMPANY, COORDINATOR, PARTNER, READERS, SENTENCES, Entry, tell
from programs.models import Offer
from triage.models import DeclineReason, SetAsideReason

SENTENCES.add("irritant.qualified", {COORDINATOR: _("Qualification enregistrée (version %(version)s)")})
SENTENCES.add("irritant.hold_lifted", {COORDINATOR: _("Retenue levée par un coordinateur")})
SENTENCES.add("match.keep", {COORDINATOR: _("Piste retenue : %(offer)s")})
SENTENCES.add("match.undo", {COORDINATOR: _("Décision retirée : %(offer)s")})
SENTENCES.add("match.set_aside", {COORDINATOR: _("Piste écartée : %(offer)s (%(reason)s)")})
SENTENCES.add(
    "referral.ask",
    {
        COORDINATOR: _("Sollicitation envoyée à %(organisation)s"),
        COMPANY: _("Nous avons sollicité un partenaire, sans lui donner votre nom"),
        PARTNER: _("La coordination vous a sollicités"),
    },
)
SENTENCES.add(
    "referral.question",
    {
        COORDINATOR: _("%(organisation)s pose une question"),
        COMPANY: _("Un partenaire nous a posé une question sur votre besoin"),
        PARTNER: _("Vous avez posé une question"),
    },
)
SENTENCES.add(
    "referral.reply",
    {
        COORDINATOR: _("Réponse donnée à la question de %(organisation)s"),
        PARTNER: _("La coordination a répondu à votre question"),
    },
)
SENTENCES.add(
    "referral.accept",
    {
        COORDINATOR: _("%(organisation)s accepte"),
        COMPANY: _("%(organisation)s accepte de vous aider"),
        PARTNER: _("Vous avez accepté"),
    },
)
SENTENCES.add(
    "referral.decline",
    {
        COORDINATOR: _("%(organisation)s décline : %(reason)s"),
        COMPANY: _("Un partenaire n’a pas pu donner suite"),
        PARTNER: _("Vous avez décliné"),
    },
)
SENTENCES.add(
    "referral.expire",
    {
        COORDINATOR: _("%(organisation)s n’a pas répondu dans le délai"),
        COMPANY: _("Un partenaire n’a pas répondu dans le délai"),
        PARTNER: _("La demande a expiré sans réponse"),
    },
)
SENTENCES.add(
    "referral.cancel",
    {
        COORDINATOR: _("Sollicitation de %(organisation)s annulée"),
        PARTNER: _("La coordination a annulé la demande"),
    },
)
SENTENCES.add(
    "referral.release",
    {
        COORDINATOR: _("Fin de la sollicitation de %(organisation)s : un autre partenaire a été choisi"),
        PARTNER: _("Un autre partenaire a été choisi"),
    },
)
SENTENCES.add(
    "referral.withdraw",
    {
        COORDINATOR: _("Retrait de %(organisation)s"),
        COMPANY: _("Retrait de %(organisation)s"),
        PARTNER: _("Vous vous êtes retirés"),
    },
)
SENTENCES.add(
    "referral.disclosed",
    {
        COORDINATOR: _("Nom et coordonnées de l’entreprise transmis à %(organisation)s"),
        COMPANY: _("Votre nom et vos coordonnées ont été transmis à %(organisation)s"),
        PARTNER: _("L’entreprise vous a transmis son nom et ses coordonnées"),
    },
)

# Titles loaded at once by `history`, so that a case with thirty decisions does not cost thirty queries.
_titles: ContextVar[dict[str, str] | None] = ContextVar("offer_titles", default=None)


def _load_titles(public_ids: Iterable[str]) -> dict[str, str]:
    return {
        str(offer.public_id): offer.title for offer in Offer.objects.filter(public_id__in=set(public_ids))
    }


@READERS.register("offer")
def offer_title(public_id: str) -> str:
    known = _titles.get()
    return (known if known is not None else _load_titles([public_id])).get(public_id, "—")


@READERS.register("reason")
def reason_label(code: str) -> str:
    return str({**dict(DeclineReason.choices), **dict(SetAsideReason.choices)}.get(code, code))


def history(case: UUID, audience: str = COORDINATOR) -> list[Entry]:
    """journal.timeline.tell with the titles of all offers read in one query."""
    offers = Event.objects.filter(case=case, name__startswith="match.").values_list(
        "payload__offer", flat=True
    )
    token = _titles.set(_load_titles(offers))
    try:
        return tell(case, audience)
    finally:
        _titles.reset(token)
