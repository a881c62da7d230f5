"""When nobody answers for a partner."""

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models.organisation import Organisation


class PartnerAbsenceQuerySet(models.QuerySet):
    def between(self, first, last):
        """Those with a day in common with these calendar days, both included."""
        return self.filter(since__lte=last, until__gte=first)


class PartnerAbsence(models.Model):
    """Nobody answers for a partner, first and last day included: summer, a move, no time before a date."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="absences", verbose_name=_("partenaire")
    )
    since = models.DateField(_("du"))
    until = models.DateField(_("au"))

    objects = PartnerAbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence d’un partenaire")
        verbose_name_plural = _("absences")
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=models.F("since")),
                name="partner_absence_ends_after_it_begins",
                violation_error_message=_("Le dernier jour précède le premier."),
            )
        ]
        indexes = [models.Index(fields=["until"])]

    def __str__(self):
        days = {"since": date_format(self.since), "until": date_format(self.until)}
        return gettext("du %(since)s au %(until)s") % days
