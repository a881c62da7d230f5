"""Schemes and their dated rules: reference data that administrators may correct (docs/schemes.md)."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from simple_history.models import HistoricalRecords

from foundation import clock
from programs.schemes.definitions import DEFINITIONS, label_of
from programs.schemes.rulebook import Rule
from programs.schemes.vocabulary import CONFIDENCES, KINDS, measured

SOON = 60  # days before its last day from which a rule is announced as ending
LONG_AGO = 365  # days after which a rule that nobody looked at again is announced


class Edited(models.Model):
    """Whose word a row is: the file's, until a person changes it; from then on loading leaves it alone."""

    edited_at = models.DateTimeField(
        gettext_lazy("modifiée à la main le"), null=True, blank=True, editable=False
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=gettext_lazy("par"),
    )

    class Meta:
        abstract = True

    def touched(self, by) -> None:
        self.edited_at, self.edited_by = clock.now(), by


class Scheme(Edited):
    """One form of help, in words of three languages. What it costs is counted by the calculator of its code."""

    code = models.SlugField(gettext_lazy("code"), max_length=40, primary_key=True)
    kind = models.CharField(gettext_lazy("nature"), max_length=12, choices=list(KINDS.items()))
    operator = models.CharField(gettext_lazy("porté par"), max_length=160, blank=True)
    name_fr = models.CharField(gettext_lazy("nom (fr)"), max_length=110)
    name_de = models.CharField(gettext_lazy("nom (de)"), max_length=110)
    name_en = models.CharField(gettext_lazy("nom (en)"), max_length=110)
    sentence_fr = models.CharField(gettext_lazy("en une phrase (fr)"), max_length=300)
    sentence_de = models.CharField(gettext_lazy("en une phrase (de)"), max_length=300)
    sentence_en = models.CharField(gettext_lazy("en une phrase (en)"), max_length=300)
    audience_fr = models.CharField(gettext_lazy("pour qui (fr)"), max_length=300)
    audience_de = models.CharField(gettext_lazy("pour qui (de)"), max_length=300)
    audience_en = models.CharField(gettext_lazy("pour qui (en)"), max_length=300)
    signs_fr = models.CharField(gettext_lazy("qui signe (fr)"), max_length=300)
    signs_de = models.CharField(gettext_lazy("qui signe (de)"), max_length=300)
    signs_en = models.CharField(gettext_lazy("qui signe (en)"), max_length=300)
    # One a line.
    ask_fr = models.TextField(gettext_lazy("à demander avant (fr)"), max_length=2000, blank=True)
    ask_de = models.TextField(gettext_lazy("à demander avant (de)"), max_length=2000, blank=True)
    ask_en = models.TextField(gettext_lazy("à demander avant (en)"), max_length=2000, blank=True)
    traps_fr = models.TextField(gettext_lazy("pièges (fr)"), max_length=2000, blank=True)
    traps_de = models.TextField(gettext_lazy("pièges (de)"), max_length=2000, blank=True)
    traps_en = models.TextField(gettext_lazy("pièges (en)"), max_length=2000, blank=True)
    # Codes of programs.schemes.vocabulary; an employer in neither list has to be checked.
    open_to = models.JSONField(gettext_lazy("ouvert à"), default=list, blank=True)
    closed_to = models.JSONField(gettext_lazy("fermé à"), default=list, blank=True)
    sizes = models.JSONField(gettext_lazy("tailles admises"), default=list, blank=True)
    region_only = models.BooleanField(gettext_lazy("réservé au Grand Est"), default=False)
    no_startup = models.BooleanField(gettext_lazy("start-up exclues"), default=False)
    instead = models.JSONField(
        gettext_lazy("à regarder à la place"), default=dict, blank=True, editable=False
    )
    # From the first word to the start, and how long it lasts; None: our sources do not say.
    weeks_low = models.PositiveSmallIntegerField(
        gettext_lazy("délai minimal (semaines)"), null=True, blank=True
    )
    weeks_high = models.PositiveSmallIntegerField(
        gettext_lazy("délai maximal (semaines)"), null=True, blank=True
    )
    months_low = models.PositiveSmallIntegerField(
        gettext_lazy("durée minimale (mois)"), null=True, blank=True
    )
    months_high = models.PositiveSmallIntegerField(
        gettext_lazy("durée maximale (mois)"), null=True, blank=True
    )
    source = models.CharField(gettext_lazy("source"), max_length=300)
    confidence = models.CharField(gettext_lazy("confiance"), max_length=6, choices=list(CONFIDENCES.items()))
    position = models.PositiveSmallIntegerField(gettext_lazy("rang"), default=0)

    history = HistoricalRecords(excluded_fields=["edited_at", "edited_by"])

    class Meta:
        verbose_name = gettext_lazy("dispositif")
        verbose_name_plural = gettext_lazy("dispositifs")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weeks_low=None) | Q(weeks_high=None) | Q(weeks_high__gte=F("weeks_low")),
                name="scheme_weeks_in_order",
                violation_error_message=gettext_lazy("Le délai maximal est plus court que le délai minimal."),
            ),
            models.CheckConstraint(
                condition=Q(months_low=None) | Q(months_high=None) | Q(months_high__gte=F("months_low")),
                name="scheme_months_in_order",
                violation_error_message=gettext_lazy(
                    "La durée maximale est plus courte que la durée minimale."
                ),
            ),
        ]

    def __str__(self):
        return self.name

    def words(self, field: str) -> str:
        """`field` ("name", "sentence", "audience", "signs", "ask", "traps") in the reader's language."""
        language = (get_language() or "fr")[:2]
        return getattr(self, f"{field}_{language}", "") or getattr(self, f"{field}_fr")

    @property
    def name(self) -> str:
        return self.words("name")

    @property
    def sentence(self) -> str:
        return self.words("sentence")

    @property
    def audience(self) -> str:
        return self.words("audience")

    @property
    def signs(self) -> str:
        return self.words("signs")

    @property
    def ask(self) -> list[str]:
        return self.words("ask").splitlines()

    @property
    def traps(self) -> list[str]:
        return self.words("traps").splitlines()


class SchemeRuleQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(withdrawn=False)

    def of(self, codes):
        """What calculators read."""
        return self.in_use().filter(code__in=list(codes)).order_by("code", "bracket", "valid_from")

    def last_known(self):
        """Of each rule and bracket the row that no later one follows."""
        later = SchemeRule.objects.in_use().filter(
            code=models.OuterRef("code"),
            bracket=models.OuterRef("bracket"),
            valid_from__gt=models.OuterRef("valid_from"),
        )
        return self.in_use().filter(~models.Exists(later))

    def ending(self, day: date):
        """Without a successor, and over by this day or within SOON days of it."""
        return self.last_known().filter(valid_until__lt=day + timedelta(days=SOON))

    def unseen(self, day: date):
        """In use without an end, and looked at for the last time long ago."""
        return self.in_use().filter(valid_until=None, checked_on__lt=day - timedelta(days=LONG_AGO))

    def overlapping(self, rule: "SchemeRule"):
        """Other rows that say something of the same thing for some day of `rule`."""
        rows = self.in_use().filter(code=rule.code, bracket=rule.bracket).exclude(pk=rule.pk)
        rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=rule.valid_from))
        return rows if rule.valid_until is None else rows.filter(valid_from__lte=rule.valid_until)


class SchemeRule(Edited):
    """A value of a rule (programs.schemes.definitions) from a day to a day, both included, with its source."""

    code = models.CharField(gettext_lazy("règle"), max_length=40)
    bracket = models.CharField(gettext_lazy("tranche"), max_length=20, blank=True)
    value = models.DecimalField(gettext_lazy("valeur"), max_digits=14, decimal_places=2)
    valid_from = models.DateField(gettext_lazy("valable à partir du"))
    valid_until = models.DateField(gettext_lazy("valable jusqu’au"), null=True, blank=True)
    source = models.CharField(gettext_lazy("source, avec son année"), max_length=300)
    confidence = models.CharField(gettext_lazy("confiance"), max_length=6, choices=list(CONFIDENCES.items()))
    note = models.CharField(gettext_lazy("remarque"), max_length=300, blank=True)
    checked_on = models.DateField(gettext_lazy("vérifiée le"), default=clock.today)
    withdrawn = models.BooleanField(
        gettext_lazy("retirée"), default=False, help_text=gettext_lazy("Elle ne sert plus à aucun calcul.")
    )

    objects = SchemeRuleQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["edited_at", "edited_by"])
    replaces: "SchemeRule | None" = (
        None  # while it is written: the row that ends on the day before this one begins
    )

    class Meta:
        verbose_name = gettext_lazy("règle d’un dispositif")
        verbose_name_plural = gettext_lazy("règles des dispositifs")
        ordering = ["code", "bracket", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="rule_ends_after_it_begins",
                violation_error_message=gettext_lazy("Le dernier jour précède le premier."),
            ),
            models.UniqueConstraint(
                fields=["code", "bracket", "valid_from"],
                condition=Q(withdrawn=False),
                name="rule_begins_once",
                violation_error_message=gettext_lazy(
                    "Une règle commence déjà ce jour-là pour cette tranche."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="rule_has_a_source",
                violation_error_message=gettext_lazy("Indiquez la source, avec son année."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="rule_value_not_negative",
                violation_error_message=gettext_lazy("La valeur n’est pas négative."),
            ),
        ]

    def __str__(self):
        return label_of(self.code, self.bracket)

    @property
    def unit(self) -> str:
        return DEFINITIONS[self.code].unit if self.code in DEFINITIONS else "eur"

    @property
    def value_said(self) -> str:
        return measured(self.value, self.unit)

    def as_rule(self) -> Rule:
        """The value that calculators read."""
        return Rule(
            self.code,
            self.bracket,
            self.value.normalize() + 0,
            self.unit,
            self.valid_from,
            self.valid_until,
            self.source,
            self.confidence,
        )

    def clean(self):
        """A rule that a calculator knows, in a bracket of it, and alone in saying what holds on a day."""
        known = DEFINITIONS.get(self.code)
        if known is None:
            raise ValidationError(_("Aucun calcul ne lit cette règle."))
        if self.bracket not in known.brackets:
            raise ValidationError(_("Cette tranche n’existe pas pour cette règle."))
        if self.withdrawn or self.valid_from is None:
            return
        if self.valid_until and self.valid_until < self.valid_from:
            return  # said by the constraint
        meeting = SchemeRule.objects.overlapping(self)
        if self.replaces is not None:
            meeting = meeting.exclude(pk=self.replaces.pk)
        other = meeting.first()
        if other is not None:
            words = _("Une autre ligne vaut déjà ces jours-là (%(value)s) : donnez-lui d’abord une fin.")
            raise ValidationError({"valid_from": words % {"value": other.value_said}})
