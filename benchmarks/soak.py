"""A real portal under intake and random faults, then at rest: nothing acknowledged is lost, nothing is there twice.

python -m benchmarks.soak --minutes 30 --seed 1             SQLite and a broker made of files
python -m benchmarks.soak --minutes 30 --seed 1 --servers   PostgreSQL and Redis
prints one JSON object; exit status 1 when an invariant (benchmarks.invariants) does not hold.

Web (two workers), worker and beat are killed by SIGKILL with their groups and started again; Redis is flushed or
restarted, PostgreSQL restarted at once as after a power cut, SQLite's only pen held for three seconds; the mail server
refuses for now, stalls, or cuts the line after it has taken a mail. One fault every five seconds, from the seed.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from benchmarks import servers
from benchmarks.soak_clients import Clients
from benchmarks.soak_portal import Portal, Post

EVERY = 5.0  # seconds between two faults
REST = 180  # seconds in which a portal must come to rest: a dead worker's lease, and what a fault put off
PROCESSES = 2  # of the worker that may each stand between the server's yes and their commit


class Faults(threading.Thread):
    """One after the other, as the seed says; `kinds` counts them."""

    def __init__(self, portal: Portal, post: Post, seed: int, *, on_servers: bool):
        super().__init__(daemon=True)
        self.portal, self.post, self.over = portal, post, threading.Event()
        self.choice, self.kinds = random.Random(seed), Counter()
        both = {
            "kill web": lambda: portal.kill("web"),
            "kill worker": lambda: portal.kill("worker"),
            "kill beat": lambda: portal.kill("beat"),
            "kill all": lambda: portal.kill("web", "worker", "beat"),
            "mail refused": lambda: self._mail("refuse"),
            "mail stalls": lambda: self._mail("stall"),
            "mail cut after its yes": lambda: self._mail("cut"),
        }
        data = {
            "Redis flushed": portal.flush,
            "Redis restarted": portal.restart_redis,
            "PostgreSQL restarted at once": portal.restart_database,
        }
        self.list = both | (data if on_servers else {"writer held for 3 s": lambda: portal.hold_writer(3)})

    def _mail(self, mood: str) -> None:
        self.post.mood = mood
        self.over.wait(3)
        self.post.mood = ""

    def run(self) -> None:
        while not self.over.wait(EVERY):
            kind = self.choice.choice(sorted(self.list))
            done = self.list[kind]()
            self.kinds[f"{kind}, left alone" if done is False else kind] += 1


def soak(minutes: float, seed: int, rate: float, *, on_servers: bool) -> dict:
    """What happened, and what does not hold afterwards ("broken")."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak")))
        post = Post()
        stack.callback(post.stop)
        portal = Portal(folder, post.port)
        stack.callback(portal.stop)
        if on_servers:
            portal.use(servers.Postgresql(max_connections="100"), servers.Redis())
        portal.start()
        clients = Clients(portal, seed, rate)
        faults = Faults(portal, post, seed, on_servers=on_servers)
        actors = portal.actors(seed)
        clients.start()
        faults.start()
        time.sleep(60 * minutes)
        faults.over.set()
        faults.join(60)
        clients.stop()
        acted, _error = actors.communicate(timeout=60)
        post.mood = ""
        portal.revive()
        took = portal.settled(REST)
        portal.stop_processes()
        kills = faults.kinds["kill worker"] + faults.kinds["kill all"]
        lost_connections = faults.kinds["PostgreSQL restarted at once"] + faults.kinds["writer held for 3 s"]
        allowed = PROCESSES * (kills + lost_connections) + post.cut
        said = portal.ask("judge", clients.acknowledged, post.accepted, allowed)
    counts = Counter(post.accepted)
    broken = said.pop("broken")
    if took is None:
        broken.append(f"not at rest after {REST} s")
    return {
        "stack": "PostgreSQL + Redis" if on_servers else "SQLite + files",
        "minutes": minutes,
        "seed": seed,
        "acknowledged": len(clients.acknowledged),
        "with_files": sum(map(bool, clients.acknowledged.values())),
        "lost": sum("lost" in one for one in broken),
        "doubled": sum(" became " in one for one in broken),
        "answers": dict(clients.answers),
        "faults": dict(faults.kinds),
        "acts": json.loads(acted or "{}"),
        "mails_accepted": len(counts),
        "repeats": sum(counts.values()) - len(counts),
        "repeats_allowed": allowed,
        "rest_seconds": took,
        **said,
        "broken": broken,
        "passed": not broken,
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=5, help="demands a second")
    parser.add_argument("--servers", action="store_true", help="PostgreSQL and Redis instead of files")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(1))  # ended early, it still ends what it started
    found = soak(options.minutes, options.seed, options.rate, on_servers=options.servers)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0 if found["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
