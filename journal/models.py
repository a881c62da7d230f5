"""Rows that remember what happened and what is owed."""

import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from foundation import clock, tokens
from journal.actors import CLOCK, COMPANY, COORDINATOR, PARTNER, SYSTEM

# Who acts, as lists of the admin name them.
ROLES_SHOWN = [
    (COORDINATOR, _("la coordination")),
    (COMPANY, _("l’entreprise")),
    (PARTNER, _("le partenaire")),
    (CLOCK, _("l’horloge du portail")),
    (SYSTEM, _("le portail")),
]


class ChainHead(models.Model):
    """The last link of one case's chain of events; locked while an event is appended."""

    case = models.UUIDField(primary_key=True)
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self):
        return f"{self.case} #{self.seq}"


class Event(models.Model):
    """Something that happened to a case. Append-only (a database trigger refuses UPDATE and DELETE), hash-chained.

    `payload` holds ids and codes, never free text or names, so that erasure does not break the chain.
    """

    case = models.UUIDField(_("dossier"))  # found by the unique pair with `seq`
    seq = models.PositiveIntegerField(_("rang"))
    name = models.CharField(_("événement"), max_length=60)
    subject_id = models.UUIDField(_("objet"))
    actor = models.CharField(_("auteur"), max_length=60)
    actor_role = models.CharField(_("qui"), max_length=20, choices=ROLES_SHOWN)
    payload = models.JSONField(_("contenu"), default=dict)
    at = models.DateTimeField(_("date"))
    previous_hash = models.CharField(_("empreinte précédente"), max_length=64, blank=True)
    hash = models.CharField(_("empreinte"), max_length=64)

    class Meta:
        verbose_name = _("événement")
        verbose_name_plural = _("événements")
        ordering = ["case", "seq"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="event_case_seq_unique")]
        indexes = [models.Index(fields=["name", "at"])]

    def __str__(self):
        return f"{self.name} #{self.seq}"


class JobQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status__in=[Job.OWED, Job.RUNNING])

    def claimable(self):
        """Owed and due, or taken by a worker whose lease ran out."""
        now = clock.now()
        return self.filter(
            Q(status=Job.OWED, not_before__lte=now) | Q(status=Job.RUNNING, lease_until__lt=now)
        )

    def to_dispatch(self, stale_before):
        """Claimable jobs whose hint was never sent, or sent so long ago that it must be lost."""
        return self.claimable().filter(Q(sent_at=None) | Q(sent_at__lt=stale_before))


