"""What texts that are alike share."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from intake.models import Irritant


class TextPrint(models.Model):
    """One of the smallest hashes of an irritant's words (triage.likeness): texts alike share most of theirs."""

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="prints")
    value = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("empreinte de texte")
        constraints = [models.UniqueConstraint(fields=["irritant", "value"], name="text_print_once")]

    def __str__(self):
        return f"{self.irritant} {self.value:x}"
