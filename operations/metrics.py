"""Figures for Prometheus, computed from the database when they are asked for.

They are the same whichever process answers: nothing is counted in memory, so there is nothing to add up over workers
and nothing to lose at a restart. Names and labels are codes; no figure is about a person or a company.
"""

import shutil
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Sum

from files.models import StoredFile
from foundation import clock
from intake.models import Irritant
from journal.models import ClockRun, Event, Job, Message
from operations import health
from operations.backup import keeping
from operations.version import version

Sample = tuple[dict[str, str], float]


def text() -> str:
    lines = []
    for name, kind, help_text, samples in _families():
        lines += [f"# HELP enact_{name} {help_text}", f"# TYPE enact_{name} {kind}"]
        lines += [f"enact_{name}{_labels(labels)} {value:g}" for labels, value in samples]
    return "\n".join([*lines, ""])


def _labels(labels: dict[str, str]) -> str:
    def escaped(value: str) -> str:
        return str(value).replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

    inside = ",".join(f'{name}="{escaped(value)}"' for name, value in labels.items())
    return f"{{{inside}}}" if inside else ""


def _families():
    now = clock.now()
    yield "info", "gauge", "The version that runs.", [({"version": version()}, 1)]
    yield (
        "check_ok",
        "gauge",
        "Whether a check of the health page is well.",
        [
            ({"check": one.name}, float(found.ok))
            for one, found in health.everything()
            if found.ok is not None
        ],
    )
    yield (
        "jobs",
        "gauge",
        "Jobs by kind and status, done ones apart.",
        _counted(Job.objects.exclude(status=Job.DONE), "kind", "status"),
    )
    oldest = Job.objects.claimable().order_by("not_before").values_list("not_before", flat=True).first()
    yield (
        "oldest_job_seconds",
        "gauge",
        "How long the oldest owed job has been due.",
        [({}, _seconds(now, oldest))],
    )
    yield "messages", "gauge", "Mails by status.", _counted(Message.objects, "status")
    yield "irritants", "gauge", "Cases by stage.", _counted(Irritant.objects, "stage")
    yield "events", "gauge", "Events of the journal.", [({}, Event.objects.count())]
    yield (
        "files",
        "gauge",
        "Files received, by verdict of the antivirus.",
        _counted(StoredFile.objects, "state"),
    )
    size = StoredFile.objects.aggregate(all=Sum("size"))["all"] or 0
    yield "files_bytes", "gauge", "Their size.", [({}, size)]
    yield (
        "rule_success_seconds",
        "gauge",
        "Seconds since each rule of the clock last succeeded.",
        [
            ({"rule": run.rule}, _seconds(now, run.succeeded_at))
            for run in ClockRun.objects.order_by("rule")
            if run.succeeded_at
        ],
    )
    usage = shutil.disk_usage(settings.VAR)
    yield "disk_free_bytes", "gauge", "Free space where the data are.", [({}, usage.free)]
    yield "disk_total_bytes", "gauge", "All of it.", [({}, usage.total)]
    last = keeping.newest() if settings.BACKUP_DIR else None
    yield (
        "backup_age_seconds",
        "gauge",
        "Age of the newest scheduled backup.",
        [({}, _seconds(now, last))] if last else [],
    )


def _counted(rows, *names: str) -> list[Sample]:
    found = rows.order_by().values_list(*names).annotate(n=Count("pk"))
    return [(dict(zip(names, map(str, row[:-1]), strict=True)), row[-1]) for row in sorted(found)]


def _seconds(now: datetime, since: datetime | None) -> float:
    return max(0.0, round((now - since).total_seconds(), 1)) if since else 0.0
