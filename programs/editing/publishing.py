"""What may be done with an offer now, in the words of its page."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import clock
from journal.actors import Actor
from journal.lifecycle import Refusal
from programs.editing import snapshots
from programs.editing.editor import Editor
from programs.lifecycle import OFFER, publishes_itself
from programs.models import Offer, OfferKind, OfferStatus

# Moves of a partner: those of the editor's buttons, which save first, and those of a button alone.
SAVING = ("submit", "publish_own", "schedule_own")
MOVES = (*SAVING, "take_back", "unschedule", "hide", "show_again", "archive")
PILLS = {
    OfferStatus.DRAFT: "todo",
    OfferStatus.IN_REVIEW: "waiting",
    OfferStatus.SCHEDULED: "waiting",
    OfferStatus.PUBLISHED: "done",
    OfferStatus.HIDDEN: "stopped",
    OfferStatus.ARCHIVED: "stopped",
}
# kind → (what it is called, what it is for), in the order of the page on which one is chosen.
KINDS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    (
        OfferKind.LABORATORY,
        gettext_lazy("Un laboratoire"),
        gettext_lazy("Vos compétences et vos plateformes : un avis, des essais, un premier échange."),
    ),
    (
        OfferKind.TRAINING,
        gettext_lazy("Une formation"),
        gettext_lazy("Avec ses sessions, ses places, son prix et ses financements."),
    ),
    (
        OfferKind.CIFRE,
        gettext_lazy("Un sujet de thèse CIFRE"),
        gettext_lazy("Une question de recherche, à mener trois ans dans une entreprise."),
    ),
    (
        OfferKind.RND,
        gettext_lazy("Une collaboration de R&D"),
        gettext_lazy("Un projet à plusieurs : maturité, durée, livrables, propriété des résultats."),
    ),
    (
        OfferKind.TALENT,
        gettext_lazy("Des stagiaires ou des alternants"),
        gettext_lazy("Qui, à partir de quand, pour combien de temps et à quel rythme."),
    ),
)


@dataclass(frozen=True)
class Publishing:
    """`moves`: names that are possible now; `main`: the button that brings the offer on, "" when there is none;
    `missing`: what stands between it and publication now, in words: pressing the button saves first."""

    pill: str
    moves: frozenset[str]
    main: str
    missing: str


def of(offer: Offer, actor: Actor) -> Publishing:
    reasons = {move.name: why for move, why in OFFER.available(offer, actor)}
    moves = frozenset(name for name, why in reasons.items() if not why)
    main = "show_again" if "show_again" in moves else ""
    if offer.status in (OfferStatus.DRAFT, OfferStatus.SCHEDULED):
        main = "publish_own" if publishes_itself(offer.organisation) else "submit"
    return Publishing(PILLS[offer.status], moves, main, reasons.get(main, ""))


def differences(editor: Editor) -> list[snapshots.Difference]:
    """What is stored now, against what is typed."""
    return snapshots.differences(editor.offer, snapshots.of(editor.offer), snapshots.of(editor.shown()))


def done(offer: Offer, move: str) -> str:
    if move == "schedule_own":
        return _("C’est noté : l’offre paraîtra le %(day)s.") % {
            "day": date_format(offer.publish_on, "DATE_FORMAT")
        }
    return {
        "submit": _("C’est parti : la coordination relit votre offre et vous écrit."),
        "publish_own": _("Votre offre est publiée."),
        "take_back": _("L’offre est de nouveau un brouillon."),
        "unschedule": _("La publication prévue est annulée : l’offre est de nouveau un brouillon."),
        "hide": _("L’offre n’est plus visible. Vous pouvez la publier de nouveau quand vous voulez."),
        "show_again": _("Votre offre est publiée."),
        "archive": _("L’offre est archivée. Vous pouvez toujours la dupliquer."),
    }[move]


def day(text: str | None) -> date | None:
    """A posted day; raises Refusal when it is none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(_("Cette date n’est pas vraisemblable."), "day") from None


def number(text: str | None) -> int:
    """A posted version number; 0, which matches nothing, when it is none."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def tomorrow() -> date:
    return clock.today() + timedelta(days=1)


def languages() -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in settings.LANGUAGES]
