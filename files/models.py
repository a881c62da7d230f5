"""One row per stored file. The bytes lie under MEDIA_ROOT/files/, never under a URL of their own."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import clock


class StoredFile(models.Model):
    """A file of a case. `subject`: the word of the conversation it came with (None: it came with the form)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.UUIDField(_("dossier"), db_index=True)
    subject = models.UUIDField(_("objet"), null=True, blank=True, db_index=True)
    name = models.CharField(_("nom"), max_length=120)
    kind = models.CharField(_("nature"), max_length=10)
    size = models.PositiveIntegerField(_("taille en octets"))
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(_("déposé le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("fichier")
        verbose_name_plural = _("fichiers")
        ordering = ["uploaded_at"]

    def __str__(self):
        return self.name

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / "files" / self.pk.hex[:2] / self.pk.hex
