"""Where an offer is: countries in the reader's language, French departments by their names."""

import re

from django.utils.translation import gettext as _

# Names of the departments around the Grand Est and of its partners; another one is shown by its number.
_DEPARTMENTS = {
    "02": "Aisne", "08": "Ardennes", "10": "Aube", "13": "Bouches-du-Rhône", "21": "Côte-d’Or", "25": "Doubs",
    "31": "Haute-Garonne", "33": "Gironde", "34": "Hérault", "35": "Ille-et-Vilaine", "38": "Isère", "39": "Jura",
    "44": "Loire-Atlantique", "51": "Marne", "52": "Haute-Marne", "54": "Meurthe-et-Moselle", "55": "Meuse",
    "57": "Moselle", "59": "Nord", "60": "Oise", "62": "Pas-de-Calais", "67": "Bas-Rhin", "68": "Haut-Rhin",
    "69": "Rhône", "70": "Haute-Saône", "71": "Saône-et-Loire", "75": "Paris", "77": "Seine-et-Marne",
    "78": "Yvelines", "80": "Somme", "88": "Vosges", "89": "Yonne", "90": "Territoire de Belfort",
    "91": "Essonne", "92": "Hauts-de-Seine", "93": "Seine-Saint-Denis", "94": "Val-de-Marne", "95": "Val-d’Oise",
}  # fmt: skip


def is_place(code: str) -> bool:
    """Whether a text has the shape of a place of matching.facets: "54", "974", "2A" or "DE"."""
    return re.fullmatch(r"[A-Z]{2}|\d{2,3}|2[AB]", code) is not None


def place_label(code: str) -> str:
    """« Moselle (57) », « Allemagne »; a country that has no name here is shown by its code."""
    if code[:1].isdigit():
        return (
            f"{_DEPARTMENTS[code]} ({code})"
            if code in _DEPARTMENTS
            else _("Département {code}").format(code=code)
        )
    countries = {
        "FR": _("Toute la France"),
        "DE": _("Allemagne"),
        "LU": _("Luxembourg"),
        "BE": _("Belgique"),
        "CH": _("Suisse"),
        "FI": _("Finlande"),
    }
    return countries.get(code, code)


def place_order(code: str) -> tuple:
    """The whole country first, its departments by number, then the neighbours."""
    return (code != "FR", not code[:1].isdigit(), code)
