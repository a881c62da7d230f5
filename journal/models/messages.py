"""Mails owed, their words, and the addresses that refuse them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock


class MessageQuerySet(models.QuerySet):
    def of_case(self, case: uuid.UUID):
        return self.filter(case=case).order_by("-created_at", "-pk")

    def undelivered(self):
        """What a person was to read and did not: failed, refused by the address, or kept back because of it."""
        return self.filter(status__in=Message.UNDELIVERED)


class Message(models.Model):
    """A mail owed to one person for one cause. Its text is made when it is sent, with fresh links.

    `reason`: a short code of the last state ("550 5.1.1" of a mail server, "invalid" of a provider), never text.
    """

    OWED, SENT, DELIVERED = "owed", "sent", "delivered"
    FAILED, BOUNCED, COMPLAINED, SUPPRESSED, OBSOLETE = (
        "failed",
        "bounced",
        "complained",
        "suppressed",
        "obsolete",
    )
    STATUSES = [
        (OWED, _("à envoyer")),
        (SENT, _("envoyé")),
        (DELIVERED, _("remis")),
        (FAILED, _("en échec")),
        (BOUNCED, _("refusé par l’adresse")),
        (COMPLAINED, _("signalé comme indésirable")),
        (SUPPRESSED, _("retenu : adresse en défaut")),
        (OBSOLETE, _("sans objet au moment de partir")),
    ]
    UNDELIVERED = (FAILED, BOUNCED, COMPLAINED, SUPPRESSED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.CharField(_("modèle"), max_length=60)
    cause = models.CharField(_("cause"), max_length=200)
    recipient = models.EmailField(_("destinataire"))
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES)
    case = models.UUIDField(_("dossier"), db_index=True)
    subject_id = models.UUIDField(_("objet"))
    payload = models.JSONField(_("contenu"), default=dict)
    status = models.CharField(_("état"), max_length=12, choices=STATUSES, default=OWED)
    status_at = models.DateTimeField(_("état depuis le"), null=True, blank=True)
    reason = models.CharField(_("raison"), max_length=40, blank=True)
    provider_id = models.CharField(_("numéro du prestataire"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("créé le"), default=clock.now, editable=False)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("courriel")
        verbose_name_plural = _("courriels")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "cause", "template"],
                name="message_once_per_cause",
                violation_error_message=_("Ce message a déjà été envoyé à cette personne pour cette raison."),
            )
        ]
        indexes = [
            models.Index(fields=["status", "created_at"]),
            models.Index(
                fields=["provider_id"], condition=~Q(provider_id=""), name="journal_message_provider_id"
            ),
        ]

    def __str__(self):
        return gettext("Courriel à %(to)s") % {"to": self.recipient}

    @property
    def message_id(self) -> str:
        """RFC 5322 Message-ID made from the row: a repeated sending is recognisably the same mail."""
        return f"<{self.pk}@{_mail_domain()}>"

    @property
    def thread_id(self) -> str:
        """What every mail of a case answers to, so that mail programs show them as one conversation."""
        return f"<case.{self.case}@{_mail_domain()}>"


def _mail_domain() -> str:
    return settings.SITE_URL.split("//")[1].split(":")[0].split("/")[0]


class BlockedAddress(models.Model):
    """An address that refused a mail or complained about one: nothing more is sent there until a person says so."""

    BOUNCED, COMPLAINED = Message.BOUNCED, Message.COMPLAINED
    KINDS = [
        (BOUNCED, _("refuse nos courriels")),
        (COMPLAINED, _("signale nos courriels comme indésirables")),
    ]

    email = models.EmailField(_("adresse électronique"), unique=True)
    kind = models.CharField(_("état"), max_length=12, choices=KINDS)
    reason = models.CharField(_("code"), max_length=40, blank=True)
    since = models.DateTimeField(_("depuis"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("adresse en défaut")
        verbose_name_plural = _("adresses en défaut")

    def __str__(self):
        return self.email


class MessageText(models.Model):
    """The words of one mail in one language, as a coordinator wrote them: append-only, the highest number is in force.

    An empty block is the original one; all empty is « revenir au texte d’origine ». The unique number is what
    keeps a second editor from overwriting the first unseen.
    """

    key = models.CharField(max_length=60)
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES)
    number = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("objet"), max_length=200, blank=True)
    preheader = models.CharField(max_length=200, blank=True)
    body = models.TextField(_("texte"), max_length=6000, blank=True)
    button = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("texte de courriel")
        verbose_name_plural = _("textes de courriels")
        ordering = ["key", "language", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "language", "number"],
                name="message_text_version_unique",
                violation_error_message=_("Quelqu’un d’autre vient de changer ce texte."),
            )
        ]

    def __str__(self):
        return f"{self.key} {self.language} {self.number}"
