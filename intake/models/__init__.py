"""What companies bring."""

from intake.models.calls import Appointment, Call, CallStage
from intake.models.colleagues import Colleague
from intake.models.companies import (
    Company,
    Contact,
    JoinedCompany,
    JoinedContact,
    OfIrritantsQuerySet,
    OrganisationType,
)
from intake.models.conversation import Post, Question, QuestionQuerySet, Reopened
from intake.models.destinations import (
    Destination,
    DestinationKind,
    DestinationQuerySet,
    HandOver,
    check_territories,
)
from intake.models.drafts import Draft, DraftQuerySet, draft_expiry, new_draft_token
from intake.models.feedback import Feedback, FeedbackAnswer, FeedbackQuestion
from intake.models.irritant import (
    TEXT_MAX,
    TEXT_MIN,
    Confidentiality,
    DataMaturity,
    Deadline,
    Irritant,
    IrritantQuerySet,
    Outcome,
    Stage,
    Turn,
    asleep_on,
)

__all__ = [
    "TEXT_MAX",
    "TEXT_MIN",
    "Appointment",
    "Call",
    "CallStage",
    "Colleague",
    "Company",
    "Confidentiality",
    "Contact",
    "DataMaturity",
    "Deadline",
    "Destination",
    "DestinationKind",
    "DestinationQuerySet",
    "Draft",
    "DraftQuerySet",
    "Feedback",
    "FeedbackAnswer",
    "FeedbackQuestion",
    "HandOver",
    "Irritant",
    "IrritantQuerySet",
    "JoinedCompany",
    "JoinedContact",
    "OfIrritantsQuerySet",
    "OrganisationType",
    "Outcome",
    "Post",
    "Question",
    "QuestionQuerySet",
    "Reopened",
    "Stage",
    "Turn",
    "asleep_on",
    "check_territories",
    "draft_expiry",
    "new_draft_token",
]
