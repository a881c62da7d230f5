"""Who can help: a university, a laboratory, a team, a school, a hospital, a technology centre."""

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock


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


class OrganisationQuerySet(models.QuerySet):
    def of(self, user):
        """Organisations for which this person speaks."""
        return self.filter(memberships__user=user, memberships__user__is_active=True)

    def reachable(self):
        """Those to which somebody answers (Organisation.recipients is not empty)."""
        answers = Membership.objects.filter(organisation=OuterRef("pk"), user__is_active=True)
        return self.filter(~Q(contact_email="") | Exists(answers.exclude(role=Membership.READER)))


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
    rnsr_id = models.CharField(_("identifiant RNSR"), max_length=20, blank=True)
    unit_numbers = models.JSONField(_("numéros d’unité"), default=list, blank=True)
    city = models.CharField(_("ville"), max_length=80, blank=True)
    postcode = models.CharField(_("code postal"), max_length=10, blank=True)
    country = models.CharField(_("pays"), max_length=2, default="FR")
    web_domain = models.CharField(_("site"), max_length=120, blank=True)
    expertise = models.TextField(_("expertise"), blank=True)
    founding_member = models.BooleanField(_("membre fondateur"), default=False)
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

    class Meta:
        verbose_name = _("partenaire")
        verbose_name_plural = _("partenaires")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(monthly_capacity=None) | Q(monthly_capacity__gt=0),
                name="monthly_capacity_not_zero",
                violation_error_message=_("Pour ne plus recevoir de demandes, déclarez une absence."),
            )
        ]

    def __str__(self):
        return self.acronym or self.name

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


class Affiliation(models.Model):
    """A parent (tutelle) of an organisation, with dates: teams and laboratories change theirs."""

    child = models.ForeignKey(Organisation, models.CASCADE, related_name="affiliations")
    parent = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    since = models.DateField(_("depuis"), null=True, blank=True)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)

    class Meta:
        verbose_name = _("rattachement")
        constraints = [
            models.UniqueConstraint(fields=["child", "parent", "since"], name="affiliation_unique"),
            models.CheckConstraint(condition=~Q(child=models.F("parent")), name="affiliation_not_to_itself"),
        ]

    def __str__(self):
        return f"{self.child} → {self.parent}"


class Membership(models.Model):
    ADMINISTRATOR, EDITOR, READER = "administrator", "editor", "reader"
    ROLES = [(ADMINISTRATOR, _("administrateur")), (EDITOR, _("rédacteur")), (READER, _("lecteur"))]

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships", verbose_name=_("partenaire")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("personne")
    )
    role = models.CharField(_("rôle"), max_length=20, choices=ROLES, default=EDITOR)
    since = models.DateTimeField(_("depuis"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("membre")
        verbose_name_plural = _("membres")
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="membership_unique")]

    def __str__(self):
        return f"{self.user} · {self.organisation}"
