"""Who signs in: people known by a verified e-mail. Companies and partners need no password."""

import uuid

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from foundation import clock


class Role(models.TextChoices):
    """What a person is for the cluster. Companies and partners have none: their rights come from what they own."""

    NONE = "", _("aucun")
    COORDINATOR = "coordinator", _("coordinateur")
    FUNDER = "funder", _("financeur (chiffres seulement)")
    ADMINISTRATOR = "administrator", _("administrateur")


class UserManager(BaseUserManager):
    use_in_migrations = True

    def get_by_natural_key(self, email):
        return self.get(email=email.casefold())

    def coordinators(self):
        """Those who may follow a case, by name."""
        return self.filter(is_active=True, role__in=[Role.COORDINATOR, Role.ADMINISTRATOR]).order_by(
            "full_name", "email"
        )

    def create_user(self, email: str, password: str | None = None, **fields):
        """A person; without password, sign-in is by e-mailed code only."""
        user = self.model(email=email.casefold(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(email, password, **{**fields, "role": Role.ADMINISTRATOR})


class User(AbstractBaseUser):
    email = models.EmailField(_("adresse électronique"), unique=True)
    full_name = models.CharField(_("nom"), max_length=120, blank=True)
    role = models.CharField(_("rôle"), max_length=20, choices=Role.choices, blank=True, default=Role.NONE)
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES, default="fr")
    is_active = models.BooleanField(_("actif"), default=True)
    date_joined = models.DateTimeField(_("créé le"), default=clock.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("personne")
        verbose_name_plural = _("personnes")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_folded_unique"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
        ]

    def __str__(self):
        return self.full_name or self.email

    @property
    def is_coordinator(self) -> bool:
        return self.is_active and self.role in {Role.COORDINATOR, Role.ADMINISTRATOR}

    @property
    def is_funder(self) -> bool:
        return self.is_active and self.role == Role.FUNDER

    # What Django's admin asks of a user.
    @property
    def is_staff(self) -> bool:
        return self.is_coordinator

    @property
    def is_superuser(self) -> bool:
        return self.is_active and self.role == Role.ADMINISTRATOR

    def has_perm(self, perm: str, obj=None) -> bool:
        from accounts.backends import may

        return may(self, perm)

    def has_perms(self, perms, obj=None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        from accounts.backends import may_see_app

        return may_see_app(self, app_label)

    def get_full_name(self) -> str:
        return self.full_name or self.email

    def get_short_name(self) -> str:
        return self.full_name or self.email


class AbsenceQuerySet(models.QuerySet):
    def on(self, day):
        """Those under way on this calendar day."""
        return self.filter(since__lte=day, until__gte=day)

    def not_over(self, day):
        return self.filter(until__gte=day)


class Absence(models.Model):
    """A coordinator is away, first and last day included; what comes to them meanwhile goes to the replacement."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="absences", verbose_name=_("qui"))
    since = models.DateField(_("du"))
    until = models.DateField(_("au"))
    replacement = models.ForeignKey(
        User, models.CASCADE, related_name="replacements", verbose_name=_("remplacé par")
    )
    entered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    entered_at = models.DateTimeField(default=clock.now, editable=False)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")),
                name="absence_ends_after_it_begins",
                violation_error_message=_("Le dernier jour précède le premier."),
            ),
            models.CheckConstraint(
                condition=~models.Q(user=models.F("replacement")),
                name="absence_replaced_by_another",
                violation_error_message=_("Choisissez quelqu’un d’autre pour remplacer."),
            ),
        ]
        indexes = [models.Index(fields=["until"])]

    def __str__(self):
        return f"{self.user} {self.since:%d/%m/%Y}"


class SecondFactor(Authenticator):
    """The library's row under our own name, so that the admin speaks the reader's language."""

    class Meta:
        proxy = True
        verbose_name = _("second facteur")
        verbose_name_plural = _("seconds facteurs")

    def __str__(self):
        return f"{self.user} · {self.get_type_display()}"
