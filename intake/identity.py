"""The legal entity behind an irritant, corrected by the company itself when a coordinator asks."""

from intake.models import Company, Irritant
from intake.submission import company_of


def identify(irritant: Irritant, values: dict) -> dict:
    """The irritant's columns that checked answers about its company change.

    Another number means another row, found or made as at the submission: what other irritants share is not renamed
    under them, and what is known of an organisation is never overwritten by whoever gives its number.
    """
    company = irritant.company
    number, country = values.get("siren_or_siret"), values.get("country") or company.country
    abroad = country != "FR" and values.get("foreign_id")
    if number or abroad:
        found = company_of(
            {
                "company_name": company.name,
                "organisation_type": values.get("organisation_type") or company.organisation_type,
                "country": country if abroad else "FR",
                "siren_or_siret": "" if abroad else number,
                "foreign_id": abroad or "",
            }
        )
        return {} if found.pk == company.pk else {"company": found}
    if values.get("organisation_type"):
        Company.objects.filter(pk=company.pk).update(organisation_type=values["organisation_type"])
        company.refresh_from_db()
    return {}


def tidy(company: Company) -> None:
    """Remove a row typed by hand that its last irritant left for the registered one."""
    if not (company.siren or company.foreign_id or company.organisation_id or company.irritants.exists()):
        company.delete()
