"""The states of an offer (design: docs/lifecycles.md). Publishing advances the catalogue's sequence.

The first offer of an organisation is read by a coordinator; from then on its members publish by themselves
(docs/decisions/0031-offers.md).
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from journal.actors import CLOCK, COORDINATOR, PARTNER, SYSTEM
from journal.lifecycle import Lifecycle, Move, Refusal
from programs.editing import completeness
from programs.models import CatalogueState, Offer
from programs.models import OfferStatus as S

MOST_DAYS_AHEAD = 366


def publishes_itself(organisation) -> bool:
    """Whether a coordinator has read a first offer of this organisation, or the cluster published one for it."""
    return organisation.offers.once_read().exists()


def _advance(offer, actor, data):
    CatalogueState.advance([offer])
    return ()


def _verified(offer, actor, data):
    """Whoever says that it may stand in the catalogue says that it is true today (programs/freshness.py)."""
    offer.confirmed_on = clock.today()
    CatalogueState.advance([offer])
    return ("confirmed_on",)


def _appear(offer, actor, data):
    """Public from now on. What was said on the way to here is done with."""
    offer.publish_on, offer.review_note = None, ""
    offer.first_published_at = offer.first_published_at or clock.now()
    return (*_verified(offer, actor, data), "publish_on", "review_note", "first_published_at")


def _submit(offer, actor, data):
    offer.submitted_at, offer.review_note, offer.publish_on = clock.now(), "", _day_ahead(data)
    return ("submitted_at", "review_note", "publish_on")


def _send_back(offer, actor, data):
    note = data.get("note", "").strip()
    if not note:
        raise Refusal(gettext("Dites au partenaire ce qu’il faut changer."), "note")
    offer.review_note = note[:2000]
    return ("review_note",)


def _schedule(offer, actor, data):
    day = _day_ahead(data) or offer.publish_on
    if day is None or day <= clock.today():
        raise Refusal(gettext("Choisissez un jour à venir."), "day")
    offer.publish_on = day
    return ("publish_on",)


def _day_ahead(data):
    """The day that was asked for; None for none. Refused beyond a year: by then somebody should have read it again."""
    day = data.get("publish_on")
    if day is not None and (day - clock.today()).days > MOST_DAYS_AHEAD:
        raise Refusal(gettext("Une publication se programme au plus un an à l’avance."), "day")
    return day if day is not None and day > clock.today() else None


def _unschedule(offer, actor, data):
    offer.publish_on = None
    return ("publish_on",)


def _complete(offer, actor):
    missing = completeness.of(Offer.objects.with_details().get(pk=offer.pk)).required
    if missing:
        labels = ", ".join(str(need.label) for need in missing)
        raise Refusal(gettext("Avant de publier, ajoutez : %(missing)s.") % {"missing": labels}, "incomplete")


def _by_itself(offer, actor):
    if not publishes_itself(offer.organisation):
        raise Refusal(
            gettext(
                "La coordination relit la première offre d’un partenaire : proposez-la à la publication."
            ),
            "review",
        )
    _complete(offer, actor)


def _reviewed(offer, actor):
    if publishes_itself(offer.organisation):
        raise Refusal(gettext("Votre organisation publie elle-même : nul besoin de relecture."), "review")
    _complete(offer, actor)


OFFER = Lifecycle(
    name="offer",
    model=Offer,
    field_name="status",
    case_of=lambda offer: offer.public_id,
    moves=(
        Move(
            "submit",
            (S.DRAFT,),
            S.IN_REVIEW,
            (PARTNER,),
            _("Proposer à la publication"),
            guard=_reviewed,
            apply=_submit,
        ),
        Move("take_back", (S.IN_REVIEW,), S.DRAFT, (PARTNER,), _("Reprendre la main")),
        Move("send_back", (S.IN_REVIEW,), S.DRAFT, (COORDINATOR,), _("Renvoyer"), apply=_send_back),
        Move(
            "publish",
            (S.DRAFT, S.IN_REVIEW, S.HIDDEN),
            S.PUBLISHED,
            (COORDINATOR, SYSTEM),
            _("Publier"),
            guard=_complete,
            apply=_appear,
        ),
        Move(
            "publish_own",
            (S.DRAFT, S.SCHEDULED),
            S.PUBLISHED,
            (PARTNER,),
            _("Publier"),
            guard=_by_itself,
            apply=_appear,
            event="offer.publish",
        ),
        Move(
            "schedule",
            (S.DRAFT, S.IN_REVIEW),
            S.SCHEDULED,
            (COORDINATOR,),
            _("Programmer la publication"),
            guard=_complete,
            apply=_schedule,
        ),
        Move(
            "schedule_own",
            (S.DRAFT, S.SCHEDULED),
            S.SCHEDULED,
            (PARTNER,),
            _("Programmer la publication"),
            guard=_by_itself,
            apply=_schedule,
            event="offer.schedule",
        ),
        Move(
            "unschedule",
            (S.SCHEDULED,),
            S.DRAFT,
            (PARTNER, COORDINATOR),
            _("Ne plus publier ce jour-là"),
            apply=_unschedule,
        ),
        Move("appear", (S.SCHEDULED,), S.PUBLISHED, (CLOCK,), _("Publier à la date prévue"), apply=_appear),
        Move("hide", (S.PUBLISHED,), S.HIDDEN, (COORDINATOR, PARTNER, CLOCK), _("Masquer"), apply=_advance),
        Move("confirm", (S.PUBLISHED,), S.PUBLISHED, (PARTNER,), _("Toujours d’actualité"), apply=_verified),
        Move("show_again", (S.HIDDEN,), S.PUBLISHED, (PARTNER,), _("Publier de nouveau"), apply=_appear),
        Move(
            "archive",
            (S.DRAFT, S.IN_REVIEW, S.SCHEDULED, S.PUBLISHED, S.HIDDEN),
            S.ARCHIVED,
            (COORDINATOR, PARTNER),
            _("Archiver"),
            apply=_advance,
        ),
    ),
)
