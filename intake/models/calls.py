"""The conversation in which a coordinator listens."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models.irritant import Irritant


class CallStage(models.TextChoices):
    PROPOSED = "proposed", _("créneaux proposés")
    FIXED = "fixed", _("rendez-vous pris")
    HELD = "held", _("a eu lieu")
    MISSED = "missed", _("personne n’a répondu")
    CANCELLED = "cancelled", _("annulé")


class Appointment(models.Model):
    """A date that two sides agree on: slots proposed, one chosen; a call here, a meeting with a partner in triage.

    `slots`: beginnings as ISO 8601 with their offset, soonest first. `how`: who calls which number, or an address.
    `sequence` grows with every change of a date that may stand in somebody's calendar (RFC 5545, 3.8.7.4).
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    slots = models.JSONField(_("créneaux"), default=list)
    starts_at = models.DateTimeField(_("date"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"), default=30)
    how = models.CharField(_("comment"), max_length=200, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    proposed_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    @property
    def choices(self) -> list[datetime]:
        return [datetime.fromisoformat(slot) for slot in self.slots]

    @property
    def is_open(self) -> bool:
        return self.stage in (CallStage.PROPOSED, CallStage.FIXED)


class Call(Appointment):
    """The conversation in which a coordinator listens (half an hour): slots proposed, one chosen, what came of it."""

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="calls")
    stage = models.CharField(_("état"), max_length=10, choices=CallStage.choices, default=CallStage.PROPOSED)
    note = models.TextField(_("ce qui en ressort"), max_length=4000, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("appel de qualification")
        verbose_name_plural = _("appels de qualification")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["irritant"],
                condition=Q(stage__in=["proposed", "fixed"]),
                name="one_open_call_per_irritant",
                violation_error_message=_("Un appel est déjà proposé pour cette demande."),
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["fixed", "missed"]) | Q(starts_at__isnull=False),
                name="call_fixed_has_a_date",
            ),
        ]

    def __str__(self):
        return f"{self.irritant} {self.stage}"
