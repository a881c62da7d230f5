"""What was so for a time: parents of an organisation, and what it is to the consortium."""

from datetime import date

from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from partners.models.organisation import Organisation


class PeriodQuerySet(models.QuerySet):
    def on(self, day: date):
        """Those that hold on this day."""
        return self.filter(
            Q(since__isnull=True) | Q(since__lte=day), Q(until__isnull=True) | Q(until__gte=day)
        )

    def present(self):
        return self.on(clock.today())


class Period(models.Model):
    """First and last day included; None: since before anybody wrote it down, until further notice."""

    since = models.DateField(_("depuis"), null=True, blank=True)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        abstract = True

    def holds(self, day: date | None = None) -> bool:
        day = day or clock.today()
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def meets(self, other: "Period") -> bool:
        """Whether both hold on some day."""
        return (self.since or date.min) <= (other.until or date.max) and (other.since or date.min) <= (
            self.until or date.max
        )


def ends_after_it_begins(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(since=None) | Q(until=None) | Q(until__gte=models.F("since")),
        name=name,
        violation_error_message=_("Le dernier jour précède le premier."),
    )


class Affiliation(Period):
    """What an organisation belongs to, with dates: teams and laboratories change their parents.

    Labels of the natures go before the parent's name, with a colon or as a term.
    """

    class Nature(models.TextChoices):
        TUTELLE = "tutelle", _("tutelle")
        PART = "part", _("fait partie de")
        SITE = "site", _("site de")
        SUBSIDIARY = "subsidiary", _("filiale de")

    child = models.ForeignKey(Organisation, models.CASCADE, related_name="affiliations")
    parent = models.ForeignKey(
        Organisation, models.CASCADE, related_name="parts", verbose_name=_("rattachée à")
    )
    nature = models.CharField(_("lien"), max_length=12, choices=Nature.choices, default=Nature.TUTELLE)

    class Meta:
        verbose_name = _("rattachement")
        verbose_name_plural = _("rattachements")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["child", "parent", "since"], name="affiliation_unique"),
            models.CheckConstraint(
                condition=~Q(child=models.F("parent")),
                name="affiliation_not_to_itself",
                violation_error_message=_("Une organisation n’est pas rattachée à elle-même."),
            ),
            ends_after_it_begins("affiliation_ends_after_it_begins"),
        ]

    def __str__(self):
        return f"{self.get_nature_display()} {self.parent}"


def with_parents(path: str = "") -> Prefetch:
    """For prefetch_related: one query, after which `present_parents` asks nothing. `path`: "organisation__"…"""
    return Prefetch(f"{path}affiliations", queryset=Affiliation.objects.select_related("parent"))


class Standing(Period):
    """What an organisation is to the consortium, as the cluster decided. Without a row nothing is said."""

    class Kind(models.TextChoices):
        FOUNDER = "founder", _("membre fondateur")
        PARTNER = "partner", _("partenaire du consortium")
        OUTSIDE = "outside", _("hors consortium")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="standings")
    kind = models.CharField(_("place"), max_length=10, choices=Kind.choices)

    class Meta:
        verbose_name = _("place dans le consortium")
        verbose_name_plural = _("place dans le consortium")
        ordering = ["since", "pk"]
        constraints = [ends_after_it_begins("standing_ends_after_it_begins")]

    def __str__(self):
        return str(self.get_kind_display())
