"""An offer as a reader sees it, in JSON, and what changed between two of these, in plain words.

Kept with each row of the offer's history (programs.models.offer.OfferRecord): the tables of the kinds, the sessions and
the vocabularies have none of their own, and one history is enough.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher

from django.db import models
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from programs.editing import fields as asked
from programs.editing.forms import READINESS, OfferForm
from programs.editing.kinds import DETAIL_FORMS, LEVELS
from programs.models import Offer, OfferKind, Sector, Topic
from programs.models.details import COLLABORATION_MODES, FUNDINGS
from programs.places import place_label

SESSIONS = "sessions"
_LONG = ("summary_", "description_", "research_question", "deliverables")  # told word by word
_CODES = {
    "topics": Topic,
    "sectors": Sector,
    "fundings": FUNDINGS,
    "collaboration_modes": COLLABORATION_MODES,
}


@dataclass(frozen=True)
class Piece:
    """Some words of a text: `kind` is "same", "gone" or "new"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """`language`: of the words themselves, "" where they are ours; `pieces`: for a long text."""

    label: str
    before: str
    after: str
    language: str = ""
    pieces: tuple[Piece, ...] = ()


def of(offer: Offer) -> dict:
    """Field of the form → JSON value, of an offer with its details (Offer.objects.with_details)."""
    own = {name: _plain(getattr(offer, name)) for name in asked.of_offer(offer.kind) if name not in _CODES}
    own |= {name: sorted(term.pk for term in getattr(offer, name).all()) for name in ("topics", "sectors")}
    detail = offer.detail
    if detail is not None:
        own |= {name: _plain(getattr(detail, name)) for name in asked.of_detail(offer.kind)}
        if offer.kind == OfferKind.TRAINING:
            own[SESSIONS] = [
                [_plain(one.start), _plain(one.end), one.city, one.seats, one.seats_left]
                for one in sorted(detail.sessions.all(), key=lambda one: (one.start, one.end, one.city))
            ]
    return own


def _plain(value):
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.2f}" if isinstance(value, Decimal) else value


def of_row(row) -> dict:
    """What a row of the history holds: its content, else the columns it recorded."""
    if row.content is not None:
        return row.content
    names = {field.name for field in row._meta.get_fields()} & set(asked.of_offer(row.kind))
    return {name: _plain(getattr(row, name)) for name in names - set(_CODES)}


def differences(offer: Offer, before: dict, after: dict) -> list[Difference]:
    """In the order of the form; what only one of them knows is not compared."""
    labels = _labels(offer)
    return [
        _difference(offer.kind, name, labels[name], before[name], after[name])
        for name in labels
        if name in before and name in after and before[name] != after[name]
    ]


def _labels(offer: Offer) -> dict[str, str]:
    kind, blank = offer.kind, Offer(kind=offer.kind, language=offer.language)
    detail_form = DETAIL_FORMS[kind](offer=blank, names=asked.of_detail(kind), strict=False)
    known = {
        name: str(field.label)
        for form in (OfferForm(offer=blank, strict=False), detail_form)
        for name, field in form.fields.items()
    }
    order = [name for section in asked.sections(kind, offer.language) for name in section.names]
    if kind == OfferKind.TRAINING:
        known[SESSIONS] = _("Sessions")
        order.append(SESSIONS)
    return {name: known[name] for name in order}


def _difference(kind: str, name: str, label: str, before, after) -> Difference:
    language = name[-2:] if name[-3:-2] == "_" and name[-2:] in asked.LANGUAGES else ""
    said_before, said_after = _words(kind, name, before), _words(kind, name, after)
    pieces = tuple(_pieces(said_before, said_after)) if name.startswith(_LONG) and before and after else ()
    return Difference(label, said_before, said_after, language, pieces)


def _words(kind: str, name: str, value) -> str:
    """A value as a reader of the form's language says it; "" for nothing."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if name == SESSIONS:
        return "\n".join(_session(*row) for row in value)
    if name in _CODES:
        return ", ".join(_named(name, value))
    if name in ("country", "eligible_countries"):
        return ", ".join(place_label(one) for one in ([value] if isinstance(value, str) else value))
    if name == "data_readiness_min":
        return str(dict(READINESS)[value])
    if isinstance(value, list):
        return ", ".join(value)
    if name == "level" and kind == OfferKind.TALENT:
        return str(dict(LEVELS).get(value, value))
    return _column(kind, name, value)


def _column(kind: str, name: str, value) -> str:
    model = DETAIL_FORMS[kind]._meta.model if name in asked.of_detail(kind) else Offer
    column = model._meta.get_field(name)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, models.DateField):
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    if isinstance(column, models.DecimalField):
        return number_format(Decimal(value), 2)
    return str(value)


def _named(name: str, codes: Iterable[str]) -> list[str]:
    known = _CODES[name]
    if isinstance(known, dict):
        return [str(known.get(code, code)) for code in codes]
    labels = {term.pk: term.label for term in known.objects.filter(pk__in=codes)}
    return [labels.get(code, code) for code in codes]


def _session(start: str, end: str, city: str, seats: int, seats_left: int) -> str:
    days = " – ".join(
        date_format(date.fromisoformat(day), "DATE_FORMAT") for day in dict.fromkeys((start, end))
    )
    places = _("%(left)s places libres sur %(seats)s") % {"left": seats_left, "seats": seats}
    return ", ".join(filter(None, (days, city, places)))


def _pieces(before: str, after: str) -> Iterable[Piece]:
    old, new = before.split(" "), after.split(" ")
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", " ".join(old[a:b]))
            continue
        if b > a:
            yield Piece("gone", " ".join(old[a:b]))
        if d > c:
            yield Piece("new", " ".join(new[c:d]))
