"""What the company search answers, read with suspicion: whatever does not look like its published format is refused.

Format: OpenAPI of « API Recherche d’entreprises » (GET /search), July 2026. People named in an answer (officers,
elected) are not asked for and never kept.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date

from foundation.communes import department_of_site
from foundation.naf import NAF_2025, REV2, version_in_force

LONGEST_NAME = 200
MASKED = "[NON-DIFFUSIBLE]"  # what an undertaking that objected to publication has in place of its address


class Malformed(ValueError):
    """This is not an answer of the company search."""


@dataclass(frozen=True)
class Site:
    """An establishment. `commune` is an INSEE code; "" wherever the registry does not say."""

    siret: str
    name: str = ""
    postcode: str = ""
    city: str = ""
    commune: str = ""
    is_head: bool = False
    is_open: bool = True

    @property
    def department(self) -> str:
        return department_of_site(self.postcode, self.commune)


@dataclass(frozen=True)
class Listed:
    """A legal entity as the registry describes it, with the establishment that was found (`site`).

    `legal_form`: INSEE's four-digit category; `category`: PME, ETI or GE, of the whole *group* and two years old;
    `headcount`: INSEE's code of a bracket, of the legal entity alone.
    """

    siren: str
    name: str
    site: Site
    legal_form: str = ""
    category: str = ""
    headcount: str = ""
    naf_rev2: str = ""
    naf_2025: str = ""
    association: bool = False
    is_open: bool = True
    open_sites: int = 0

    @property
    def number(self) -> str:
        """The SIRET where there is one, else the SIREN: what a choice is called."""
        return self.site.siret or self.siren

    def plain(self) -> dict:
        """As JSON keeps it."""
        return asdict(self)

    @classmethod
    def from_plain(cls, stored) -> "Listed | None":
        """What `plain` kept, or None when it is not of this shape (an older version of the portal)."""
        try:
            site = Site(**stored["site"])
            return cls(**{field.name: stored[field.name] for field in fields(cls)} | {"site": site})
        except (TypeError, KeyError):
            return None


def read_answer(body: bytes, today: date) -> list[Listed]:
    """The legal entities of an answer's body, those without a publishable name left out. Raises Malformed."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("no JSON") from error
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise Malformed("no results")
    read = [_entity(result, today) for result in results]
    return [entity for entity in read if entity]


def _entity(result, today: date) -> Listed | None:
    if not isinstance(result, dict):
        raise Malformed("a result is no object")
    siren = _digits(result, "siren", 9)
    if not siren:
        raise Malformed("a result without SIREN")
    name = _text(result, "nom_raison_sociale") or _text(result, "nom_complet")
    if not name:
        return None
    found = _of_type(result, "matching_etablissements", list)
    head = _of_type(result, "siege", dict)
    complements = _of_type(result, "complements", dict)
    site = _site(found[0] if len(found) == 1 else head)
    return Listed(
        siren=siren,
        name=name[:LONGEST_NAME],
        site=site,
        legal_form=_code(result, "nature_juridique", r"\d{4}"),
        category=_code(result, "categorie_entreprise", "PME|ETI|GE"),
        headcount=_code(result, "tranche_effectif_salarie", r"NN|\d\d"),
        **_naf(result, today),
        association=complements.get("est_association") is True,
        is_open=_text(result, "etat_administratif") != "C",
        open_sites=_count(result, "nombre_etablissements_ouverts"),
    )


def _site(etablissement) -> Site:
    if not isinstance(etablissement, dict):
        raise Malformed("an establishment is no object")
    names = _of_type(etablissement, "liste_enseignes", list)
    return Site(
        siret=_digits(etablissement, "siret", 14),
        name=_clean(names[0]) if names and isinstance(names[0], str) else "",
        postcode=_code(etablissement, "code_postal", r"\d{5}"),
        city=_text(etablissement, "libelle_commune")[:80],
        commune=_code(etablissement, "commune", r"\d[0-9AB]\d{3}"),
        is_head=etablissement.get("est_siege") is True,
        is_open=_text(etablissement, "etat_administratif") != "F",
    )


def _naf(result: Mapping, today: date) -> dict[str, str]:
    """Until the change both codes come in fields of their own; then the first field is NAF 2025, alone."""
    code = _code(result, "activite_principale", r"\d\d\.\d\d[A-Z]")
    temporary = _code(result, "activite_principale_naf25", r"\d\d\.\d\d[A-Z]")
    if version_in_force(today) == NAF_2025 and not temporary:
        return {"naf_2025": code}
    return {f"naf_{REV2}": code, "naf_2025": temporary}


def _of_type(data: Mapping, key: str, kind: type):
    """A list or an object; an empty one for null."""
    value = data.get(key)
    if value is not None and not isinstance(value, kind):
        raise Malformed(key)
    return kind() if value is None else value


def _text(data: Mapping, key: str) -> str:
    value = data.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(key)
    return _clean(value)


def _clean(text: str) -> str:
    """One line without control characters; "" for what is masked."""
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text[:1000]).split())
    return "" if MASKED in text else text


def _code(data: Mapping, key: str, pattern: str) -> str:
    """A code of this shape; another shape is no code of ours, and no reason to refuse the whole answer."""
    value = _text(data, key)
    return value if re.fullmatch(pattern, value, re.ASCII) else ""


def _digits(data: Mapping, key: str, length: int) -> str:
    value = _text(data, key)
    if value and not re.fullmatch(rf"\d{{{length}}}", value, re.ASCII):
        raise Malformed(key)
    return value


def _count(data: Mapping, key: str) -> int:
    value = data.get(key)
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool):
        raise Malformed(key)
    return value
