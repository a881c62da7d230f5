"""The states of a change that a partner asks for (docs/lifecycles.md is generated from this table)."""

from django.utils.translation import gettext_lazy as _

from journal.actors import COORDINATOR
from journal.lifecycle import Lifecycle, Move
from partners.models import AskedChange, AskedStage

ASKED_CHANGE = Lifecycle(
    name="asked_change",
    model=AskedChange,
    case_of=lambda row: row.organisation.public_id,
    moves=(Move("settle", (AskedStage.WAITING,), AskedStage.SETTLED, (COORDINATOR,), _("C’est traité")),),
)
