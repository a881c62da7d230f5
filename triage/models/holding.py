"""The rules that let a human look first, and what became of them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation import clock
from intake.models import Irritant


class HoldMode(models.TextChoices):
    ON = "on", pgettext_lazy("mode", "en service")
    OBSERVE = "observe", pgettext_lazy("mode", "observée")
    OFF = "off", pgettext_lazy("mode", "hors service")


class HoldRule(models.Model):
    """One reason for which the engine says that a human must look first, and what coordinators let it do."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    mode = models.CharField(_("mode"), max_length=8, choices=HoldMode.choices, default=HoldMode.ON)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("modifiée par"),
    )
    changed_at = models.DateTimeField(_("modifiée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("règle de retenue")
        verbose_name_plural = _("règles de retenue")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=["on", "observe", "off"]), name="hold_rule_mode_known"
            )
        ]

    def __str__(self):
        return self.code


class Judgement(models.TextChoices):
    CONFIRMED = "confirmed", _("retenue justifiée")
    REJECTED = "rejected", _("retenue à tort")


class HoldFiring(models.Model):
    """A rule that fired for an irritant, once however often it was computed, and what a human said of it.

    `mode`: the rule's when it fired; a rule that was off is not counted.
    """

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="firings")
    code = models.SlugField(_("code"), max_length=40)
    mode = models.CharField(_("mode"), max_length=8, choices=HoldMode.choices, default=HoldMode.ON)
    at = models.DateTimeField(_("date"), default=clock.now)
    judgement = models.CharField(_("avis"), max_length=10, choices=Judgement.choices, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("déclenchement d’une règle")
        constraints = [
            models.UniqueConstraint(fields=["irritant", "code"], name="rule_fires_once_per_irritant")
        ]
        indexes = [models.Index(fields=["code", "at"])]

    def __str__(self):
        return f"{self.code} {self.irritant}"
