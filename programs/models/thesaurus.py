"""What coordinators changed in the thesaurus: rows laid over the files of matching/data (programs/thesaurus.py)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation import clock


class ThesaurusLanguage(models.TextChoices):
    FR = "fr", _("français")
    DE = "de", _("allemand")
    EN = "en", _("anglais")
    ANY = "xx", pgettext_lazy("langue", "les trois (un nom)")


class ThesaurusAddition(models.Model):
    """One expression of a concept. `topics`: of a concept that the files do not know (codes of programs.Topic)."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    concept = models.SlugField(_("concept"), max_length=60)
    language = models.CharField(_("langue"), max_length=2, choices=ThesaurusLanguage.choices)
    expression = models.CharField(_("expression"), max_length=200)
    topics = models.JSONField(_("thèmes"), default=list, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ajoutée par"),
    )
    created_at = models.DateTimeField(_("ajoutée le"), default=clock.now, editable=False)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("retirée par"),
    )
    retired_at = models.DateTimeField(_("retirée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("expression ajoutée")
        verbose_name_plural = _("expressions ajoutées")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["concept", "language", "expression"],
                condition=Q(retired_at=None),
                name="expression_added_once",
                violation_error_message=_("Cette expression est déjà ajoutée à ce concept."),
            )
        ]

    def __str__(self):
        return f"{self.concept}/{self.language}/{self.expression}"


class ThesaurusRetirement(models.Model):
    """A concept ("id") or an expression ("id/language/expression") of the files that is not used any more."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    item = models.CharField(_("retiré"), max_length=300)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("retiré par"),
    )
    created_at = models.DateTimeField(_("retiré le"), default=clock.now, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("rétabli par"),
    )
    undone_at = models.DateTimeField(_("rétabli le"), null=True, blank=True)

    class Meta:
        verbose_name = _("retrait du vocabulaire")
        verbose_name_plural = _("retraits du vocabulaire")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(undone_at=None),
                name="retired_once",
                violation_error_message=_("C’est déjà retiré."),
            )
        ]

    def __str__(self):
        return self.item
