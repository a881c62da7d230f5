"""What happened: events in their chains, and their verification."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from foundation import clock
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
