"""Who asks: the organisation of a draft, chosen from the public registry or typed by hand.

A choice is kept in `draft.answers["registry"]` as the registry gave it; only this module writes there, so that what
reaches the company's row as the registry's word never came from a form. It can be taken back: what was typed before
returns. Nobody has to be listed: undisclosed, foreign and new organisations are typed by hand.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from foundation import clock
from foundation.communes import commune_of
from foundation.identifiers import clean_siren_or_siret, compact
from intake.company_words import HEADCOUNT, headcount_words, naf_words, spaced
from intake.models import Company, Draft, OrganisationType
from intake.registry import client
from intake.registry.reading import Listed

_INTERCOMMUNAL = {"7343", "7344", "7346", "7347", "7348"}
_SOLE_TRADER = "1000"
_HOSPITAL, _HOSPITAL_ACTIVITY = "7364", "86.10Z"


def type_of(entity: Listed) -> str:
    """The type that the form would ask for, as far as the registry tells; "" where it does not.

    INSEE's category is that of the whole group: a subsidiary of forty people in a group of thousands is GE, and aid
    for small firms looks at that too. Without a category, the headcount of the legal entity decides.
    """
    form, name = entity.legal_form, entity.name.casefold()
    if form == "7210":
        return OrganisationType.COMMUNE
    if form in _INTERCOMMUNAL:
        return OrganisationType.INTERCOMMUNAL
    if form == _HOSPITAL or entity.naf_rev2 == _HOSPITAL_ACTIVITY:
        university = re.search(r"universitaire|\bchr?u\b", name)
        return OrganisationType.UNIVERSITY_HOSPITAL if university else OrganisationType.HOSPITAL
    if entity.association or form.startswith(("92", "93")):
        return OrganisationType.ASSOCIATION
    if form.startswith("7") or form == "":
        return ""
    least = HEADCOUNT.get(entity.headcount, (0, 0))[0]
    if entity.category in ("ETI", "GE"):
        return entity.category
    if least < 10:
        known = entity.headcount or entity.category or form == _SOLE_TRADER
        return OrganisationType.TPE if known else ""
    if entity.category == "PME" or least < 250:
        return OrganisationType.PME
    return OrganisationType.ETI if least < 5_000 else OrganisationType.GE


# -- What a draft holds.


@dataclass(frozen=True)
class Choice:
    """`picked`: the person chose it from the list; else its number was typed and found. `on`: when it was looked up."""

    entity: Listed
    picked: bool
    on: date
    illustrative: bool


def choice_of(answers: Mapping) -> Choice | None:
    """What the registry says of this draft's organisation, as long as its number is still the one given."""
    stored = answers.get("registry")
    entity = Listed.from_plain(stored["entity"]) if isinstance(stored, dict) and "entity" in stored else None
    if entity is None or answers.get("country", "FR") != "FR":
        return None
    if _siren(answers.get("siren_or_siret", "")) != entity.siren:
        return None
    return Choice(entity, stored["picked"], date.fromisoformat(stored["on"]), stored["illustrative"])


@dataclass(frozen=True)
class Card:
    """The organisation that was chosen, in words."""

    entity: Listed
    number: str
    place: str
    naf: str
    headcount: str
    illustrative: bool


def card(draft: Draft) -> Card | None:
    """What to show of an organisation picked from the registry; None while it is typed."""
    choice = choice_of(draft.answers)
    if choice is None or not choice.picked:
        return None
    entity = choice.entity
    return Card(
        entity,
        spaced(entity.number),
        f"{entity.site.postcode} {entity.site.city}".strip(),
        naf_words(entity.naf_rev2, entity.naf_2025),
        headcount_words(entity.headcount),
        choice.illustrative,
    )


def _siren(number: str) -> str:
    try:
        return clean_siren_or_siret(number)[0]
    except ValueError:
        return ""


def _change(draft: Draft, change: Callable[[dict], dict]) -> None:
    """Replace a draft's answers by what `change` makes of them, under the row's lock."""
    with transaction.atomic():
        fresh = Draft.objects.select_for_update().get(pk=draft.pk)
        if fresh.submitted_at:
            return
        fresh.answers = change(dict(fresh.answers))
        fresh.save(update_fields=["answers"])
    draft.answers = fresh.answers


def choose(draft: Draft, number: str) -> bool:
    """Take the organisation of this SIREN or SIRET; False when the registry does not give it now."""
    number = compact(number)
    listed = client.search(draft.answers.get("company_name", ""))  # remembered from the list it was chosen in
    found = [entity for entity in listed.found if entity.number == number]
    answer = listed if found else client.lookup(number)
    if not (found or answer.found):
        return False
    _take(draft, (found or answer.found)[0], answer.illustrative)
    return True


