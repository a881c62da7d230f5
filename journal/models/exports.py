"""Tables that somebody asked for."""

import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation import clock


class ExportStage(models.TextChoices):
    WAITING = "waiting", _("en attente")
    RUNNING = "running", _("en cours")
    READY = "ready", _("prêt")
    FAILED = "failed", _("en échec")
    CANCELLED = "cancelled", pgettext_lazy("export", "annulé")
    WITHDRAWN = "withdrawn", pgettext_lazy("export", "retiré")


class ExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever asked for it, nobody else: not even an administrator."""
        return self.filter(owner=user)

    def unfinished(self):
        return self.filter(stage__in=[ExportStage.WAITING, ExportStage.RUNNING])

    def outlived(self):
        return self.filter(created_at__lt=clock.now() - Export.KEPT)


class Export(models.Model):
    """A table that somebody asked for, made by a worker, theirs alone, gone after a week (journal.exports).

    `what`: the name of its exporter; `columns`, `choices`: codes of closed lists and dates. `done` of `total` rows are
    written; `total` is None until they were counted. `reason`: a code, why it failed.
    """

    KEPT = timedelta(days=7)
    FORMATS = [("xlsx", "XLSX"), ("csv", "CSV")]

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    what = models.CharField(max_length=20)
    format = models.CharField(max_length=4, choices=FORMATS)
    columns = models.JSONField(default=list)
    choices = models.JSONField(default=dict)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    stage = models.CharField(max_length=10, choices=ExportStage.choices, default=ExportStage.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False, db_index=True)
    version = models.PositiveIntegerField(default=1)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.what} {self.created_at:%Y-%m-%d}"

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / "exports" / f"{self.public_id.hex}.{self.format}"

    @property
    def is_unfinished(self) -> bool:
        return self.stage in (ExportStage.WAITING, ExportStage.RUNNING)

    @property
    def kept_until(self):
        return self.created_at + self.KEPT
