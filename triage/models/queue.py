"""What the queue is read from: one narrow line per irritant and value one may filter by, and saved views."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models import Irritant
from intake.scope import followed_by
from programs import terms
from programs.models import Pillar


class Bucket(models.TextChoices):
    """Where an irritant waits: exactly one of these at any time."""

    TO_TAKE = "to_take"
    TO_QUALIFY = "to_qualify"
    ANSWERED = "answered"  # a partner asks something
    TO_SEND = "to_send"  # a proposal
    TO_CLOSE = "to_close"
    COMPANY = "company"
    PARTNER = "partner"
    CLOSED = "closed"


OURS = (Bucket.TO_TAKE, Bucket.TO_QUALIFY, Bucket.ANSWERED, Bucket.TO_SEND, Bucket.TO_CLOSE)
EVERY = ""  # the code that every irritant has


def territories_of(user) -> list[str]:
    """The codes of the places to which a coordinator is limited; what nobody knows is everybody's."""
    return [f"territory:{code}" for code in (*user.departments, "unknown")]


def _has(codes):
    return Exists(QueueEntry.objects.filter(irritant=OuterRef("irritant"), code__in=codes))


class QueueEntryQuerySet(models.QuerySet):
    def oldest_first(self):
        return self.order_by("at", "irritant_id")

    def also(self, codes):
        """Those whose irritant has, of each of these sets of codes, one too."""
        rows = self
        for some in codes:
            rows = rows.filter(_has(some))
        return rows

    def without(self, codes):
        """Those whose irritant has none of these codes."""
        return self.exclude(_has(codes))

    def seen_by(self, user):
        """Those of the irritants that this person sees: triage.filing's codes for intake.scope.seen_by."""
        if user is None or not user.is_limited:
            return self
        within = Q()
        if user.departments:
            within &= Q(_has(territories_of(user)))
        if user.pillars:
            others = [term.pk for term in terms.known(Pillar) if term.pk not in user.pillars]
            within &= ~Q(_has([f"pillar:{code}" for code in others]))
        return self.filter(within | Q(_has([f"who:{key}" for key in followed_by(user)])))

    def asleep(self, today):
        return self.filter(awake_on__gt=today)

    def awake(self, today):
        return self.filter(Q(awake_on__isnull=True) | Q(awake_on__lte=today))


class QueueEntry(models.Model):
    """An irritant under one code it can be found by: "" (every irritant has it), "sector:foundry-metals", "flag:hold".

    Copies where the irritant waits, since when and until when, so that a filter is one range of an index, whatever
    else there is. `awake_on`: the day on which it is back when it was put to sleep, so that it is back without anybody
    writing here. Written by triage.filing alone.
    """

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="+", db_index=False)
    code = models.CharField(max_length=70, blank=True)
    bucket = models.CharField(max_length=10)  # a Bucket
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    awake_on = models.DateField(null=True, blank=True)

    objects = QueueEntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["irritant", "code"], name="queue_entry_once")]
        indexes = [
            models.Index(fields=["code", "bucket", "at", "irritant", "awake_on"], name="queue_entry_waiting"),
            models.Index(
                fields=["code", "due_at", "irritant", "awake_on"],
                name="queue_entry_due",
                condition=Q(due_at__isnull=False),
            ),
            models.Index(
                fields=["code", "awake_on", "irritant"],
                name="queue_entry_asleep",
                condition=Q(awake_on__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.irritant_id} {self.code}"


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and those that a colleague shares."""
        return self.filter(Q(owner=user) | Q(shared=True))


class SavedView(models.Model):
    """A way of looking at the queue that somebody gave a name to. `query`: the query string of the queue's page."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("nom"), max_length=40)
    query = models.CharField(max_length=600)
    shared = models.BooleanField(_("partagée"), default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("vue enregistrée")
        verbose_name_plural = _("vues enregistrées")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="saved_view_name_once",
                violation_error_message=_("Vous avez déjà une vue de ce nom."),
            )
        ]

    def __str__(self):
        return self.name
