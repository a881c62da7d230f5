"""What a partner asks the coordination to change about its organisation."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import clock
from partners.models.organisation import Organisation


class AskedStage(models.TextChoices):
    WAITING = "waiting", _("en attente")
    SETTLED = "settled", _("traitée")


class AskedChange(models.Model):
    """Standing, parents, who signs: what the cluster decides is asked for in the partner's own words."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="asked_changes", verbose_name=_("partenaire")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("personne")
    )
    text = models.TextField(_("ce qui est à changer"), max_length=2000)
    stage = models.CharField(_("état"), max_length=10, choices=AskedStage.choices, default=AskedStage.WAITING)
    asked_at = models.DateTimeField(_("demandé le"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("changement demandé")
        verbose_name_plural = _("changements demandés")
        ordering = ["-asked_at", "-pk"]

    def __str__(self):
        return f"{self.organisation} · {self.asked_at:%d/%m/%Y}"
