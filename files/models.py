"""One row per stored file. The bytes lie under MEDIA_ROOT/files/, never under a URL of their own."""

import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock


class FileState(models.TextChoices):
    PENDING = "pending", _("en cours d’analyse")
    CLEAN = "clean", _("analysé")
    INFECTED = "infected", _("écarté par l’antivirus")
    UNSCANNED = "unscanned", _("non analysé")


class StoredFileQuerySet(models.QuerySet):
    def stuck(self, after: timedelta = timedelta(minutes=5)):
        """Files that the antivirus should have looked at by now."""
        return self.filter(state=FileState.PENDING, uploaded_at__lt=clock.now() - after)

    def infected(self):
        return self.filter(state=FileState.INFECTED)


class StoredFile(models.Model):
    """A file of a case. `subject`: the word of the conversation it came with (None: it came with the form).

    `size` and `sha256` are those of the bytes kept: a picture is kept without its metadata. An infected file keeps its
    row and loses its bytes.
    """

    came_again = False  # set by store.receive on what it gives back instead of keeping the same bytes twice

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.UUIDField(_("dossier"), db_index=True)
    subject = models.UUIDField(_("objet"), null=True, blank=True, db_index=True)
    name = models.CharField(_("nom"), max_length=120)
    kind = models.CharField(_("nature"), max_length=10)
    size = models.PositiveIntegerField(_("taille en octets"))
    sha256 = models.CharField(max_length=64)
    state = models.CharField(
        _("antivirus"), max_length=10, choices=FileState.choices, default=FileState.PENDING
    )
    uploaded_at = models.DateTimeField(_("déposé le"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("fichier")
        verbose_name_plural = _("fichiers")
        ordering = ["uploaded_at"]
        indexes = [models.Index(fields=["state", "uploaded_at"])]

    def __str__(self):
        return self.name

    @property
    def public_id(self) -> uuid.UUID:
        return self.pk

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / "files" / self.pk.hex[:2] / self.pk.hex

    @property
    def may_leave(self) -> bool:
        """Whether anybody may download it: where there is an antivirus, only what it found clean."""
        return self.state == FileState.CLEAN or (self.state == FileState.UNSCANNED and not settings.CLAMD_URL)

    @property
    def note(self) -> str:
        """What a list says beside the name; "" for a file that was found clean."""
        return "" if self.state == FileState.CLEAN else str(FileState(self.state).label)

    def listed(self, url: str, *, first: "StoredFile | None" = None) -> dict:
        """The file as components/file_list.html wants it: `url` only where it may leave.

        first: the file that brought the same bytes with an earlier word, if there was one.
        """
        day = date_format(timezone.localtime(first.uploaded_at), "DATE_FORMAT") if first else ""
        return {
            "name": self.name,
            "size": self.size,
            "url": url if self.may_leave else "",
            "note": self.note,
            "again": gettext("déjà reçu le %(day)s") % {"day": day} if first else "",
            "refused": self.state == FileState.INFECTED,
        }
