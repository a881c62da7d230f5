"""What the portal failed to do: shown on the queue, and set going again by hand."""

from dataclasses import dataclass

from django.contrib import messages as flash
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import coordinator
from intake.models import Irritant
from journal import jobs
from journal.messages import overdue, send_again
from journal.models import BlockedAddress, Job, Message
from triage.workbench.deliveries import labelled, reason_words

SHOWN = 5


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

    def __bool__(self):
        return bool(self.failed or self.blocked or self.waiting or self.dead)


def _labelled(messages: list[Message]) -> list[Message]:
    for message in messages:
        message.label = labelled(message)
        message.why = reason_words(message.reason)
    return messages


def _blocked(addresses: list[BlockedAddress]) -> list[Blocked]:
    if not addresses:
        return []
    missed = Message.objects.undelivered().filter(recipient__in=[row.email for row in addresses])
    newest = dict(missed.order_by("created_at").values_list("recipient", "case"))
    cases = Irritant.objects.in_bulk(newest.values(), field_name="public_id")
    return [Blocked(row, reason_words(row.reason), cases.get(newest.get(row.email))) for row in addresses]


def trouble() -> Trouble:
    """Mails that failed or wait for more than five minutes, addresses that take none, and jobs given up:
    four queries when all is well."""
    failed = list(Message.objects.filter(status=Message.FAILED).order_by("created_at")[: SHOWN + 1])
    blocked = list(BlockedAddress.objects.order_by("since")[: SHOWN + 1])
    waiting = list(overdue().order_by("created_at")[: SHOWN + 1])
    dead = list(
        Job.objects.filter(status=Job.DEAD).exclude(kind="message.send").order_by("created_at")[: SHOWN + 1]
    )
    return Trouble(
        _labelled(failed[:SHOWN]),
        _blocked(blocked[:SHOWN]),
        _labelled(waiting[:SHOWN]),
        dead[:SHOWN],
        max(len(failed), len(blocked), len(waiting), len(dead)) > SHOWN,
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
