"""Documents: speed beside plain WeasyPrint, memory of a worker, and mails while a hundred documents wait.

python -m benchmarks.pdf                  prints one JSON object; exit status 1 when a floor is missed
python -m benchmarks.pdf --only queue     one section: time, memory, queue
python -m benchmarks.pdf --servers        the queue on PostgreSQL and Redis instead of SQLite and a broker made of files

- `time`: the three sample proposals, each beside a plain tagged document of as many pages (benchmarks/pdf_reference),
  in turn in one process, by time of processor; the median of the ratios.
- `memory`: the most that a process holds which renders all of them as PDF, archive and DOCX, three times.
- `queue`: the portal's own workers with a hundred documents to render, and a mail owed every two seconds meanwhile: how
  long each took from being owed to being sent.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import servers
from benchmarks.load import ROOT

LIMITS = {"time": 1.5, "memory": 300, "queue": 5.0}  # ratio; MB; seconds
DOCUMENTS, BETWEEN = 100, 2.0
PATIENCE = 1800  # seconds for all the documents


def verb(name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> dict:
    """What a verb of benchmarks.pdf_rows says, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.pdf_rows", name, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def queue(*, on_servers: bool, documents: int = DOCUMENTS) -> dict:
    """Delays of the mails that were owed while documents were being rendered."""
    with _portal(on_servers) as environment:
        verb("prepare", environment=environment)
        verb("owe", str(documents), environment=environment)
        with _workers(environment):
            began, number = time.monotonic(), 0
            while True:
                verb("mail", str(number), environment=environment)
                number += 1
                said = verb("state", environment=environment)
                if said["rendered"] >= documents or time.monotonic() - began > PATIENCE:
                    break
                time.sleep(BETWEEN)
            took = time.monotonic() - began
            while len(said["delays"]) < said["mails"] and time.monotonic() - began < PATIENCE:
                time.sleep(1)
                said = verb("state", environment=environment)
    return {**said, "seconds": round(took, 1), "slowest": round(max(said["delays"], default=PATIENCE), 2)}


@contextmanager
def _portal(on_servers: bool) -> Iterator[dict[str, str]]:
    """The environment of an empty portal whose mails go nowhere."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-pdf")))
        environment = {
            "DJANGO_SETTINGS_MODULE": "enact_portal.settings",
            "ENACT_VAR": str(folder),
            "ENACT_DEMO": "0",
            "EMAIL_URL": "dummymail://",
        }
        if on_servers:
            environment["DATABASE_URL"] = stack.enter_context(servers.postgresql())
            environment["REDIS_URL"] = stack.enter_context(servers.redis())
        yield environment


@contextmanager
def _workers(environment: Mapping[str, str]) -> Iterator[None]:
    """What `manage.py portal` starts beside the web server; ended with what they started."""
    from enact_portal.management.commands import portal

    started = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in portal.BACKGROUND.values()
    ]
    try:
        yield
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGTERM)
        for process in started:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def judged(found: dict) -> dict:
    """With the floors, what misses them, and whether all is well."""
    missed = []
    for name, one in found.get("time", {}).items():
        if one["ratio"] > LIMITS["time"]:
            missed.append(f"time of {name}: {one['ratio']} times the reference's, {LIMITS['time']} allowed")
    if "memory" in found and found["memory"]["peak"] > LIMITS["memory"]:
        missed.append(f"memory: {found['memory']['peak']} MB, {LIMITS['memory']} allowed")
    if "queue" in found:
        one = found["queue"]
        if one["slowest"] > LIMITS["queue"]:
            missed.append(f"queue: a mail took {one['slowest']} s, {LIMITS['queue']} allowed")
        if one["rendered"] < DOCUMENTS or one["dead"] or len(one["delays"]) < one["mails"]:
            missed.append(f"queue: {one['rendered']} documents, {len(one['delays'])} of {one['mails']} mails")
    return {**found, "limits": LIMITS, "missed": missed, "passed": not missed}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=sorted(LIMITS), action="append", help="may be repeated")
    parser.add_argument("--servers", action="store_true", help="PostgreSQL and Redis instead of files")
    options = parser.parse_args(arguments)
    sections = {
        "time": lambda: verb("times"),
        "memory": lambda: verb("memory"),
        "queue": lambda: queue(on_servers=options.servers),
    }
    found = judged(
        {name: measure() for name, measure in sections.items() if not options.only or name in options.only}
    )
    print(json.dumps({"servers": options.servers, **found}, ensure_ascii=False, indent=1))
    return 0 if found["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
