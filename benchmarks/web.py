"""How fast is the company's way, beside the smallest honest application that does the same work?

python -m benchmarks.web                      prints one JSON object; exit status 1 when a floor is missed, 2 when the
                                              machine lacks something
python -m benchmarks.web --only submission    one section: home, submission, queries, queue, catalogue
python -m benchmarks.web --servers            on PostgreSQL and Redis instead of SQLite and the broker made of files

Absolute times say little on a shared machine; ratios taken in one run do (benchmarks/load.py). The portal runs as in
production, behind what looks like a proxy, against benchmarks/reference: same web server, same kind of database.

- `home`: the home page, for a visitor without cookies, against a rendered page of the reference.
- `submission`: the last POST of the form, each of a draft of its own by another visitor, against the reference's POST.
  Afterwards every answer must have its irritant and everything that is owed for it.
- `queries`: how many each page asks with one row and with 200 behind it: the same.
- `catalogue`: the public catalogue with 1 000 and 100 000 offers: first page, page 20, searches, every facet, the map.
- `queue`: the coordinators' queue with 1 000 and 100 000 irritants, and every filter of it (benchmarks/queue).
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import load, servers
from benchmarks.queue import AT_MOST_CATALOGUE, desks, measured

# The portal's rate over the reference's, at least.
FLOORS = {"home": 0.7, "submission": 0.5}
CONNECTIONS = (1, 8)
MANY = 200
PER_SECOND = 700  # submissions that a slice may need, at most
REFERENCE_POST = {
    "company": "Fonderie de la Fensch",
    "email": "methodes@fonderie.example",
    "title": "Rebuts de culasses",
    "body": "Nous rebutons entre quatre et onze pour cent des culasses certains jours.",
}


@dataclass
class Bench:
    """What the sections share: the two applications, and how long to load them."""

    portal: load.Served
    reference: load.Served
    rounds: int
    seconds: int
    ways: object = field(repr=False)
    database: Callable[[str], str]  # the address of another empty database of the same kind, by its name


Section = Callable[[Bench], dict]
SECTIONS: dict[str, Section] = {}


def section(function: Section) -> Section:
    SECTIONS[function.__name__] = function
    return function


@section
def home(bench: Bench) -> dict:
    def both(connections: int) -> dict:
        how = {"seconds": bench.seconds, "connections": connections}
        (
            load.get(bench.portal, "/", **how),
            load.get(bench.reference, "/page", **how),
        )  # the first time is another
        return load.paired(
            lambda: load.get(bench.portal, "/", **how),
            lambda: load.get(bench.reference, "/page", **how),
            rounds=bench.rounds,
        )

    return _by_connections(both)


@section
def submission(bench: Bench) -> dict:
    prepared, ready, told = _submissions(), [], []

    def portal(connections: int) -> dict:
        ready.extend(next(prepared) for _number in range(PER_SECOND * bench.seconds - len(ready)))
        told.append(
            load.post(bench.portal, ready, expected=303, seconds=bench.seconds, connections=connections)
        )
        del ready[: told[-1]["sent"]]
        return told[-1]

    def reference(connections: int) -> dict:
        batch = [_reference_post() for _number in range(3 * PER_SECOND * bench.seconds)]
        return load.post(bench.reference, batch, expected=302, seconds=bench.seconds, connections=connections)

    before = _rows()
    portal(8), reference(8)  # so that nothing is asked for the first time
    found = _by_connections(
        lambda connections: load.paired(
            lambda: portal(connections), lambda: reference(connections), rounds=bench.rounds
        )
    )
    made = {name: count - before[name] for name, count in _rows().items()}
    answers, sent = (sum(one[name] for one in told) for name in ("answered", "sent"))
    # On a machine that is much too busy an answer may come after its slice: then its irritant is there all the same.
    wrong = sorted(name for name, count in made.items() if not answers <= count <= sent)
    if len(set(made.values())) != 1:
        wrong.append("not as many of everything")
    if any(one["ran_out"] for one in told):
        wrong.append("too few drafts were prepared")
    return {
        **found,
        "answers": answers,
        "sent": sent,
        "made": made,
        "wrong": found["wrong"] + wrong + _broken(),
    }


@section
def queries(bench: Bench) -> dict:
    bench.ways.grow(1)
    one = bench.ways.queries()
    bench.ways.grow(MANY)
    many = bench.ways.queries()
    grown = [f"{page}: {one[page]} → {many[page]}" for page in one if many[page] > one[page]]
    return {"by_page": many, "rows": MANY, "wrong": grown}


@section
def queue(bench: Bench) -> dict:
    few, many = (
        {"DATABASE_URL": bench.database(name), "STAFF_SECOND_FACTOR": "0"} for name in ("few", "many")
    )
    with desks(few, many, rows="benchmarks.queue_rows", shows=b"wb-queues") as (one, other, addresses):
        return measured(one, other, addresses)


@section
def catalogue(bench: Bench) -> dict:
    with tempfile.TemporaryDirectory(prefix="bench-catalogue") as folder:
        few, many = (  # each with an index of its own
            {"DATABASE_URL": bench.database(f"offers_{name}"), "ENACT_VAR": f"{folder}/{name}"}
            for name in ("few", "many")
        )
        with desks(few, many, rows="benchmarks.catalogue_rows", shows=b'id="main"') as (
            one,
            other,
            addresses,
        ):
            return measured(one, other, addresses, AT_MOST_CATALOGUE)


def _by_connections(measure: Callable[[int], dict]) -> dict:
    by_connections = {str(connections): measure(connections) for connections in CONNECTIONS}
    wrong = [
        f"{count} wrong answers of the {name} at {connections} connections"
        for connections, one in by_connections.items()
        for name, count in one["wrong_answers"].items()
        if count
    ]
    ratio = min(one["ratio"] for one in by_connections.values())
    return {"ratio": ratio, "by_connections": by_connections, "wrong": wrong}


def judged(found: dict) -> dict:
    """`found` (section → what it measured) with the floors, what misses them, and whether all is well."""
    missed = [name for name, floor in FLOORS.items() if name in found and found[name]["ratio"] < floor]
    missed += [f"{name}: {what}" for name, one in found.items() for what in one.get("wrong", ())]
    floors = {name: floor for name, floor in FLOORS.items() if name in found}
    return {**found, "floors": floors, "missed": missed, "passed": not missed}


def _reference_post() -> load.Post:
    return load.Post("/submit", urlencode({**REFERENCE_POST, "token": uuid.uuid4()}))


def _submissions() -> Iterator[load.Post]:
    """Drafts that only wait for the consent, each of another company, person and address, sent by other visitors."""
    from datetime import timedelta

    from django.urls import reverse
    from stdnum import luhn

    from benchmarks.pages import ANSWERS
    from foundation import clock
    from intake import drafts
    from intake.models import Draft

    number = 0
    while True:
        rows = []
        for number in range(number, number + 500):  # noqa: B020  goes on where the last batch ended
            siren = f"{10_000_000 + number}"
            answers = {
                **ANSWERS,
                "email": f"methodes-{number}@fonderie.example",
                "company_name": f"Fonderie {number}",
                "siren_or_siret": siren + luhn.calc_check_digit(siren),
            }
            rows.append(Draft(answers=answers, created_at=clock.now() - timedelta(minutes=5)))
        number += 1
        Draft.objects.bulk_create(rows)
        missing = drafts.review(rows[0]).missing
        if missing:
            raise RuntimeError(f"the prepared drafts are not complete: {missing}")
        for count, row in enumerate(rows, start=number - len(rows)):
            visitor = f"10.{count >> 16 & 255}.{count >> 8 & 255}.{count & 255}"
            body = urlencode({"consent": "on", "work": _work(row)})
            yield load.Post(reverse("intake:step", args=[row.token, "verifier"]), body, visitor)


def _work(draft) -> str:
    """What the visitor's browser works out, made cheap: what the server checks is the same."""
    import altcha

    from intake import gate

    challenge = altcha.Challenge.from_dict(gate.challenge(draft, rounds=1))
    return altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()