def _take(draft: Draft, entity: Listed, illustrative: bool) -> None:
    def change(answers: dict) -> dict:
        answers = _given_back(answers)
        filled = {
            "company_name": entity.name,
            "siren_or_siret": entity.number,
            "country": "FR",
            "organisation_type": type_of(entity) or answers.get("organisation_type", ""),
            **({} if answers.get("site_postcode") or answers.get("site_city") else _site(entity)),
        }
        before = {name: answers.get(name) for name in filled}
        return {
            **answers,
            **filled,
            "registry": {**_stored(entity, illustrative, True), "filled": filled, "before": before},
        }

    _change(draft, change)


def _site(entity: Listed) -> dict:
    """The establishment as a first answer to « où est le problème ? »."""
    commune = commune_of(entity.site.postcode, entity.site.commune)
    return {
        "site_postcode": entity.site.postcode,
        "site_city": commune.name if commune else entity.site.city,
        "site_commune": commune.code if commune else "",
    }


def _stored(entity: Listed, illustrative: bool, picked: bool) -> dict:
    return {
        "entity": entity.plain(),
        "picked": picked,
        "on": clock.today().isoformat(),
        "illustrative": illustrative,
    }


def forget(draft: Draft) -> None:
    """« Ce n’est pas elle »: what had been typed before comes back, what was changed since stays."""
    _change(draft, _given_back)


def _given_back(answers: dict) -> dict:
    stored = answers.pop("registry", None) or {}
    for name, value in stored.get("filled", {}).items():
        if answers.get(name) == value:
            before = stored["before"].get(name)
            answers.pop(name) if before is None else answers.update({name: before})
    return answers


def check_typed(draft: Draft) -> str:
    """Look up a number typed by hand: "found", "unlisted" (a warning, no more), "" (none, foreign, or no answer).

    A number written where the name belongs is moved to its field; the registry then gives the name.
    """
    answers = draft.answers
    if answers.get("country", "FR") != "FR":
        return ""
    if choice_of(answers):
        return "found"
    name = answers.get("company_name", "")
    in_name = bool(_siren(name)) and compact(name).isdigit()
    number = name if in_name else answers.get("siren_or_siret", "")
    answer = client.lookup(number) if _siren(number) else None
    if in_name and answer and answer.found:
        _take(draft, answer.found[0], answer.illustrative)
        return "found"
    found = answer.found[0] if answer and answer.found else None

    def change(answers: dict) -> dict:
        answers = _given_back(answers)
        if in_name:
            answers |= {"company_name": "", "siren_or_siret": compact(name)}
        if found:
            filled = {"organisation_type": type_of(found)}
            if not filled["organisation_type"] or answers.get("organisation_type"):
                filled = {}  # the registry does not say, or the person did
            before = {name: answers.get(name) for name in filled}
            stored = _stored(found, answer.illustrative, False)
            answers |= {**filled, "registry": {**stored, "filled": filled, "before": before}}
        return answers

    if in_name or found or "registry" in answers:
        _change(draft, change)
    if found:
        return "found"
    return "unlisted" if answer and answer.state == "ok" else ""


def fills_site(answers: Mapping, postcode: str) -> bool:
    """Whether this postcode of the site is the one that came with the organisation."""
    filled = (answers.get("registry") or {}).get("filled", {})
    return bool(postcode) and filled.get("site_postcode") == postcode


# -- What becomes of it.


def columns(answers: Mapping) -> dict:
    """The registry's facts as columns of Company; {} for an organisation typed by hand."""
    choice = choice_of(answers)
    if choice is None:
        return {}
    entity = choice.entity
    facts = {
        "naf_rev2": entity.naf_rev2,
        "naf_2025": entity.naf_2025,
        "headcount": entity.headcount,
        "legal_form": entity.legal_form,
        "size_category": entity.category,
    }
    if entity.site.is_head:
        facts |= {"postcode": entity.site.postcode, "city": entity.site.city}
    known = {name: value for name, value in facts.items() if value}  # what it no longer says is not forgotten
    return {**known, "ceased": not entity.is_open, "registry_on": choice.on}


def kept(answers: Mapping) -> dict:
    """What of the choice goes on to the irritant."""
    return {"registry": answers["registry"]} if choice_of(answers) else {}


def refresh(company: Company, facts: Mapping) -> None:
    """Bring the registry's facts on a known company up to date; what people wrote there stays."""
    if facts and (company.registry_on is None or company.registry_on <= facts["registry_on"]):
        Company.objects.filter(pk=company.pk).update(**facts)
