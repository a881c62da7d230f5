"""Who may come in, who was shown what, and who reads in another's name."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import clock, tokens
from journal.actors import COMPANY, PARTNER
from journal.models.events import ROLES_SHOWN


class AccessLinkQuerySet(models.QuerySet):
    def usable(self):
        return self.filter(revoked_at=None, expires_at__gt=clock.now())


class AccessLink(models.Model):
    """A door for one person to one thing, opened by a token that is never stored (foundation.tokens)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    email = models.EmailField()
    generation = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AccessLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien d’accès")
        verbose_name_plural = _("liens d’accès")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "purpose", "email"], name="one_link_per_person_and_thing"
            )
        ]

    def __str__(self):
        return f"{self.purpose} {self.subject_id}"

    borrowed = ""  # of somebody who stands in (journal.standing_in): the person's own token is not for them

    @property
    def token(self) -> str:
        return self.borrowed or tokens.make(self.pk, self.purpose, self.generation)


class AccessRecordQuerySet(models.QuerySet):
    def of_case(self, case: uuid.UUID, *subjects: str):
        """What was shown of a case; `subjects`: also these, wherever they were read."""
        return self.filter(Q(case=case) | Q(subject__in=subjects)).order_by("-at", "-pk")


class AccessRecord(models.Model):
    """Somebody was shown contact data, or opened a file (journal.access). Ids and codes only, never a name.

    Append-only: a trigger refuses every change, and deleting what is younger than six months. `reader`: as
    Event.actor; `organisation`: the partner for which they read; `hour`: what makes two looks one.
    """

    KINDS = [
        ("contact", _("nom et coordonnées du contact")),
        ("file", _("fichier")),
        ("mail", _("adresse d’un courriel")),
        ("person", _("compte d’une personne")),
        ("page", _("page lue au nom d’autrui")),
    ]

    reader = models.CharField(_("qui"), max_length=60)
    role = models.CharField(_("au titre de"), max_length=20, choices=ROLES_SHOWN)
    organisation = models.UUIDField(_("partenaire"), null=True, blank=True)
    what = models.CharField(_("quoi"), max_length=10, choices=KINDS)
    subject = models.CharField(_("objet"), max_length=60)
    case = models.UUIDField(_("dossier"), null=True, blank=True)
    page = models.CharField(_("page"), max_length=80)
    at = models.DateTimeField(_("date"))
    hour = models.DateTimeField()

    objects = AccessRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "what", "reader", "hour"], name="access_noted_once_an_hour"
            )
        ]
        indexes = [models.Index(fields=["case", "at"]), models.Index(fields=["at"])]

    def __str__(self):
        return f"{self.reader} {self.what} {self.subject}"


class StandInQuerySet(models.QuerySet):
    def running(self):
        return self.filter(ended_at=None, ends_at__gt=clock.now())

    def run_out(self):
        """Over, and not yet told to those concerned."""
        return self.filter(ended_at=None, ends_at__lte=clock.now())


class StandIn(models.Model):
    """An administrator reads the pages of somebody else as they see them (journal.standing_in): never acts there.

    Of a company: `case`, whose follow-up page is opened. Of a partner: `person`, a member, and its `organisation`.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("administrateur")
    )
    case = models.UUIDField(_("dossier"), null=True, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("au nom de")
    )
    organisation = models.UUIDField(_("partenaire"), null=True, blank=True)
    reason = models.CharField(_("raison"), max_length=300)
    started_at = models.DateTimeField(_("début"), default=clock.now, editable=False)
    ends_at = models.DateTimeField(_("fin au plus tard"))
    ended_at = models.DateTimeField(_("fin"), null=True, blank=True)

    objects = StandInQuerySet.as_manager()

    class Meta:
        verbose_name = _("lecture au nom d’autrui")
        verbose_name_plural = _("lectures au nom d’autrui")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, person=None, organisation=None)
                | Q(case=None, person__isnull=False, organisation__isnull=False),
                name="stand_in_for_a_company_or_a_member",
            )
        ]

    def __str__(self):
        return f"{self.by} {self.started_at:%d/%m/%Y}"

    @property
    def chain(self) -> uuid.UUID:
        """Whose history tells of it."""
        return self.case or self.organisation

    @property
    def kind(self) -> str:
        return COMPANY if self.case else PARTNER
