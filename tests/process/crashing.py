"""Kills a portal at every crash point of every stage of a story, starts it again and looks at what is left.

python -m tests.process.crashing [--part "1 of 4"] [--broken mark_then_send] prints one JSON object. The environment
names a portal of its own (ENACT_VAR, and DATABASE_URL with REDIS_URL or neither).

The data before each stage is kept, so that a scene costs its own stage twice and no more: a forked process does the
stage and is killed with its group at the point, a second one starts on what it left, does the stage again as people
and workers would, and judges. Both are forked from a process that has imported everything and holds no connection.
"""

import argparse
import json
import logging
import os
import signal
import sys
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import django
from aiosmtpd.controller import Controller

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enact_portal.settings")
django.setup()

from django.conf import settings  # noqa: E402

from benchmarks import invariants  # noqa: E402
from foundation import clock, failpoints  # noqa: E402
from journal import hints  # noqa: E402
from programs import warming  # noqa: E402
from tests.process import story  # noqa: E402
from tests.process.conftest import free_port  # noqa: E402
from tests.process.resting import at_rest, told  # noqa: E402
from tests.process.story import STAGES  # noqa: E402
from tests.process.worlds import Worlds, apart  # noqa: E402
from tests.process.wrong_orders import BREAKING  # noqa: E402

RESTART = timedelta(seconds=40)  # later, a killed worker's lease has run out
# Between the server's yes and our commit lies the one kill that may cost a second mail of the same Message-ID.
REPEATS = frozenset(
    {"message.after_smtp", "job.before_finish", "job.marked_done", "message.settled", "job.before_commit"}
)


class Server:
    """A mail server whose memory survives whoever is killed: a line for each Message-ID that it took."""

    def __init__(self, var: Path):
        self.var = var

    async def handle_DATA(self, server, session, envelope):
        if (self.var / "refuse").exists():
            return "451 4.3.0 come back later"
        with (self.var / "accepted").open("a") as out:
            out.write(f"{message_from_bytes(envelope.content)['Message-ID']}\n")
        return "250 kept"

    def accepted(self) -> list[str]:
        path = self.var / "accepted"
        return path.read_text().split() if path.exists() else []


class Driver:
    def __init__(self, server: Server, breaking=lambda: None):
        self.worlds, self.server, self.breaking = Worlds(), server, breaking
        self.said: list[list] = [[]]  # before each stage: what was acknowledged
        self.after: list[dict] = []  # for each stage: what there is at rest once it was done
        self.passed: list[list[str]] = []  # for each stage: the points it passes

    def rehearse(self) -> None:
        """Every stage once, undisturbed: the data before it, the points it passes, what it leaves at rest."""
        self.worlds.keep(0)
        for number, stage in enumerate(STAGES):
            lines, status = apart(lambda say, stage=stage: _walked(say, stage))
            assert status == 0, (stage.__name__, lines)
            self.said.append(self.said[-1] + [line[1:] for line in lines if line[0] == "acknowledged"])
            self.passed.append(next(line[1] for line in lines if line[0] == "passed"))
            self.worlds.keep(number + 1)
            lines, status = apart(lambda say, number=number: self._judged(say, self.said[number + 1], 0))
            assert status == 0 and lines[-1][1]["broken"] == [], (stage.__name__, lines)
            self.after.append(lines[-1][1]["told"])
            self.worlds.bring(number + 1)

    def scenes(self, everywhere: bool) -> list[tuple[int, str]]:
        """(stage, point): each point in each stage that passes it, or only in the first that does."""
        found = [(number, point) for number, points in enumerate(self.passed) for point in points]
        return (
            found
            if everywhere
            else list({point: (number, point) for number, point in reversed(found)}.values())
        )

    def scene(self, number: int, point: str, *, whole: bool = False) -> list[str]:
        """Killed at this point of this stage, and started again: what is wrong afterwards."""
        stage = STAGES[number]
        self.worlds.bring(number)
        lines, status = apart(lambda say: self._killed(say, stage, point))
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            return [f"not killed: {status} {lines}"]
        said = self.said[number] + [line[1:] for line in lines if line[0] == "acknowledged"]
        (self.worlds.var / "refuse").unlink(missing_ok=True)
        lines, status = apart(lambda say: self._judged(say, said, point in REPEATS, stage, whole=whole))
        if status:
            return [f"after the restart: {status} {lines}"]
        is_so, should = lines[-1][1]["told"], self.after[number]
        other = [
            f"{name}: {is_so[name]} instead of {should[name]}"
            for name in should
            if is_so[name] != should[name]
        ]
        return lines[-1][1]["broken"] + other

    def _killed(self, say, stage, point: str) -> None:
        self.breaking()
        failpoints.arm(point)
        _done(say, stage)

    def _judged(self, say, said: list, repeats: int, again=None, *, whole: bool = False) -> None:
        """On what is there: nothing half of it; then the stage again, rest, and every invariant."""
        self.breaking()
        early = [*invariants.halves(), *invariants.chains()]
        with clock.at(clock.now() + RESTART):
            if again is not None:
                again(lambda *words: said.append(words))
            at_rest()
            digests = [digest for token, *digests in said if not token for digest in digests]
            demands = {token: digests for token, *_digests in said if token}
            found = invariants.broken(demands, self.server.accepted(), repeats=repeats, whole_database=whole)
        say("judged", {"broken": early + found, "told": told()})


