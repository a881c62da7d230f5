"""Exports and figures among 100 000 irritants: `python -m benchmarks.exports [count]`, on a database of its own.

Floors: every column as CSV in 30 s (wished: 10), as XLSX in 60 s, of processor, for 100 000 rows on SQLite, whose work
is ours; and 64 MB at most beside what the process holds already.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

LIMITS = {"csv": 30.0, "xlsx": 60.0}  # seconds for 100 000 rows
MORE_MEMORY = 64  # MB


def memory() -> int:
    """The most that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def prepare(count: int):
    from django.core.management import call_command

    from benchmarks.queue_rows import fill
    from intake.models import Irritant
    from journal.models import Event

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("load_reference", verbosity=0)
    fill(count)
    taken = Irritant.objects.exclude(coordinator=None).values_list("public_id", "created_at", "coordinator")
    rows = (
        Event(case=case, seq=1, name="irritant.take", subject_id=case, actor=f"user:{who}", at=at,
              actor_role="coordinator")
        for case, at, who in taken.iterator()
    )  # fmt: skip
    Event.objects.bulk_create(rows, 2000)


def export(format: str) -> float:
    from accounts.models import User
    from journal import jobs
    from journal.actors import coordinator
    from journal.exports import keeping
    from journal.exports.kinds import EXPORTERS
    from journal.models import Export, Job

    began = time.process_time()
    columns = list(EXPORTERS["cases"].columns)
    made = keeping.ask(
        "cases",
        actor=coordinator(User.objects.coordinators()[0]),
        format=format,
        columns=columns,
        choices={},
        language="fr",
    )
    jobs.execute(Job.objects.get(key=f"export:{made.public_id}").pk)
    made = Export.objects.get(pk=made.pk)
    assert made.stage == "ready", made.stage
    return time.process_time() - began


def board() -> float:
    from accounts.models import User
    from insights.bench import periods
    from insights.bench.counting import Board
    from insights.bench.load import loads

    began = time.process_time()
    user = User.objects.coordinators()[0]
    figures = Board(user, periods.year())
    for part in ("waits", "answers", "ranks", "holds"):
        getattr(figures, part)
    loads(user)
    return time.process_time() - began


def main(count: int) -> int:
    prepare(count)
    failed = False
    print(f"figures of a year: {board():.1f} s", flush=True)
    for format, limit in LIMITS.items():
        before, took = memory(), export(format)
        more = memory() - before
        wrong = took > limit * count / 100_000 or more > MORE_MEMORY
        failed |= wrong
        print(f"{format}: {took:.1f} s, {more} MB more{' — too much' if wrong else ''}", flush=True)
    return failed


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "enact_portal.settings", "ENACT_VAR": str(Path(folder))}
        import django

        django.setup()
        numbers = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
        sys.exit(main(*(numbers or [100_000])))
