"""What a partner that accepted and the company agree on and say to each other: a date, and words."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models import Appointment
from triage.models.referrals import Referral


class MeetingStage(models.TextChoices):
    """Values are those of intake.models.CallStage, so that calendars read both alike."""

    PROPOSED = "proposed", _("créneaux proposés")
    FIXED = "fixed", _("rendez-vous pris")
    CANCELLED = "cancelled", _("annulé")


class Meeting(Appointment):
    """A first exchange: the partner proposes moments, the company picks one."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="meetings")
    stage = models.CharField(
        _("état"), max_length=10, choices=MeetingStage.choices, default=MeetingStage.PROPOSED
    )

    class Meta:
        verbose_name = _("rendez-vous avec un partenaire")
        verbose_name_plural = _("rendez-vous avec des partenaires")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(stage__in=["proposed", "fixed"]),
                name="one_open_meeting_per_referral",
                violation_error_message=_("Un rendez-vous est déjà proposé."),
            ),
            models.CheckConstraint(
                condition=~Q(stage="fixed") | Q(starts_at__isnull=False), name="meeting_fixed_has_a_date"
            ),
        ]

    def __str__(self):
        return f"{self.referral} {self.stage}"

    @property
    def irritant(self):
        return self.referral.irritant


class PartnerWord(models.Model):
    """A word between a partner that accepted and the company, files by its `public_id` (StoredFile.subject).

    Not an intake Post: those are the coordination's talk with either side. `form_token`: a double click is one word.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="words")
    author_role = models.CharField(max_length=12)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    text = models.TextField(max_length=4000, blank=True)
    form_token = models.CharField(max_length=40, blank=True, editable=False)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("message entre partenaire et entreprise")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "form_token"],
                condition=~Q(form_token=""),
                name="partner_word_once_per_form",
                violation_error_message=_("Ce message est déjà arrivé."),
            )
        ]

    def __str__(self):
        return f"{self.author_role} {self.at:%d/%m/%Y}"
