"""What the portal failed to do: shown on the queue, and set going again by hand."""

from dataclasses import dataclass

from django.contrib import messages as flash
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import coordinator
from journal import jobs
from journal.messages import TEMPLATES, overdue
from journal.models import Job, Message

SHOWN = 5


@dataclass(frozen=True)
class Trouble:
    """The first few of each kind; `more`: whether there are others."""

    failed: list[Message]
    waiting: list[Message]
    dead: list[Job]
    more: bool

    def __bool__(self):
        return bool(self.failed or self.waiting or self.dead)


def _labelled(messages: list[Message]) -> list[Message]:
    for message in messages:
        message.label = (
            TEMPLATES[message.template].label if message.template in TEMPLATES else message.template
        )
    return messages


def trouble() -> Trouble:
    """Mails that failed or wait for more than five minutes, and jobs given up: three queries."""
    failed = list(Message.objects.filter(status=Message.FAILED).order_by("created_at")[: SHOWN + 1])
    waiting = list(overdue().order_by("created_at")[: SHOWN + 1])
    dead = list(
        Job.objects.filter(status=Job.DEAD).exclude(kind="message.send").order_by("created_at")[: SHOWN + 1]
    )
    return Trouble(
        _labelled(failed[:SHOWN]),
        _labelled(waiting[:SHOWN]),
        dead[:SHOWN],
        max(len(failed), len(waiting), len(dead)) > SHOWN,
    )


@transaction.atomic
def revive(key: str) -> bool:
    """Give the job of this key, and the mail it carries, another life. Returns whether there was one."""
    job = Job.objects.select_for_update().filter(key=key, status=Job.DEAD).first()
    if job is None:
        return False
    if job.kind == "message.send":
        Message.objects.filter(pk=job.payload["message"], status=Message.FAILED).update(status=Message.OWED)
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