def _walked(say, stage) -> None:
    passed: dict[str, None] = {}
    failpoints.arm(*failpoints.DECLARED, act=passed.setdefault)
    _done(say, stage)
    say("passed", list(passed))


def _done(say, stage) -> None:
    stage(lambda *words: say("acknowledged", *words))
    hints._herald.flush()


def main() -> dict:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--everywhere", action="store_true", help="each point in each stage that passes it")
    parser.add_argument("--point", default="", help="this one alone")
    parser.add_argument("--part", default="1 of 1", help="'2 of 4': the second of four parts of the scenes")
    parser.add_argument("--broken", choices=BREAKING, help="with the order of effects wrong")
    options = parser.parse_args()
    part, parts = map(int, options.part.split(" of "))
    _warmed()
    driver, point = _with_server(options.broken)
    scenes = driver.scenes(options.everywhere)
    if point := point or options.point:
        scenes = [scene for scene in scenes if scene[1] == point]
    chosen = scenes[part - 1 :: parts]
    found = {}
    for place, (number, name) in enumerate(chosen):
        wrong = driver.scene(number, name, whole=place % 10 == 0)
        print(place + 1, "of", len(chosen), STAGES[number].__name__, name, wrong or "", file=sys.stderr)
        if wrong:
            found[f"{STAGES[number].__name__} {number}: {name}"] = wrong
    driver.worlds.forget(len(STAGES) + 1)
    return {
        "declared": len(failpoints.DECLARED),
        "passed": len(set().union(*driver.passed)),
        "never_passed": sorted(failpoints.DECLARED - set().union(*driver.passed)),
        "scenes": len(scenes),
        "killed": len(chosen),
        "visited": sorted({name for _number, name in chosen}),
        "wrong": found,
    }


def _with_server(broken: str | None) -> tuple[Driver, str]:
    server = Server(Path(settings.VAR))
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    story.prepare()
    warming.warm_up()
    driver = Driver(server)
    driver.rehearse()
    if not broken:
        return driver, ""
    driver.breaking, point = BREAKING[broken]
    return driver, point


def _warmed() -> None:
    """What every forked process then has: the code, the templates' folder without a manifest, fonts, the thesaurus."""
    from django.urls import get_resolver

    sources = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": sources}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    get_resolver().url_patterns  # noqa: B018
    from proposals import rendering  # noqa: F401


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    print(json.dumps(main()))
    sys.stdout.flush()
    os._exit(0)
