"""What must be true of a portal after any fault (docs/faults.md), looked at in its own rows and files.

I1  what was acknowledged is there once, each file of it with the bytes that came;
I2  what is there is whole, acknowledged or not;
I3  what a change of state owes was done once, or is shown as failed;
I4  database and folders hold together: no damage, no row without its bytes, no bytes without their row;
I5  the chains of events verify.

For a portal at rest (nothing runs). Each function yields sentences, none where all is well; `broken` has them all.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection

Acknowledged = Mapping[str, Mapping[str, Sequence[str]]]  # {"demands": {form token: [SHA-256, …]}}


def broken(
    acknowledged: Mapping[str, Sequence[str]],
    accepted: Sequence[str],
    *,
    repeats: int = 0,
    whole_database: bool = False,
) -> list[str]:
    """Every sentence against this portal.

    `acknowledged`: form token of each demand that somebody was told has arrived → SHA-256 of its files; `accepted`:
    the Message-ID of each mail that the mail server took, in order; `repeats`: how many of them may be repetitions
    (one for each process that was killed between the server's yes and its own commit). `whole_database`: also what
    takes seconds.
    """
    return [
        *(f"I1 {one}" for one in _acknowledged(acknowledged)),
        *(f"I2 {one}" for one in halves()),
        *(f"I3 {one}" for one in _owed(accepted, repeats)),
        *(f"I4 {one}" for one in _database(whole_database)),
        *(f"I4 {one}" for one in _folders()),
        *(f"I5 {one}" for one in chains()),
    ]


def assert_invariants(
    acknowledged: Mapping[str, Sequence[str]], accepted: Sequence[str], **more: object
) -> None:
    """Raise AssertionError with every sentence against this portal."""
    found = broken(acknowledged, accepted, **more)  # type: ignore[arg-type]
    assert not found, "\n".join(found)


def _acknowledged(acknowledged: Mapping[str, Sequence[str]]) -> Iterator[str]:
    from files.models import StoredFile
    from intake.models import Irritant

    rows = {row.form_token: row for row in Irritant.objects.all()}
    for token, digests in acknowledged.items():
        row = rows.get(token)
        if row is None:
            yield f"a demand that was acknowledged is lost: {token[:6]}"
        elif not row.erased_at:
            held = Counter(StoredFile.objects.filter(case=row.public_id).values_list("sha256", flat=True))
            for digest in digests:
                if held[digest] != 1:
                    yield f"a file of {row.reference} is there {held[digest]} times"


def halves() -> Iterator[str]:
    from intake.models import Draft, Irritant
    from journal.models import AccessLink, Event, Job, Message

    def per_case(rows, field="case"):
        return Counter(rows.values_list(field, flat=True))

    begun = per_case(Event.objects.filter(name="irritant.submitted"))
    told = per_case(Message.objects.filter(template="company_received"))
    links = per_case(AccessLink.objects.all(), "subject_id")
    computations = Job.objects.filter(kind="match.compute")
    ranked = {payload["irritant"] for payload in computations.values_list("payload", flat=True)}
    drafts = {row.token: row for row in Draft.objects.exclude(submitted_at=None)}
    tokens = Counter(Irritant.objects.values_list("form_token", flat=True))
    for token, count in tokens.items():
        if count > 1:
            yield f"the form {token[:6]} became {count} demands"
    for row in Irritant.objects.all():
        said = {"beginning": begun[row.public_id] == 1, "link": links[row.public_id] > 0 or row.erased_at}
        said["ranking"] = row.pk in ranked or row.runs.exists() or row.erased_at
        said["confirmation"] = told[row.public_id] == 1 or row.erased_at
        for what, there in said.items():
            if not there:
                yield f"{row.reference} is half a demand: no {what}, or more than one"
        if (draft := drafts.get(row.form_token)) and draft.answers:
            yield f"{row.reference} was sent, and its form still holds what was typed"
    for token in drafts.keys() - tokens.keys():
        yield f"a form was sent and became nothing: {token[:6]}"


def _owed(accepted: Sequence[str], repeats: int) -> Iterator[str]:
    from intake.models import Irritant
    from journal.models import Job, Message
    from proposals.models import ProposalVersion, file_of

    for key, error in Job.objects.claimable().values_list("key", "last_error"):
        yield f"still owed: {key} ({error})"
    open_keys = set(Job.objects.open().values_list("key", flat=True))
    counts = Counter(accepted)
    for mail in Message.objects.all():
        if mail.status == Message.OWED and f"message:{mail.pk}" not in open_keys:
            yield f"the mail {mail.template} is owed and nobody sends it"
        if mail.status in (Message.SENT, Message.DELIVERED) and not counts[mail.message_id]:
            yield f"the mail {mail.template} is said to have left, and never arrived"
    again = sum(counts.values()) - len(counts)
    if again > repeats:
        yield f"{again} mails arrived again, {repeats} kills allow for as many"
    failed = Message.objects.filter(status=Message.FAILED)
    shown = {f"message:{pk}" for pk in failed.values_list("pk", flat=True)}
    for job in Job.objects.filter(status=Job.DEAD, kind="message.send").exclude(key__in=shown):
        yield f"given up and shown to nobody: {job.key}"
    for version in ProposalVersion.objects.exclude(snapshot={}):
        job = Job.objects.filter(key=version.job_key).first()
        if not version.rendered_at:
            if job is None or job.status != Job.DEAD:
                yield f"version {version.number} was never rendered"
        elif _digest(version.path) != version.sha256:
            yield f"the document of version {version.number} is not what its row says"
        for one in version.files.all():
            if _digest(file_of(version, one.variant)) != one.sha256:
                yield f"the {one.variant} of version {version.number} is not what its row says"
    for row in Irritant.objects.filter(erased_at=None):
        if row.pk in _unranked() and not row.runs.exists():
            yield f"{row.reference} was never ranked"


def _unranked() -> set[int]:
    """Irritants whose computation is said to be done."""
    from journal.models import Job

    done = Job.objects.filter(kind="match.compute", status=Job.DONE)
    return {payload["irritant"] for payload in done.values_list("payload", flat=True)}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _database(whole: bool) -> Iterator[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            yield from (line for (line,) in cursor.fetchall() if line != "ok")
            cursor.execute("PRAGMA foreign_key_check")
            yield from (f"a row of {line[0]} points to nothing" for line in cursor.fetchall())
            return
        cursor.execute("SELECT conname FROM pg_constraint WHERE NOT convalidated")
        yield from (f"{name} does not hold" for (name,) in cursor.fetchall())
    if whole:
        yield from _amcheck()


def _amcheck() -> Iterator[str]:
    """Every table and index by PostgreSQL's own pg_amcheck, where it is installed."""
    found = shutil.which("pg_amcheck") or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_amcheck"))), None
    )
    if not found:
        return
    base = connection.settings_dict
    done = subprocess.run(
        [found, "--install-missing", "--heapallindexed", "-h", base["HOST"], "-p", str(base["PORT"]),
         "-U", base["USER"], base["NAME"]],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if done.returncode:
        yield f"pg_amcheck: {done.stdout[-300:]}{done.stderr[-300:]}"


def _folders() -> Iterator[str]:
    """After the sweep of two days later: nothing is there that no row promises, and all that one promises."""
    from files import rules
    from files.models import FileState, StoredFile
    from foundation import clock
    from journal.models import Export, ExportStage
    from proposals.models import ProposalVersion, file_of

    media = Path(settings.MEDIA_ROOT)
    _make_old(media)
    rules.sweep_orphans()
    files = {row.path for row in StoredFile.objects.exclude(state=FileState.INFECTED)}
    versions = list(ProposalVersion.objects.exclude(rendered_at=None).exclude(snapshot={}))
    documents = {version.path for version in versions}
    documents |= {file_of(version, one.variant) for version in versions for one in version.files.all()}
    exports = {row.path for row in Export.objects.filter(stage=ExportStage.READY)}
    drawing = {
        row.path for row in ProposalVersion.objects.filter(rendered_at=None)
    }  # drawn anew, under its name
    making = {
        row.path for row in Export.objects.all() if row.created_at > clock.now() - Export.KEPT
    }  # swept after a week
    for folder, promised, borne in (
        ("files", files, set()),
        ("proposals", documents, drawing),
        ("exports", exports, making),
    ):
        there = {path for path in (media / folder).rglob("*") if path.is_file()}
        for path in there - promised - borne:
            yield f"bytes without a row: {folder}/{path.name}"
        for path in promised - there:
            yield f"a row without its bytes: {folder}/{path.name}"
    for row in StoredFile.objects.exclude(state=FileState.INFECTED):
        if row.path.exists() and _digest(row.path) != row.sha256:
            yield f"the bytes of {row.pk} are not those that came"


def _make_old(folder: Path) -> None:
    then = time.time() - 2 * 24 * 3600
    for path in folder.rglob("*"):
        os.utime(path, (then, then))


def chains() -> Iterator[str]:
    from journal.events import broken_links

    for link in broken_links():
        yield " ".join(map(str, link))
