"""Organisations, their members, their absences."""

from partners.models.absence import PartnerAbsence, PartnerAbsenceQuerySet
from partners.models.joining import (
    Invitation,
    InvitationQuerySet,
    InvitationStage,
    JoinRequest,
    JoinRequestQuerySet,
    JoinStage,
)
from partners.models.membership import Membership, MembershipQuerySet
from partners.models.organisation import Affiliation, Kind, Organisation, OrganisationQuerySet

__all__ = [
    "Affiliation",
    "Invitation",
    "InvitationQuerySet",
    "InvitationStage",
    "JoinRequest",
    "JoinRequestQuerySet",
    "JoinStage",
    "Kind",
    "Membership",
    "MembershipQuerySet",
    "Organisation",
    "OrganisationQuerySet",
    "PartnerAbsence",
    "PartnerAbsenceQuerySet",
]
