"""The states of an import (docs/lifecycles.md is generated from this table)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from journal.actors import PARTNER, SYSTEM
from journal.lifecycle import Lifecycle, Move, Refusal
from programs.models import CatalogueImport
from programs.models import ImportStage as S


def _no_problem(one, actor):
    if one.has_problems:
        raise Refusal(
            _("Corrigez d’abord les lignes signalées, puis envoyez le fichier de nouveau."), "wrong"
        )


def _report(one, actor, data):
    one.report, one.done = data["report"], data["report"]["lines_read"]
    return ("report", "done")


def _fail(one, actor, data):
    one.reason = data["reason"]
    return ("reason",)


def _counts(one, data):
    return {name: data["report"][name] for name in ("created", "updated", "unchanged", "wrong")}


def _confirm(one, actor, data):
    one.submit_new, one.done = bool(data.get("submit_new")), 0
    return ("submit_new", "done")


IMPORT = Lifecycle(
    name="import",
    model=CatalogueImport,
    case_of=lambda one: one.public_id,
    moves=(
        Move("check", (S.CHECKING,), S.CHECKED, (SYSTEM,), _("Lire"), apply=_report, payload=_counts),
        Move(
            "confirm",
            (S.CHECKED,),
            S.IMPORTING,
            (PARTNER,),
            _("Importer"),
            guard=_no_problem,
            apply=_confirm,
        ),
        Move("complete", (S.IMPORTING,), S.DONE, (SYSTEM,), _("Terminer"), apply=_report, payload=_counts),
        Move(
            "check_again", (S.IMPORTING,), S.CHECKED, (SYSTEM,), _("Relire"), apply=_report, payload=_counts
        ),
        Move("fail", (S.CHECKING, S.IMPORTING), S.FAILED, (SYSTEM,), _("Abandonner"), apply=_fail),
        Move(
            "discard",
            (S.CHECKING, S.CHECKED),
            S.DISCARDED,
            (PARTNER,),
            pgettext_lazy("import", "Ne pas importer"),
        ),
    ),
)
