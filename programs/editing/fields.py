"""Which fields the form of an offer has, by kind, in the order and the groups in which they are asked.

Each kind is asked what its readers need and nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.models import OfferKind

LANGUAGES = tuple(code for code, _label in settings.LANGUAGES)
TEXTS = ("title", "summary", "description")


@dataclass(frozen=True)
class Section:
    code: str
    title: str | Promise
    hint: str | Promise
    names: tuple[str, ...]


_DETAILS = {
    OfferKind.LABORATORY: (
        _("Travailler avec vous"),
        ("collaboration_modes", "platforms", "headcount_range"),
    ),
    OfferKind.TRAINING: (
        _("La formation"),
        (
            *("duration_hours", "modality", "level", "audience", "prerequisites", "price_eur", "vat"),
            *("certification", "certification_code", "certification_until"),
            *("qualiopi", "fundings", "accessibility"),
        ),
    ),
    OfferKind.CIFRE: (
        _("Le sujet de thèse"),
        ("research_question", "host_team", "doctoral_school", "start_from", "start_until", "profile"),
    ),
    OfferKind.RND: (
        _("Le projet"),
        (
            *("trl_min", "trl_max", "duration_months_min", "duration_months_max"),
            *("budget_eur_min", "budget_eur_max", "ip_regime", "deliverables"),
        ),
    ),
    OfferKind.TALENT: (
        _("La personne et le calendrier"),
        (
            *("form", "level", "diploma", "start_from", "months", "positions", "rhythm"),
            *("certification_code", "certification_until"),
        ),
    ),
}
_FOR_WHOM = {
    OfferKind.LABORATORY: (),
    OfferKind.TRAINING: ("company_sizes",),
    OfferKind.CIFRE: ("data_readiness_min",),
    OfferKind.RND: ("company_sizes", "eligible_countries", "data_readiness_min"),
    OfferKind.TALENT: ("company_sizes", "eligible_countries"),
}
_WHERE = {
    OfferKind.LABORATORY: (),
    OfferKind.TRAINING: ("valid_until",),
    OfferKind.CIFRE: ("valid_until",),
    OfferKind.RND: ("remote_possible", "valid_until"),
    OfferKind.TALENT: ("remote_possible", "valid_until"),
}


def of_detail(kind: str) -> tuple[str, ...]:
    return _DETAILS[kind][1]


def of_offer(kind: str) -> tuple[str, ...]:
    """Columns of the offer itself that the form of this kind asks for."""
    texts = tuple(f"{name}_{language}" for language in LANGUAGES for name in TEXTS)
    return (*texts, "topics", "sectors", "keywords", *_FOR_WHOM[kind], *_PLACE, *_WHERE[kind])


_PLACE = ("city", "postcode", "country")


def sections(kind: str, language: str) -> Iterable[Section]:
    """The groups of the form, in order. `language`: in which the offer is first written."""
    title, names = _DETAILS[kind]
    yield Section(
        "essentiel",
        _("L’essentiel"),
        _(
            "Ce que vous apportez, dans les mots d’une entreprise : son problème d’abord, votre méthode ensuite."
        ),
        tuple(f"{name}_{language}" for name in TEXTS),
    )
    yield Section(
        "themes",
        _("Thèmes et mots-clés"),
        _("C’est par eux que le portail rapproche votre offre d’un problème."),
        ("topics", "sectors", "keywords"),
    )
    yield Section("nature", title, "", names)
    if kind == OfferKind.TRAINING:
        yield Section(
            "sessions",
            _("Les sessions"),
            _("Une ligne par date. Une session passée peut rester : elle n’est plus proposée."),
            (),
        )
    yield Section("lieu", _("Où, pour qui, jusqu’à quand"), "", (*_PLACE, *_WHERE[kind], *_FOR_WHOM[kind]))
    yield Section(
        "langues",
        _("Dans les autres langues"),
        _("Sans traduction, la page montre le texte d’origine et le dit."),
        tuple(f"{name}_{other}" for other in LANGUAGES if other != language for name in TEXTS),
    )