def _rows() -> dict[str, int]:
    """What each submission must leave behind, counted."""
    from intake.models import Company, Contact, Draft, Irritant
    from journal.links import FOLLOW
    from journal.models import AccessLink, ChainHead, Event, Job, Message

    return {
        "irritants": Irritant.objects.count(),
        "companies": Company.objects.count(),
        "contacts": Contact.objects.count(),
        "drafts sent": Draft.objects.filter(submitted_at__isnull=False, answers={}).count(),
        "events": Event.objects.filter(name="irritant.submitted").count(),
        "chains": ChainHead.objects.filter(seq=1).count(),
        "messages": Message.objects.filter(template="company_received").count(),
        "jobs to send": Job.objects.filter(kind="message.send").count(),
        "jobs to rank": Job.objects.filter(kind="match.compute").count(),
        "links": AccessLink.objects.filter(purpose=FOLLOW).count(),
    }


def _broken() -> list[str]:
    from journal.events import broken_links

    return [f"chain of {case}: {what}" for case, _seq, what in broken_links()]


@contextmanager
def _bench(arguments) -> Iterator[Bench]:
    """Both applications with their data in a folder that goes away, and the portal's own Django in this process."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-web")))
        databases = _databases(stack, folder, arguments.servers)
        environment = _environment(folder, *databases)
        os.environ.update(environment)
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        for command in ("migrate", "createcachetable", "load_reference"):
            call_command(command, verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        from benchmarks.pages import Ways

        ways = Ways()
        ways.grow(1)
        _prepare_reference()
        connections.close_all()
        portal = stack.enter_context(load.served("enact_portal", {}, path="/", proxied=True))
        reference = stack.enter_context(
            load.served(
                "benchmarks.reference",
                {"DJANGO_SETTINGS_MODULE": "benchmarks.reference.settings"},
                path="/page",
                proxied=False,
            )
        )
        load.settled(portal, "/catalogue/?q=fonderie")  # workers learn the catalogue in the background
        another = _another(databases[0])
        yield Bench(portal, reference, arguments.rounds, arguments.seconds, ways, another)
        connections.close_all()


def _databases(stack: ExitStack, folder: Path, on_servers: bool) -> tuple[str, str, str]:
    """Addresses: the portal's database, the reference's, Redis or ""."""
    if not on_servers:
        return f"sqlite:///{folder / 'portal.sqlite3'}", f"sqlite:///{folder / 'reference.sqlite3'}", ""
    try:
        # what it promises on a power cut is part of the price, for both
        address = stack.enter_context(servers.postgresql(fsync="on"))
        redis = stack.enter_context(servers.redis())
    except FileNotFoundError as error:
        raise load.Unavailable(str(error)) from error
    return address, _another(address)("reference"), redis


def _another(address: str) -> Callable[[str], str]:
    """Gives an empty database beside this one, by its name."""

    def made(name: str) -> str:
        if address.startswith("sqlite:"):
            return f"{address.rpartition('/')[0]}/{name}.sqlite3"
        import psycopg2

        with closing(psycopg2.connect(address)) as connection:
            connection.autocommit = True  # no database is created inside a transaction
            connection.cursor().execute(f"CREATE DATABASE {name}")
        return f"{address.rpartition('/')[0]}/{name}"

    return made


def _environment(folder: Path, database: str, reference: str, redis: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "enact_portal.settings",
        "ENACT_ENV": "production",
        "ENACT_DEMO": "0",
        "ENACT_VAR": str(folder / "var"),
        "STATIC_ROOT": str(folder / "static"),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SITE_URL": "https://127.0.0.1",
        "ALLOWED_HOSTS": "127.0.0.1",
        "BEHIND_PROXY": "1",  # so that each visitor has an address, as in production
        "DATABASE_URL": database,
        "REFERENCE_DATABASE": reference,
        "REDIS_URL": redis,
        "FORM_PACE": "0",  # limits are counted, and turn nobody away
        "FORM_WORK": "1",
    }


def _prepare_reference() -> None:
    load.run_django("benchmarks.reference.settings", "migrate", "--run-syncdb", "-v0")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=sorted(SECTIONS), action="append", help="may be repeated")
    parser.add_argument("--rounds", type=int, default=8, help="pairs of slices per figure")
    parser.add_argument("--seconds", type=int, default=1, help="of load in one slice")
    parser.add_argument("--servers", action="store_true", help="PostgreSQL and Redis instead of files")
    options = parser.parse_args(arguments)
    if not (1 <= options.rounds <= 100 and 1 <= options.seconds <= 10):
        parser.error("1 to 100 rounds of 1 to 10 seconds")
    chosen = [name for name in SECTIONS if not options.only or name in options.only]
    try:
        load.wrk()
        with _bench(options) as bench:
            found = judged({name: SECTIONS[name](bench) for name in chosen})
    except load.Unavailable as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps({"servers": options.servers, **found}, ensure_ascii=False, indent=1))
    return 0 if found["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
