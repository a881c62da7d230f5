"""What came of a collaboration: figures with their source, and what the parties think of it."""

import uuid
from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from foundation import clock
from partners.models import Organisation
from proposals.models.collaborations import Collaboration


class FigureKind(models.TextChoices):
    """What the cluster counts. Domain §0: places of training, theses, contracts, start-ups, jobs."""

    SEATS = "seats", _("places de formation suivies")
    INTERNS = "interns", _("stagiaires ou alternants accueillis")
    THESES_FILED = "theses_filed", _("thèses déposées")
    THESES_GRANTED = "theses_granted", _("thèses obtenues")
    CONTRACTS = "contracts", _("contrats signés, en euros")
    STARTUPS = "startups", _("jeunes pousses créées")
    JOBS = "jobs", _("emplois créés ou maintenus")


class FigureState(models.TextChoices):
    ENTERED = "entered", _("à confirmer")
    CONFIRMED = "confirmed", _("confirmé")
    REFUSED = "refused", _("écarté")


class OutcomeFigureQuerySet(models.QuerySet):
    def confirmed(self):
        """Those that count: the coordination has looked at their source."""
        return self.filter(state=FigureState.CONFIRMED)

    def between(self, first: date, last: date):
        return self.filter(on__gte=first, on__lte=last)

    def totals(self) -> dict[str, dict]:
        """Kind → {"number", "amount" (euros), "collaborations": how many they come from}; every kind, in its order."""
        found: dict[str, dict] = {
            kind: {"number": 0, "amount": Decimal(0), "collaborations": 0} for kind in FigureKind.values
        }
        sums = self.order_by().values("kind").annotate(numbers=Sum("number"), amounts=Sum("amount"))
        cases = defaultdict(set)
        for kind, collaboration in self.order_by().values_list("kind", "collaboration"):
            cases[kind].add(collaboration)
        for row in sums:
            found[row["kind"]] = {
                "number": row["numbers"] or 0,
                "amount": row["amounts"] or Decimal(0),
                "collaborations": len(cases[row["kind"]]),
            }
        return found


class OutcomeFigure(models.Model):
    """Something countable that came of a collaboration. `source`: the paper or the person that says so."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="figures")
    kind = models.CharField(_("quoi"), max_length=16, choices=FigureKind.choices)
    number = models.PositiveIntegerField(_("combien"), default=1, validators=[MinValueValidator(1)])
    amount = models.DecimalField(
        _("montant en euros"), max_digits=11, decimal_places=2, null=True, blank=True
    )
    on = models.DateField(_("date"))
    source = models.CharField(_("source"), max_length=300)
    by = models.CharField(max_length=12)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(
        _("état"), max_length=10, choices=FigureState.choices, default=FigureState.ENTERED
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = OutcomeFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("résultat chiffré")
        verbose_name_plural = _("résultats chiffrés")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="figure_counts_something"),
            models.CheckConstraint(
                condition=~Q(kind="contracts") | Q(amount__isnull=False), name="contracts_have_an_amount"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.number}"


class ReviewMoment(models.TextChoices):
    MIDDLE = "middle", _("à mi-parcours")
    END = "end", _("à la fin")


class Satisfaction(models.TextChoices):
    VERY = "very", _("très satisfait")
    RATHER = "rather", _("plutôt satisfait")
    LITTLE = "little", _("plutôt pas satisfait")
    NOT = "not", _("pas du tout satisfait")


class Alone(models.TextChoices):
    """« Sans le cluster, l’auriez-vous fait ? »: what a public funder calls additionality."""

    SAME = "same", _("oui, pareil")
    LATER = "later", _("oui, mais plus tard ou en plus petit")
    NO = "no", _("non")
    UNKNOWN = "unknown", _("nous ne savons pas")


class ReviewQuerySet(models.QuerySet):
    def of_companies(self):
        return self.filter(organisation=None)

    def of_partners(self):
        return self.exclude(organisation=None)

    def tally(self, field: str) -> dict[str, int]:
        """How often each closed answer of "satisfaction" or "alone" was given."""
        rows = self.exclude(**{field: ""}).order_by().values_list(field)
        return dict(rows.annotate(n=models.Count("pk")))


class Review(models.Model):
    """What one party says of a collaboration at its middle or end: two closed answers and a word."""

    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="reviews")
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("vide : l’entreprise"),
    )
    moment = models.CharField(_("moment"), max_length=8, choices=ReviewMoment.choices)
    satisfaction = models.CharField(_("satisfaction"), max_length=8, choices=Satisfaction.choices)
    alone = models.CharField(_("sans le cluster, l’auriez-vous fait ?"), max_length=8, choices=Alone.choices)
    comment = models.TextField(_("un mot"), max_length=1000, blank=True)
    at = models.DateTimeField(default=clock.now, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("avis sur une collaboration")
        verbose_name_plural = _("avis sur des collaborations")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["collaboration", "organisation", "moment"], name="one_review_per_partner"
            ),
            models.UniqueConstraint(
                fields=["collaboration", "moment"],
                condition=Q(organisation=None),
                name="one_review_of_the_company",
            ),
        ]

    def __str__(self):
        return f"{self.collaboration}: {self.moment}"
