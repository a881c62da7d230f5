"""What the parties say of a version: where each stands, every word it gave, the changes that it proposes."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from partners.models import Organisation
from proposals.models.proposals import ProposalVersion


class AgreementState(models.TextChoices):
    PENDING = "pending", _("en attente")
    AGREED = "agreed", _("d’accord")
    CHANGES = "changes", _("demande une modification")
    DECLINED = "declined", _("décline")
    WITHDRAWN = "withdrawn", _("a retiré son accord")


AGAINST = (AgreementState.CHANGES, AgreementState.DECLINED, AgreementState.WITHDRAWN)


class RefusalReason(models.TextChoices):
    """Why a partner does not agree to a document, or no longer does."""

    CONTENT = "content", _("ce qui est écrit ne correspond pas à ce que nous pouvons faire")
    CAPACITY = "capacity", _("nous n’avons pas, ou plus, les personnes disponibles")
    DATES = "dates", _("les dates ne nous conviennent pas")
    BUDGET = "budget", _("le montage financier ne nous convient pas")
    SUPERVISION = "supervision", _("notre tutelle n’y est pas favorable")
    CONFIDENTIALITY = "confidentiality", _("conditions de confidentialité ou de propriété")
    OTHER = "other", _("autre raison")


class Way(models.TextChoices):
    """By which door a word came in."""

    LINK = "link", _("lien personnel")
    ACCOUNT = "account", _("compte")
    PORTAL = "portal", _("portail")


class Agreement(models.Model):
    """Where one party stands on one version. A proposal is accepted when every party's row says so.

    `asked_at`: when the party was given the document to read; `basis`: "referral" for what was frozen before partners
    read the document themselves, and counted as agreed because they had accepted the question.
    """

    State = AgreementState

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(ProposalVersion, models.CASCADE, related_name="agreements")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, help_text=_("vide : l’entreprise")
    )
    state = models.CharField(
        _("avis"), max_length=10, choices=AgreementState.choices, default=AgreementState.PENDING
    )
    basis = models.CharField(_("sur la base de"), max_length=20, blank=True)
    reason = models.CharField(_("raison"), max_length=16, choices=RefusalReason.choices, blank=True)
    comment = models.TextField(_("commentaire"), max_length=2000, blank=True)
    asked_at = models.DateTimeField(_("demandé le"), null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("accord")
        constraints = [
            models.UniqueConstraint(fields=["document", "organisation"], name="agreement_once_per_partner"),
            # Two constraints, because SQLite knows no NULLS NOT DISTINCT.
            models.UniqueConstraint(
                fields=["document"], condition=Q(organisation=None), name="agreement_once_for_the_company"
            ),
            models.CheckConstraint(
                condition=Q(organisation=None) | ~Q(state="declined") | ~Q(reason="") | Q(basis="withdrawn"),
                name="partner_declines_with_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.document}: {self.organisation or _('entreprise')}"

    @property
    def irritant(self):
        return self.document.proposal.irritant

    @property
    def irritant_id(self) -> int:
        return self.document.proposal.irritant_id


class Unchanging(models.QuerySet):
    """Rows that are written once: what somebody said stays what they said."""

    def update(self, **values):
        raise TypeError("what was said is never changed afterwards")

    def delete(self):
        raise TypeError("what was said is never taken away")


class AgreementRecord(models.Model):
    """One word of one party: who, in which capacity, when, on which very document, by which door.

    Never changed: a later word is another row. `sha256`: of the PDF as it stood, "" where the party reads the text
    alone and no file existed; `option`: the path chosen, where there were several. No address of a machine is kept.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="records")
    said = models.CharField(_("parole"), max_length=10, choices=AgreementState.choices)
    name = models.CharField(_("nom"), max_length=120, blank=True)
    role = models.CharField(_("fonction"), max_length=120, blank=True)
    way = models.CharField(_("par"), max_length=8, choices=Way.choices)
    sha256 = models.CharField(_("empreinte du document"), max_length=64, blank=True)
    option = models.CharField(_("chemin choisi"), max_length=40, blank=True)
    reason = models.CharField(_("raison"), max_length=16, choices=RefusalReason.choices, blank=True)
    at = models.DateTimeField(default=clock.now, editable=False)

    objects = Unchanging.as_manager()

    class Meta:
        verbose_name = _("parole donnée")
        verbose_name_plural = _("paroles données")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.agreement} {self.said}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("what was said is never changed afterwards")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("what was said is never taken away")


class SuggestionState(models.TextChoices):
    OPEN = "open", _("à examiner")
    TAKEN = "taken", _("reprise")
    DECLINED = "declined", _("écartée")


class SuggestionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=SuggestionState.OPEN)

    def of_party(self, organisation: Organisation | None):
        return self.filter(organisation=organisation)

    def of_proposal(self, proposal):
        rows = self.filter(document__proposal=proposal).select_related("document", "organisation")
        return rows.order_by("document__number", "pk")


class Suggestion(models.Model):
    """A party's own wording of one paragraph of a version, or a remark on it; `answer`: why it was not taken."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(ProposalVersion, models.CASCADE, related_name="suggestions")
    paragraph = models.CharField(_("paragraphe"), max_length=60)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("vide : l’entreprise"),
    )
    name = models.CharField(_("nom"), max_length=120, blank=True)
    text = models.TextField(_("texte proposé"), max_length=4000, blank=True)
    comment = models.TextField(_("remarque"), max_length=1000, blank=True)
    state = models.CharField(
        _("état"), max_length=10, choices=SuggestionState.choices, default=SuggestionState.OPEN
    )
    answer = models.TextField(_("réponse"), max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("changement proposé")
        verbose_name_plural = _("changements proposés")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="open") | Q(answered_at__isnull=True), name="open_suggestion_has_no_answer"
            ),
            models.UniqueConstraint(
                fields=["document", "paragraph", "organisation"], name="suggestion_once_per_partner"
            ),
            models.UniqueConstraint(
                fields=["document", "paragraph"],
                condition=Q(organisation=None),
                name="suggestion_once_for_the_company",
            ),
        ]

    def __str__(self):
        return f"{self.document} {self.paragraph}"

    @property
    def irritant(self):
        return self.document.proposal.irritant

    @property
    def irritant_id(self) -> int:
        return self.document.proposal.irritant_id
