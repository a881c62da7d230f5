"""A page with few and with many rows behind it: two portals, asked in turn for the same page.

The coordinators' queue with 1 000 and 100 000 irritants, the public catalogue with as many offers.

What counts is the ratio of the 95th percentiles of answers taken side by side; of several such ratios, the median.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks import load

FEW, MANY = 1_000, 100_000
AT_MOST = {"default": 1.3}  # the time with MANY over the time with FEW
AT_MOST_CATALOGUE = {"default": 2.0}
AT_MOST_FILTERED = 2.0
ROUNDS = 3
ANSWERS = {"default": 60}  # of each portal in one round
ANSWERS_FILTERED = 30
SEVERAL = ("search", "together")  # no filters of their own: held by their percentiles alone
ALONE = 7  # answers for each value of a filter on its own


@dataclass
class Desk:
    """A reader of one portal, on a connection that stays open. `shows`: what stands on every page it opens."""

    connection: http.client.HTTPConnection
    cookie: str
    shows: bytes

    def open(self, path: str) -> float:
        """Milliseconds until the whole page has come."""
        began = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": self.cookie, "X-Forwarded-Proto": "https"})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200 or self.shows not in body:
            raise RuntimeError(f"{path} answers {answer.status}")
        return 1e3 * (time.perf_counter() - began)


@contextmanager
def desks(
    few: dict, many: dict, *, rows: str, shows: bytes
) -> Iterator[tuple[Desk, Desk, dict[str, list[str]]]]:
    """Both portals; `few` and `many`: the environments that name their databases, empty so far; `rows`: the module
    that fills them."""
    with ExitStack() as stack:
        made = []
        for environment, count in ((few, FEW), (many, MANY)):
            told = _filled(environment, count, rows)
            served = stack.enter_context(load.served("enact_portal", environment, path="/", proxied=True))
            connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=60)
            stack.callback(connection.close)
            made.append(Desk(connection, told["cookie"], shows))
        yield *made, told["addresses"]


def _filled(environment: dict, count: int, rows: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", rows, str(count)],
        cwd=load.ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def measured(
    few: Desk, many: Desk, addresses: dict[str, list[str]], at_most: Mapping[str, float] = AT_MOST
) -> dict:
    """Kind of address → what was measured; `wrong`: the kinds that grow more than they may (`at_most`)."""
    found, wrong = {}, []
    for kind, paths in addresses.items():
        for path in paths:
            few.open(path), many.open(path)  # the first time is another
        rounds = [_round(few, many, paths, ANSWERS.get(kind, ANSWERS_FILTERED)) for _number in range(ROUNDS)]
        ratio = statistics.median(large / small for small, large in rounds)
        limit = at_most.get(kind, AT_MOST_FILTERED)
        found[kind] = {
            "ratio": round(ratio, 2),
            "at_most": limit,
            "addresses": len(paths),
            "p95_milliseconds": [round(statistics.median(one[side] for one in rounds), 1) for side in (0, 1)],
        }
        if ratio > limit:
            wrong.append(f"{kind}: {ratio:.2f} times as long with {MANY} of them, {limit} allowed")
    slow = _slow_ones(many, addresses)
    return {"few": FEW, "many": MANY, "by_kind": found, "wrong": wrong + slow}


def _round(few: Desk, many: Desk, paths: list[str], answers: int) -> tuple[float, float]:
    """The 95th percentiles over at least so many answers, one of each in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(max(answers, len(paths))):
        path = paths[number % len(paths)]
        for side, desk in enumerate((few, many)) if number % 2 else reversed([*enumerate((few, many))]):
            times[side].append(desk.open(path))
    return tuple(statistics.quantiles(one, n=20)[-1] for one in times)


def _slow_ones(many: Desk, addresses: dict[str, list[str]]) -> list[str]:
    """No single value of a filter hides behind the others: its median, beside the default page's of as many rows.
    (Beside its own with FEW it would be the lines that are counted: eight there, thirty here.)"""
    slow = []
    for path in (path for kind, paths in addresses.items() if kind not in SEVERAL for path in paths):
        pairs = [(many.open(addresses["default"][0]), many.open(path)) for _answer in range(ALONE)]
        default, alone = (statistics.median(one[side] for one in pairs) for side in (0, 1))
        if alone > AT_MOST_FILTERED * default:
            slow.append(f"{path}: {alone:.0f} ms, the default page {default:.0f}")
    return slow
