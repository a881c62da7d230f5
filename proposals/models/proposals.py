"""Proposals and their versions."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models import Irritant
from proposals.sections import text_of


class ProposalStage(models.TextChoices):
    PREPARING = "preparing", _("en préparation")
    SUBMITTED = "submitted", _("chez les partenaires")
    SENT = "sent", _("envoyée")
    CHANGES_REQUESTED = "changes_requested", _("à revoir")
    ACCEPTED = "accepted", _("acceptée")
    DECLINED = "declined", _("déclinée")
    EXPIRED = "expired", _("expirée")
    WITHDRAWN = "withdrawn", _("retirée")


OPEN_PROPOSAL = ("preparing", "submitted", "sent", "changes_requested", "accepted")


def of_seen(rows: models.QuerySet, user, path: str) -> models.QuerySet:
    """Without those of irritants that a limited coordinator does not see; `path` leads to the irritant."""
    return rows.exclude(**{f"{path}__in": Irritant.objects.hidden_from(user)}) if user.is_limited else rows


class SentWithout(models.TextChoices):
    """Why a document leaves for the company before every partner has agreed to it."""

    OTHERWISE = (
        "otherwise",
        _("les partenaires ont donné leur accord autrement : réunion, téléphone, courriel"),
    )
    DEADLINE = "deadline", _("l’échéance de l’entreprise n’attend pas")
    AWAY = "away", _("un partenaire est absent et nous a donné son accord de principe")
    DETAILS = "details", _("seuls des détails ont changé depuis leur accord")


class ProposalQuerySet(models.QuerySet):
    def open(self):
        """Under way or accepted: at most one per irritant."""
        return self.filter(stage__in=OPEN_PROPOSAL)

    def visible_to(self, user):
        """The text being written is for coordinators; companies read what was sent, through their link."""
        return of_seen(self, user, "irritant") if user.is_coordinator else self.none()

    def visible_to_company(self):
        """What the company may read: whatever was ever sent."""
        return self.filter(versions__sent_at__isnull=False).distinct()


class Proposal(models.Model):
    """What the coordinator writes. What is sent is a ProposalVersion, frozen."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    irritant = models.ForeignKey(
        Irritant, models.PROTECT, related_name="proposals", verbose_name=_("irritant")
    )
    stage = models.CharField(
        _("état"), max_length=20, choices=ProposalStage.choices, default=ProposalStage.PREPARING
    )
    title = models.CharField(_("titre"), max_length=160)
    target = models.CharField(_("objectif mesurable"), max_length=300, blank=True)
    # One to three ways to go, and the text by section: docs/proposal-snapshot.md says what they hold.
    options = models.JSONField(_("les chemins proposés"), default=list)
    sections = models.JSONField(_("le texte, par section"), default=dict)
    chosen = models.CharField(_("option choisie par l’entreprise"), max_length=8, blank=True)
    # What the portal's own last rewriting replaced, until somebody writes again.
    undo = models.JSONField(_("ce que le portail a remplacé"), default=dict, blank=True)
    valid_until = models.DateField(_("valable jusqu’au"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("écrite par"),
    )
    created_at = models.DateTimeField(_("commencée le"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposition")
        verbose_name_plural = _("propositions")
        constraints = [
            models.UniqueConstraint(
                fields=["irritant"],
                condition=Q(stage__in=OPEN_PROPOSAL),
                name="one_open_proposal_per_irritant",
                violation_error_message=_("Une proposition est déjà ouverte pour cet irritant."),
            )
        ]

    def __str__(self):
        return self.title

    @property
    def need(self) -> str:
        """The need as understood, its paragraphs as one text."""
        return text_of(self.sections, "need")

    @property
    def conditions(self) -> str:
        return text_of(self.sections, "conditions")

    @property
    def next_steps(self) -> str:
        return text_of(self.sections, "next_steps")

    @property
    def asked_version(self) -> "ProposalVersion | None":
        """The last version that partners, or the company, were given to read."""
        return self.versions.given().order_by("-number").first()

    @property
    def sent_version(self) -> "ProposalVersion | None":
        """The last version that was sent."""
        return self.versions.filter(sent_at__isnull=False).order_by("-number").first()


class ProposalVersionQuerySet(models.QuerySet):
    def sent(self):
        return self.filter(sent_at__isnull=False)

    def given(self):
        """Those that somebody outside the coordination was given to read: partners, or the company."""
        return self.filter(Q(submitted_at__isnull=False) | Q(sent_at__isnull=False))

    def visible_to(self, user):
        return of_seen(self, user, "proposal__irritant") if user.is_coordinator else self.none()


class ProposalVersion(models.Model):
    """A snapshot and its PDF. Same snapshot, same bytes; a version that was sent never changes."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    snapshot = models.JSONField()
    # Printed on the paper and asked on the page that verifies it (proposals.verification); null: older than that page.
    verify_number = models.CharField(max_length=10, unique=True, null=True, blank=True, editable=False)
    input_hash = models.CharField(max_length=64)
    template_version = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    rendered_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(_("soumise aux partenaires le"), null=True, blank=True)
    sends_itself = models.BooleanField(_("part dès que tous sont d’accord"), default=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_without = models.CharField(
        _("envoyée sans attendre, parce que"), max_length=12, choices=SentWithout.choices, blank=True
    )

    objects = ProposalVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version de proposition")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="proposal_version_number_unique"),
            models.UniqueConstraint(fields=["proposal", "input_hash"], name="proposal_version_input_unique"),
        ]

    def __str__(self):
        return f"{self.proposal} v{self.number}"

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / "proposals" / f"{self.public_id.hex}.pdf"

    @property
    def file_name(self) -> str:
        """The name of a download: the reference alone, which says nothing of the company."""
        return f"{self.snapshot.get('reference', 'ENACT')}-v{self.number}.pdf"

    @property
    def job_key(self) -> str:
        return f"pdf:{self.public_id}"

    @property
    def seal(self) -> str:
        """The first signs of its hash, printed beside its number."""
        return self.input_hash[:8]

    @property
    def is_whole(self) -> bool:
        """Whether its snapshot can become every kind of document (schema 2)."""
        return self.snapshot.get("schema", 1) >= 2


class VersionFile(models.Model):
    """The same version as another file: made by a worker once it was sent, or when a coordinator asks."""

    class Variant(models.TextChoices):
        ARCHIVE = "archive", _("archive (PDF/A-3, données jointes)")
        WORD = "word", _("texte à travailler (DOCX)")

    version = models.ForeignKey(ProposalVersion, models.CASCADE, related_name="files")
    variant = models.CharField(max_length=10, choices=Variant.choices)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("fichier de proposition")
        ordering = ["variant"]
        constraints = [
            models.UniqueConstraint(fields=["version", "variant"], name="version_file_once_per_variant")
        ]

    def __str__(self):
        return f"{self.version} ({self.variant})"

    @property
    def path(self) -> Path:
        return file_of(self.version, self.variant)

    @property
    def file_name(self) -> str:
        """As the PDF's: the reference alone."""
        stem = self.version.file_name.removesuffix(".pdf")
        return f"{stem}.docx" if self.variant == self.Variant.WORD else f"{stem}-archive.pdf"


def file_of(version: ProposalVersion, variant: str) -> Path:
    """Where a variant of a version is kept."""
    ending = {VersionFile.Variant.ARCHIVE: "-archive.pdf", VersionFile.Variant.WORD: ".docx"}[variant]
    return version.path.with_name(f"{version.public_id.hex}{ending}")
