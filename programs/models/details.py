"""What each kind of offer says beyond the common fields (formats: docs/catalogue-format.md)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.models.offer import Offer

COLLABORATION_MODES = {  # codes of docs/catalogue-format.md
    "collaboration": _("recherche en commun"),
    "cifre": _("thèse CIFRE"),
    "labcom": _("laboratoire commun"),
    "chaire": _("chaire"),
    "prestation": _("prestation"),
    "stage": _("stage"),
    "test-before-invest": _("essai avant investissement"),
}


class LaboratoryDetail(models.Model):
    offer = models.OneToOneField(Offer, models.CASCADE, related_name="laboratory_detail")
    platforms = models.JSONField(_("plateformes"), default=list, blank=True)
    collaboration_modes = models.JSONField(_("formes de collaboration"), default=list, blank=True)
    headcount_range = models.CharField(_("effectif"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("laboratoire")

    def __str__(self):
        return str(self.offer)

    @property
    def collaboration_words(self) -> list[str]:
        """The forms of collaboration in the reader's language; a code of somebody's own as it is."""
        return [str(COLLABORATION_MODES.get(mode, mode)) for mode in self.collaboration_modes]


class TrainingDetail(models.Model):
    class Modality(models.TextChoices):
        ONSITE = "onsite", _("sur place")
        REMOTE = "remote", _("à distance")
        HYBRID = "hybrid", _("mixte")

    class Level(models.TextChoices):
        AWARENESS = "awareness", _("découverte")
        PRACTITIONER = "practitioner", _("pratique")
        EXPERT = "expert", pgettext_lazy("level of a course", "expertise")

    offer = models.OneToOneField(Offer, models.CASCADE, related_name="training_detail")
    duration_hours = models.PositiveIntegerField(_("durée en heures"))
    modality = models.CharField(_("modalité"), max_length=10, choices=Modality.choices)
    level = models.CharField(_("niveau"), max_length=15, choices=Level.choices)
    audience = models.CharField(_("public"), max_length=300, blank=True)
    prerequisites = models.CharField(_("prérequis"), max_length=300, blank=True)
    price_eur = models.DecimalField(_("prix en euros"), max_digits=9, decimal_places=2, null=True, blank=True)
    certification = models.CharField(_("certification"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("formation")

    def __str__(self):
        return str(self.offer)


class Session(models.Model):
    training = models.ForeignKey(TrainingDetail, models.CASCADE, related_name="sessions")
    start = models.DateField(_("début"))
    end = models.DateField(_("fin"))
    seats = models.PositiveIntegerField(_("places"))
    seats_left = models.PositiveIntegerField(_("places restantes"))
    city = models.CharField(_("ville"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("session")
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="session_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(seats_left__lte=F("seats")), name="session_seats_left_within_seats"
            ),
        ]

    def __str__(self):
        return f"{self.start}"


class CifreDetail(models.Model):
    offer = models.OneToOneField(Offer, models.CASCADE, related_name="cifre_detail")
    research_question = models.TextField(_("question de recherche"))
    doctoral_school = models.CharField(_("école doctorale"), max_length=200, blank=True)
    host_team = models.CharField(_("équipe d’accueil"), max_length=200, blank=True)
    start_from = models.DateField(_("début possible à partir du"), null=True, blank=True)
    start_until = models.DateField(_("début possible jusqu’au"), null=True, blank=True)
    profile = models.CharField(_("profil recherché"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("sujet de thèse CIFRE")

    def __str__(self):
        return str(self.offer)


class RndDetail(models.Model):
    class IpRegime(models.TextChoices):
        COMPANY = "company", _("à l’entreprise")
        SHARED = "shared", _("partagée")
        LAB_BACKGROUND = "lab-background", _("le laboratoire garde ses acquis")
        TO_NEGOTIATE = "to-negotiate", _("à négocier")

    offer = models.OneToOneField(Offer, models.CASCADE, related_name="rnd_detail")
    trl_min = models.PositiveSmallIntegerField(_("TRL de départ"))
    trl_max = models.PositiveSmallIntegerField(_("TRL visé"))
    duration_months_min = models.PositiveSmallIntegerField(_("durée minimale en mois"))
    duration_months_max = models.PositiveSmallIntegerField(_("durée maximale en mois"))
    budget_eur_min = models.PositiveIntegerField(_("budget minimal en euros"), null=True, blank=True)
    budget_eur_max = models.PositiveIntegerField(_("budget maximal en euros"), null=True, blank=True)
    ip_regime = models.CharField(_("propriété des résultats"), max_length=20, choices=IpRegime.choices)
    deliverables = models.TextField(_("livrables"), blank=True)

    class Meta:
        verbose_name = _("collaboration R&D")
        constraints = [
            models.CheckConstraint(
                condition=Q(trl_min__gte=1, trl_max__lte=9, trl_min__lte=F("trl_max")), name="rnd_trl_range"
            )
        ]

    def __str__(self):
        return str(self.offer)


class TalentDetail(models.Model):
    class Form(models.TextChoices):
        INTERNSHIP = "internship", _("stage")
        APPRENTICESHIP = "apprenticeship", _("alternance")

    offer = models.OneToOneField(Offer, models.CASCADE, related_name="talent_detail")
    form = models.CharField(_("forme"), max_length=15, choices=Form.choices)
    level = models.CharField(_("niveau"), max_length=10)
    diploma = models.CharField(_("diplôme"), max_length=200, blank=True)
    months = models.PositiveSmallIntegerField(_("durée en mois"))
    start_from = models.DateField(_("à partir du"), null=True, blank=True)
    positions = models.PositiveSmallIntegerField(_("nombre de places"), default=1)
    rhythm = models.CharField(_("rythme"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("stage ou alternance")

    def __str__(self):
        return str(self.offer)
