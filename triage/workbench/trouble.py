"""What the portal failed to do: shown on the queue, and set going again by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages as flash
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import coordinator
from accounts.models import User
from files.models import FileState, StoredFile
from foundation import clock
from foundation.together import there_is
from intake.models import Irritant
from journal import clockwork, jobs
from journal.access import MAIL, Shown, of_mail
from journal.cases import of_seen
from journal.messages import overdue, send_again
from journal.models import AuditRun, BlockedAddress, Job, Message
from triage.workbench.deliveries import labelled, reason_words

SHOWN = 5
BESIDES: list[
    Callable[[], list[str]]
] = []  # what later apps have to tell in a sentence, without asking the database
TOLD_FOR = timedelta(days=7)
MOST_FILES = 100


@dataclass(frozen=True)
class Blocked:
    """An address that takes no mail, and the newest irritant that wanted to write there."""

    address: BlockedAddress
    why: str
    irritant: Irritant | None


@dataclass(frozen=True)
class Trouble:
    """The first few of each kind; `more`: whether there are others."""

    failed: list[Message]
    blocked: list[Blocked]
    waiting: list[Message]
    dead: list[Job]
    more: bool
    unscanned: list[StoredFile]
    infected: list[StoredFile]
    clock: clockwork.Trouble
    altered: bool  # the last verification of the journal found something
    besides: list[str]

    @property
    def shown(self) -> list[Shown]:
        """Whose addresses it shows."""
        blocked = [
            Shown(MAIL, f"address:{row.address.pk}", row.irritant and row.irritant.public_id)
            for row in self.blocked
        ]
        return [*map(of_mail, (*self.failed, *self.waiting)), *blocked]

    def __bool__(self):
        kinds = (
            self.failed,
            self.blocked,
            self.waiting,
            self.dead,
            self.unscanned,
            self.infected,
            self.clock,
            self.altered,
            self.besides,
        )
        return any(kinds)


def _labelled(messages: list[Message]) -> list[Message]:
    for message in messages:
        message.label = labelled(message)
        message.why = reason_words(message.reason)
    return messages


def _blocked_for(user: User):
    """Those to which a mail about a case that this person sees was to go."""
    if not user.is_limited:
        return BlockedAddress.objects.all()
    missed = of_seen(Message.objects.undelivered(), user)
    return BlockedAddress.objects.filter(email__in=missed.values("recipient"))


def _blocked(addresses: list[BlockedAddress], user: User) -> list[Blocked]:
    if not addresses:
        return []
    missed = Message.objects.undelivered().filter(recipient__in=[row.email for row in addresses])
    newest = dict(missed.order_by("created_at").values_list("recipient", "case"))
    cases = Irritant.objects.visible_to(user).in_bulk(newest.values(), field_name="public_id")
    return [Blocked(row, reason_words(row.reason), cases.get(newest.get(row.email))) for row in addresses]


def _held_back(user: User):
    lately = clock.now() - TOLD_FOR
    files = StoredFile.objects.stuck() | StoredFile.objects.infected().filter(uploaded_at__gt=lately)
    return of_seen(files, user)


def _files(user: User) -> tuple[list[StoredFile], list[StoredFile]]:
    """(those the antivirus should have seen by now, those it threw away lately); the latter with their irritant."""
    files = list(_held_back(user).order_by("uploaded_at")[:MOST_FILES])
    infected = [row for row in files if row.state == FileState.INFECTED]
    cases = [row.case for row in infected]
    irritants = {row.public_id: row for row in Irritant.objects.filter(public_id__in=cases)} if cases else {}
    for row in infected:
        row.irritant = irritants.get(row.case)
    return (
        [row for row in files if row.state == FileState.PENDING],
        [row for row in infected if row.irritant][-SHOWN:],  # a draft that was never sent is nobody's trouble
    )


def trouble(user: User) -> Trouble:
    """Mails that failed or wait for more than five minutes, addresses that take none, jobs given up, files held
    back, a clock that is late: one query when all is well. A limited coordinator reads of their cases alone."""
    kinds = (
        of_seen(Message.objects.filter(status=Message.FAILED), user).order_by("created_at"),
        _blocked_for(user).order_by("since"),
        of_seen(overdue(), user).order_by("created_at"),
        Job.objects.filter(status=Job.DEAD).exclude(kind="message.send").order_by("created_at"),
    )
    *some, files, late, altered = there_is(
        *kinds, _held_back(user), clockwork.perhaps_late(), AuditRun.objects.failing()
    )
    failed, blocked, waiting, dead = (
        list(rows[: SHOWN + 1]) if there else [] for rows, there in zip(kinds, some, strict=True)
    )
    for job in dead:
        job.label = jobs.labelled(job.kind)
    return Trouble(
        _labelled(failed[:SHOWN]),
        _blocked(blocked[:SHOWN], user),
        _labelled(waiting[:SHOWN]),
        dead[:SHOWN],
        max(len(failed), len(blocked), len(waiting), len(dead)) > SHOWN,
        *(_files(user) if files else ([], [])),
        clockwork.trouble() if late else clockwork.Trouble(None, [], []),
        altered,
        [sentence for tell in BESIDES for sentence in tell()],
    )


@transaction.atomic
def revive(key: str) -> bool:
    """Give the job of this key, and the mail it carries, another life. Returns whether there was one."""
    job = Job.objects.select_for_update().filter(key=key).exclude(status__in=[Job.OWED, Job.RUNNING]).first()
    if job is None:
        return False
    if job.kind == "message.send":
        message = Message.objects.filter(pk=job.payload["message"]).first()
        return bool(message and send_again(message))
    if job.status != Job.DEAD:
        return False
    jobs.revive(job)
    return True


@coordinator
@require_POST
def retry(request: HttpRequest):
    if revive(request.POST.get("job", "")):
        flash.success(request, _("C’est relancé."))
    else:
        flash.info(request, _("C’était déjà relancé."))
    return HttpResponseRedirect(reverse("admin:index"), status=303)
