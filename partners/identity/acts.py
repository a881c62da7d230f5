"""What happened to an organisation, told in its history and to whoever reads it (programs, the public catalogue)."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from foundation.failpoints import failpoint
from journal.actors import Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from partners.identity.lifecycle import ASKED_CHANGE
from partners.models import AskedChange, Organisation

MOST_WAITING = 10


def changed(organisation: Organisation, what: Iterable[str], *, actor: Actor) -> None:
    """Called in the transaction of the change. `what`: names of columns, or of dated rows ("affiliations")."""
    fields = ",".join(sorted(set(what)))
    if fields:
        record(
            "organisation.change",
            case=organisation.public_id,
            subject=organisation,
            actor=actor,
            identity=fields,
        )
        failpoint("organisation.before_commit")


@transaction.atomic
def keep_right(form, *, actor: Actor) -> bool:
    """Write what a valid OwnForm says; False when nothing differs. Raises Refusal when somebody was quicker."""
    if not form.changed_data:
        return False
    row = form.instance
    lock_case(row.public_id)
    if Organisation.objects.filter(pk=row.pk).exclude(version=row.version).exists():
        raise Refusal(
            _("Quelqu’un a changé cette fiche entre-temps : relisez-la, puis enregistrez."), "version"
        )
    row.version = F("version") + 1
    row.save(update_fields=[*form.changed_data, "version"])
    row.refresh_from_db()
    changed(row, form.changed_data, actor=actor)
    return True


@transaction.atomic
def ask(organisation: Organisation, text: str, *, actor: Actor) -> AskedChange:
    """A partner asks for what the cluster decides. The same words again, while they wait, are one request.

    Raises Refusal when ten of them wait already.
    """
    lock_case(organisation.public_id)
    waiting = organisation.asked_changes.filter(stage="waiting")
    if same := waiting.filter(text=text).first():
        return same
    if waiting.count() >= MOST_WAITING:
        raise Refusal(_("Dix demandes attendent déjà : la coordination les lit."), "limit")
    row = AskedChange.objects.create(organisation=organisation, user=actor.user, text=text)
    record("asked_change.ask", case=organisation.public_id, subject=row, actor=actor)
    failpoint("organisation.before_commit")
    return row


def settle(row: AskedChange, *, actor: Actor) -> None:
    ASKED_CHANGE.perform(row, "settle", actor=actor)
