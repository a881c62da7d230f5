"""What the engine proposes, and what coordinators decide about it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models import Irritant
from programs.models import Offer


class MatchRun(models.Model):
    """One answer of the engine: verdict, concepts, and which engine over which data said it.

    `verdict` and `verdict_reasons` are the engine's own words; what they lead to is triage.holding's to say.
    `sequence`: the catalogue's when it was computed, None for runs older than that column. `before`: [offer, rank] of
    the matches as somebody last saw them, None where there is nothing to compare with; `seen_at`: when the difference
    was seen (triage.moving).
    """

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="runs")
    key = models.CharField(max_length=120, unique=True)
    verdict = models.CharField(_("verdict"), max_length=10)
    verdict_reasons = models.JSONField(default=list)
    concepts = models.JSONField(default=list)
    language = models.CharField(max_length=2)
    engine_version = models.CharField(max_length=40)
    data_version = models.CharField(max_length=80)
    sequence = models.PositiveBigIntegerField(null=True, blank=True)
    before = models.JSONField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("calcul des pistes")
        ordering = ["-pk"]

    def __str__(self):
        return self.key


class MatchState(models.TextChoices):
    SUGGESTED = "suggested", _("proposée")
    KEPT = "kept", _("retenue")
    SET_ASIDE = "set_aside", _("écartée")


class SetAsideReason(models.TextChoices):
    OFF_TOPIC = "off_topic", _("hors sujet")
    TOO_ADVANCED = "too_advanced", _("trop ambitieux pour l’entreprise")
    TOO_BASIC = "too_basic", _("trop élémentaire")
    TOO_FAR = "too_far", _("trop loin")
    CALENDAR = "calendar", _("calendrier incompatible")
    BETTER_ELSEWHERE = "better_elsewhere", _("une autre piste convient mieux")
    CONFLICT = "conflict", _("conflit d’intérêts")
    OTHER = "other", _("autre raison")


class MatchQuerySet(models.QuerySet):
    def ranked(self):
        """Best first; those added by hand, which have no score, last on every database."""
        return self.order_by(F("score").desc(nulls_last=True), "offer_id")

    def kept(self):
        return self.filter(state=MatchState.KEPT)

    def decided_by_people(self):
        """Kept or set aside by somebody, whoever that was."""
        return self.filter(state__in=[MatchState.KEPT, MatchState.SET_ASIDE]).exclude(decided_at=None)


class Match(models.Model):
    """Irritant × offer: the engine's score and reasons, and the coordinator's decision beside them."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="matches")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="matches")
    run = models.ForeignKey(MatchRun, models.SET_NULL, null=True, blank=True, related_name="matches")
    rank = models.PositiveSmallIntegerField(_("rang"), null=True, blank=True)
    score = models.FloatField(_("score"), null=True, blank=True)
    reasons = models.JSONField(_("raisons"), default=list)
    state = models.CharField(
        _("décision"), max_length=10, choices=MatchState.choices, default=MatchState.SUGGESTED
    )
    set_aside_reason = models.CharField(
        _("raison"), max_length=20, choices=SetAsideReason.choices, blank=True
    )
    set_aside_note = models.CharField(_("précision"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("piste")
        verbose_name_plural = _("pistes")
        constraints = [
            models.UniqueConstraint(fields=["irritant", "offer"], name="match_once_per_offer"),
            models.CheckConstraint(
                condition=(Q(state="set_aside") & ~Q(set_aside_reason=""))
                | (~Q(state="set_aside") & Q(set_aside_reason="")),
                name="set_aside_has_a_reason",
                violation_error_message=_("Dites pourquoi cette piste est écartée."),
            ),
        ]

    def __str__(self):
        return f"{self.irritant} × {self.offer}"
