"""What the registry's codes say of a company, in words."""

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import clock, naf
from intake.models import Company

# INSEE's brackets of salaried headcount, of the legal entity: (least, most).
HEADCOUNT = {
    "00": (0, 0),
    "01": (1, 2),
    "02": (3, 5),
    "03": (6, 9),
    "11": (10, 19),
    "12": (20, 49),
    "21": (50, 99),
    "22": (100, 199),
    "31": (200, 249),
    "32": (250, 499),
    "41": (500, 999),
    "42": (1_000, 1_999),
    "51": (2_000, 4_999),
    "52": (5_000, 9_999),
    "53": (10_000, None),
}


def headcount_words(code: str) -> str:
    """« 20 à 49 salariés », from INSEE's code; "" when it says nothing."""
    if code == "NN":
        return _("sans salarié")
    if code not in HEADCOUNT:
        return ""
    least, most = HEADCOUNT[code]
    if most is None:
        return _("%(least)s salariés et plus") % {"least": number_format(least, force_grouping=True)}
    if most == 0:
        return _("sans salarié")
    bounds = {
        "least": number_format(least, force_grouping=True),
        "most": number_format(most, force_grouping=True),
    }
    return _("%(least)s à %(most)s salariés") % bounds


def naf_words(rev2: str, naf_2025: str) -> str:
    """« Fonderie de métaux légers (24.53Z, NAF rév. 2) »: the code in force today and its version, always."""
    code, version = naf.code_in_force(rev2, naf_2025, clock.today())
    if not code:
        return ""
    label = naf.label(code, version)
    name = _("NAF rév. 2") if version == naf.REV2 else _("NAF 2025")
    return f"{label} ({code}, {name})" if label else f"{code}, {name}"


def spaced(number: str) -> str:
    """« 732 829 320 00074 »."""
    groups = [number[0:3], number[3:6], number[6:9], number[9:14]]
    return "\u202f".join(group for group in groups if group)


KINDS_OF_NUMBER = {
    "vat": gettext_lazy("N° de TVA"),
    "hr": gettext_lazy("Handelsregister"),
    "rcs": gettext_lazy("RCS"),
    "bce": gettext_lazy("N° BCE"),
    "uid": gettext_lazy("IDE"),
    "rna": gettext_lazy("N° RNA"),
}


def facts(company: Company) -> list[tuple[str, str]]:
    """What is known of a company, label and words: numbers, type, activity, size, head office, since when."""
    activity = naf_words(company.naf_rev2, company.naf_2025)
    seat = f"{company.postcode} {company.city}".strip()
    group = {"GE": _("grande entreprise"), "ETI": _("entreprise de taille intermédiaire"), "PME": _("PME")}
    told = [
        (_("SIREN"), spaced(company.siren)),
        (KINDS_OF_NUMBER.get(company.foreign_id_kind, _("Identifiant")), company.foreign_id),
        (_("Type"), company.get_organisation_type_display() if company.organisation_type else ""),
        (_("Activité"), activity),
        (_("Effectif"), headcount_words(company.headcount)),
        (_("Groupe (INSEE)"), group.get(company.size_category, "")),
        (_("Siège"), seat),
        (_("Registre"), _("activité cessée") if company.ceased else ""),
    ]
    if company.registry_on:
        told.append((_("Vue au registre le"), date_format(company.registry_on, "DATE_FORMAT")))
    return [(str(label), str(value)) for label, value in told if value]
