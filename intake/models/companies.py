"""Who asks: companies and their people, and the doubles that were joined with them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.naf import code_in_force
from intake.models.indexes import _where_set
from intake.models.irritant import Irritant
from partners.models import Organisation


class OrganisationType(models.TextChoices):
    TPE = "TPE", _("très petite entreprise (moins de 10 personnes)")
    PME = "PME", _("PME (10 à 249 personnes)")
    ETI = "ETI", _("entreprise de taille intermédiaire (250 à 4 999)")
    GE = "GE", _("grande entreprise (5 000 et plus)")
    HOSPITAL = "CH", _("hôpital, clinique, établissement de santé")
    UNIVERSITY_HOSPITAL = "CHU", _("centre hospitalier universitaire")
    COMMUNE = "commune", _("commune")
    INTERCOMMUNAL = "EPCI", _("intercommunalité")
    ASSOCIATION = "association", _("association, fondation")
    PERSON = "individu", _("particulier, projet de création")


class OfIrritantsQuerySet(models.QuerySet):
    def visible_to(self, user):
        """For a coordinator: those of an irritant that this person sees."""
        if not user.is_coordinator:
            return self.none()
        if not user.is_limited:
            return self
        return self.filter(pk__in=Irritant.objects.visible_to(user).values(self.model._meta.model_name))


class Company(models.Model):
    """The legal entity that asks. A hospital or a city may also be a partner: then `organisation` is set."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("nom"), max_length=200)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    # Another number than these: foreign, or of a French association. Its kind is one of foundation.identifiers.
    foreign_id = models.CharField(_("autre identifiant"), max_length=40, blank=True)
    foreign_id_kind = models.CharField(_("nature de cet identifiant"), max_length=5, blank=True)
    country = models.CharField(_("pays"), max_length=2, default="FR")
    organisation_type = models.CharField(
        _("type"), max_length=12, choices=OrganisationType.choices, blank=True
    )
    # As the public registry describes it, on the day `registry_on` (None: typed by hand, never looked up).
    naf_rev2 = models.CharField(_("code NAF rév. 2"), max_length=6, blank=True)
    naf_2025 = models.CharField(_("code NAF 2025"), max_length=6, blank=True)
    headcount = models.CharField(_("tranche d’effectif (INSEE)"), max_length=2, blank=True)
    legal_form = models.CharField(_("catégorie juridique (INSEE)"), max_length=4, blank=True)
    size_category = models.CharField(_("catégorie du groupe (INSEE)"), max_length=3, blank=True)
    postcode = models.CharField(_("code postal du siège"), max_length=5, blank=True)
    city = models.CharField(_("commune du siège"), max_length=80, blank=True)
    ceased = models.BooleanField(_("activité cessée"), default=False)
    registry_on = models.DateField(_("vue au registre le"), null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("aussi partenaire"),
    )

    objects = OfIrritantsQuerySet.as_manager()

    class Meta:
        verbose_name = _("entreprise")
        verbose_name_plural = _("entreprises")
        constraints = [
            models.UniqueConstraint(
                fields=["siren"],
                condition=~Q(siren=""),
                name="company_siren_unique",
                violation_error_message=_("Une entreprise porte déjà ce SIREN."),
            )
        ]
        indexes = [
            models.Index(fields=["foreign_id"], name="company_foreign_id", condition=~Q(foreign_id="")),
            models.Index(fields=["naf_rev2"], name="company_naf_rev2", condition=~Q(naf_rev2="")),
            models.Index(fields=["naf_2025"], name="company_naf_2025", condition=~Q(naf_2025="")),
            _where_set("organisation", "company_organisation"),
        ]

    def __str__(self):
        return self.name

    @property
    def naf(self) -> tuple[str, str]:
        """(code, version) of the nomenclature in force today, else of the other one; ("", "") without any."""
        return code_in_force(self.naf_rev2, self.naf_2025, clock.today())


class Contact(models.Model):
    """A person known by e-mail; becomes a User at the first sign-in with that verified address."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("adresse électronique"), unique=True)
    name = models.CharField(_("nom"), max_length=120)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    position = models.CharField(_("fonction"), max_length=120, blank=True)
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES, default="fr")

    objects = OfIrritantsQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self):
        return self.name


class JoinedCompany(models.Model):
    """What stood in a company's double that a coordinator joined with it (intake.joining): kept to be seen."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="joined")
    public_id = models.UUIDField(unique=True, editable=False)
    name = models.CharField(_("nom"), max_length=200)
    numbers = models.CharField(_("numéros"), max_length=80, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("entreprise réunie")
        ordering = ["pk"]

    def __str__(self):
        return self.name


class JoinedContact(models.Model):
    """What stood in a contact's double that a coordinator joined with it: the address goes on following as a guest."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="joined")
    public_id = models.UUIDField(unique=True, editable=False)
    email = models.EmailField(_("adresse électronique"))
    name = models.CharField(_("nom"), max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("contact réuni")
        ordering = ["pk"]

    def __str__(self):
        return self.name
