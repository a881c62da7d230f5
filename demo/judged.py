"""The judged irritants of the matching tests, filed as their companies would file them: a coordinator's day.

Run by scripts.day. What is judged (grades of offers, the right outcome) is told to the script, never to the portal.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation

from demo.stories import PROVENANCE, _answers
from intake.models import Draft, Irritant
from intake.submission import submit
from programs.models import Offer

GOOD = 2  # of 3: a line that a careful coordinator keeps
ABROAD = {"DE-BW": ("DE", "Karlsruhe"), "DE-RP": ("DE", "Mainz"), "DE-SL": ("DE", "Saarbrücken")}


def file(judged: Mapping[str, Any]) -> Irritant:
    """One irritant, with what its company would tell the form. The fictitious name holds no word of the need."""
    territory = judged["territory"]
    country, city = ABROAD.get(territory, ("FR", ""))
    place = {"country": country, "site_city": city}
    place |= {"site_postcode": f"{territory}000"} if country == "FR" else {"region": territory}
    answers = _answers(
        text=judged["text"],
        email=f"{judged['id'].lower()}@judged.example",
        name="Responsable",
        company_name=f"Entreprise {judged['id']} (exemple)",
        organisation_type=judged["organisation_type"],
        sector=judged["sector"],
        **place,
    )
    draft = Draft.objects.create(language=judged["language"], answers=answers, provenance=PROVENANCE)
    return submit(draft)[0]


def good_offers(grades: Mapping[str, int], language: str) -> list[dict[str, Any]]:
    """Offers graded GOOD or better, best first, under the titles that a coordinator of this language reads."""
    wanted = {code: grade for code, grade in grades.items() if grade >= GOOD}
    with translation.override(language):
        rows = [
            {
                "title": offer.title,
                "organisation": offer.organisation.name,
                "grade": wanted[offer.external_id],
            }
            for offer in Offer.objects.filter(external_id__in=wanted).select_related("organisation")
        ]
    return sorted(rows, key=lambda row: (-row["grade"], row["title"]))


def file_all(
    irritants: Sequence[Mapping[str, Any]], judgements: Mapping[str, Mapping[str, int]]
) -> list[dict]:
    """Files them all; what the script must know of each, in the order of the file."""
    told = []
    for judged in irritants:
        row = file(judged)
        told.append(
            {
                "id": judged["id"],
                "case": str(row.public_id),
                "reference": row.reference,
                "expect": judged["expect"],
                "good": good_offers(judgements[judged["id"]], "fr"),
            }
        )
    return told
