"""Who follows an irritant beside its contact."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import clock


class Colleague(models.Model):
    """Somebody whom the contact lets follow an irritant: same page, same mails, never the last word on the case.

    The name is what the contact typed: what the portal knows of this address elsewhere is not shown here.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    irritant = models.ForeignKey("intake.Irritant", models.CASCADE, related_name="colleagues")
    email = models.EmailField(_("adresse électronique"), db_index=True)
    name = models.CharField(_("nom"), max_length=120)
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES, default="fr")
    added_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("collègue")
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["irritant", "email"],
                name="colleague_once",
                violation_error_message=_("Cette personne suit déjà la demande."),
            )
        ]

    def __str__(self):
        return self.name
