"""Several hosts for one portal: two for the web, two for the work, each in a network of its own, cut off in turns.

python -m benchmarks.scale_out --seconds 60 prints one JSON object; exit status 1 when an invariant
(benchmarks.invariants) does not hold, or when a host that was there answered nobody. As root, with Debian's iproute2,
pgbouncer, postgresql and redis-server: each host is a network namespace on a bridge of this machine. They share a
PostgreSQL behind pgbouncer (transaction pooling), a Redis, a mail server and the data folder, as docs/operations.md
says.

In turns, from the seed: the network of a host goes down for some seconds while it works, a whole host is lost,
pgbouncer, Redis or PostgreSQL begin again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from itertools import cycle
from pathlib import Path

from benchmarks.servers import Pgbouncer, Postgresql, Redis
from benchmarks.soak_clients import Clients
from benchmarks.soak_portal import Portal, Post

NETWORK = "10.213.77"  # nobody else's: a bridge of its own, never routed
SERVERS = f"{NETWORK}.1"
HOSTS = {"web1": f"{NETWORK}.11", "web2": f"{NETWORK}.12", "work1": f"{NETWORK}.21", "work2": f"{NETWORK}.22"}
WEB = [name for name in HOSTS if name.startswith("web")]
CUT = 8  # seconds for which a host is away
EVERY = 6.0
REST = 180  # seconds to come to rest
PROCESSES = 2  # of a worker that may each stand between the server's yes and their commit


class Network:
    """A bridge with the servers' address, and a namespace for each host. Raises CalledProcessError without the right
    to make them."""

    def __init__(self):
        self.mark = f"en{os.getpid() % 10_000}"
        _ip("link", "add", f"{self.mark}b", "type", "bridge")
        _ip("addr", "add", f"{SERVERS}/24", "dev", f"{self.mark}b")
        _ip("link", "set", f"{self.mark}b", "up")
        for name, address in HOSTS.items():
            space, outside = self.space(name), self._outside(name)
            _ip("netns", "add", space)
            _ip("link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", space)
            _ip("link", "set", outside, "master", f"{self.mark}b", "up")
            _ip("-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
            for device in ("eth0", "lo"):
                _ip("-n", space, "link", "set", device, "up")

    def space(self, name: str) -> str:
        return f"{self.mark}-{name}"

    def _outside(self, name: str) -> str:
        return f"{self.mark}{name}"

    def cut(self, name: str, seconds: float) -> None:
        """Not a word comes through, in or out, and nobody is told."""
        _ip("link", "set", self._outside(name), "down")
        time.sleep(seconds)
        _ip("link", "set", self._outside(name), "up")

    def remove(self) -> None:
        for name in HOSTS:
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "del", self.space(name))
        with suppress(subprocess.CalledProcessError):
            _ip("link", "del", f"{self.mark}b")


class Hosts(Portal):
    """The portal of the soak, its processes spread over hosts."""

    def __init__(self, folder: Path, post: Post, network: Network):
        super().__init__(folder, post.port)
        self.network, self._doors = network, cycle(HOSTS[name] for name in WEB)
        self.port = 8000  # of each web host
        self.environment |= {
            "EMAIL_URL": f"smtp://{SERVERS}:{post.port}",
            "DATABASE_POOLED": "1",
            "ALLOWED_HOSTS": "localhost",
        }
        web, worker, beat = (self._commands[name] for name in ("web", "worker", "beat"))
        self._commands = {
            name: self._on(name, [*web[:4], f"--bind={HOSTS[name]}:{self.port}", web[-1]]) for name in WEB
        } | {
            "work1": self._on("work1", [*worker, "--hostname=work1@%h"]),
            "work2": self._on("work2", [*worker, "--hostname=work2@%h"]),
            "beat": self._on("work1", beat),
        }

    def _on(self, name: str, command: list[str]) -> list[str]:
        return ["ip", "netns", "exec", self.network.space(name), *command]

    def door(self) -> str:
        return next(self._doors)

    def lose(self, name: str) -> bool:
        """A whole host goes off and comes back."""
        return self.kill(name, "beat") if name == "work1" else self.kill(name)

    def _answers(self) -> bool:
        return True  # the other web host does


class Troubles(threading.Thread):
    """One after the other; `kinds` counts them."""

    def __init__(self, portal: Hosts, pool: Pgbouncer, seed: int):
        super().__init__(daemon=True)
        self.over, self.kinds, self._choice = threading.Event(), Counter(), random.Random(seed)
        self.list = {f"{name} cut off": lambda name=name: portal.network.cut(name, CUT) for name in HOSTS}
        self.list |= {f"{name} lost": lambda name=name: portal.lose(name) for name in HOSTS}
        self.list |= {
            "pgbouncer again": lambda: (pool.stop(), pool.start()),
            "Redis again": portal.restart_redis,
            "PostgreSQL again": portal.restart_database,
        }

    def run(self) -> None:
        left: list[str] = []
        while not self.over.wait(EVERY):
            left = left or self._choice.sample(
                sorted(self.list), len(self.list)
            )  # each once, then each again
            kind = left.pop()
            done = self.list[kind]()
            self.kinds[f"{kind}, left alone" if done is False else kind] += 1


def scale_out(seconds: float, seed: int, rate: float) -> dict:
    """What happened, and what does not hold afterwards ("broken")."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hosts")))
        network = Network()
        stack.callback(network.remove)
        post = Post(SERVERS)
        stack.callback(post.stop)
        portal = Hosts(folder, post, network)
        stack.callback(portal.stop)
        database, redis = Postgresql(max_connections="60"), Redis(SERVERS)
        portal.use(database, redis)
        pool = Pgbouncer(database, SERVERS)
        stack.callback(pool.remove)
        pool.start()
        portal.environment["DATABASE_URL"] = pool.url
        portal.start()
        clients, troubles = Clients(portal, seed, rate), Troubles(portal, pool, seed)
        time.sleep(20)
        actors = portal.actors(seed)
        clients.start()
        troubles.start()
        time.sleep(seconds)
        troubles.over.set()
        troubles.join(60)
        clients.stop()
        acted, _error = actors.communicate(timeout=60)
        portal.revive()
        took = portal.settled(REST)
        served = {name: _served(HOSTS[name], portal.port) for name in WEB}
        portal.stop_processes()
        # Each of these may take a worker's process away between the mail server's yes and its own commit.
        struck = sum(count for kind, count in troubles.kinds.items() if not kind.startswith(("web", "Redis")))
        said = portal.ask("judge", clients.acknowledged, post.accepted, 2 * PROCESSES * struck)
    broken = said.pop("broken", [said.get("error")])
    if took is None:
        broken.append(f"not at rest after {REST} s")
    broken += [f"{name} answers nobody" for name, answers in served.items() if not answers]
    return {
        "hosts": list(HOSTS),
        "seconds": seconds,
        "seed": seed,
        "acknowledged": len(clients.acknowledged),
        "answers": dict(clients.answers),
        "troubles": dict(troubles.kinds),
        "acts": json.loads(acted or "{}"),
        "mails_accepted": len(set(post.accepted)),
        "repeats": len(post.accepted) - len(set(post.accepted)),
        "rest_seconds": took,
        **said,
        "broken": broken,
        "passed": not broken,
    }


def _served(address: str, port: int) -> bool:
    from http.client import HTTPConnection

    connection = HTTPConnection(address, port, timeout=30)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=3, help="demands a second")
    options = parser.parse_args(arguments)
    if os.getuid() != 0 or not shutil.which("ip"):
        parser.error("network namespaces need root and iproute2")
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(1))  # ended early, it still ends what it started
    found = scale_out(options.seconds, options.seed, options.rate)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0 if found["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
