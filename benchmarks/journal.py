"""What the chain of events costs: `python -m benchmarks.journal [rounds]`, on an SQLite file of its own, half a minute.

Beside each other in one run, in turn: appending an event to a chain (its head locked, the digest, the head moved on),
and the same row written without a chain, each in a durable transaction of its own. And verifying all of it. Limits:
what the chain adds is at most as much again as the bare row takes, and 0.2 ms of processor for the digest.
Prints one JSON object; exits with 1 above a limit.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

AT_MOST = 2.0  # appending over writing the bare row, medians
DIGEST_AT_MOST = 0.2  # ms
CHAINS = 20


def measure(rounds: int) -> dict:
    from uuid import uuid4

    from django.core.management import call_command
    from django.db import transaction

    from foundation import clock
    from journal import events
    from journal.actors import SYSTEM_ACTOR
    from journal.models import Event

    class Subject:
        public_id = uuid4()

    call_command("migrate", verbosity=0, interactive=False)
    cases = [uuid4() for _number in range(CHAINS)]
    spent: dict[str, list[float]] = {"chained": [], "bare": []}
    last = None
    for number in range(rounds):
        began = time.perf_counter()
        with transaction.atomic():
            last = events.record(
                "bench.chained", case=cases[number % CHAINS], subject=Subject, actor=SYSTEM_ACTOR
            )
        spent["chained"].append(time.perf_counter() - began)
        began = time.perf_counter()
        with transaction.atomic():
            Event.objects.bulk_create(
                [
                    Event(
                        case=uuid4(),
                        seq=1,
                        name="bench.bare",
                        subject_id=Subject.public_id,
                        actor="system",
                        actor_role="system",
                        at=clock.now(),
                    )
                ]
            )
        spent["bare"].append(time.perf_counter() - began)
    began = time.process_time()
    for _again in range(2000):
        events._digest(last)
    digest = (time.process_time() - began) / 2
    began = time.process_time()
    wrong = sum(1 for _link in events.broken_links())
    verifying = time.process_time() - began
    middle = {name: statistics.median(times) * 1000 for name, times in spent.items()}
    return {
        "rounds": rounds,
        "chained_ms": round(middle["chained"], 3),
        "bare_ms": round(middle["bare"], 3),
        "ratio": round(middle["chained"] / middle["bare"], 2),
        "digest_ms": round(digest, 4),
        "verified_per_second": round(2 * rounds / verifying),
        "bare_rows_found": wrong >= rounds,
    }


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "ENACT_VAR": folder,
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'db.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "enact_portal.settings",
            "LOG_LEVEL": "ERROR",
        }
        import django

        django.setup()
        found = measure(rounds)
    well = found["ratio"] <= AT_MOST and found["digest_ms"] <= DIGEST_AT_MOST and found["bare_rows_found"]
    print(json.dumps({**found, "at_most": {"ratio": AT_MOST, "digest_ms": DIGEST_AT_MOST}, "well": well}))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
