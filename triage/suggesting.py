"""« Voyez plutôt… »: the partner that somebody means, from the words they typed; and what one click does with it."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foundation.names import plain_name
from intake.models import Irritant
from journal.actors import Actor
from journal.lifecycle import Refusal
from partners.models import Organisation
from programs.models import Offer, OfferStatus
from triage.adding import add_by_hand
from triage.models import Match, MatchState, Referral

SHOWN = 6


def known_partners() -> QuerySet:
    """Whom the public catalogue shows."""
    published = Offer.objects.filter(status=OfferStatus.PUBLISHED)
    return Organisation.objects.filter(pk__in=published.values("organisation"))


def meant(words: str, *, but: Organisation) -> list[Organisation]:
    """Partners whose name or short name holds every word, however accented; one alone when it is written in full."""
    parts = plain_name(words).split()
    if not parts:
        return []
    found = []
    for row in known_partners().exclude(pk=but.pk).only("pk", "external_id", "name", "acronym", "city"):
        name, acronym = plain_name(row.name), plain_name(row.acronym)
        if " ".join(parts) in (name, acronym):
            return [row]
        if all(part in f"{name} {acronym}" for part in parts):
            found.append(row)
    return found[:SHOWN]


@transaction.atomic
def keep_suggested(referral: Referral, *, actor: Actor) -> Match:
    """The match to ask about: the best of the suggested partner's for this irritant, kept; where the engine proposed
    none, one of its published offers, added by hand. Raises Refusal."""
    irritant: Irritant = referral.irritant
    if referral.suggested is None:
        raise Refusal(_("Ce partenaire n’est pas au catalogue : cherchez-le par ses mots."), "unknown")
    rows = irritant.matches.filter(offer__organisation=referral.suggested).exclude(state=MatchState.SET_ASIDE)
    best = rows.select_related("offer").ranked().first()
    offer = best.offer if best else _published(referral.suggested)
    if offer is None:
        raise Refusal(_("Ce partenaire n’a plus d’offre publiée : rien à lui demander ici."), "offer")
    return add_by_hand(irritant, offer, actor=actor)


def _published(organisation: Organisation) -> Offer | None:
    return organisation.offers.filter(status=OfferStatus.PUBLISHED).order_by("pk").first()
