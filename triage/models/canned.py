"""Texts that coordinators choose from a list."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models import Outcome


class CannedAnswerQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(retired_at=None)


class CannedAnswer(models.Model):
    """A text that a coordinator chooses from a list, reads again and sends: when closing, or when writing.

    `outcome`: the issue it closes with; "" for one that closes nothing. `source`, `verified_on`: where a fact that it
    states was read, and when; None: nobody has checked it. Its words: CannedText.
    """

    code = models.SlugField(max_length=40, unique=True)
    outcome = models.CharField(_("issue"), max_length=15, choices=Outcome.choices, blank=True)
    position = models.PositiveSmallIntegerField(_("ordre"), default=0)
    source = models.CharField(_("source"), max_length=300, blank=True)
    verified_on = models.DateField(_("vérifiée le"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retirée le"), null=True, blank=True)
    used = models.PositiveIntegerField(_("emplois"), default=0)
    used_at = models.DateTimeField(_("dernier emploi"), null=True, blank=True)

    objects = CannedAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("réponse type")
        verbose_name_plural = _("réponses types")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.code


class CannedText(models.Model):
    """The words of an answer in one language: append-only, the highest number is in force (as journal.MessageText).

    `original`: the portal's own words (triage/data/answers.json), which a newer portal may mend.
    """

    answer = models.ForeignKey(CannedAnswer, models.CASCADE, related_name="texts")
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES)
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("nom"), max_length=120)
    body = models.TextField(_("texte"), max_length=3000)
    original = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("texte de réponse type")
        ordering = ["answer", "language", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "language", "number"],
                name="canned_text_version_unique",
                violation_error_message=_("Quelqu’un d’autre vient de changer ce texte."),
            )
        ]

    def __str__(self):
        return f"{self.answer} {self.language} {self.number}"
