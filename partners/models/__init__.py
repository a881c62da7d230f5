"""Organisations, their members, their absences."""

from partners.models.absence import PartnerAbsence, PartnerAbsenceQuerySet
from partners.models.asked import AskedChange, AskedStage
from partners.models.joining import (
    Invitation,
    InvitationQuerySet,
    InvitationStage,
    JoinRequest,
    JoinRequestQuerySet,
    JoinStage,
)
from partners.models.membership import Membership, MembershipQuerySet
from partners.models.organisation import Kind, Organisation, OrganisationQuerySet, SignsBecause
from partners.models.periods import Affiliation, Period, Standing, with_parents

__all__ = [
    "Affiliation",
    "AskedChange",
    "AskedStage",
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
    "Period",
    "SignsBecause",
    "Standing",
    "with_parents",
]
