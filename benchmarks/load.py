"""Two web applications under the same load, slice after slice, so that their ratio survives a noisy machine.

Both are served by gunicorn with the portal's settings (enact_portal/webserver.py), on free loopback ports. The load
(wrk) goes to one and the other in turn, in slices of a second; what counts is the median of the ratios of slices taken
side by side. A fixed calculation before and after each slice tells how fast the machine was at that moment: a pair
between whose slices it changed is left out as long as enough others remain. Only what was started here is ended.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.pool import Pool
from pathlib import Path

from benchmarks.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = Path(__file__).with_name("wrk.lua")
STEADY = 1.3  # the machine's speed may change by so much between two slices that are compared
STARTS_WITHIN = 60  # seconds


class Unavailable(Exception):
    """Something that the machine lacks; `str()` says what to install."""


@dataclass(frozen=True)
class Post:
    """One form to send: an address, a body without CSRF field, the visitor's own address."""

    path: str
    body: str
    visitor: str = ""


@dataclass(frozen=True)
class Served:
    """An application that answers on a loopback port; `proxied`: as behind a proxy that ends TLS."""

    url: str
    proxied: bool
    group: int

    def processor(self) -> float:
        """Seconds of processor that its processes have used so far; 0 where there is no /proc."""
        used = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # a process that ended meanwhile
                fields = path.read_text().rpartition(")")[2].split()
                if int(fields[2]) == self.group:
                    used += int(fields[11]) + int(fields[12])
        return used / os.sysconf("SC_CLK_TCK")


def wrk() -> str:
    found = shutil.which("wrk")
    if not found:
        raise Unavailable("wrk is missing: install what Debian calls wrk (apt-get install wrk)")
    return found


def run_django(settings: str, *command: str) -> None:
    """A management command of an application with other settings than this process's."""
    subprocess.run(
        [sys.executable, "-m", "django", *command],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": settings},
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def served(package: str, environment: Mapping[str, str], *, path: str, proxied: bool) -> Iterator[Served]:
    """gunicorn with the settings and the application of a package on a free port, once `path` answers; ended with
    its children."""
    port = free_port()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", f"--config=python:{package}.webserver", f"{package}.wsgi"],
            cwd=ROOT,
            env={**os.environ, **environment, "HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": "2"},
            start_new_session=True,
            stdout=said,
            stderr=said,
        )
        try:
            answers = Served(f"http://127.0.0.1:{port}", proxied, process.pid)
            if not _answers(process, answers, path):
                said.seek(0)
                raise RuntimeError(f"{package} did not start: {said.read()[-2000:]}")
            yield answers
        finally:
            _end(process)


def _answers(process: subprocess.Popen, answers: Served, path: str) -> bool:
    """Wait until it does; False when it ended, or took too long."""
    headers = {"X-Forwarded-Proto": "https"} if answers.proxied else {}
    request = urllib.request.Request(answers.url + path, headers=headers)
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(request, timeout=10).read()  # nosec B310
            return True
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{answers.url}{path} answers {error.code}") from error
        except OSError:
            time.sleep(0.1)
    return False


def settled(target: Served, path: str) -> None:
    """Wait, a minute at most, until a page that needs everything comes quickly ten times in a row, from any worker."""
    headers = {"X-Forwarded-Proto": "https"} if target.proxied else {}
    request = urllib.request.Request(target.url + path, headers=headers)
    deadline, quick = time.monotonic() + STARTS_WITHIN, 0
    while quick < 10 and time.monotonic() < deadline:
        began = time.monotonic()
        urllib.request.urlopen(request, timeout=STARTS_WITHIN).read()  # nosec B310
        quick = quick + 1 if time.monotonic() - began < 0.5 else 0


def _end(process: subprocess.Popen) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(10)
            return
        except ProcessLookupError:
            process.wait()
            return
        except subprocess.TimeoutExpired:
            continue


