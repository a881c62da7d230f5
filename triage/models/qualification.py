"""The coordinator's structured reading."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models import DataMaturity, Deadline, Irritant
from programs.models import Pillar, Topic


class AIActClass(models.TextChoices):
    """Regulation (EU) 2024/1689, read for the use that the company has in mind."""

    PROHIBITED = "prohibited", _("pratique interdite (article 5)")
    HIGH = "high", _("haut risque (article 6)")
    TRANSPARENCY = "transparency", _("obligation de transparence (article 50)")
    MINIMAL = "minimal", _("risque minimal")


class Budget(models.TextChoices):
    """What the company can put in, all sources together, over the whole path; euros without tax."""

    NONE = "none", _("aucun budget prévu")
    SMALL = "small", _("moins de 10 000 €")
    MEDIUM = "medium", _("de 10 000 à 50 000 €")
    LARGE = "large", _("de 50 000 à 150 000 €")
    LARGEST = "largest", _("plus de 150 000 €")


class Qualification(models.Model):
    """The coordinator's structured reading. `partner_summary` is all a partner sees before it accepts."""

    irritant = models.OneToOneField(Irritant, models.CASCADE, related_name="qualification")
    reformulated = models.TextField(_("besoin reformulé"), max_length=4000, blank=True)
    partner_summary = models.TextField(_("résumé pour les partenaires"), max_length=2000, blank=True)
    baseline = models.CharField(_("situation chiffrée aujourd’hui"), max_length=300, blank=True)
    target = models.CharField(_("objectif mesurable"), max_length=300, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, verbose_name=_("thèmes"))
    pillar = models.ForeignKey(Pillar, models.SET_NULL, null=True, blank=True, verbose_name=_("pilier"))
    data_maturity = models.PositiveSmallIntegerField(
        _("maturité des données"), choices=DataMaturity.choices, null=True, blank=True
    )
    kinds = models.JSONField(_("formes d’aide"), default=list, blank=True)
    urgency = models.CharField(_("urgence"), max_length=10, choices=Deadline.choices, blank=True)
    budget = models.CharField(_("budget"), max_length=10, choices=Budget.choices, blank=True)
    ai_act = models.CharField(
        _("classe au règlement européen sur l’IA"), max_length=12, choices=AIActClass.choices, blank=True
    )
    trl_now = models.PositiveSmallIntegerField(_("TRL aujourd’hui"), null=True, blank=True)
    trl_target = models.PositiveSmallIntegerField(_("TRL visé"), null=True, blank=True)
    personal_data = models.BooleanField(_("données personnelles"), default=False)
    health_data = models.BooleanField(_("données de santé"), default=False)
    employee_data = models.BooleanField(_("données de salariés"), default=False)
    hold_lifted_reason = models.CharField(_("pourquoi la retenue est levée"), max_length=500, blank=True)
    hold_lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(_("modifiée le"), default=clock.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("qualification")
        constraints = [
            models.CheckConstraint(
                condition=Q(trl_now=None) | Q(trl_target=None) | Q(trl_now__lte=F("trl_target")),
                name="trl_target_not_below_now",
                violation_error_message=_("Le TRL visé ne peut pas être inférieur au TRL d’aujourd’hui."),
            )
        ]

    def __str__(self):
        return f"{self.irritant}"
