"""Who speaks for an organisation, and how far."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import clock


class Membership(models.Model):
    ADMINISTRATOR, EDITOR, READER = "administrator", "editor", "reader"
    ROLES = [(ADMINISTRATOR, _("administrateur")), (EDITOR, _("rédacteur")), (READER, _("lecteur"))]

    organisation = models.ForeignKey(
        "partners.Organisation", models.CASCADE, related_name="memberships", verbose_name=_("partenaire")
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
