"""Who speaks for an organisation, and how far."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import clock


class MembershipQuerySet(models.QuerySet):
    def active(self):
        """Those whose account may sign in: the others neither read nor decide."""
        return self.filter(user__is_active=True)

    def administrators(self):
        return self.active().filter(role=Membership.ADMINISTRATOR)


class Membership(models.Model):
    """A person speaks for an organisation. The row is deleted when it ends: the organisation's events remember it."""

    ADMINISTRATOR, EDITOR, READER = "administrator", "editor", "reader"
    ROLES = [(ADMINISTRATOR, _("administrateur")), (EDITOR, _("rédacteur")), (READER, _("lecteur"))]

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "partners.Organisation", models.CASCADE, related_name="memberships", verbose_name=_("partenaire")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("personne")
    )
    role = models.CharField(_("rôle"), max_length=20, choices=ROLES, default=EDITOR)
    since = models.DateTimeField(_("depuis"), default=clock.now, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membre")
        verbose_name_plural = _("membres")
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="membership_unique")]

    def __str__(self):
        return f"{self.user} · {self.organisation}"
