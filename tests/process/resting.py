"""A portal in one process: doing what is owed until nothing is, and telling what there is then."""

import os
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

QUEUES = ("default", "mail", "pdf")


def at_rest() -> None:
    """Sweep, and do what the broker says is owed, until nothing is: a worker that is told by messages alone."""
    from foundation import clock
    from journal import hints, jobs
    from journal.models import Job

    began = clock.now()
    for round_ in range(40):
        with clock.at(began + round_ * timedelta(seconds=20)):
            hints._herald.flush()
            jobs.sweep()
            _consume()
            if not Job.objects.claimable().exists() and not _soon():
                return


def _soon() -> bool:
    """Whether something waits for a quarter of an hour at most: a retry, a lease, a computation put off."""
    from foundation import clock
    from journal.models import Job

    return Job.objects.open().filter(not_before__lt=clock.now() + timedelta(minutes=10)).exists()


def _consume() -> None:
    from enact_portal.celery import app
    from journal import jobs

    with app.connection_for_read() as connection, connection.channel() as channel:
        for name in QUEUES:
            queue = app.amqp.queues[name](channel)
            queue.declare()
            while (message := queue.get()) is not None:
                for job_id in message.payload[0]:
                    jobs.execute(job_id, keep_lease=False)
                message.ack()


@contextmanager
def told_to_refuse():
    """The mail server takes nothing in the meantime: told by a file, for it lives in the process above."""
    path = Path(os.environ["ENACT_VAR"]) / "refuse"
    path.touch()
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def told() -> dict:
    """What there is, without times and keys: the same however often a stage was begun."""
    from files.models import StoredFile
    from intake.models import Draft, Irritant
    from journal.models import ClockMark, Event, Export, Job, Message
    from partners.models import Membership
    from programs.models import Offer
    from proposals.models import Agreement, Collaboration, ProposalVersion, VersionFile
    from triage.models import Match, MatchRun, Qualification, Referral

    def counted(rows, *names):
        """How often each combination of these columns stands; "name?": whether it is set."""
        found = rows.order_by().values_list(*(name.rstrip("?") for name in names))
        lines = (
            [bool(value) if name[-1] == "?" else value for name, value in zip(names, row, strict=True)]
            for row in found
        )
        return sorted(
            f"{count} {words}" for words, count in Counter(" ".join(map(str, line)) for line in lines).items()
        )

    return {
        "drafts": counted(Draft.objects, "submitted_at?"),
        "irritants": counted(Irritant.objects, "stage", "version", "erased_at?"),
        "events": counted(Event.objects, "name"),
        "mails": counted(Message.objects, "template", "status"),
        "jobs": counted(Job.objects.exclude(kind="privacy.unlink"), "kind", "status"),
        "files": counted(StoredFile.objects, "name", "state"),
        "matches": counted(Match.objects, "state"),
        "runs": MatchRun.objects.count(),
        "qualifications": counted(Qualification.objects, "version"),
        "referrals": counted(Referral.objects, "stage"),
        "versions": counted(ProposalVersion.objects, "number", "rendered_at?", "sent_at?"),
        "agreements": counted(Agreement.objects, "state"),
        "collaborations": counted(Collaboration.objects, "stage"),
        "documents": counted(VersionFile.objects, "variant"),
        "exports": counted(Export.objects, "stage"),
        "offers": counted(Offer.objects, "status", "version"),
        "members": Membership.objects.count(),
        "marks": counted(ClockMark.objects, "rule"),
    }