class Job(models.Model):
    """Work owed: written in the same transaction as what it follows. The broker only carries its id."""

    OWED, RUNNING, DONE, DEAD = "owed", "running", "done", "dead"
    STATUSES = [(OWED, _("à faire")), (RUNNING, _("en cours")), (DONE, _("fait")), (DEAD, _("en échec"))]

    kind = models.CharField(_("travail"), max_length=60)
    key = models.CharField(_("clé"), max_length=200, unique=True)
    payload = models.JSONField(_("contenu"), default=dict)
    queue = models.CharField(_("file d’exécution"), max_length=20, default="default")
    status = models.CharField(_("état"), max_length=10, choices=STATUSES, default=OWED)
    attempts = models.PositiveIntegerField(_("essais"), default=0)
    not_before = models.DateTimeField(_("pas avant le"), default=clock.now)
    lease_until = models.DateTimeField(_("réservé jusqu’au"), null=True, blank=True)
    token = models.UUIDField(_("jeton"), null=True, blank=True)
    sent_at = models.DateTimeField(_("confié le"), null=True, blank=True)
    last_error = models.TextField(_("dernière erreur"), blank=True)
    created_at = models.DateTimeField(_("créé le"), default=clock.now, editable=False)
    done_at = models.DateTimeField(_("fait le"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("travail")
        verbose_name_plural = _("travaux")
        indexes = [
            models.Index(fields=["status", "not_before"]),
            models.Index(fields=["lease_until"], name="job_running", condition=Q(status="running")),
        ]

    def __str__(self):
        return self.key


class ClockMark(models.Model):
    """That a rule of the clock did its thing for one object on one occasion: why it does it once."""

    rule = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    occasion = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject_id", "occasion"], name="clock_once_per_occasion")
        ]

    def __str__(self):
        return f"{self.rule} {self.subject_id} {self.occasion}"


class ClockRun(models.Model):
    """How a rule of the clock fares. `did`: how many it did at `did_at`, the last time there was something to do."""

    rule = models.CharField(max_length=60, unique=True)
    began_at = models.DateTimeField(default=clock.now, editable=False)
    ran_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    did = models.PositiveIntegerField(default=0)
    did_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveBigIntegerField(default=0)

    def __str__(self):
        return self.rule


class ExportStage(models.TextChoices):
    WAITING = "waiting", _("en attente")
    RUNNING = "running", _("en cours")
    READY = "ready", _("prêt")
    FAILED = "failed", _("en échec")
    CANCELLED = "cancelled", pgettext_lazy("export", "annulé")
    WITHDRAWN = "withdrawn", pgettext_lazy("export", "retiré")


class ExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever asked for it, nobody else: not even an administrator."""
        return self.filter(owner=user)

    def unfinished(self):
        return self.filter(stage__in=[ExportStage.WAITING, ExportStage.RUNNING])

    def outlived(self):
        return self.filter(created_at__lt=clock.now() - Export.KEPT)


class Export(models.Model):
    """A table that somebody asked for, made by a worker, theirs alone, gone after a week (journal.exports).

    `what`: the name of its exporter; `columns`, `choices`: codes of closed lists and dates. `done` of `total` rows are
    written; `total` is None until they were counted. `reason`: a code, why it failed.
    """

    KEPT = timedelta(days=7)
    FORMATS = [("xlsx", "XLSX"), ("csv", "CSV")]

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    what = models.CharField(max_length=20)
    format = models.CharField(max_length=4, choices=FORMATS)
    columns = models.JSONField(default=list)
    choices = models.JSONField(default=dict)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    stage = models.CharField(max_length=10, choices=ExportStage.choices, default=ExportStage.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False, db_index=True)
    version = models.PositiveIntegerField(default=1)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.what} {self.created_at:%Y-%m-%d}"

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / "exports" / f"{self.public_id.hex}.{self.format}"

    @property
    def is_unfinished(self) -> bool:
        return self.stage in (ExportStage.WAITING, ExportStage.RUNNING)

    @property
    def kept_until(self):
        return self.created_at + self.KEPT


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
    recipient = models.EmailField(_("destinataire"), db_index=True)
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
                fields=["cause", "recipient", "template"],
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


class AccessLinkQuerySet(models.QuerySet):
    def usable(self):
        return self.filter(revoked_at=None, expires_at__gt=clock.now())


class AccessLink(models.Model):
    """A door for one person to one thing, opened by a token that is never stored (foundation.tokens)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20)
    subject_id = models.UUIDField(db_index=True)
    email = models.EmailField()
    generation = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AccessLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien d’accès")
        verbose_name_plural = _("liens d’accès")
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "subject_id", "email"], name="one_link_per_person_and_thing"
            )
        ]

    def __str__(self):
        return f"{self.purpose} {self.subject_id}"

    borrowed = ""  # of somebody who stands in (journal.standing_in): the person's own token is not for them

    @property
    def token(self) -> str:
        return self.borrowed or tokens.make(self.pk, self.purpose, self.generation)


class AccessRecordQuerySet(models.QuerySet):
    def of_case(self, case: uuid.UUID, *subjects: str):
        """What was shown of a case; `subjects`: also these, wherever they were read."""
        return self.filter(Q(case=case) | Q(subject__in=subjects)).order_by("-at", "-pk")