def get(target: Served, path: str, *, seconds: int, connections: int) -> dict:
    """One slice of GETs: what wrk.lua prints, with "rate" in answers per second."""
    return _slice(target, path, seconds=seconds, connections=connections, environment={})


def post(target: Served, posts: Sequence[Post], *, expected: int, seconds: int, connections: int) -> dict:
    """One slice that sends each of these at most once; "answered" counts the answers of status `expected`."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as file:
        file.writelines(f"{one.path}\t{one.body}\t{one.visitor}\n" for one in posts)
        file.flush()
        environment = {"REQUESTS": file.name, "SECONDS": str(seconds), "EXPECTED": str(expected)}
        # one more second for the answers to what was sent last
        return _slice(target, "/", seconds=seconds + 1, connections=connections, environment=environment)


def _slice(target: Served, path: str, *, seconds: int, connections: int, environment: dict) -> dict:
    proxied = {"PROXIED": "1"} if target.proxied else {}
    used = target.processor()
    done = subprocess.run(
        [wrk(), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT), target.url + path],
        env={**os.environ, **environment, **proxied},
        capture_output=True,
        text=True,
        timeout=60 + seconds,
    )  # fmt: skip
    _words, found, line = done.stdout.partition("JSON")
    if not found:
        raise RuntimeError(f"wrk: {done.stdout[-500:]}{done.stderr[-500:]}")
    told = json.loads(line)
    return {
        **told,
        "rate": told["answered"] / max(told["seconds"], 1e-6),
        "processor_milliseconds": 1e3 * (target.processor() - used) / max(told["answered"], 1),
    }


def paired(portal: Callable[[], dict], reference: Callable[[], dict], *, rounds: int) -> dict:
    """The portal's rate over the reference's: median over `rounds` pairs of slices, in alternating order."""
    pairs = []
    with Pool(2) as pool:
        for number in range(rounds):
            slices = {}
            for name, act in (("portal", portal), ("reference", reference))[:: 1 if number % 2 else -1]:
                before = _calculation(pool)
                slices[name] = {**act(), "calculation": (before + _calculation(pool)) / 2}
            pairs.append(slices)
    steady = [pair for pair in pairs if _steady(pair)]
    compared = steady if len(steady) >= max(3, rounds // 2) else pairs
    processor = [
        pair["reference"]["processor_milliseconds"] / (pair["portal"]["processor_milliseconds"] or 1)
        for pair in compared
    ]
    ratios = sorted(pair["portal"]["rate"] / pair["reference"]["rate"] for pair in compared)
    speeds = [one["calculation"] for pair in pairs for one in pair.values()]
    return {
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "processor_ratio": round(statistics.median(processor), 3),  # what remains of it on a busy machine
        "pairs": {"taken": len(pairs), "steady": len(steady), "compared": len(compared)},
        "machine": {
            "calculation_milliseconds": round(statistics.median(speeds), 1),
            "slowest_over_fastest": round(max(speeds) / min(speeds), 2),
        },
        **{name: _summary([pair[name] for pair in compared]) for name in ("portal", "reference")},
        "wrong_answers": {
            name: sum(pair[name]["other"] + pair[name]["errors"] for pair in pairs)
            for name in ("portal", "reference")
        },
    }


def _steady(pair: dict) -> bool:
    speeds = [one["calculation"] for one in pair.values()]
    return max(speeds) / min(speeds) <= STEADY


def _summary(slices: list[dict]) -> dict:
    names = ("rate", "p50_milliseconds", "p95_milliseconds", "processor_milliseconds")
    return {name: round(statistics.median(one[name] for one in slices), 2) for name in names}


def _calculation(pool: Pool) -> float:
    """Milliseconds for the same sums on two cores at once: how fast the machine is now."""
    return sum(pool.map(_sums, (0, 0))) / 2


def _sums(_nothing: int) -> float:
    began = time.perf_counter()
    sum(number * number % 7 for number in range(200_000))
    return (time.perf_counter() - began) * 1e3
