"""The worker's part: rows to a file, so many at a time, saying how far it is and looking whether it is still wanted."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy

from foundation.disk import durably
from foundation.failpoints import failpoint
from foundation.spreadsheets import MOST_ROWS, WRITERS
from journal import jobs
from journal.actors import SYSTEM_ACTOR
from journal.exports.keeping import KIND, remove
from journal.exports.kinds import EXPORTERS
from journal.exports.lifecycle import EXPORT
from journal.lifecycle import Refusal
from journal.models import Export, ExportStage

AT_ONCE = 500  # rows between two looks

jobs.LABELS.add(KIND, gettext_lazy("écriture d’un export"))
jobs.PATIENCE[KIND] = 3


class _Unwanted(Exception):
    """Cancelled, withdrawn or gone while it was being written."""


@jobs.HANDLERS.register(KIND)
def make(payload: dict):
    """Write the file. Killed half-way, it is begun again: its name is fixed, so that there is one."""
    export = Export.objects.select_related("owner").filter(pk=payload["export"]).first()
    if export is None or not export.is_unfinished:
        return None
    if not EXPORTERS[export.what].may(export.owner):
        return lambda: _perform(export, "fail", reason="role")
    if export.stage == ExportStage.WAITING and not _perform(export, "start"):
        return None
    remove(export)  # halves that a killed worker left
    try:
        with translation.override(export.language):
            done = _write(export)
    except _Unwanted:
        return None
    if done is None:
        return lambda: _perform(export, "fail", reason="too_long")
    failpoint("export.file_written")
    return lambda: _finish(export, done)


def _write(export: Export) -> int | None:
    """How many rows the file has; None when one sheet does not take so many."""
    exporter = EXPORTERS[export.what]
    total, rows = exporter.read(export.owner, export.choices)
    if export.format == "xlsx" and total > MOST_ROWS:
        return None
    Export.objects.filter(pk=export.pk).update(total=total, done=0)
    columns = [exporter.columns[code] for code in exporter.chosen(export.columns)]
    with durably(export.path) as partial:
        progress = _Progress(export)
        values = ([column.value(row) for column in columns] for row in progress.over(rows))
        WRITERS[export.format](partial, [str(column.label) for column in columns], values)
    return progress.done


class _Progress:
    def __init__(self, export: Export):
        self._running = Export.objects.filter(pk=export.pk, stage=ExportStage.RUNNING)
        self.done = 0

    def over(self, rows: Iterable) -> Iterator:
        rows = iter(rows)
        while some := list(islice(rows, AT_ONCE)):
            yield from some
            self.done += len(some)
            failpoint("export.half_written")
            if not self._running.update(done=self.done):
                raise _Unwanted


def _finish(export: Export, done: int) -> None:
    size = export.path.stat().st_size
    if not _perform(export, "complete", done=done, size=size):
        transaction.on_commit(lambda: remove(export))


def _perform(export: Export, move: str, **data) -> bool:
    """Whether it was done: whoever cancelled a moment ago was quicker."""
    try:
        EXPORT.perform(export, move, actor=SYSTEM_ACTOR, **data)
    except (Refusal, Export.DoesNotExist):
        return False
    return True


@jobs.GIVE_UP.register(KIND)
def give_up(payload: dict, error: str) -> None:
    export = Export.objects.filter(pk=payload["export"]).first()
    if export:
        _perform(export, "fail", reason="error")
        transaction.on_commit(lambda: remove(export))
