"""Forms being filled."""

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.identifiers import department_of
from intake.models.indexes import _where_set


def new_draft_token() -> str:
    return secrets.token_urlsafe(24)


def draft_expiry():
    return clock.now() + timedelta(hours=48)


class DraftQuerySet(models.QuerySet):
    def open(self):
        return self.filter(submitted_at=None, expires_at__gt=clock.now())

    def expired(self):
        return self.filter(expires_at__lte=clock.now())

    def of_email(self, email: str):
        """Forms in which this address was typed."""
        return self.filter(answers__email__iexact=email)

    def entered(self):
        """What coordinators wrote down, and its company has neither confirmed nor refused."""
        return self.open().exclude(entered_by=None)


class Draft(models.Model):
    """A form being filled: anonymous, unguessable, expiring (48 h, 14 days once an e-mail is known).

    `public_id` becomes the irritant's; `token` is the form token, unique key of the irritant it makes. `email` is the
    address that was given by a click, as far as it is one: the resume link is its own. `touched_at`: the last time
    that something was kept. `origin`: who began it or sent it, within one hour (intake.gate). `proven`: the browser
    that sent it had done the work that a machine would have to pay for. `entered_by`: the coordinator who wrote down
    what the company told (intake.entering); None for a form that the company began itself.
    """

    token = models.CharField(max_length=40, unique=True, default=new_draft_token, editable=False)
    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    answers = models.JSONField(default=dict)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="fr")
    provenance = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(default=draft_expiry)
    submitted_at = models.DateTimeField(null=True, blank=True, db_index=True)
    email = models.EmailField(blank=True)
    touched_at = models.DateTimeField(default=clock.now)
    origin = models.CharField(max_length=32, blank=True, db_index=True)
    proven = models.BooleanField(default=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("brouillon")
        indexes = [_where_set("entered_by", "draft_entered_by")]

    def __str__(self):
        return str(self.public_id)

    @property
    def department(self) -> str:
        """Of the site, as far as it was typed."""
        return department_of(self.answers.get("site_postcode", ""))
