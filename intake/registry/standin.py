"""A stand-in for the company search, written from its published OpenAPI (July 2026); never recorded from the real one.

It answers GET /search as documented: direct look-up by 9 or 14 digits with filters ignored, refusals of 400 with
{"erreur": …}, strings for coordinates, an empty `matching_etablissements` for a SIREN, undisclosed companies absent.
Every answer carries the header MARK, so that a screen can say that the companies are illustrative. What
`manage.py record_registry` recorded from the real service takes the place of an invented answer (RECORDED).
"""

import json
import unicodedata
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from foundation import clock
from foundation.naf import NAF_2025, version_in_force
from intake.registry.reading import MASKED

ADDRESS = "standin:"  # as COMPANY_REGISTRY_URL: the answers of this file, in this process
MARK = "x-stand-in"
DATA = Path(__file__).parent / "data"
RECORDED = DATA / "recorded.json"
_SECONDARY = ("complements", "dirigeants", "finances", "matching_etablissements", "siege", "score", "tva")
_FILTERS = {
    "departement": lambda row, values: any(site["commune"][:2] in values for site in row["sites"]),
    "code_postal": lambda row, values: any(site["postcode"] in values for site in row["sites"]),
    "activite_principale": lambda row, values: row["naf_rev2"] in values,
    "etat_administratif": lambda row, values: ("C" if "closed" in row else "A") in values,
}


class Refused(ValueError):
    """What the service answers with 400."""


def answer(path: str, query: str) -> tuple[int, dict[str, str], bytes]:
    """(status, headers with lower-case names, body) of GET `path`?`query`."""
    headers = {"content-type": "application/json", MARK: "never recorded from the real service"}
    if path != "/search":
        return 404, headers, _json({"erreur": "Ressource non trouvée."})
    asked = {name: values[-1] for name, values in parse_qs(query).items()}
    recorded = _recorded().get(asked.get("q", ""))
    if recorded:
        return recorded["status"], {"content-type": "application/json"}, recorded["body"].encode()
    try:
        return 200, headers, _json(_search(asked))
    except Refused as error:
        return 400, headers, _json({"erreur": str(error)})


@cache
def _companies() -> list[dict]:
    return json.loads((DATA / "standin.json").read_text("utf-8"))["companies"]


@cache
def _recorded() -> dict[str, dict]:
    return json.loads(RECORDED.read_text("utf-8"))["answers"] if RECORDED.exists() else {}


