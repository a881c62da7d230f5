"""What a partner may be shown of a company, and the agreements about it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from foundation import clock
from intake.models import Irritant
from partners.models import Organisation
from triage.models.referrals import Referral, ReferralStage


class DisclosureQuerySet(models.QuerySet):
    def in_force(self):
        """For partners that have accepted and not left since."""
        accepted = Referral.objects.filter(
            irritant=OuterRef("irritant"), organisation=OuterRef("organisation"), stage=ReferralStage.ACCEPTED
        )
        return self.filter(Exists(accepted))


class Disclosure(models.Model):
    """The company's name, contact and files may be shown to this partner, as long as it has accepted.

    `opened_at`: when it read them (its own click, or the mail that carried them); None: the company may take it back.
    """

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="disclosures")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    granted_by = models.CharField(max_length=60)
    at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(_("lu le"), null=True, blank=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("levée de confidentialité")
        constraints = [models.UniqueConstraint(fields=["irritant", "organisation"], name="disclosure_once")]

    def __str__(self):
        return f"{self.irritant} → {self.organisation}"


class NonDisclosureState(models.TextChoices):
    IN_FORCE = "in_force", _("en vigueur")
    REVOKED = "revoked", _("révoqué")


class NonDisclosureQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(state=NonDisclosureState.IN_FORCE)


class NonDisclosure(models.Model):
    """A confidentiality agreement between the company and a partner, as a coordinator recorded it.

    `file`: the signed document (its `subject` is this row, so that no partner finds it among the company's files).
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="non_disclosures")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("partenaire")
    )
    state = models.CharField(
        _("état"), max_length=10, choices=NonDisclosureState.choices, default=NonDisclosureState.IN_FORCE
    )
    signed_on = models.DateField(_("signé le"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    file = models.OneToOneField(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = NonDisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("accord de confidentialité")
        verbose_name_plural = _("accords de confidentialité")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["irritant", "organisation"],
                condition=Q(state="in_force"),
                name="one_non_disclosure_in_force",
                violation_error_message=_("Un accord en vigueur est déjà enregistré avec ce partenaire."),
            )
        ]

    def __str__(self):
        return f"{self.irritant} ↔ {self.organisation}"
