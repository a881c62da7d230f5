"""What an offer is made of when it comes or goes as data, read off the models: a column added there is known here.

One list serves the JSON of docs/catalogue-format.md and of the API (with its schema), the columns of spreadsheets,
and the checks of all three.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.engine import SIZES
from programs.models import (
    CifreDetail,
    LaboratoryDetail,
    Offer,
    OfferKind,
    Pillar,
    RndDetail,
    Sector,
    Session,
    TalentDetail,
    Topic,
    TrainingDetail,
)
from programs.models.details import FUNDINGS

DETAILS: Mapping[str, type[models.Model]] = {
    OfferKind.LABORATORY: LaboratoryDetail,
    OfferKind.TRAINING: TrainingDetail,
    OfferKind.CIFRE: CifreDetail,
    OfferKind.RND: RndDetail,
    OfferKind.TALENT: TalentDetail,
}
LANGUAGES = tuple(code for code, _label in settings.LANGUAGES)
TEXTS = {"title": 110, "summary": 300, "description": 4000}  # characters, as the pages hold them
TERMS = {"topics": Topic, "pillars": Pillar, "sectors": Sector}
COUNTRIES = {
    "FR": _("France"),
    "DE": _("Allemagne"),
    "LU": _("Luxembourg"),
    "CH": _("Suisse"),
    "BE": _("Belgique"),
    "FI": _("Finlande"),
}
# Lists of codes that a model keeps as JSON; any other list there holds free words.
CLOSED = {
    "company_sizes": {size: size for size in SIZES},
    "eligible_countries": COUNTRIES,
    "fundings": FUNDINGS,
}
PLAIN = (
    "keywords",
    "city",
    "postcode",
    "country",
    "remote_possible",
    "company_sizes",
    "eligible_countries",
    "data_readiness_min",
    "valid_until",
)
MOST_ITEMS, LONGEST_ITEM, MOST_SESSIONS = 40, 120, 60
READINESS = 4
_SMALL, _LARGE = 32_767, 2_147_483_647  # what the databases hold

TEXT, INTEGER, AMOUNT, FLAG, DAY, CHOICE, WORDS, CODES, SESSIONS = (
    "text",
    "integer",
    "amount",
    "flag",
    "day",
    "choice",
    "words",
    "codes",
    "sessions",
)


@dataclass(frozen=True)
class Field:
    """One thing that an offer says.

    `most`: characters of a text, or the highest number; `choices`: code → label of a closed list; `term`: the model
    whose codes these are; `default`: what stands there when nothing is said.
    """

    name: str
    label: str | Promise
    type: str
    required: bool = False
    most: int | None = None
    choices: Mapping[str, str | Promise] | None = None
    term: type[models.Model] | None = None
    default: object = None

    @property
    def vocabulary(self) -> Mapping[str, str | Promise] | None:
        """Code → label in the reader's language; None where anything may be said."""
        if self.term is not None:
            return {row.code: row.label for row in self.term.objects.all()}
        return self.choices


def _read_off(field: models.Field) -> Field:
    default = field.get_default() if field.has_default() else None if field.null else ""
    required = not (field.blank or field.null or field.has_default())
    if field.choices:
        return Field(
            field.name, field.verbose_name, CHOICE, required, choices=dict(field.flatchoices), default=default
        )
    match field:
        case models.JSONField():
            closed = CLOSED.get(field.name)
            type_ = CODES if closed else WORDS
            return Field(field.name, field.verbose_name, type_, choices=closed, default=[])
        case models.BooleanField():
            return Field(field.name, field.verbose_name, FLAG, default=False)
        case models.DateField():
            return Field(field.name, field.verbose_name, DAY, required)
        case models.DecimalField():
            most = 10 ** (field.max_digits - field.decimal_places) - 1
            return Field(field.name, field.verbose_name, AMOUNT, required, most)
        case models.PositiveSmallIntegerField():
            return Field(field.name, field.verbose_name, INTEGER, required, _SMALL, default=default)
        case models.PositiveIntegerField():
            return Field(field.name, field.verbose_name, INTEGER, required, _LARGE, default=default)
        case models.TextField() | models.CharField():
            most = field.max_length or next(
                (one.limit_value for one in field.validators if isinstance(one, MaxLengthValidator)), 4000
            )
            return Field(field.name, field.verbose_name, TEXT, required, most, default=default)
    raise TypeError(f"{field} is of no type that travels")


def _own(model: type[models.Model], *left_out: str) -> Iterator[Field]:
    for field in model._meta.concrete_fields:
        if not (field.primary_key or field.is_relation or field.name in left_out):
            yield _read_off(field)


@cache
def common() -> tuple[Field, ...]:
    """What offers of every kind say beside their texts."""
    known = {field.name: field for field in map(_read_off, map(Offer._meta.get_field, PLAIN))}
    known["country"] = Field(
        "country", known["country"].label, CHOICE, choices=COUNTRIES, default=known["country"].default
    )
    known["data_readiness_min"] = Field(
        "data_readiness_min", known["data_readiness_min"].label, INTEGER, most=READINESS, default=0
    )
    terms = (
        Field(name, Offer._meta.get_field(name).verbose_name, CODES, name == "topics", term=term, default=[])
        for name, term in TERMS.items()
    )
    return (*terms, *(known[name] for name in PLAIN))


@cache
def details(kind: str) -> tuple[Field, ...]:
    """What offers of this kind say beyond that; the sessions of a training last."""
    own = tuple(_own(DETAILS[kind]))
    if kind == OfferKind.TRAINING:
        return (*own, Field("sessions", _("sessions"), SESSIONS, default=[]))
    return own


@cache
def session() -> tuple[Field, ...]:
    return tuple(_own(Session))


class Vocabularies:
    """The closed lists, read once for all lines of a file."""

    @cached_property
    def codes(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(term.objects.values_list("code", flat=True)) for name, term in TERMS.items()}

    def of(self, field: Field) -> frozenset[str]:
        return self.codes[field.name] if field.term is not None else frozenset(field.choices or ())
