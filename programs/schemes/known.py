"""What a calculator can be told of an organisation before anybody is asked."""

from typing import Any

from foundation.identifiers import GRAND_EST

# Code of intake's types of organisation → code of vocabulary.EMPLOYERS.
TYPES = {
    "TPE": "company",
    "PME": "company",
    "ETI": "company",
    "GE": "company",
    "CH": "hospital",
    "CHU": "hospital",
    "commune": "local",
    "EPCI": "local",
    "association": "association",
}


def facts_about(organisation_type: str, *, country: str = "FR", department: str = "") -> dict[str, Any]:
    """Facts to begin with; a person can correct each of them.

    `organisation_type`: a code of intake's types, "" when unknown. A company abroad counts as one without an employing
    establishment in France until somebody says otherwise. What counts for aid is the size of the group, which only a
    person knows: a large organisation is large in any group, of a smaller one nothing is said.
    """
    employer = TYPES.get(organisation_type, "")
    facts: dict[str, Any] = {}
    if country and country != "FR" and employer in ("", "company"):
        facts["employer"] = "foreign"
    elif employer:
        facts["employer"] = employer
    if organisation_type == "GE":
        facts["size"] = "large"
    if country == "FR" and department:
        facts["in_region"] = department in GRAND_EST
    return facts
