"""The two ways into an organisation: somebody is invited by e-mail, or asks because the address is of its domain."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from foundation import clock
from partners.models.membership import Membership
from partners.models.organisation import Organisation


class InvitationStage(models.TextChoices):
    SENT = "sent", _("en attente")
    ACCEPTED = "accepted", _("acceptée")
    WITHDRAWN = "withdrawn", _("retirée")
    EXPIRED = "expired", _("expirée")


class InvitationQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(stage=InvitationStage.SENT)

    def shown(self):
        """What the team's page lists: those that wait, and those that ran out and may be sent again."""
        return self.filter(stage__in=[InvitationStage.SENT, InvitationStage.EXPIRED]).order_by("-sent_at")

    def run_out(self):
        return self.waiting().filter(expires_at__lte=clock.now())


class Invitation(models.Model):
    """An address that may join an organisation; who reads its mailbox is the one who is meant (partners.members)."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="invitations", verbose_name=_("partenaire")
    )
    email = models.EmailField(_("adresse électronique"))
    role = models.CharField(_("rôle"), max_length=20, choices=Membership.ROLES)
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES, default="fr")
    stage = models.CharField(
        _("état"), max_length=10, choices=InvitationStage.choices, default=InvitationStage.SENT
    )
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    sent_at = models.DateTimeField(_("envoyée le"), default=clock.now)
    expires_at = models.DateTimeField(_("expire le"))
    version = models.PositiveIntegerField(default=1)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=models.Q(stage="sent"),
                name="one_waiting_invitation_per_address",
                violation_error_message=_("Cette adresse est déjà invitée."),
            )
        ]
        indexes = [models.Index(fields=["stage", "expires_at"], name="partners_invitation_due")]

    def __str__(self):
        return f"{self.email} · {self.organisation}"


class JoinStage(models.TextChoices):
    ASKED = "asked", _("en attente")
    ACCEPTED = "accepted", _("acceptée")
    DECLINED = "declined", _("déclinée")
    WITHDRAWN = "withdrawn", _("retirée")
    EXPIRED = "expired", _("sans réponse")


class JoinRequestQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(stage=JoinStage.ASKED)


class JoinRequest(models.Model):
    """A person whose verified address is of the organisation's domain asks to be let in."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="join_requests", verbose_name=_("partenaire")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests", verbose_name=_("personne")
    )
    stage = models.CharField(_("état"), max_length=10, choices=JoinStage.choices, default=JoinStage.ASKED)
    asked_at = models.DateTimeField(_("demandée le"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande d’entrée")
        verbose_name_plural = _("demandes d’entrée")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=models.Q(stage="asked"),
                name="one_waiting_join_request",
                violation_error_message=_("Votre demande attend déjà une réponse."),
            )
        ]
        indexes = [models.Index(fields=["stage", "asked_at"], name="partners_join_request_due")]

    def __str__(self):
        return f"{self.user} → {self.organisation}"
