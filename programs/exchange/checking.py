"""Whether a record says what an offer must say, and what is wrong with it, in the reader's language.

The record is that of docs/catalogue-format.md. What passes is made canonical: every field there, texts trimmed,
lists of codes in order; two records that say the same are then equal.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.plain import line, paragraphs
from programs.exchange.fields import (
    CHOICE,
    CODES,
    DAY,
    LANGUAGES,
    LONGEST_ITEM,
    MOST_ITEMS,
    MOST_SESSIONS,
    TEXT,
    TEXTS,
    Field,
    Vocabularies,
    common,
    details,
    session,
)
from programs.models import OfferKind

_DAY = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:-]{0,119}")
ONE_LINE = 300  # characters: what may be longer keeps its lines
KNOWN = {"id", "kind", "language", "translations", "details", *TEXTS}
# (smaller, larger) of what must be in order, in the details of whatever kind has both.
ORDERED = (
    ("trl_min", "trl_max"),
    ("duration_months_min", "duration_months_max"),
    ("budget_eur_min", "budget_eur_max"),
    ("start_from", "start_until"),
)
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """`path`: where in the record, e.g. ("details", "sessions", 0, "start")."""

    path: Path
    message: str

    @property
    def pointer(self) -> str:
        """As RFC 6901 writes it."""
        return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in self.path)


def check(record: object, vocabularies: Vocabularies, *, ignored=frozenset()) -> list[Problem]:
    """Everything that is wrong with a record; nothing when it can become an offer.

    ignored: further keys that a reader of this record knows what to do with.
    """
    if not isinstance(record, dict):
        return [Problem((), _("Un objet est attendu."))]
    problems = list(_heads(record))
    kind = record.get("kind")
    if kind not in OfferKind.values:
        return problems
    problems += _unknown((), record, KNOWN | {field.name for field in common()} | set(ignored))
    problems += _texts(record)
    problems += _values((), record, common(), vocabularies)
    inside = record.get("details")
    if inside is None and not any(field.required for field in details(kind)):
        return problems
    if not isinstance(inside, dict):
        return [*problems, Problem(("details",), _("Un objet est attendu."))]
    problems += _unknown(("details",), inside, {field.name for field in details(kind)})
    problems += _values(("details",), inside, details(kind), vocabularies)
    if not any(problem.path[:1] == ("details",) for problem in problems):
        problems += _rules(inside)
    return problems


def _heads(record: dict) -> Iterator[Problem]:
    identifier = record.get("id")
    if not isinstance(identifier, str) or not IDENTIFIER.fullmatch(identifier):
        yield Problem(
            ("id",), _("1 à 120 lettres sans accent, chiffres ou signes parmi ._~:- et aucun espace.")
        )
    if record.get("kind") not in OfferKind.values:
        yield Problem(("kind",), _one_of(OfferKind.values))
    if record.get("language") not in LANGUAGES:
        yield Problem(("language",), _one_of(LANGUAGES))


def _one_of(values) -> str:
    return _("Une de ces valeurs est attendue : %(values)s.") % {"values": ", ".join(sorted(values))}


def _unknown(path: Path, said: dict, known: set[str]) -> list[Problem]:
    return [
        Problem((*path, str(name)[:60]), _("Ce champ n’existe pas pour cette nature d’offre."))
        for name in sorted(said.keys() - known, key=str)
    ]


def _texts(record: dict) -> Iterator[Problem]:
    for name, most in TEXTS.items():
        yield from _text((name,), record.get(name), most, required=True)
    translations = record.get("translations")
    if translations is None:
        return
    if not isinstance(translations, dict):
        yield Problem(("translations",), _("Un objet est attendu."))
        return
    others = [language for language in LANGUAGES if language != record.get("language")]
    for language, said in translations.items():
        if language not in others:
            yield Problem(("translations", str(language)[:20]), _one_of(others))
        elif not isinstance(said, dict):
            yield Problem(("translations", language), _("Un objet est attendu."))
        else:
            yield from _unknown(("translations", language), said, set(TEXTS))
            for name, most in TEXTS.items():
                yield from _text(("translations", language, name), said.get(name), most, required=False)


def _text(path: Path, value: object, most: int, *, required: bool) -> Iterator[Problem]:
    if value is not None and not isinstance(value, str):
        yield Problem(path, _("Un texte est attendu."))
    elif not (kept := tidy(value, most)):
        if required:
            yield Problem(path, _("Il manque quelque chose ici."))
    elif (count := max(len(value), len(kept))) > most:
        yield Problem(
            path,
            _("%(most)s caractères au plus : il y en a %(count)s.") % {"most": most, "count": count},
        )


def _values(path: Path, said: dict, fields, vocabularies: Vocabularies) -> Iterator[Problem]:
    for field in fields:
        yield from _value((*path, field.name), said.get(field.name), field, vocabularies)


def _value(path: Path, value: object, field: Field, vocabularies: Vocabularies) -> Iterator[Problem]:
    if value is None or (value == "" and field.type in (TEXT, CHOICE)):
        if field.required:
            yield Problem(path, _("Il manque quelque chose ici."))
        return
    match field.type:
        case "text":
            yield from _text(path, value, field.most, required=field.required)
        case "choice":
            if not isinstance(value, str) or value not in field.choices:
                yield Problem(path, _one_of(field.choices))
        case "flag":
            if not isinstance(value, bool):
                yield Problem(path, _("Oui ou non est attendu."))
        case "day":
            if not is_day(value):
                yield Problem(path, _("Une date de ce siècle est attendue, comme 2027-01-31."))
        case "integer":
            if not _is_number(value) or value != int(value) or not 0 <= value <= field.most:
                yield Problem(path, _("Un nombre entier de 0 à %(most)s est attendu.") % {"most": field.most})
        case "amount":
            if not _is_number(value) or not 0 <= value <= field.most:
                yield Problem(path, _("Un montant de 0 à %(most)s est attendu.") % {"most": field.most})
        case "words" | "codes":
            yield from _list(path, value, field, vocabularies)
        case "sessions":
            yield from _sessions(path, value, vocabularies)


def is_day(value: object) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_number(value: object) -> bool:
    """JSON knows one kind of number: 3.0 is an integer there (RFC 8259, 6)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _list(path: Path, value: object, field: Field, vocabularies: Vocabularies) -> Iterator[Problem]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        yield Problem(path, _("Une liste de textes est attendue."))
        return
    if len(value) > MOST_ITEMS:
        text = ngettext("%(most)s élément au plus.", "%(most)s éléments au plus.", MOST_ITEMS)
        yield Problem(path, text % {"most": MOST_ITEMS})
    if field.required and not any(line(one) for one in value):
        yield Problem(path, _("Il manque quelque chose ici."))
    if field.type == CODES:
        unknown = sorted(set(value) - vocabularies.of(field))
        if unknown:
            said = ", ".join(one[:60] for one in unknown[:5])
            yield Problem(path, _("Valeurs inconnues : %(values)s.") % {"values": said})
    elif any(len(one) > LONGEST_ITEM for one in value):
        yield Problem(path, _("%(most)s caractères au plus par élément.") % {"most": LONGEST_ITEM})


