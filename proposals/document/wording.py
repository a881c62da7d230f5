"""Figures, days and spans as the document says them, in the language that is active."""

from datetime import date

from django.utils import formats
from django.utils.dates import MONTHS_3
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from intake.models import DataMaturity


def number(value: float) -> str:
    """« 27 600 », "27.600", "27,600"; at most two decimals, none that are zero."""
    digits = 0 if float(value).is_integer() else 2
    return formats.number_format(round(value, digits), digits, force_grouping=True)


def euros(value: int) -> str:
    """« 27 600 € », "27.600 €", "€27,600"."""
    sign = "−" if value < 0 else ""
    said = number(abs(value))
    if (get_language() or "").startswith("en"):
        return f"{sign}€{said}"
    return f"{sign}{said}\u00a0€"


def span(low: int, high: int) -> str:
    """An amount, or from which to which: ranges are said as such."""
    if low == high:
        return euros(low)
    return _("%(low)s à %(high)s") % {"low": euros(low), "high": euros(high)}


def day(value: date | None) -> str:
    return formats.date_format(value, "DATE_FORMAT") if value else ""


def short_day(value: date) -> str:
    """« 22.11.2026 » as the language writes it in figures."""
    return formats.date_format(value, "SHORT_DATE_FORMAT")


def month(value: date) -> str:
    """Three letters or so; what Django has for two months in French is no abbreviation of theirs."""
    said = str(MONTHS_3[value.month])
    return {"jui": "juin", "jul": "juil"}.get(said, said)


def days(start: date | None, end: date | None, otherwise: str) -> str:
    """From when to when; `otherwise` where no day is said."""
    if start and end and start != end:
        return _("du %(start)s au %(end)s") % {"start": day(start), "end": day(end)}
    return day(start or end) or otherwise


def weeks(low: int, high: int) -> str:
    """In one piece: a line that begins with « semaines » reads badly."""
    if low == high:
        said = ngettext("%(count)s semaine", "%(count)s semaines", high) % {"count": high}
    else:
        said = _("%(low)s à %(high)s semaines") % {"low": low, "high": high}
    return said.replace(" ", "\u00a0")


def one_after_another(texts: list[str]) -> str:
    """Texts in a row, with the semicolon of the language."""
    return pgettext("between", " ; ").join(texts)


def length(start: date, end: date) -> str:
    """Roughly, in months; in days under a month."""
    count = (end - start).days + 1
    if count < 28:
        return ngettext("%(count)s jour", "%(count)s jours", count) % {"count": count}
    months = max(1, round(count / 30.4))
    return ngettext("%(count)s mois", "%(count)s mois", months) % {"count": months}


WAITS = {
    "contract": lambda: _("signature du contrat par les tutelles"),
    "zrr": lambda: _("autorisation d’accès (ZRR)"),
    "instruction": lambda: _("instruction du dossier"),
    "recruit": lambda: _("recrutement"),
    "school": lambda: _("calendrier de l’école"),
    "opco": lambda: _("accord de l’OPCO"),
    "call": lambda: _("appel à projets"),
    "session": lambda: _("date de session"),
    "nda": lambda: _("accord de confidentialité"),
}


def wait(code: str, low: int, high: int) -> str:
    """What is waited for, and how long."""
    what = WAITS[code]() if code in WAITS else _("autre délai")
    return _("%(what)s : %(weeks)s") % {"what": what, "weeks": weeks(low, high)}


def trl(level: int) -> str:
    """Source: the nine levels of the European Commission (Horizon 2020, annex G of the work programme)."""
    return {
        1: _("principes observés"),
        2: _("concept formulé"),
        3: _("preuve de concept expérimentale"),
        4: _("validé en laboratoire"),
        5: _("validé en environnement représentatif"),
        6: _("démontré en environnement représentatif"),
        7: _("prototype en environnement opérationnel"),
        8: _("système qualifié"),
        9: _("éprouvé en opération"),
    }[level]


def maturity(level: int) -> str:
    return str(DataMaturity(level).label)
