"""What each kind of offer says beyond the common fields (formats: docs/catalogue-format.md)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation import clock
from programs.models.offer import Offer, OfferStatus

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


# What can pay for a course. Rules as of November 2026: public and shared funds want a provider certified Qualiopi (Code
# du travail L6316-1), the CPF a certification that is registered (L6323-6); a company's own plan wants neither.
FUNDINGS = {
    "plan": _("plan de développement des compétences"),
    "opco": _("OPCO"),
    "cpf": _("compte personnel de formation (CPF)"),
    "apprenticeship": _("apprentissage"),
    "region": _("aide de la Région ou de l’Europe"),
}


class TrainingDetail(models.Model):
    class Modality(models.TextChoices):
        ONSITE = "onsite", _("sur place")
        REMOTE = "remote", _("à distance")
        HYBRID = "hybrid", _("mixte")

    class Level(models.TextChoices):
        AWARENESS = "awareness", _("découverte")
        PRACTITIONER = "practitioner", _("pratique")
        EXPERT = "expert", pgettext_lazy("level of a course", "expertise")

    class Vat(models.TextChoices):
        EXEMPT = "exempt", _("exonéré de TVA (article 261-4-4° du CGI)")
        ADDED = "added", _("hors TVA, qui s’y ajoute")

    offer = models.OneToOneField(Offer, models.CASCADE, related_name="training_detail")
    duration_hours = models.PositiveIntegerField(_("durée en heures"), null=True, blank=True)
    modality = models.CharField(_("modalité"), max_length=10, choices=Modality.choices, blank=True)
    level = models.CharField(_("niveau"), max_length=15, choices=Level.choices, blank=True)
    audience = models.CharField(_("public"), max_length=300, blank=True)
    prerequisites = models.CharField(_("prérequis"), max_length=300, blank=True)
    price_eur = models.DecimalField(_("prix en euros"), max_digits=9, decimal_places=2, null=True, blank=True)
    vat = models.CharField(_("TVA"), max_length=10, choices=Vat.choices, blank=True)
    certification = models.CharField(_("certification"), max_length=200, blank=True)
    certification_code = models.CharField(_("code RNCP ou RS"), max_length=12, blank=True)
    certification_until = models.DateField(_("enregistrée jusqu’au"), null=True, blank=True)
    qualiopi = models.BooleanField(_("organisme certifié Qualiopi"), default=False)
    fundings = models.JSONField(_("financements possibles"), default=list, blank=True)
    accessibility = models.CharField(_("accueil des personnes handicapées"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("formation")

    def __str__(self):
        return str(self.offer)

    @property
    def funding_words(self) -> list[str]:
        return [str(FUNDINGS[code]) for code in self.fundings if code in FUNDINGS]


class SessionQuerySet(models.QuerySet):
    def ahead(self):
        """Of published courses, not begun yet."""
        return self.filter(training__offer__status=OfferStatus.PUBLISHED, start__gte=clock.today())


class Session(models.Model):
    training = models.ForeignKey(TrainingDetail, models.CASCADE, related_name="sessions")
    start = models.DateField(_("début"))
    end = models.DateField(_("fin"))
    seats = models.PositiveIntegerField(_("places"))
    seats_left = models.PositiveIntegerField(_("places restantes"))
    city = models.CharField(_("ville"), max_length=80, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        ordering = ["start"]
        indexes = [models.Index(fields=["start"], name="session_start")]
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
    research_question = models.TextField(_("question de recherche"), blank=True)
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
    trl_min = models.PositiveSmallIntegerField(_("TRL de départ"), null=True, blank=True)
    trl_max = models.PositiveSmallIntegerField(_("TRL visé"), null=True, blank=True)
    duration_months_min = models.PositiveSmallIntegerField(_("durée minimale en mois"), null=True, blank=True)
    duration_months_max = models.PositiveSmallIntegerField(_("durée maximale en mois"), null=True, blank=True)
    budget_eur_min = models.PositiveIntegerField(_("budget minimal en euros"), null=True, blank=True)
    budget_eur_max = models.PositiveIntegerField(_("budget maximal en euros"), null=True, blank=True)
    ip_regime = models.CharField(
        _("propriété des résultats"), max_length=20, choices=IpRegime.choices, blank=True
    )
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
    form = models.CharField(_("forme"), max_length=15, choices=Form.choices, blank=True)
    level = models.CharField(_("niveau"), max_length=10, blank=True)
    diploma = models.CharField(_("diplôme"), max_length=200, blank=True)
    certification_code = models.CharField(_("code RNCP"), max_length=12, blank=True)
    certification_until = models.DateField(_("enregistré jusqu’au"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(_("durée en mois"), null=True, blank=True)
    start_from = models.DateField(_("à partir du"), null=True, blank=True)
    positions = models.PositiveSmallIntegerField(_("nombre de places"), default=1)
    rhythm = models.CharField(_("rythme"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("stage ou alternance")

    def __str__(self):
        return str(self.offer)
