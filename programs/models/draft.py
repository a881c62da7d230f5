"""What an editor typed and the portal could not, or not yet, put into the offer."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import clock
from programs.models.offer import Offer


class OfferDraft(models.Model):
    """One person's unsaved words about one offer: field name → values as they were typed, valid or not.

    Saved a moment after the last key and whenever a value is refused; gone once the offer holds them. `seen`: the
    version of the offer over which they were typed.
    """

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    typed = models.JSONField(default=dict)
    seen = models.PositiveIntegerField()
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("saisie en cours")
        verbose_name_plural = _("saisies en cours")
        constraints = [
            models.UniqueConstraint(fields=["offer", "user"], name="one_draft_per_person_and_offer")
        ]

    def __str__(self):
        return f"{self.offer_id} {self.saved_at:%d/%m/%Y}"
