"""Limiting a coordinator to pillars: the coordinator's reading gives an irritant its pillar."""

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from intake.scope import LIMITS
from triage.models import Qualification


@LIMITS.register("pillars")
def of_their_pillars(user: User) -> Q | None:
    """Whatever is not known to be of another pillar."""
    if not user.pillars:
        return None
    of_others = Qualification.objects.filter(irritant=OuterRef("pk")).exclude(
        Q(pillar=None) | Q(pillar__in=user.pillars)
    )
    return ~Q(Exists(of_others))
