"""The states of an export (docs/lifecycles.md is generated from this table)."""

from django.utils.translation import gettext_lazy as _

from journal.actors import COORDINATOR, PARTNER, SYSTEM
from journal.lifecycle import Lifecycle, Move
from journal.models import Export
from journal.models import ExportStage as S


def _complete(export, actor, data):
    export.done, export.size = data["done"], data["size"]
    return ("done", "size")


def _fail(export, actor, data):
    export.reason = data["reason"]
    return ("reason",)


def _rows(export, data):
    return {"what": export.what, "rows": data["done"]}


EXPORT = Lifecycle(
    name="export",
    model=Export,
    case_of=lambda export: export.public_id,
    moves=(
        Move("start", (S.WAITING,), S.RUNNING, (SYSTEM,), _("Commencer")),
        Move("complete", (S.RUNNING,), S.READY, (SYSTEM,), _("Terminer"), apply=_complete, payload=_rows),
        Move(
            "fail",
            (S.WAITING, S.RUNNING),
            S.FAILED,
            (SYSTEM,),
            _("Abandonner"),
            apply=_fail,
            payload=lambda export, data: {"reason": data["reason"]},
        ),
        Move("cancel", (S.WAITING, S.RUNNING), S.CANCELLED, (COORDINATOR, PARTNER), _("Annuler")),
        # Something that it may hold was erased since.
        Move("withdraw", (S.WAITING, S.RUNNING, S.READY), S.WITHDRAWN, (SYSTEM,), _("Retirer")),
    ),
)
