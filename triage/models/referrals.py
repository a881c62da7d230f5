"""The questions asked to partners."""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models import Irritant
from partners.models import Organisation, PartnerAbsence
from triage.models.matches import Match


class ReferralStage(models.TextChoices):
    PREPARED = "prepared", _("préparée")
    ASKED = "asked", _("envoyée")
    QUESTION = "question", _("question posée")
    ACCEPTED = "accepted", _("acceptée")
    DECLINED = "declined", _("déclinée")
    EXPIRED = "expired", _("sans réponse")
    CANCELLED = "cancelled", _("annulée")
    RELEASED = "released", _("remerciée : un autre partenaire a été choisi")
    WITHDRAWN = "withdrawn", _("retirée")


OPEN_REFERRAL = ("prepared", "asked", "question", "accepted")


class DeclineReason(models.TextChoices):
    NOT_OUR_EXPERTISE = "not_our_expertise", _("ce n’est pas notre domaine")
    NO_CAPACITY = "no_capacity_now", _("pas de disponibilité en ce moment")
    TOO_EARLY = "too_small_or_too_early", _("trop tôt ou trop petit pour nous")
    BUDGET_OR_CALENDAR = "budget_or_calendar", _("budget ou calendrier incompatible")
    ALREADY_IN_CONTACT = "already_in_contact", _("nous sommes déjà en contact avec l’entreprise")
    CONFLICT = "conflict_of_interest", _("conflit d’intérêts")
    CONFIDENTIALITY = "confidentiality_terms", _("conditions de confidentialité")
    NOT_ELIGIBLE = "not_eligible", _("l’entreprise n’est pas éligible à notre dispositif")
    DUPLICATE = "duplicate", _("nous avons déjà répondu à cette demande")
    REDIRECT = "redirect_to_other_partner", _("un autre partenaire conviendrait mieux")
    OTHER = "other", _("autre raison")


class CancelReason(models.TextChoices):
    """Why a question is called back, told to the partner as it stands here; the last two by the portal alone."""

    NEED_CHANGED = "need_changed", _("le besoin de l’entreprise a changé")
    POSTPONED = "postponed", _("l’entreprise remet son projet à plus tard")
    OTHER_WAY = "other_way", _("une autre voie convient mieux à ce besoin")
    MISTAKE = "mistake", _("la demande vous a été envoyée par erreur")
    WITHDRAWN = "company_withdrew", _("l’entreprise a retiré sa demande")
    AGREEMENT = "agreement_first", _("l’entreprise demande d’abord un accord de confidentialité")


CANCEL_REASONS = [
    (one.value, one.label)
    for one in CancelReason
    if one not in (CancelReason.WITHDRAWN, CancelReason.AGREEMENT)
]  # those that a coordinator chooses from


class ReferralQuerySet(models.QuerySet):
    def open(self):
        return self.filter(stage__in=OPEN_REFERRAL)

    def waiting(self):
        """Asked and not answered."""
        return self.filter(stage__in=[ReferralStage.ASKED, ReferralStage.QUESTION])

    def partner_there(self, day):
        """Those whose partner is not away on this calendar day."""
        away = PartnerAbsence.objects.between(day, day).filter(organisation=OuterRef("organisation"))
        return self.exclude(Exists(away))

    def answered(self):
        """Accepted (whatever came after) or declined by the partner itself."""
        return self.exclude(answered_at=None)

    def visible_to(self, user):
        """Coordinators see those of their irritants; a partner sees what its organisations were asked."""
        if user.is_coordinator:
            return self.exclude(irritant__in=Irritant.objects.hidden_from(user)) if user.is_limited else self
        return self.filter(organisation__memberships__user=user).exclude(stage=ReferralStage.PREPARED)


class Referral(models.Model):
    """The question asked to a partner. `summary` is frozen when it is sent: what was seen stays what was seen.

    `exclusive`: one answer is wanted; of all that are so asked about the irritant, the first to accept is the only one.
    `person_in_charge`, `person_contact`: whom the company is told to speak to. A refusal may say from which day on to
    ask again (`available_from`) and whom to ask instead: one of the catalogue (`suggested`), or words of its own.
    `introduces`: the first question that its partner ever got, so that it says who we are; one for each partner.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    irritant = models.ForeignKey(
        Irritant, models.PROTECT, related_name="referrals", verbose_name=_("irritant")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="referrals", verbose_name=_("partenaire")
    )
    matches = models.ManyToManyField(Match, related_name="referrals")
    stage = models.CharField(
        _("état"), max_length=10, choices=ReferralStage.choices, default=ReferralStage.PREPARED
    )
    summary = models.TextField(_("résumé transmis"), blank=True)
    note = models.TextField(_("mot du coordinateur"), max_length=1000, blank=True)
    exclusive = models.BooleanField(_("une seule réponse attendue"), default=False)
    decline_reason = models.CharField(
        _("raison du refus"), max_length=30, choices=DeclineReason.choices, blank=True
    )
    cancel_reason = models.CharField(
        _("raison de l’annulation"), max_length=20, choices=CancelReason.choices, blank=True
    )
    introduces = models.BooleanField(_("première sollicitation de ce partenaire"), default=False)
    answer = models.TextField(_("réponse"), max_length=2000, blank=True)
    person_in_charge = models.CharField(_("interlocuteur"), max_length=120, blank=True)
    person_contact = models.CharField(
        _("adresse ou téléphone de l’interlocuteur"), max_length=160, blank=True
    )
    available_from = models.DateField(_("disponible à partir du"), null=True, blank=True)
    suggested = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("partenaire conseillé"),
    )
    suggested_words = models.CharField(_("partenaire conseillé, en clair"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("envoyée le"), null=True, blank=True)
    answered_at = models.DateTimeField(_("réponse le"), null=True, blank=True)
    due_at = models.DateTimeField(_("réponse attendue le"), null=True, blank=True)
    created_at = models.DateTimeField(_("préparée le"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("sollicitation")
        verbose_name_plural = _("sollicitations")
        constraints = [
            models.UniqueConstraint(
                fields=["irritant", "organisation"],
                condition=Q(stage__in=OPEN_REFERRAL),
                name="one_open_referral_per_partner",
                violation_error_message=_("Ce partenaire est déjà sollicité pour cet irritant."),
            ),
            models.UniqueConstraint(
                fields=["irritant"],
                condition=Q(stage="accepted", exclusive=True),
                name="one_exclusive_acceptance",
                violation_error_message=_("La place est déjà prise."),
            ),
            models.CheckConstraint(
                condition=~Q(stage="declined") | ~Q(decline_reason=""), name="declined_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(introduces=True), name="introduced_once_to_each_partner"
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "due_at"]),
            models.Index(fields=["organisation", "asked_at"]),  # how many this month
        ]

    def __str__(self):
        return f"{self.irritant} → {self.organisation}"

    @property
    def contact_person(self) -> str:
        """« Name, address »: whom the company speaks to; "" where the partner named nobody."""
        return ", ".join(filter(None, (self.person_in_charge, self.person_contact)))
