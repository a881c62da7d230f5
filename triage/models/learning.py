"""What is learnt from decisions: words that the vocabulary lacks, and when something changed."""

import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models import Irritant


class UnknownWord(models.Model):
    """A word, or two, of several accepted irritants that no concept recognises: proposed to the vocabulary.

    `key`: its stems; `examples`: [irritant, start, end] in triage.reasons.words_of; `concepts`, `topics`: what the
    offers that were kept for those irritants are about. An ignored one stays, so that it is never proposed again.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES)
    key = models.CharField(max_length=120)
    words = models.CharField(_("mots"), max_length=120)
    irritants = models.PositiveIntegerField(_("dossiers"), default=0)
    examples = models.JSONField(default=list)
    concepts = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    computed_at = models.DateTimeField(default=clock.now)
    ignored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ignored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mot inconnu")
        constraints = [models.UniqueConstraint(fields=["language", "key"], name="unknown_word_once")]
        indexes = [models.Index(fields=["ignored_at", "-irritants"])]

    def __str__(self):
        return self.words


class DecisionCount(models.Model):
    """One row: a number that grows with every decision that ranking may learn from (or must forget)."""

    sequence = models.PositiveBigIntegerField(default=0)

    def __str__(self):
        return str(self.sequence)


class DecidedIrritant(models.Model):
    """When what may be remembered of an irritant last changed, by that number: processes read what is newer."""

    irritant = models.OneToOneField(Irritant, models.CASCADE, related_name="+")
    sequence = models.PositiveBigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("irritant décidé")

    def __str__(self):
        return f"{self.irritant} #{self.sequence}"

    @classmethod
    def current(cls) -> int:
        return DecisionCount.objects.filter(pk=1).values_list("sequence", flat=True).first() or 0

    @classmethod
    @transaction.atomic
    def note(cls, irritant: Irritant) -> None:
        """The row of the count stays locked until the change commits: numbers appear in the order of commits."""
        if not DecisionCount.objects.filter(pk=1).update(sequence=F("sequence") + 1):
            _row, made = DecisionCount.objects.get_or_create(pk=1, defaults={"sequence": 1})
            if not made:
                DecisionCount.objects.filter(pk=1).update(sequence=F("sequence") + 1)
        cls.objects.update_or_create(irritant=irritant, defaults={"sequence": cls.current()})
