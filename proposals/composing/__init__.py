"""From kept matches and a qualification to one to three dated options, and to the text around them. Pure."""

from proposals.composing.case import Employer, Need, Piece, Slot
from proposals.composing.options import compose, reason_against
from proposals.composing.planning import plan_again

__all__ = ["Employer", "Need", "Piece", "Slot", "compose", "plan_again", "reason_against"]