class AccessRecord(models.Model):
    """Somebody was shown contact data, or opened a file (journal.access). Ids and codes only, never a name.

    Append-only: a trigger refuses every change, and deleting what is younger than six months. `reader`: as
    Event.actor; `organisation`: the partner for which they read; `hour`: what makes two looks one.
    """

    KINDS = [
        ("contact", _("nom et coordonnées du contact")),
        ("file", _("fichier")),
        ("mail", _("adresse d’un courriel")),
        ("person", _("compte d’une personne")),
        ("page", _("page lue au nom d’autrui")),
    ]

    reader = models.CharField(_("qui"), max_length=60)
    role = models.CharField(_("au titre de"), max_length=20, choices=ROLES_SHOWN)
    organisation = models.UUIDField(_("partenaire"), null=True, blank=True)
    what = models.CharField(_("quoi"), max_length=10, choices=KINDS)
    subject = models.CharField(_("objet"), max_length=60)
    case = models.UUIDField(_("dossier"), null=True, blank=True)
    page = models.CharField(_("page"), max_length=80)
    at = models.DateTimeField(_("date"))
    hour = models.DateTimeField()

    objects = AccessRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "what", "reader", "hour"], name="access_noted_once_an_hour"
            )
        ]
        indexes = [models.Index(fields=["case", "at"]), models.Index(fields=["at"])]

    def __str__(self):
        return f"{self.reader} {self.what} {self.subject}"


class AuditRunQuerySet(models.QuerySet):
    def failing(self):
        """The last one, when it found something."""
        later = AuditRun.objects.filter(pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later), broken__gt=0)


class AuditRun(models.Model):
    """One verification of every chain of events (journal.auditing). `places`: the first [case, rank, code] found wrong.

    `anchor`: a digest over the ends of all chains; it also goes to the log of the machine, out of this database.
    """

    at = models.DateTimeField(_("date"), default=clock.now, editable=False)
    seconds = models.FloatField(_("durée en secondes"), default=0)
    chains = models.PositiveBigIntegerField(_("dossiers"))
    events = models.PositiveBigIntegerField(_("événements"))
    broken = models.PositiveIntegerField(_("anomalies"))
    places = models.JSONField(default=list)
    anchor = models.CharField(_("empreinte"), max_length=64)

    objects = AuditRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("vérification du journal")
        verbose_name_plural = _("vérifications du journal")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.at:%d/%m/%Y} {self.broken}"


class StandInQuerySet(models.QuerySet):
    def running(self):
        return self.filter(ended_at=None, ends_at__gt=clock.now())

    def run_out(self):
        """Over, and not yet told to those concerned."""
        return self.filter(ended_at=None, ends_at__lte=clock.now())


class StandIn(models.Model):
    """An administrator reads the pages of somebody else as they see them (journal.standing_in): never acts there.

    Of a company: `case`, whose follow-up page is opened. Of a partner: `person`, a member, and its `organisation`.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("administrateur")
    )
    case = models.UUIDField(_("dossier"), null=True, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("au nom de")
    )
    organisation = models.UUIDField(_("partenaire"), null=True, blank=True)
    reason = models.CharField(_("raison"), max_length=300)
    started_at = models.DateTimeField(_("début"), default=clock.now, editable=False)
    ends_at = models.DateTimeField(_("fin au plus tard"))
    ended_at = models.DateTimeField(_("fin"), null=True, blank=True)

    objects = StandInQuerySet.as_manager()

    class Meta:
        verbose_name = _("lecture au nom d’autrui")
        verbose_name_plural = _("lectures au nom d’autrui")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, person=None, organisation=None)
                | Q(case=None, person__isnull=False, organisation__isnull=False),
                name="stand_in_for_a_company_or_a_member",
            )
        ]

    def __str__(self):
        return f"{self.by} {self.started_at:%d/%m/%Y}"

    @property
    def chain(self) -> uuid.UUID:
        """Whose history tells of it."""
        return self.case or self.organisation

    @property
    def kind(self) -> str:
        return COMPANY if self.case else PARTNER
