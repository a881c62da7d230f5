"""Erasing a case: field by field as the register of personal data says (foundation.privacy), files afterwards.

Source of the duty: GDPR art. 17; of what stays: art. 17(3)(b) and (e). Nothing here knows which apps there are: each
declares how its rows are found, which of them are spared, and what is erased besides.
"""

import os
from pathlib import Path
from uuid import UUID, uuid4

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from foundation.failpoints import failpoint
from foundation.privacy import ERASERS, REGISTER, SPARED, STAYS, OnErase, Subject
from journal import jobs, scrubbing
from journal.models import AccessLink, BlockedAddress, Job, Message

NOBODY = "—"
ERASED = "@erased.invalid"  # RFC 2606: never delivered to anybody


def erase_held(subject: Subject) -> None:
    """Erase what the portal holds of a case, in the caller's transaction; its files go by a job once that commits."""
    for eraser in ERASERS.values():
        eraser(subject)
    failpoint("erase.others_told")
    by_model: dict[str, dict[str, OnErase]] = {}
    for name, held in REGISTER.items():
        if held.case:
            model, _dot, field = name.rpartition(".")
            by_model.setdefault(model, {})[field] = held.on_erase
    paths: list[str] = []
    for model, fields in by_model.items():
        paths += end(rows_of(model, subject), fields)
    if paths:
        failpoint("erase.held")
        jobs.submit("privacy.unlink", f"unlink:{subject.case}:{uuid4()}", {"paths": paths})
    scrubbing.owe()


def erase_account(user) -> None:
    """Leave of an account the key that what it did points to: whoever it was is no longer known."""
    by_model: dict[str, dict[str, OnErase]] = {}
    paths: dict[str, str] = {}
    for name, held in REGISTER.items():
        if held.account:
            model, _dot, field = name.rpartition(".")
            by_model.setdefault(model, {})[field] = held.on_erase
            paths[model] = held.account
    mails = Message.objects.filter(recipient=user.email).exclude(status=Message.OWED)
    for message in mails.only("pk"):
        Message.objects.filter(pk=message.pk).update(
            recipient=pseudonym(Message._meta.get_field("recipient"))
        )
    AccessLink.objects.filter(email=user.email).delete()
    BlockedAddress.objects.filter(email=user.email).delete()
    for model, fields in by_model.items():
        end(apps.get_model(model)._base_manager.filter(**{paths[model]: user.pk}), fields)
    user.refresh_from_db()
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    scrubbing.owe()


def end(rows: QuerySet, fields: dict[str, OnErase]) -> list[str]:
    """Do to these rows what the register says of these fields; gives the paths of files to take off the disk."""
    paths = _files(rows)
    if OnErase.DELETE in fields.values():
        rows.delete()
    else:
        _empty(rows, fields)
    return paths


def remembered() -> Path:
    """The cases that were erased, outside the database: one UUID a line, nothing else. A backup that is restored may
    bring such a case back; `manage.py erase_again` erases it again."""
    return Path(settings.VAR) / "audit" / "erased"


def remember(case: UUID) -> None:
    """Once the caller's transaction commits; what was not erased must not be in the list."""

    def write() -> None:
        path = remembered()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("a", encoding="ascii") as file:
            file.write(f"{case}\n")
            file.flush()
            os.fsync(file.fileno())

    transaction.on_commit(write)


def rows_of(model: str, subject: Subject) -> QuerySet:
    """The rows of a model ("app.Model") that belong to the case and are not spared."""
    [path, *_same] = {
        held.case for name, held in REGISTER.items() if name.startswith(f"{model}.") and held.case
    }
    rows = apps.get_model(model)._base_manager.filter(**{path: subject.case})
    for spare in SPARED.get(model, ()):
        rows = spare(rows, subject)
    return rows.model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True)))


def what_stays(case: UUID) -> list[str]:
    return [sentence for say in STAYS.values() if (sentence := say(case))]


def _files(rows: QuerySet) -> list[str]:
    """Paths under MEDIA_ROOT of the files that belong to these rows."""
    if not isinstance(getattr(rows.model, "path", None), property):
        return []
    return [str(row.path.relative_to(settings.MEDIA_ROOT)) for row in rows]


def _empty(rows: QuerySet, fields: dict[str, OnErase]) -> None:
    options = rows.model._meta
    blank = {
        name: _nothing(options.get_field(name)) for name, effect in fields.items() if effect is OnErase.BLANK
    }
    if blank:
        rows.update(**blank)
    hidden = [options.get_field(name) for name, effect in fields.items() if effect is OnErase.PSEUDONYM]
    hidden = [field for field in hidden if not field.choices]  # a code of a closed list names nobody
    if hidden:
        for pk in rows.values_list("pk", flat=True):
            rows.filter(pk=pk).update(**{field.name: pseudonym(field) for field in hidden})


def _nothing(field: models.Field):
    if isinstance(field, models.JSONField):
        empty = field.get_default()
        return {} if empty is None else empty
    return ""


def pseudonym(field: models.Field) -> str:
    """What stands for a person in this field: unlinkable, and unique where it must be."""
    if isinstance(field, models.EmailField):
        return f"{uuid4().hex}{ERASED}"
    return "" if field.blank else NOBODY


jobs.LABELS.add("privacy.unlink", gettext_lazy("effacement de fichiers"))


@jobs.HANDLERS.register("privacy.unlink")
def unlink(payload: dict) -> None:
    """Take files off the disk whose rows are gone; a second time there is nothing left to do."""
    for path in payload["paths"]:
        failpoint("erase.before_unlink")
        (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)


@ERASERS.register("journal.mails")
def forget_mails(subject: Subject) -> None:
    """Mails still owed to these people lose their sense; what a server said of a delivery may quote an address."""
    mails = Message.objects.filter(case=subject.case, recipient__in=subject.emails)
    Job.objects.filter(key__in=[f"message:{pk}" for pk in mails.values_list("pk", flat=True)]).update(
        last_error=""
    )
    mails.filter(status=Message.OWED).delete()
    elsewhere = Message.objects.exclude(case=subject.case).values("recipient")
    BlockedAddress.objects.filter(email__in=subject.emails).exclude(email__in=elsewhere).delete()
