"""What was agreed, how it goes, and what came of it."""

import uuid
from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models import Appointment, Irritant
from partners.models import Organisation
from proposals.models.proposals import Proposal, of_seen


class CollaborationStage(models.TextChoices):
    AGREED = "agreed", _("convenue")
    SIGNED = "signed", _("signée")
    RUNNING = "running", _("en cours")
    COMPLETED = "completed", _("achevée")
    ABANDONED = "abandoned", _("abandonnée")


class AbandonReason(models.TextChoices):
    CONTRACT = "contract", _("le contrat n’a pas abouti")
    FUNDING = "funding", _("le financement n’a pas été obtenu")
    PERSON = "person", _("la personne attendue n’a pas été trouvée, ou est partie")
    COMPANY = "company", _("les priorités de l’entreprise ont changé")
    PARTNER = "partner", _("le partenaire n’est plus disponible")
    RESULT = "result", _("une étape a montré que la voie n’est pas la bonne")
    OTHER = "other", _("autre raison")


class CollaborationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Coordinators those of their irritants; a partner its own; a company those that came of its irritants."""
        if user.is_coordinator:
            return of_seen(self, user, "irritant")
        mine = Q(organisations__memberships__user=user) | Q(irritant__contact__email=user.email)
        return self.filter(mine).distinct()

    def running(self):
        return self.filter(stage=CollaborationStage.RUNNING)

    def over(self):
        return self.filter(stage__in=[CollaborationStage.COMPLETED, CollaborationStage.ABANDONED])


class Collaboration(models.Model):
    """`signed_at`, `started_at`, `ended_at`: when it came to that stage."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    irritant = models.ForeignKey(
        Irritant, models.PROTECT, related_name="collaborations", verbose_name=_("irritant")
    )
    proposal = models.OneToOneField(
        Proposal, models.PROTECT, related_name="collaboration", verbose_name=_("proposition")
    )
    organisations = models.ManyToManyField(
        Organisation, related_name="collaborations", verbose_name=_("partenaires")
    )
    stage = models.CharField(
        _("état"), max_length=10, choices=CollaborationStage.choices, default=CollaborationStage.AGREED
    )
    created_at = models.DateTimeField(_("convenue le"), default=clock.now, editable=False)
    signed_at = models.DateTimeField(_("signée le"), null=True, blank=True)
    started_at = models.DateTimeField(_("commencée le"), null=True, blank=True)
    ended_at = models.DateTimeField(_("terminée le"), null=True, blank=True)
    abandon_reason = models.CharField(
        _("raison de l’abandon"), max_length=10, choices=AbandonReason.choices, blank=True
    )
    version = models.PositiveIntegerField(default=1)

    objects = CollaborationQuerySet.as_manager()

    class Meta:
        verbose_name = _("collaboration")
        verbose_name_plural = _("collaborations")

    def __str__(self):
        return str(self.proposal)

    @property
    def is_over(self) -> bool:
        return self.stage in (CollaborationStage.COMPLETED, CollaborationStage.ABANDONED)

    @property
    def planned_end(self) -> date | None:
        """The end of its last step, where dates were planned."""
        return max((step.planned_end for step in self.steps.all() if step.planned_end), default=None)

    @property
    def middle(self) -> date | None:
        """Halfway from its start to its planned end; three months after the start where no end was planned."""
        if self.started_at is None:
            return None
        start, end = timezone.localdate(self.started_at), self.planned_end
        return start + (end - start) / 2 if end and end > start else start + timedelta(days=91)


class StepState(models.TextChoices):
    TO_COME = "to_come", _("à venir")
    DOING = "doing", _("en cours")
    DONE = "done", _("faite")
    DROPPED = "dropped", _("abandonnée")


class CollaborationStep(models.Model):
    """A step of the path that was accepted. `leads`: "company", "cluster", or "" (`organisation`, or nobody)."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField(_("numéro"))
    code = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    title = models.CharField(_("titre"), max_length=160)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("partenaire")
    )
    leads = models.CharField(max_length=10, blank=True)
    when = models.CharField(_("quand"), max_length=120, blank=True)
    planned_start = models.DateField(_("début prévu"), null=True, blank=True)
    planned_end = models.DateField(_("fin prévue"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=8, choices=StepState.choices, default=StepState.TO_COME)
    began_on = models.DateField(_("commencée le"), null=True, blank=True)
    ended_on = models.DateField(_("terminée le"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("étape de collaboration")
        verbose_name_plural = _("étapes de collaboration")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["collaboration", "number"], name="collaboration_step_number_once")
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"


class FileKind(models.TextChoices):
    CONTRACT = "contract", _("contrat signé")
    DOCUMENT = "document", _("document")


class CollaborationFile(models.Model):
    """A file of a collaboration: the StoredFile whose `subject` is its `public_id`. `by`: a role."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="files")
    kind = models.CharField(_("nature"), max_length=10, choices=FileKind.choices, default=FileKind.DOCUMENT)
    by = models.CharField(max_length=12)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("déposé le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("fichier de collaboration")
        verbose_name_plural = _("fichiers de collaboration")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.collaboration} {self.kind}"


class Signature(models.Model):
    """That a party signed the contract, and when: told by whoever brought the contract, or by the coordination."""

    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="signatures")
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("vide : l’entreprise"),
    )
    signed_on = models.DateField(_("signé le"))
    contract = models.ForeignKey(CollaborationFile, models.SET_NULL, null=True, related_name="signatures")
    noted_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("signature d’un contrat")
        verbose_name_plural = _("signatures de contrats")
        ordering = ["signed_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["collaboration", "organisation"], name="signed_once_per_partner"),
            models.UniqueConstraint(
                fields=["collaboration"],
                condition=Q(organisation=None),
                name="signed_once_for_the_company",
            ),
        ]

    def __str__(self):
        return f"{self.collaboration}: {self.organisation or _('entreprise')}"


class DateStage(models.TextChoices):
    """Values are those of intake.models.CallStage, so that calendars read both alike."""

    FIXED = "fixed", _("rendez-vous pris")
    CANCELLED = "cancelled", _("annulé")


class CollaborationMeeting(Appointment):
    """A date of all the parties, set by the coordination or a partner."""

    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="meetings")
    title = models.CharField(_("objet"), max_length=120)
    stage = models.CharField(_("état"), max_length=10, choices=DateStage.choices, default=DateStage.FIXED)

    class Meta:
        verbose_name = _("rendez-vous de collaboration")
        verbose_name_plural = _("rendez-vous de collaboration")
        ordering = ["starts_at"]

    def __str__(self):
        return self.title

    @property
    def irritant(self):
        return self.collaboration.irritant
