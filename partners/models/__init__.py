"""Organisations, their members, their absences."""

from partners.models.absence import PartnerAbsence, PartnerAbsenceQuerySet
from partners.models.membership import Membership
from partners.models.organisation import Affiliation, Kind, Organisation, OrganisationQuerySet

__all__ = [
    "Affiliation",
    "Kind",
    "Membership",
    "Organisation",
    "OrganisationQuerySet",
    "PartnerAbsence",
    "PartnerAbsenceQuerySet",
]
