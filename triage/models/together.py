"""Several people on a case: who has it open, who writes, what the qualification said before, who was called."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models import Irritant


class QualificationVersion(models.Model):
    """What a qualification said at one version, so that two people who wrote at once see what both had read.

    `said`: triage.qualifying.said, what JSON can hold. Only the last ones are kept (triage.qualifying.VERSIONS_KEPT).
    """

    qualification = models.ForeignKey("triage.Qualification", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    said = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("version d’une qualification")
        constraints = [
            models.UniqueConstraint(fields=["qualification", "number"], name="qualification_version_once")
        ]

    def __str__(self):
        return f"{self.qualification} {self.number}"


class Presence(models.Model):
    """Somebody has a case open now: renewed by the page itself, forgotten when it falls silent (triage.presence)."""

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        verbose_name = _("présence sur un dossier")
        constraints = [models.UniqueConstraint(fields=["irritant", "user"], name="present_once")]

    def __str__(self):
        return f"{self.user} @ {self.irritant}"


class Pen(models.Model):
    """Who writes the qualification now: one row per case, advice only; the version is what protects the words.

    `number` grows with every change of hands, so that a take-over names whom it takes the pen from.
    """

    irritant = models.OneToOneField(Irritant, models.CASCADE, primary_key=True, related_name="pen")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(default=1)
    since = models.DateTimeField(default=clock.now)
    touched_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("plume")

    def __str__(self):
        return f"{self.owner} → {self.irritant}"


class Mention(models.Model):
    """A colleague who was called in a note and has not opened the case since (triage.mentions).

    Another call makes another row: a page that shows the first one is not the page that shows the second.
    """

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("mention dans une note")
        constraints = [models.UniqueConstraint(fields=["irritant", "person"], name="mentioned_once")]

    def __str__(self):
        return f"@{self.person} {self.irritant}"
