"""Asking for an export, calling it off, fetching it, and what takes it away again."""

import shutil
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import clock
from foundation.privacy import ERASERS, Subject
from journal import jobs
from journal.actors import CLOCK_ACTOR, SYSTEM_ACTOR, Actor
from journal.clockwork import rule
from journal.events import record
from journal.exports.kinds import EXPORTERS
from journal.exports.lifecycle import EXPORT
from journal.lifecycle import Refusal
from journal.models import Export, ExportStage

KIND = "export.make"
ASKED, FETCHED, PURGED = "export.asked", "export.fetched", "export.purged"
MOST_AT_ONCE = 3


@transaction.atomic
def ask(what: str, *, actor: Actor, format: str, columns, choices: dict, language: str) -> Export:
    """Owe a file. The same one that is still being made is given back: a second click is no second file.

    `choices`: as kinds.kept gives them. Raises Refusal.
    """
    if what in EXPORTERS and actor.role != EXPORTERS[what].role:
        raise Refusal(_("Cette action ne vous revient pas."), "role")
    if what not in EXPORTERS or format not in dict(Export.FORMATS):
        raise Refusal(_("Cet export n’existe pas."), "unknown")
    wanted = {
        "what": what,
        "format": format,
        "columns": EXPORTERS[what].chosen(columns),
        "choices": choices,
        "language": language,
    }
    if not wanted["columns"]:
        raise Refusal(_("Choisissez au moins une colonne."), "columns")
    unfinished = list(Export.objects.visible_to(actor.user).unfinished())
    for export in unfinished:
        if all(getattr(export, name) == value for name, value in wanted.items()):
            return export
    if len(unfinished) >= MOST_AT_ONCE:
        raise Refusal(
            _("%(count)s exports sont déjà en cours : attendez-en un, ou annulez-le.")
            % {"count": MOST_AT_ONCE},
            "many",
        )
    export = Export.objects.create(owner=actor.user, **wanted)
    record(ASKED, case=export.public_id, subject=export, actor=actor, what=what, format=format)
    jobs.submit(KIND, f"export:{export.public_id}", {"export": export.pk})
    return export


def cancel(export: Export, *, actor: Actor) -> None:
    """Raises Refusal when it is over already. A worker that is writing it stops at its next look."""
    EXPORT.perform(export, "cancel", actor=actor)


@transaction.atomic
def fetch(export: Export, *, actor: Actor) -> Path:
    """Where the bytes are, now that it is on record who took them. Raises Refusal."""
    if export.stage != ExportStage.READY or not export.path.exists():
        raise Refusal(_("Ce fichier n’est plus là : refaites l’export."), "gone")
    record(FETCHED, case=export.public_id, subject=export, actor=actor, what=export.what, rows=export.done)
    return export.path


def remove(export: Export) -> None:
    """Its bytes, and the halves of them that a killed worker left."""
    export.path.unlink(missing_ok=True)
    for half in export.path.parent.glob(f"{export.public_id.hex}.*part"):
        _remove(half)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@rule(
    "exports.purge",
    title=gettext_lazy("Exports : effacer les fichiers après une semaine"),
    who=lambda: Export.objects.outlived().order_by("created_at"),
)
def purge(export: Export) -> None:
    record(PURGED, case=export.public_id, subject=export, actor=CLOCK_ACTOR, what=export.what)
    export.delete()
    transaction.on_commit(partial(remove, export))


def _strays() -> list[Path]:
    """What lies there for longer than a file may, whatever became of its row."""
    oldest = clock.now() - Export.KEPT
    folder = Path(settings.MEDIA_ROOT) / "exports"
    return [path for path in folder.glob("*") if _changed(path) < oldest]


def _changed(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, clock.now().tzinfo)
    except FileNotFoundError:
        return clock.now()


@rule(
    "exports.sweep",
    title=gettext_lazy("Exports : effacer ce qu’un arrêt aurait laissé"),
    who=_strays,
    in_bulk=True,
)
def sweep(strays: list[Path]) -> int:
    for path in strays:
        _remove(path)
    return len(strays)


@ERASERS.register("journal.exports")
def withdraw_what_may_hold_it(subject: Subject) -> None:
    """Nobody knows which cases a file holds: every one of that sort goes with any case; its owner is told."""
    kinds = [name for name, exporter in EXPORTERS.items() if exporter.personal]
    stages = [ExportStage.WAITING, ExportStage.RUNNING, ExportStage.READY]
    for export in Export.objects.filter(what__in=kinds, stage__in=stages).order_by("pk"):
        EXPORT.perform(export, "withdraw", actor=SYSTEM_ACTOR)
        transaction.on_commit(partial(remove, export))
