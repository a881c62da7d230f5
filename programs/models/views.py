"""How often an offer's public page was opened: a number a day, and nothing about who opened it."""

from datetime import date

from django.db import models
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from foundation.rows import added
from programs.models.offer import Offer


class OfferViewsQuerySet(models.QuerySet):
    def since(self, day: date):
        return self.filter(day__gte=day)

    def by_offer(self) -> dict[int, int]:
        """Primary key of the offer → how often, of those that were opened."""
        rows = self.order_by().values_list("offer").annotate(Sum("count"))
        return dict(rows)


class OfferViews(models.Model):
    """One row per offer and day on which somebody opened it."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="views", verbose_name=_("offre"))
    day = models.DateField(_("jour"))
    count = models.PositiveIntegerField(_("consultations"), default=1)

    objects = OfferViewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultations d’une offre")
        constraints = [models.UniqueConstraint(fields=["offer", "day"], name="offer_views_one_row_a_day")]
        indexes = [models.Index(fields=["day"])]

    def __str__(self):
        return f"{self.offer_id} {self.day}: {self.count}"

    @classmethod
    def add(cls, offer_pk: int, day: date) -> None:
        """One more; two at once are two."""
        row = cls.objects.filter(offer=offer_pk, day=day)
        if not row.update(count=F("count") + 1) and not added(cls(offer_id=offer_pk, day=day)):
            row.update(count=F("count") + 1)
