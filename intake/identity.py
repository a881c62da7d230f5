"""The legal entity behind an irritant, corrected by the company itself when a coordinator asks."""

from foundation.identifiers import clean_siren_or_siret
from intake.models import Company, Irritant


def identify(irritant: Irritant, values: dict) -> dict:
    """Bring `irritant.company` in line with checked answers; the irritant's columns that change with it.

    What is shared with other irritants is not renamed under them: another number means another row.
    """
    company = irritant.company
    changes = {}
    if values.get("organisation_type"):
        changes["organisation_type"] = values["organisation_type"]
    number, country = values.get("siren_or_siret"), values.get("country")
    if number:
        siren, siret = clean_siren_or_siret(number)
        changes |= {"siren": siren, "siret": siret or company.siret, "country": "FR", "foreign_id": ""}
        known = Company.objects.filter(siren=siren).exclude(pk=company.pk).first()
        if known:
            return {"company": known}
        if siren != company.siren:
            changes["siret"] = siret
    elif country and country != "FR":
        changes |= {
            "country": country,
            "foreign_id": values.get("foreign_id") or "",
            "siren": "",
            "siret": "",
        }
    if not changes:
        return {}
    identity = {"siren", "country", "foreign_id"} & {
        n for n, v in changes.items() if v != getattr(company, n)
    }
    if identity and company.irritants.exclude(pk=irritant.pk).exists():
        kept = {"name": company.name, "organisation_type": company.organisation_type}
        return {"company": Company.objects.create(**{**kept, **changes})}
    Company.objects.filter(pk=company.pk).update(**changes)
    irritant.company.refresh_from_db()
    return {}
