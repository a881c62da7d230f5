"""The words of the schemes: kinds of help, employers, sizes, degrees of confidence, units."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

KINDS = {  # in the order in which a page lists them
    "thesis": gettext_lazy("Thèses"),
    "talent": gettext_lazy("Stages et alternance"),
    "training": gettext_lazy("Formation"),
    "research": gettext_lazy("Travailler avec un laboratoire"),
    "diagnosis": gettext_lazy("Diagnostic et premiers essais"),
    "regional": gettext_lazy("Aides de la Région"),
    "call": gettext_lazy("Appels à projets"),
    "tax": gettext_lazy("Crédits d’impôt"),
    "orientation": gettext_lazy("Orientation"),
}

EMPLOYERS = {
    "company": gettext_lazy("entreprise de droit français"),
    "foreign": gettext_lazy("entreprise étrangère sans établissement employeur en France"),
    "association": gettext_lazy("association, fondation, chambre consulaire"),
    "local": gettext_lazy("collectivité territoriale"),
    "state": gettext_lazy("administration de l’État"),
    "hospital": gettext_lazy("hôpital public"),
    "public_research": gettext_lazy("établissement public d’enseignement ou de recherche"),
}

SIZES = {  # European definition (recommendation 2003/361/EC) for the first, French statistics for the others
    "sme": gettext_lazy("PME (moins de 250 personnes)"),
    "mid": gettext_lazy("ETI (250 à 4 999 personnes)"),
    "large": gettext_lazy("grande entreprise (5 000 et plus)"),
}

CONFIDENCES = {
    "high": pgettext_lazy("confiance", "élevée"),
    "medium": pgettext_lazy("confiance", "moyenne"),
    "low": pgettext_lazy("confiance", "faible"),
}

UNITS = {
    "eur": "€",
    "eur_year": gettext_lazy("€ par an"),
    "eur_month": gettext_lazy("€ par mois"),
    "eur_hour": gettext_lazy("€ par heure"),
    "percent": "%",
    "days": gettext_lazy("jours"),
    "weeks": gettext_lazy("semaines"),
    "months": pgettext_lazy("unité", "mois"),
    "years": gettext_lazy("ans"),
    "hours": gettext_lazy("heures"),
    "people": pgettext_lazy("unité", "personnes"),
    "parties": pgettext_lazy("unité", "partenaires"),
    "countries": pgettext_lazy("unité", "pays"),
    "yes_no": "",
}


def number(value: Decimal) -> str:
    """As the reader writes it, without zeros behind the comma that say nothing: « 24 529,44 », « 4,50 », « 30 »."""
    places = 0 if value == value.to_integral_value() else 2
    return number_format(value, places, use_l10n=True, force_grouping=True)


def euros(amount: Decimal | int) -> str:
    """« 14 000 € », "€14,000": never parted at the end of a line."""
    return (_("%(amount)s €") % {"amount": number(Decimal(amount))}).replace(" ", "\u00a0")


def span(low: Decimal | int, high: Decimal | int) -> str:
    """A range in euros, or the one amount."""
    if low == high:
        return euros(low)
    return _("de %(low)s à %(high)s") % {"low": euros(low), "high": euros(high)}


def said(value: Decimal, unit: str) -> str:
    """The value of a rule without its unit; yes and no in words."""
    if unit == "yes_no":
        return _("oui") if value else _("non")
    return number(value)


def measured(value: Decimal, unit: str) -> str:
    """The value of a rule with its unit, never parted: « 14 000 € par an », « 30 % », "30%", « oui »."""
    words = said(value, unit)
    if unit == "percent":
        return _("%(percent)s %%") % {"percent": words}
    if unit == "eur":
        return euros(value)
    return f"{words}\u00a0{UNITS[unit]}".strip()
