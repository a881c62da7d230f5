"""Rows that remember what happened and what is owed."""

from journal.models.access import (
    AccessLink,
    AccessLinkQuerySet,
    AccessRecord,
    AccessRecordQuerySet,
    StandIn,
    StandInQuerySet,
)
from journal.models.events import ROLES_SHOWN, AuditRun, AuditRunQuerySet, ChainHead, Event
from journal.models.exports import Export, ExportQuerySet, ExportStage
from journal.models.messages import BlockedAddress, Message, MessageQuerySet, MessageText
from journal.models.work import ClockMark, ClockRun, Job, JobQuerySet

__all__ = [
    "ROLES_SHOWN",
    "AccessLink",
    "AccessLinkQuerySet",
    "AccessRecord",
    "AccessRecordQuerySet",
    "AuditRun",
    "AuditRunQuerySet",
    "BlockedAddress",
    "ChainHead",
    "ClockMark",
    "ClockRun",
    "Event",
    "Export",
    "ExportQuerySet",
    "ExportStage",
    "Job",
    "JobQuerySet",
    "Message",
    "MessageQuerySet",
    "MessageText",
    "StandIn",
    "StandInQuerySet",
]