def _sessions(path: Path, value: object, vocabularies: Vocabularies) -> Iterator[Problem]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        yield Problem(path, _("Une liste de sessions est attendue."))
        return
    if len(value) > MOST_SESSIONS:
        yield Problem(path, _("%(most)s sessions au plus.") % {"most": MOST_SESSIONS})
        return
    for number, one in enumerate(value):
        here = (*path, number)
        wrong = [
            *_unknown(here, one, {field.name for field in session()}),
            *_values(here, one, session(), vocabularies),
        ]
        yield from wrong
        if wrong:
            continue
        if one["end"] < one["start"]:
            yield Problem((*here, "end"), _("La fin précède le début."))
        if one["seats_left"] > one["seats"]:
            yield Problem((*here, "seats_left"), _("Il reste plus de places qu’il n’y en a."))


def _rules(inside: dict) -> Iterator[Problem]:
    """What no single field can say."""
    for low, high in ORDERED:
        first, last = inside.get(low), inside.get(high)
        if first is not None and last is not None and first > last:
            yield Problem(("details", high), _("Le minimum dépasse le maximum."))
    for name in ("trl_min", "trl_max"):
        if inside.get(name) is not None and not 1 <= inside[name] <= 9:
            yield Problem(("details", name), _("Un TRL va de 1 à 9."))


def canonical(record: dict) -> dict:
    """A record that passed `check`, in the one form in which it is compared and kept."""
    kind = record["kind"]
    said = record.get("translations") or {}
    inside = record.get("details") or {}
    return {
        "id": record["id"],
        "kind": kind,
        "language": record["language"],
        **_tidied(record),
        "translations": {
            language: texts
            for language in LANGUAGES
            if language != record["language"] and any((texts := _tidied(said.get(language) or {})).values())
        },
        **{field.name: _canonical(field, record.get(field.name)) for field in common()},
        "details": {field.name: _canonical(field, inside.get(field.name)) for field in details(kind)},
    }


def tidy(value: str | None, most: int) -> str:
    """A text as it is kept: those that may be long keep their lines."""
    return (paragraphs(value or "") if most > ONE_LINE else line(value or "")).strip()


def _tidied(said: dict) -> dict[str, str]:
    return {name: tidy(said.get(name), most) for name, most in TEXTS.items()}


def _canonical(field: Field, value):
    if value is None or (value == "" and field.type == CHOICE):
        return list(field.default) if isinstance(field.default, list) else field.default
    match field.type:
        case "text":
            return tidy(value, field.most)
        case "integer":
            return int(value)
        case "amount":
            return round(float(value), 2)
        case "codes":
            return sorted(set(value))
        case "words":
            return list(dict.fromkeys(kept for one in value if (kept := line(one))))
        case "sessions":
            rows = [
                {field.name: _canonical(field, one.get(field.name)) for field in session()} for one in value
            ]
            return sorted(rows, key=lambda row: [str(row[field.name]) for field in session()])
    return value


def moved(record: dict, shift: timedelta) -> dict:
    """A canonical record with every day moved."""
    if not shift:
        return record
    kept = {**record, "details": dict(record["details"])}
    for into, fields in ((kept, common()), (kept["details"], details(record["kind"]))):
        for field in fields:
            if field.type == DAY:
                into[field.name] = _later(into[field.name], shift)
    for one in (sessions := [dict(one) for one in kept["details"].get("sessions", ())]):
        for field in session():
            if field.type == DAY:
                one[field.name] = _later(one[field.name], shift)
    if "sessions" in kept["details"]:
        kept["details"]["sessions"] = sessions
    return kept


def _later(day: str | None, shift: timedelta) -> str | None:
    return (date.fromisoformat(day) + shift).isoformat() if day else day
