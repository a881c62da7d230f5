"""The Celery application: it carries ids of owed jobs, never the truth (see docs/decisions/0003)."""

import os

from celery import Celery
from celery.signals import worker_init, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enact_portal.settings")

from enact_portal import transport
from enact_portal.supervisor import die_with_parent

app = Celery("enact_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


_worker_pid: int | None = None  # set before the pool forks; the children inherit it


@worker_init.connect
def remember_the_worker(**_kwargs):
    global _worker_pid
    _worker_pid = os.getpid()


@worker_process_init.connect
def die_with_the_worker(**_kwargs):
    """A pool child left behind by a killed worker would hold its jobs for half an hour; one whose worker died
    before it could ask the kernel ends here."""
    die_with_parent(_worker_pid)


__all__ = ["app", "transport"]
