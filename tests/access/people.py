"""The nine persons of the access matrix, a coordinator limited to elsewhere, and the administrator as a tenth."""

PEOPLE = (
    "anonymous",
    "by_link",
    "company",
    "stranger",
    "partner_editor",
    "partner_administrator",
    "other_partner",
    "coordinator",
    "limited",
    "funder",
    "administrator",
)
OF_SIDE_B = {"stranger", "other_partner", "limited"}