def _json(value) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _search(asked: dict[str, str]) -> dict:
    page, per_page = _number(asked, "page", 1, 1000), _number(asked, "per_page", 10, 25)
    wanted = _wanted(asked)
    words = asked.get("q", "").strip()
    filters = {name: asked[name].split(",") for name in _FILTERS if name in asked}
    if not words and not filters:
        raise Refused("Veuillez indiquer au moins un paramètre de recherche.")
    if words.isdigit() and len(words) in (9, 14):
        found = _direct(words)
    elif words and len(words) < 3 and not filters:
        raise Refused("3 caractères minimum pour les termes de la requête (ou utilisez au moins un filtre)")
    else:
        found = _by_words(words, filters)
    shown = found[(page - 1) * per_page : page * per_page]
    return {
        "results": [_result(row, sites, wanted) for row, sites in shown],
        "total_results": len(found),
        "page": page,
        "per_page": per_page,
        "total_pages": -(-len(found) // per_page),
    }


def _number(asked: dict[str, str], name: str, default: int, most: int) -> int:
    text = asked.get(name, str(default))
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise Refused(
            f"Veuillez indiquer un paramètre `{name}` entre `1` et `{most}`, par défaut `{default}`."
        )
    return int(text)


def _wanted(asked: dict[str, str]) -> set[str]:
    """The secondary fields to show."""
    minimal = asked.get("minimal", "").lower() == "true"
    included = {name for name in asked.get("include", "").split(",") if name}
    if included and not minimal:
        raise Refused(
            "Veuillez indiquer si vous souhaitez une réponse minimale avec le filtre `minimal=True` "
            "avant de préciser les champs à inclure."
        )
    if included - set(_SECONDARY):
        raise Refused("Au moins un champ à inclure est non valide.")
    return included if minimal else set(_SECONDARY) - {"score"}


def _disclosed() -> list[dict]:
    return [row for row in _companies() if row.get("disclosure") != "N"]


def _direct(digits: str) -> list[tuple[dict, list[dict]]]:
    rows = [row for row in _disclosed() if row["siren"] == digits[:9]]
    if len(digits) == 9:
        return [(row, []) for row in rows]
    return [(row, [site]) for row in rows for site in row["sites"] if site["siret"] == digits]


def _by_words(words: str, filters: dict[str, list[str]]) -> list[tuple[dict, list[dict]]]:
    found = []
    for row in _disclosed():
        if row.get("disclosure") == "P" and row.get("person"):
            continue  # found by its number alone, its name is masked
        name = _folded(f"{row['name']} {row.get('sigle', '')}").split()
        sites = [site for site in row["sites"] if _matches(words, name, site)]
        if sites and all(_FILTERS[key](row, values) for key, values in filters.items()):
            found.append((row, sites))
    return found


def _matches(words: str, name: list[str], site: dict) -> bool:
    """Every word asked begins a word of the name or of the establishment's address."""
    there = [*name, *_folded(f"{site['street']} {site['postcode']} {site['city']}").split()]
    return all(any(word.startswith(asked) for word in there) for asked in _folded(words).split())


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(sign if sign.isalnum() else " " for sign in plain.lower())


def _result(row: dict, matching: list[dict], wanted: set[str]) -> dict:
    masked = row.get("disclosure") == "P" and row.get("person")
    name = MASKED if masked else row["name"]
    sigle = row.get("sigle")
    result = {
        "siren": row["siren"],
        "nom_complet": f"{name} ({sigle})" if sigle and not masked else name,
        "nom_raison_sociale": None if row.get("person") else name,
        "sigle": sigle,
        "nombre_etablissements": len(row["sites"]),
        "nombre_etablissements_ouverts": 0 if "closed" in row else len(row["sites"]),
        **_activity(row),
        "categorie_entreprise": row["category"],
        "annee_categorie_entreprise": "2024" if row["category"] else None,
        "caractere_employeur": "N" if row["headcount"] == "NN" else "O",
        "date_creation": "2001-09-01",
        "date_fermeture": row.get("closed"),
        "etat_administratif": "C" if "closed" in row else "A",
        "nature_juridique": row["legal_form"],
        "section_activite_principale": None,
        "tranche_effectif_salarie": row["headcount"],
        "annee_tranche_effectif_salarie": "2024",
        "statut_diffusion": row.get("disclosure", "O"),
    }
    secondary = {
        "siege": lambda: _site(row, row["sites"][0]),
        "matching_etablissements": lambda: [_site(row, site) for site in matching],
        "complements": lambda: {
            "est_association": row.get("association", False),
            "est_entrepreneur_individuel": row.get("person", False),
            "est_administration": row["legal_form"].startswith("7"),
            "liste_idcc": None,
        },
        "dirigeants": list,
        "finances": lambda: None,
        "score": lambda: 1.0,
        "tva": lambda: [f"FR{(12 + 3 * (int(row['siren']) % 97)) % 97:02d}{row['siren']}"],
    }
    return result | {field: make() for field, make in secondary.items() if field in wanted}


def _activity(row: dict) -> dict[str, str]:
    """Until 31 December 2026 both nomenclatures; then the temporary field is gone and the first is NAF 2025."""
    if version_in_force(clock.today()) == NAF_2025:
        return {"activite_principale": row["naf_2025"]}
    return {"activite_principale": row["naf_rev2"], "activite_principale_naf25": row["naf_2025"]}


def _site(row: dict, site: dict) -> dict:
    hidden = row.get("disclosure") == "P"
    address = f"{site['street']} {site['postcode']} {site['city']}"
    return {
        **_activity(row),
        "siret": site["siret"],
        "adresse": MASKED if hidden else address,
        "code_postal": MASKED if hidden else site["postcode"],
        "commune": site["commune"],
        "libelle_commune": site["city"],
        "departement": site["commune"][:2],
        "region": "44",
        "latitude": MASKED if hidden else "48.7",
        "longitude": MASKED if hidden else "6.2",
        "est_siege": site is row["sites"][0],
        "etat_administratif": "F" if "closed" in row else "A",
        "liste_enseignes": None,
        "nom_commercial": None,
        "cedex": None,
        "tranche_effectif_salarie": row["headcount"],
        "statut_diffusion_etablissement": row.get("disclosure", "O"),
    }
