"""The adapter: rows of the tables as values that calculators read."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils import translation

from programs.models import Scheme, SchemeRule
from programs.schemes.estimating import Estimate, Info, compute
from programs.schemes.rulebook import RuleBook
from programs.schemes.work import CALCULATORS


class UnknownScheme(LookupError):
    """No scheme of this code: no row, or no calculator."""


def rulebook(codes: Iterable[str]) -> RuleBook:
    """What the tables say of these rules, past and future included. One query."""
    return RuleBook(row.as_rule() for row in SchemeRule.objects.of(codes))


def info_of(scheme: Scheme, names: Mapping[str, str]) -> Info:
    """What a calculation needs of a row; `names`: code → name of every scheme, in the active language."""
    return Info(
        code=scheme.code,
        name=scheme.name,
        open_to=tuple(scheme.open_to),
        closed_to=tuple(scheme.closed_to),
        sizes=tuple(scheme.sizes),
        region_only=scheme.region_only,
        no_startup=scheme.no_startup,
        instead=scheme.instead,
        names=names,
    )


def estimate(code: str, facts: Mapping[str, Any], *, on: date, language: str) -> Estimate:
    """See programs.schemes.estimate. Two queries."""
    with translation.override(language):
        rows = {row.code: row for row in Scheme.objects.all()}
        if code not in rows or code not in CALCULATORS:
            raise UnknownScheme(code)
        names = {known: row.name for known, row in rows.items()}
        return compute(info_of(rows[code], names), facts, rulebook(CALCULATORS[code].rules), on=on)
