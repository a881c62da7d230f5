"""The words exchanged about an irritant, and what is asked of its company with them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.models.irritant import Irritant
from partners.models import Organisation


class Post(models.Model):
    """A word in the conversation. `organisation` set: with that partner; `internal`: coordinators only.

    `form_token`: issued with the form it was typed in, so that a double click is one word.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="posts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    author_role = models.CharField(max_length=12)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    text = models.TextField(max_length=4000)
    internal = models.BooleanField(default=False)
    form_token = models.CharField(max_length=40, blank=True, editable=False)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("message du dossier")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["irritant", "form_token"],
                condition=~Q(form_token=""),
                name="post_once_per_form",
                violation_error_message=_("Ce message est déjà arrivé."),
            )
        ]

    def __str__(self):
        return f"{self.author_role} {self.at:%d/%m/%Y}"


class Reopened(models.TextChoices):
    """What of its own answers a coordinator may ask the company again (inputs: intake.reopening.INPUTS)."""

    SECTOR = "sector", _("le secteur")
    SITE = "site", _("le lieu concerné")
    DATA = "data_maturity", _("les données disponibles")
    KINDS = "kinds_wished", _("les formes d’aide souhaitées")
    DEADLINE = "deadline", _("l’échéance")
    TRIED = "tried", _("ce qui a déjà été essayé")
    ORGANISATION_TYPE = "organisation_type", _("le type et la taille de l’organisation")
    COMPANY = "company", _("les identifiants de l’organisation")
    DOCUMENTS = "documents", _("des documents")


class QuestionQuerySet(models.QuerySet):
    def open(self):
        """Asked, and neither answered nor let go."""
        return self.filter(answered_at=None, dropped_at=None)


class Question(models.Model):
    """One thing asked of the company with a word of the coordination: an answer of its own again, or something free.

    `field`: the answer that is opened again ("" for a free question, whose `text` is asked and whose `answer` is
    kept here); what is answered to a field lives in the irritant.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="questions")
    field = models.CharField(max_length=20, choices=Reopened.choices, blank=True)
    text = models.CharField(max_length=400, blank=True)
    answer = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question à l’entreprise")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "field"], condition=~Q(field=""), name="field_asked_once_per_post"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(dropped_at=None), name="answered_or_dropped_not_both"
            ),
        ]

    def __str__(self):
        return self.field or self.text
