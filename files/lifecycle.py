"""What the antivirus knows of a file (docs/lifecycles.md is generated from this table)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from files.models import FileState as S
from files.models import StoredFile
from foundation.failpoints import failpoint
from journal.actors import CLOCK, SYSTEM
from journal.lifecycle import Lifecycle, Move


def _lose_the_bytes(row, actor, data):
    path = row.path

    def unlink():
        failpoint("scan.before_unlink")
        path.unlink(missing_ok=True)  # a kill before this line leaves it to files.rules

    transaction.on_commit(unlink)
    return ()


FILE = Lifecycle(
    name="file",
    model=StoredFile,
    case_of=lambda row: row.case,
    field_name="state",
    moves=(
        Move("clear", (S.PENDING,), S.CLEAN, (SYSTEM,), _("Déclarer sain")),
        Move("condemn", (S.PENDING,), S.INFECTED, (SYSTEM,), _("Écarter"), apply=_lose_the_bytes),
        # The two ways of a changed configuration: no antivirus any more, or one at last.
        Move("release", (S.PENDING,), S.UNSCANNED, (CLOCK,), _("Renoncer à l’analyse")),
        Move("quarantine", (S.UNSCANNED,), S.PENDING, (CLOCK,), _("Mettre en attente d’analyse")),
    ),
)
