"""How a partner's offers come in without being typed: files that are imported, keys of the API."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from files.models import StoredFile
from foundation import clock
from partners.models import Organisation


class ImportStage(models.TextChoices):
    CHECKING = "checking", _("en cours de lecture")
    CHECKED = "checked", pgettext_lazy("import", "à confirmer")
    IMPORTING = "importing", pgettext_lazy("import", "en cours d’écriture")
    DONE = "done", pgettext_lazy("import", "terminé")
    FAILED = "failed", _("en échec")
    DISCARDED = "discarded", pgettext_lazy("import", "abandonné")


class CatalogueImportQuerySet(models.QuerySet):
    def unfinished(self):
        """Those for which a worker is at work."""
        return self.filter(stage__in=[ImportStage.CHECKING, ImportStage.IMPORTING])

    def outlived(self):
        return self.filter(created_at__lt=clock.now() - CatalogueImport.KEPT)


class CatalogueImport(models.Model):
    """A file of offers: read and compared first, written on demand, gone after a month (programs.imports).

    `report`: what the reading found, in the language of whoever sent it (programs.imports.planning.Plan.told);
    `done` of `total` lines are read; `submit_new`: those that are new are put forward for publication, too.
    """

    KEPT = timedelta(days=30)

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="imports")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    stage = models.CharField(max_length=10, choices=ImportStage.choices, default=ImportStage.CHECKING)
    submit_new = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    report = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False, db_index=True)
    version = models.PositiveIntegerField(default=1)

    objects = CatalogueImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.organisation} {self.created_at:%Y-%m-%d}"

    @property
    def is_unfinished(self) -> bool:
        return self.stage in (ImportStage.CHECKING, ImportStage.IMPORTING)

    @property
    def has_problems(self) -> bool:
        return bool(self.report.get("wrong"))


class ApiScope(models.TextChoices):
    READ = "read", _("lire ses offres, brouillons compris")
    WRITE = "write", _("lire et modifier ses offres")


class ApiKeyQuerySet(models.QuerySet):
    def usable(self):
        return self.filter(revoked_at=None, expires_at__gt=clock.now())


class ApiKey(models.Model):
    """A key of the API for one organisation. The secret is shown once; here is only its SHA-256.

    A digest without salt or stretching is enough for 256 random bits, which nobody guesses: what makes passwords
    guessable is that people choose them.
    """

    LONGEST = timedelta(days=366)

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("nom"), max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scope = models.CharField(_("droits"), max_length=5, choices=ApiScope.choices, default=ApiScope.READ)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("expire le"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("clé d’API")
        verbose_name_plural = _("clés d’API")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(digest=""), name="api_key_has_a_digest"),
        ]

    def __str__(self):
        return f"{self.name} ({self.prefix}…)"

    @property
    def state(self) -> str:
        """usable · expired · revoked"""
        if self.revoked_at is not None:
            return "revoked"
        return "usable" if self.expires_at > clock.now() else "expired"
