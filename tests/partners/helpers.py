"""The record of an organisation in the admin: where it is, and what its form sends."""

from django.urls import reverse


def address(row) -> str:
    return reverse("admin:partners_organisation_change", args=[row.pk])


def posted(row, **changes) -> dict:
    """What the form sends when nothing is touched, but for `changes`; "standings-0-kind" and the like add rows."""
    names = (
        "name acronym kind country city postcode web_domain contact_email language expertise rnsr_id ror_id"
    )
    names += " legal_id vat_number signed_by_because"
    data = {name: getattr(row, name) for name in names.split()}
    data |= {
        "unit_numbers": ", ".join(row.unit_numbers),
        "signed_by": row.signed_by_id or "",
        "seen": row.version,
    }
    if row.restricted_access:
        data["restricted_access"] = "on"
    for prefix, known in (
        ("standings", row.standings.all()),
        ("affiliations", row.affiliations.all()),
        ("absences", row.absences.all()),
        ("asked_changes", ()),
    ):
        rows = list(known)
        for number, one in enumerate(rows):
            fields = {"id": one.pk, "since": one.since or "", "until": one.until or ""}
            fields |= {"kind": one.kind} if prefix == "standings" else {}
            if prefix == "affiliations":
                fields |= {"parent": one.parent_id, "nature": one.nature, "child": row.pk}
            data |= {f"{prefix}-{number}-{name}": value for name, value in fields.items()}
        more = {int(name.split("-")[1]) for name in changes if name.startswith(f"{prefix}-")} - set(
            range(len(rows))
        )
        data |= {f"{prefix}-INITIAL_FORMS": len(rows), f"{prefix}-TOTAL_FORMS": len(rows) + len(more)}
    return data | changes
