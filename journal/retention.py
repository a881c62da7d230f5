"""What time ends by itself: rules of the clock derived from the register of personal data (foundation.privacy).

Each app declares which rows of a model have outlived their days; how many days, which fields, and what becomes of them
is the register's to say, and the same code as erasure does it. Cases and accounts, whose people are written to first,
have rules of their own (intake.retention, partners.retention).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.privacy import LIVING, OnErase, days_of, held_by
from journal import scrubbing
from journal.capping import Cap
from journal.clockwork import rule
from journal.erasing import ERASED, end
from journal.models import AccessLink, BlockedAddress, Message, StandIn


def since(name: str) -> datetime:
    """What was last touched before that moment has outlived the days that the register gives the rule `name`."""
    return clock.now() - timedelta(days=days_of(name))


def without_the_living(rows: QuerySet, path: str) -> QuerySet:
    """Without those that belong to a case which goes on. `path`: from a row to its UUID."""
    for living in LIVING.values():
        rows = rows.exclude(**{f"{path}__in": living()})
    return rows


def not_ended(rows: QuerySet, fields: dict[str, OnErase]) -> QuerySet:
    """Those that still hold something in one of these fields."""
    holding = Q()
    for name, effect in fields.items():
        field = rows.model._meta.get_field(name)
        if effect is OnErase.PSEUDONYM and isinstance(field, models.EmailField):
            holding |= ~Q(**{f"{name}__endswith": ERASED})
        elif effect is OnErase.BLANK:
            holding |= ~Q(**{name: ""})
    return rows.filter(holding)


def ends(name: str, model: type[models.Model], *, title: str | Promise, capped: bool = True):
    """Register the decorated function(before) → rows of `model` untouched since that moment as the clock rule `name`,
    which does to them what the register says of the fields that this rule ends."""

    def decorate(rows: Callable[[datetime], QuerySet]):
        label = model._meta.label

        def who() -> QuerySet:
            return not_ended(rows(since(name)), held_by(label, ended_by=name))

        @transaction.atomic
        def end_them(due: QuerySet) -> int:
            keys = list(due.values_list("pk", flat=True))
            found = model._base_manager.filter(pk__in=keys)
            for path in end(found, held_by(label, ended_by=name)):
                transaction.on_commit(lambda path=path: (Path(settings.MEDIA_ROOT) / path).unlink(True))
            if keys and capped:
                scrubbing.owe()
            return len(keys)

        cap = Cap(model._base_manager.count) if capped else None
        rule(name, title=title, who=who, in_bulk=True, cap=cap, daily=True)(end_them)
        return rows

    return decorate


@ends(
    "retention.messages",
    Message,
    title=_("Courriels : remplacer les adresses par un pseudonyme après trois ans"),
)
def old_messages(before: datetime) -> QuerySet:
    rows = Message.objects.filter(created_at__lt=before).exclude(status=Message.OWED)
    return without_the_living(rows, "case")


@ends(
    "retention.links",
    AccessLink,
    title=_("Liens personnels : effacer ceux qui sont périmés depuis trois ans"),
)
def old_links(before: datetime) -> QuerySet:
    return without_the_living(AccessLink.objects.filter(expires_at__lt=before), "subject_id")


@ends(
    "retention.refusals",
    BlockedAddress,
    title=_("Adresses qui refusent nos courriels : les oublier après trois ans"),
)
def old_refusals(before: datetime) -> QuerySet:
    return BlockedAddress.objects.filter(since__lt=before)


@ends("retention.stand_ins", StandIn, title=_("Lecture au nom d’autrui : oublier la raison après trois ans"))
def old_stand_ins(before: datetime) -> QuerySet:
    return without_the_living(StandIn.objects.filter(ends_at__lt=before), "case")


@ends(
    "retention.admin_log",
    LogEntry,
    title=_("Journal de l’administration : effacer ce qui a plus de trois ans"),
)
def old_log_entries(before: datetime) -> QuerySet:
    return LogEntry.objects.filter(action_time__lt=before)


@ends(
    "retention.sessions",
    Session,
    title=_("Sessions : effacer celles qui sont finies"),
    capped=False,  # as many end as began: a day without a visitor is the exception
)
def over_sessions(before: datetime) -> QuerySet:
    return Session.objects.filter(expire_date__lt=clock.now())
