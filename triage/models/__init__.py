"""Qualification, matches and referrals."""

from triage.models.canned import CannedAnswer, CannedAnswerQuerySet, CannedText
from triage.models.disclosure import (
    Disclosure,
    DisclosureQuerySet,
    NonDisclosure,
    NonDisclosureQuerySet,
    NonDisclosureState,
)
from triage.models.holding import HoldFiring, HoldMode, HoldRule, Judgement
from triage.models.learning import DecidedIrritant, DecisionCount, UnknownWord
from triage.models.likeness import TextPrint
from triage.models.matches import Match, MatchQuerySet, MatchRun, MatchState, SetAsideReason
from triage.models.meetings import Meeting, MeetingStage, PartnerWord
from triage.models.qualification import AIActClass, Budget, Qualification
from triage.models.queue import (
    EVERY,
    OURS,
    Bucket,
    QueueEntry,
    QueueEntryQuerySet,
    SavedView,
    SavedViewQuerySet,
    territories_of,
)
from triage.models.referrals import (
    CANCEL_REASONS,
    OPEN_REFERRAL,
    CancelReason,
    DeclineReason,
    Referral,
    ReferralQuerySet,
    ReferralStage,
)
from triage.models.together import Mention, Pen, Presence, QualificationVersion

__all__ = [
    "CANCEL_REASONS",
    "EVERY",
    "OPEN_REFERRAL",
    "OURS",
    "AIActClass",
    "Bucket",
    "Budget",
    "CancelReason",
    "CannedAnswer",
    "CannedAnswerQuerySet",
    "CannedText",
    "DecidedIrritant",
    "DecisionCount",
    "DeclineReason",
    "Disclosure",
    "DisclosureQuerySet",
    "HoldFiring",
    "HoldMode",
    "HoldRule",
    "Judgement",
    "Match",
    "MatchQuerySet",
    "MatchRun",
    "MatchState",
    "Meeting",
    "MeetingStage",
    "Mention",
    "NonDisclosure",
    "NonDisclosureQuerySet",
    "NonDisclosureState",
    "PartnerWord",
    "Pen",
    "Presence",
    "Qualification",
    "QualificationVersion",
    "QueueEntry",
    "QueueEntryQuerySet",
    "Referral",
    "ReferralQuerySet",
    "ReferralStage",
    "SavedView",
    "SavedViewQuerySet",
    "SetAsideReason",
    "TextPrint",
    "UnknownWord",
    "territories_of",
]
