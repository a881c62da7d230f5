"""Work owed, and what the clock did."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import clock


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
    """How a rule of the clock fares. `did`: how many it did at `did_at`, the last time there was something to do.

    Of a rule that takes things away (journal.capping): `counted` went on the day `counted_on`, `allowed` may go on the
    day `allowed_on` at a person's word, `held_back` are due and wait for that word.
    """

    rule = models.CharField(max_length=60, unique=True)
    began_at = models.DateTimeField(default=clock.now, editable=False)
    ran_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    did = models.PositiveIntegerField(default=0)
    did_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveBigIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0, db_default=0)
    counted_on = models.DateField(null=True, blank=True)
    allowed = models.PositiveIntegerField(default=0, db_default=0)
    allowed_on = models.DateField(null=True, blank=True)
    held_back = models.PositiveIntegerField(default=0, db_default=0)

    def __str__(self):
        return self.rule
