"""Who can help: a university, a laboratory, a team, a school, a hospital, a technology centre."""

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from foundation.identifiers import department_of
from partners.models.membership import Membership


class Kind(models.TextChoices):
    UNIVERSITY = "university", _("université")
    RESEARCH_ORGANISATION = "research-organisation", _("organisme de recherche")
    LABORATORY = "laboratory", _("laboratoire")
    TEAM = "team", _("équipe")
    SCHOOL = "school", _("école")
    TRAINING_PROVIDER = "training-provider", _("organisme de formation")
    HOSPITAL = "hospital", _("hôpital")
    TECHNOLOGY_CENTRE = "technology-centre", _("centre technique")
    PUBLIC_BODY = "public-body", _("organisme public")


class SignsBecause(models.TextChoices):
    """Why another one signs: laboratories and teams are no legal persons (domain rule: their head never signs)."""

    MANAGING = "managing", _("tutelle gestionnaire")
    MANDATE = "mandate", _("mandataire désigné par les tutelles")
    SUBSIDIARY = "subsidiary", _("filiale de valorisation d’une tutelle")


def _used_once(field: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=[field],
        condition=~Q(**{field: ""}),
        name=f"organisation_{field}_unique",
        violation_error_code="unique",  # so that it is said beside the field
        violation_error_message=_("Une autre organisation du catalogue porte déjà cet identifiant."),
    )


class OrganisationQuerySet(models.QuerySet):
    def of(self, user):
        """Organisations for which this person speaks."""
        return self.filter(memberships__user=user, memberships__user__is_active=True)

    def reachable(self):
        """Those to which somebody answers (Organisation.recipients is not empty)."""
        answers = Membership.objects.filter(organisation=OuterRef("pk"), user__is_active=True)
        return self.filter(~Q(contact_email="") | Exists(answers.exclude(role=Membership.READER)))

    def parts_of(self, organisation):
        """Those that belong to it today."""
        from partners.models.periods import Affiliation  # it needs this model first

        present = Affiliation.objects.present().filter(child=OuterRef("pk"), parent=organisation)
        return self.filter(Exists(present))


class Organisation(models.Model):
    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    external_id = models.SlugField(_("identifiant du catalogue"), max_length=80, unique=True)
    name = models.CharField(_("nom"), max_length=200)
    acronym = models.CharField(_("sigle"), max_length=40, blank=True)
    kind = models.CharField(_("nature"), max_length=30, choices=Kind.choices)
    parents = models.ManyToManyField(
        "self",
        symmetrical=False,
        through="Affiliation",
        through_fields=("child", "parent"),
        related_name="children",
    )
    # Identifiers, as foundation.research_identifiers reads them; whoever has none leaves them empty.
    rnsr_id = models.CharField(_("identifiant RNSR"), max_length=20, blank=True)
    ror_id = models.CharField(_("identifiant ROR"), max_length=9, blank=True)
    unit_numbers = models.JSONField(_("numéros d’unité"), default=list, blank=True)
    legal_id = models.CharField(_("SIRET ou numéro au registre"), max_length=40, blank=True)
    vat_number = models.CharField(_("numéro de TVA"), max_length=20, blank=True)
    city = models.CharField(_("ville"), max_length=80, blank=True)
    postcode = models.CharField(_("code postal"), max_length=10, blank=True)
    country = models.CharField(_("pays"), max_length=2, default="FR")
    web_domain = models.CharField(_("site"), max_length=120, blank=True)
    expertise = models.TextField(_("expertise"), blank=True)
    restricted_access = models.BooleanField(_("zone à régime restrictif (ZRR)"), default=False)
    signed_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="signs_for", verbose_name=_("qui signe")
    )
    signed_by_because = models.CharField(
        _("à quel titre"), max_length=12, choices=SignsBecause.choices, blank=True
    )
    contact_email = models.EmailField(_("adresse de contact"), blank=True)
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES, default="fr")
    monthly_capacity = models.PositiveSmallIntegerField(
        _("demandes par mois, au plus"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Vide : le partenaire n’a rien dit. Au-delà, la coordination est avertie, rien n’est bloqué."
        ),
    )
    illustrative = models.BooleanField(_("données illustratives"), default=False)
    version = models.PositiveIntegerField(default=1)

    objects = OrganisationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["version", "monthly_capacity", "contact_email"])

    class Meta:
        verbose_name = _("partenaire")
        verbose_name_plural = _("partenaires")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(monthly_capacity=None) | Q(monthly_capacity__gt=0),
                name="monthly_capacity_not_zero",
                violation_error_message=_("Pour ne plus recevoir de demandes, déclarez une absence."),
            ),
            _used_once("rnsr_id"),
            _used_once("ror_id"),
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_by_because="")
                | (Q(signed_by__isnull=False) & ~Q(signed_by_because="")),
                name="organisation_signs_with_a_reason",
                violation_error_message=_("Qui signe et à quel titre vont ensemble."),
            ),
        ]

    def __str__(self):
        return self.acronym or self.name

    def present_affiliations(self) -> list:
        """Today's, those of one nature together; without a query after `with_parents`."""
        return sorted((row for row in self.affiliations.all() if row.holds()), key=lambda row: row.nature)

    def present_parents(self) -> list["Organisation"]:
        return [row.parent for row in self.present_affiliations()]

    @property
    def standing(self) -> str:
        """What it is to the consortium today (Standing.Kind), "" where nobody said."""
        return next((row.kind for row in self.standings.all() if row.holds()), "")

    @property
    def founding_member(self) -> bool:
        return self.standing == "founder"

    @property
    def siret(self) -> str:
        """Its number in France, "" for an association that only has its own, and abroad."""
        return self.legal_id if self.country == "FR" and self.legal_id.isdigit() else ""

    @property
    def is_no_legal_person(self) -> bool:
        """Whether another one has to sign for it, whose name is in `signed_by` once somebody wrote it down."""
        return self.kind in (Kind.LABORATORY, Kind.TEAM)

    @property
    def department(self) -> str:
        """Of its seat, "" outside of France: whose public holidays it has."""
        return department_of(self.postcode) if self.country == "FR" else ""

    def recipients(self) -> list[tuple[str, str]]:
        """(e-mail, language) of the people who answer for it, each once: its active members, else its contact."""
        people = {
            membership.user.email: membership.user.language
            for membership in self.memberships.select_related("user").filter(user__is_active=True)
            if membership.role != Membership.READER
        }
        if not people and self.contact_email:
            people = {self.contact_email.casefold(): self.language}
        return sorted(people.items())

    def answered_by(self, email: str) -> bool:
        """Whether this address still speaks for it: an active member who may answer, or its contact address."""
        if self.contact_email and email.casefold() == self.contact_email.casefold():
            return True
        members = self.memberships.filter(user__email=email.casefold(), user__is_active=True)
        return members.exclude(role=Membership.READER).exists()

    def language_of(self, email: str) -> str:
        """The language in which this address is written to."""
        return dict(self.recipients()).get(email, self.language)
