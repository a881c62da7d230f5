"""Verifying the chains of events every day, and keeping what came of it: coordinators are told when one does not hold.

A whole case that vanished with the end of its chain, or a chain made anew, is seen too: there are fewer events than
there were, and its end is not the one that was kept outside the database (journal.anchors).
"""

import hashlib
import logging
from time import monotonic

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation import clock
from journal import anchors, jobs
from journal.clockwork import rule
from journal.events import broken_links
from journal.models import AuditRun, ChainHead, Event

log = logging.getLogger(__name__)
KIND = "audit.verify"
SHOWN = 20
FEWER = "fewer events than at the last verification"
FROM_HOUR = 3  # of the night, when few are at work


def verify() -> AuditRun:
    """Read every chain; reads only, gives a row that is not stored yet."""
    began = monotonic()
    found = [[str(case), seq, wrong] for case, seq, wrong in broken_links(anchors.read())]
    events, last = Event.objects.count(), AuditRun.objects.first()
    if last and events < last.events:
        found.insert(0, ["", events, FEWER])
    anchor, chains = hashlib.sha256((last.anchor if last else "").encode()), 0
    for case, head in ChainHead.objects.order_by("case").values_list("case", "hash").iterator():
        anchor.update(f"{case}{head}".encode())
        chains += 1
    return AuditRun(
        seconds=round(monotonic() - began, 2),
        chains=chains,
        events=events,
        broken=len(found),
        places=found[:SHOWN],
        anchor=anchor.hexdigest(),
    )


jobs.LABELS.add(KIND, _("vérification du journal"))


@jobs.HANDLERS.register(KIND)
def verify_now(payload: dict) -> jobs.Effect:
    """Reading is the slow part; the row is stored with the end of the job."""
    run = verify()

    def store() -> None:
        run.save()
        if not run.broken:
            anchors.keep()
        tell = log.error if run.broken else log.info
        tell("audit: %s events, %s wrong, anchor %s", run.events, run.broken, run.anchor)

    return store


def _not_verified_today() -> list[str]:
    now = clock.now()
    morning = now.replace(hour=FROM_HOUR, minute=0, second=0, microsecond=0)
    if now < morning or AuditRun.objects.filter(at__gte=morning).exists():
        return []
    return [f"{now:%Y-%m-%d}"]


@rule(
    "audit.daily",
    title=_("Journal : vérifier chaque jour que rien n’y a été changé"),
    who=_not_verified_today,
    in_bulk=True,
)
@transaction.atomic
def verify_every_day(days: list[str]) -> int:
    """Owe today's verification, once."""
    done = 0
    for day in days:
        key = f"{KIND}:{day}"
        if not jobs.Job.objects.filter(key=key).exists():
            jobs.submit(KIND, key, {})
            done += 1
    return done
