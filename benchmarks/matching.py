"""How fast and how large is matching over a large catalogue, and against PostgreSQL's own text search?

python -m benchmarks.matching --offers 100000    prints one JSON object; exit status 1 when a floor is missed
python -m benchmarks.matching --quick            a small version in seconds, without PostgreSQL

The catalogue is synthetic (benchmarks/synthetic.py), the needs are 38 words out of the judged irritants, with their
facts and a memory of synthetic decisions. Everything that answers is pinned to one core. Each time is the best of
several tries, since other programs may use the machine: `others` tells how much of it they took. Where that is more
than a tenth, floors are judged by the processor's time instead of the clock's (`judged_by`).
"""

from __future__ import annotations

import os

# ruff: noqa: E402 (NumPy reads these when it is imported)
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import servers, synthetic
from matching import Catalogue, Engine, Need, Offer, Thesaurus
from matching.concepts import recognising
from matching.concepts.recognising import recogniser_of
from matching.documents import Analyser
from matching.evaluate import need_of
from matching.facets import Filters
from matching.memory.decisions import Decision
from matching.memory.remembering import Memory
from matching.snapshot import SAMPLE, Snapshot, expertise_of, sectors_of, write
from matching.text import MAX_CHARACTERS

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 22)
KEY = "benchmark"
WORDS = 38
SEGMENT_OFFERS = 9_000
TRIES = 5
SHOWN = 20
# What the full run must hold, and the small one.
FLOORS = {
    "build_seconds": 90.0,
    "build_peak_mb": 700.0,
    "open_milliseconds": 100.0,
    "worker_pss_mb": 150.0,
    "match_p95_milliseconds": 50.0,
    "growth": 10.0,
    "longest_milliseconds": 1_000.0,
    "postgresql_ratio": 50.0,
    "postgresql_filtered_ratio": 10.0,
}
QUICK_FLOORS = {
    "build_seconds": 20.0,
    "build_peak_mb": 500.0,
    "open_milliseconds": 100.0,
    "worker_pss_mb": 150.0,
    "match_p95_milliseconds": 50.0,
}
AT_LEAST = ("postgresql_ratio", "postgresql_filtered_ratio")
# A server of this size deserves more than PostgreSQL's careful defaults.
POSTGRESQL = {
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",  # one core, like the engine
}
NOISY = 0.1
_WORD = re.compile(r"[^\W\d_]+")


class Bench:
    """One synthetic catalogue, its needs and its decisions."""

    def __init__(self, offers: int, needs: int, decisions: int, folder: Path) -> None:
        self.size, self.folder = offers, folder
        self.demo = Catalogue.from_dir(ROOT / "demo" / "catalogue")
        self.needs = needs_of(needs)
        self._decisions = decisions
        recognising.shelf = folder / "compiled"
        started = time.process_time()
        self.thesaurus = Thesaurus.load()
        self.recogniser = recogniser_of(self.thesaurus)
        self.analyser = Analyser(self.recogniser, expertise_of(self.demo))
        self.analyser.prepare()
        self.compiled = time.process_time() - started

    def offers(self, count: int | None = None) -> Iterator[Offer]:
        return synthetic.offers(self.demo, count or self.size)

    def write(self, count: int, processes: int) -> Path:
        folder = self.folder / str(count)
        write(
            folder,
            lambda: self.offers(count),
            sectors=sectors_of(self.demo),
            expertise=expertise_of(self.demo),
            recogniser=self.recogniser,
            key=KEY,
            processes=processes,
            segment_offers=SEGMENT_OFFERS,
            sample=lambda: self.offers(min(count, SAMPLE)),
        )
        return folder

    def engine(self, folder: Path) -> Engine:
        return Engine(Snapshot.open(folder, KEY), self.thesaurus)

    def remembering(self, engine: Engine) -> Engine:
        """The engine with a memory of decisions on needs like those asked, over offers drawn by chance."""
        chance = random.Random(2)
        decisions = []
        for number, need in enumerate(needs_of(self._decisions, seed=3)):
            kept = {
                engine.snapshot.view.offer_id(chance.randrange(engine.places.size)): chance.choice(
                    (1.0, 0.6, -0.5)
                )
                for _ in range(3)
            }
            decisions.append(Decision(str(number), need.text, need.language, kept, TODAY))
        memory = Memory(decisions, self.recogniser, engine.places, background=engine.titles)
        return engine.remembering(memory)


def needs_of(count: int, seed: int = 1) -> list[Need]:
    """Needs of 38 words: runs of words of the judged irritants, two of one language joined where one is short."""
    chance = random.Random(seed)
    irritants = json.loads((ROOT / "tests/matching/data/irritants.json").read_text(encoding="utf-8"))
    needs = []
    for number in range(count):
        one = irritants[number % len(irritants)]
        others = [other["text"] for other in irritants if other["language"] == one["language"]]
        words = one["text"].split()
        start = chance.randrange(max(1, len(words) - WORDS + 1))
        words = words[start : start + WORDS]
        while len(words) < WORDS:
            more = chance.choice(others).split()
            words += more[: WORDS - len(words)]
        needs.append(replace(need_of(one, TODAY), text=" ".join(words), title=""))
    return needs


@contextmanager
def one_core() -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def best_of(
    question: Callable[[], Any], tries: int = TRIES, clock: Callable[[], float] = time.thread_time
) -> tuple[float, float]:
    """Milliseconds by the clock, and of the processor, each of the best try."""
    walls, used = [], []
    for _ in range(tries):
        wall, processor = time.perf_counter(), clock()
        question()
        used.append(1000 * (clock() - processor))
        walls.append(1000 * (time.perf_counter() - wall))
    return min(walls), min(used)


def vocabulary_growth(bench: Bench) -> dict[str, int]:
    """Distinct words among the first thousand, ten thousand… offers."""
    seen: set[str] = set()
    growth = {}
    for number, offer in enumerate(bench.offers(), 1):
        seen.update(_WORD.findall(f"{offer.title} {offer.summary} {offer.description}".casefold()))
        if number in (1_000, 10_000, 100_000, bench.size):
            growth[str(number)] = len(seen)
    return growth


class Sampled:
    """Sum of the resident sizes of this process and its children, sampled while it is open."""

    def __enter__(self) -> Sampled:
        self.peak = 0.0
        self.start = self._total()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            self.peak = max(self.peak, self._total())

    @staticmethod
    def _total() -> float:
        children = []
        for file in Path("/proc/self/task").glob("*/children"):
            try:
                children += file.read_text().split()
            except OSError:  # a thread that just ended
                continue
        return sum(memory_of(pid).get("Rss", 0.0) for pid in ("self", *children))


def memory_of(pid: int | str) -> dict[str, float]:
    """Megabytes by name (Rss, Pss…); {} when the process is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return {}
    fields = (line.split() for line in lines if line.endswith(" kB"))
    return {field[0].rstrip(":"): int(field[1]) / 1024 for field in fields}


def processor_seconds() -> float:
    """Of this process and its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def machine_seconds() -> float:
    """What all programs of this machine used so far."""
    user, nice, system, _idle, _wait, *rest = map(
        int, Path("/proc/stat").read_text().split("\n")[0].split()[1:]
    )
    return (user + nice + system + sum(rest[:2])) / os.sysconf("SC_CLK_TCK")


def build(bench: Bench) -> tuple[Path, dict[str, Any]]:
    processes = min(2, os.cpu_count() or 1)
    started, used, machine = time.perf_counter(), processor_seconds(), machine_seconds()
    with Sampled() as memory:
        folder = bench.write(bench.size, processes)
    seconds, used = time.perf_counter() - started, processor_seconds() - used
    others = max(0.0, machine_seconds() - machine - used)
    size = sum(file.stat().st_size for file in folder.iterdir())
    return folder, {
        "processes": processes,
        "seconds": round(seconds, 1),
        "processor_seconds": round(used, 1),
        "others": round(others / max(1e-9, seconds * (os.cpu_count() or 1)), 2),
        "peak_mb": round(memory.peak, 1),
        "size_mb": round(size / 2**20, 1),
    }


def opening(bench: Bench, folder: Path) -> dict[str, float]:
    snapshot = Snapshot.open(folder, KEY)
    mapped = best_of(lambda: Snapshot.open(folder, KEY))
    engine = best_of(lambda: Engine(snapshot, bench.thesaurus))
    return {
        "snapshot_milliseconds": round(mapped[0], 1),
        "engine_milliseconds": round(engine[0], 1),
        "milliseconds": round(mapped[0] + engine[0], 1),
        "processor_milliseconds": round(mapped[1] + engine[1], 1),
        "thesaurus_seconds": round(bench.compiled, 2),
    }


def workers(bench: Bench, folder: Path, count: int, needs: int) -> dict[str, float]:
    """Proportional set size of fresh processes that all have answered, mean over them."""
    command = [sys.executable, "-m", "benchmarks.matching", "--worker", str(folder), "--needs", str(needs)]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    try:
        told = [json.loads(process.stdout.readline()) for process in started if process.stdout]
        memory = [memory_of(process.pid) for process in started]
    finally:
        for process in started:
            process.communicate()
    pss = [one["Pss"] for one in memory]
    thesaurus = float(np.mean([one["thesaurus_mb"] for one in told]))
    return {
        "workers": count,
        "needs": needs,
        "pss_mb": round(float(np.mean(pss)), 1),
        "pss_mb_most": round(max(pss), 1),
        "pss_mb_without_thesaurus": round(float(np.mean(pss)) - thesaurus, 1),
        "thesaurus_mb": round(thesaurus, 1),
        "thesaurus_seconds": round(float(np.mean([one["thesaurus_seconds"] for one in told])), 2),
        "own_mb": round(float(np.mean([one["Private_Dirty"] for one in memory])), 1),
    }


def worker(folder: Path, needs: int) -> None:
    """One fresh process: load, answer, say so, and stay until the input ends."""
    recognising.shelf = folder.parent / "compiled"
    before, started = memory_of("self")["Pss"], time.process_time()
    thesaurus = Thesaurus.load()
    Analyser(recogniser_of(thesaurus), {}).prepare()
    seconds, mapped = time.process_time() - started, memory_of("self")["Pss"] - before
    engine = Engine(Snapshot.open(folder, KEY), thesaurus)
    for need in needs_of(needs, seed=5):
        engine.rank(need, limit=SHOWN)
    print(json.dumps({"thesaurus_mb": mapped, "thesaurus_seconds": seconds}), flush=True)
    sys.stdin.read()


def matches(
    engine: Engine, needs: Sequence[Need], *, filtered: bool = False
) -> tuple[list[float], list[float]]:
    """Milliseconds of each need by the clock, and of the processor. filtered: with the filtering."""

    def ask(need: Need) -> None:
        (narrow(engine, need) if filtered else engine).rank(need, limit=SHOWN)

    for need in needs[:3]:
        ask(need)
    pairs = [best_of(lambda need=need: ask(need)) for need in needs]
    return [wall for wall, _ in pairs], [used for _, used in pairs]


def spread(values: Sequence[float]) -> dict[str, float]:
    return {
        "p50": round(float(np.percentile(values, 50)), 2),
        "p95": round(float(np.percentile(values, 95)), 2),
        "most": round(max(values), 2),
    }


def longest(engine: Engine) -> float:
    """Milliseconds of processor for a need as long as the engine reads: plain sentences, full of what it knows."""
    sentence = "Nos pompes tombent en panne sans prévenir, les patients attendent, on jette des culasses. "
    need = Need((sentence * MAX_CHARACTERS)[:MAX_CHARACTERS])
    return round(best_of(lambda: engine.rank(need, limit=SHOWN))[1], 1)


def changed(bench: Bench, engine: Engine) -> dict[str, float]:
    """One changed offer: laid over the snapshot, and the first ranking after it."""
    offer = replace(next(bench.offers()), title="Pompes : pronostic de pannes par vibrations")
    need = bench.needs[0]

    def amend() -> Engine:
        amended = engine.snapshot.amended([offer], [], bench.analyser, "changed")
        return Engine(amended, bench.thesaurus)

    amended = amend()
    wall, used = best_of(amend)
    return {
        "amended_milliseconds": round(wall, 1),
        "amended_processor_milliseconds": round(used, 1),
        "first_query_milliseconds": round(best_of(lambda: amended.rank(need, limit=SHOWN), 1)[0], 1),
    }


def narrow(engine: Engine, need: Need) -> Engine:
    """The engine over what the same filters leave: one kind, and one sector or none named."""
    return engine.narrowed(Filters(kind=("training",), sector=(need.sector,)), need.today)


def against_postgresql(bench: Bench, engine: Engine, needs: Sequence[Need]) -> dict[str, Any]:
    """The same needs in both, over the same offers; medians of the best of three tries each."""
    import psycopg2

    with servers.postgresql(**POSTGRESQL) as url, closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            started = time.perf_counter()
            _load(cursor, bench.offers())
            loaded = time.perf_counter() - started
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]

            def ask(need: Need, filters: str = "", *values: str) -> tuple[float, float]:
                def question() -> None:
                    cursor.execute(_QUERY.format(filters=filters), (need.text, *values))
                    cursor.fetchall()

                question()
                return best_of(question, 2, lambda: _used_by(connection.info.backend_pid))

            theirs = np.array([ask(need) for need in needs])
            narrowed = [
                replace(need, kinds=("training",), sector=need.sector or "mechanical") for need in needs
            ]
            filters = "AND kind = %s AND (sectors && ARRAY[%s] OR sectors = '{}')"
            theirs_filtered = np.array([ask(need, filters, "training", need.sector) for need in narrowed])
    with one_core():
        ours = np.array(matches(engine, needs)).T
        ours_filtered = np.array(matches(engine, narrowed, filtered=True)).T
    rows = {
        "milliseconds": theirs,
        "engine_milliseconds": ours,
        "filtered_milliseconds": theirs_filtered,
        "engine_filtered_milliseconds": ours_filtered,
    }
    clock, processor = (
        {name: round(float(np.median(values[:, column])), 2) for name, values in rows.items()}
        for column in (0, 1)
    )
    for one in (clock, processor):
        one["ratio"] = round(one["milliseconds"] / one["engine_milliseconds"], 1)
        one["filtered_ratio"] = round(one["filtered_milliseconds"] / one["engine_filtered_milliseconds"], 1)
    return {
        "version": version,
        "settings": POSTGRESQL,
        "query": "french, OR of all words, weighted tsvector, GIN, ts_rank_cd, limit 20",
        "needs": len(needs),
        "load_seconds": round(loaded, 1),
        "by_clock": clock,
        "by_processor": processor,
    }


def _used_by(pid: int) -> float:
    """Seconds of the processor that a process has used."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


_QUERY = """
    SELECT id, ts_rank_cd(words, query) AS score
    FROM offers, (SELECT replace(plainto_tsquery('french', %s)::text, '&', '|')::tsquery AS query) AS asked
    WHERE words @@ query {filters}
    ORDER BY score DESC, id LIMIT 20
"""
_WEIGHTED = " || ".join(
    f"setweight(to_tsvector('french', {column}), '{weight}')"
    for column, weight in (("title", "A"), ("keywords", "B"), ("summary", "C"), ("description", "D"))
)


def _load(cursor: Any, offers: Iterator[Offer]) -> None:
    from psycopg2.extras import execute_values

    cursor.execute(
        "CREATE TABLE offers (id text PRIMARY KEY, kind text, sectors text[], title text, keywords text,"
        " summary text, description text, words tsvector)"
    )
    rows = (
        (o.id, o.kind, list(o.sectors), o.title, " ".join(o.keywords), o.summary, o.description)
        for o in offers
    )
    template = "(%s, %s, %s::text[], %s, %s, %s, %s)"
    columns = "(id, kind, sectors, title, keywords, summary, description)"
    execute_values(cursor, f"INSERT INTO offers {columns} VALUES %s", rows, template, page_size=1_000)  # nosec B608
    cursor.execute(f"UPDATE offers SET words = {_WEIGHTED}")  # nosec B608
    cursor.execute("CREATE INDEX ON offers USING gin (words)")
    cursor.execute("CREATE INDEX ON offers USING gin (sectors)")
    cursor.execute("CREATE INDEX ON offers (kind)")
    cursor.execute("VACUUM FULL ANALYZE offers")


def figures(offers: int, *, quick: bool = False) -> dict[str, Any]:
    """Everything the command prints."""
    needs, decisions = (10, 300) if quick else (50, 5_000)
    machine = (time.perf_counter(), processor_seconds(), machine_seconds())
    with tempfile.TemporaryDirectory(prefix="bench-matching") as name:
        bench = Bench(offers, needs, decisions, Path(name))
        folder, built = build(bench)
        _say(build=built)
        found: dict[str, Any] = {
            "offers": offers,
            "quick": quick,
            "cores": os.cpu_count(),
            "distinct_words": vocabulary_growth(bench),
            "build": built,
        }
        found["workers"] = workers(bench, folder, 1 if quick else 4, needs)
        _say(workers=found["workers"])
        sizes = sorted({size for size in (1_000, 10_000) if size < offers})
        folders = {size: bench.write(size, 1) for size in sizes} | {offers: folder}
        with one_core():
            found["open"] = opening(bench, folder)
            table = {}
            for size, place in folders.items():
                engine = bench.remembering(bench.engine(place))
                walls, used = matches(engine, bench.needs)
                table[str(size)] = {"milliseconds": spread(walls), "processor_milliseconds": spread(used)}
                _say(**{str(size): table[str(size)]})
            found["changed"] = changed(bench, engine)
            found["longest_milliseconds"] = longest(engine)
        _say(open=found["open"], changed=found["changed"])
        found["match"] = {"words": WORDS, "decisions": decisions, "shown": SHOWN, "by_offers": table}
        typical = [table[str(size)]["processor_milliseconds"]["p50"] for size in (min(folders), offers)]
        found["match"]["growth"] = round(typical[1] / typical[0], 2)
        used = processor_seconds() - machine[1]
        seconds = time.perf_counter() - machine[0]
        others = max(0.0, machine_seconds() - machine[2] - used)
        found["others"] = round(others / seconds / (os.cpu_count() or 1), 2)
        if not quick:  # after counting the others: the server is not one of them
            found["postgresql"] = against_postgresql(bench, engine, bench.needs[:12])
    return {**found, **judged(found, QUICK_FLOORS if quick else FLOORS)}


def _say(**found: Any) -> None:
    """What is known already, to whoever waits."""
    print(json.dumps(found), file=sys.stderr)


def judged(found: dict[str, Any], floors: dict[str, float]) -> dict[str, Any]:
    """Each floor, whether it is held, and the names of those missed."""
    noisy = found["others"] > NOISY
    at = found["match"]["by_offers"][str(found["offers"])]
    build, beside = found["build"], found.get("postgresql", {})
    beside = beside.get("by_processor" if noisy else "by_clock", {})
    values = {
        "build_seconds": build["processor_seconds"] / build["processes"] if noisy else build["seconds"],
        "build_peak_mb": build["peak_mb"],
        "open_milliseconds": found["open"]["processor_milliseconds" if noisy else "milliseconds"],
        "worker_pss_mb": found["workers"]["pss_mb_most"],
        "match_p95_milliseconds": at["processor_milliseconds" if noisy else "milliseconds"]["p95"],
        "growth": found["match"]["growth"],
        "longest_milliseconds": found["longest_milliseconds"],
        "postgresql_ratio": beside.get("ratio"),
        "postgresql_filtered_ratio": beside.get("filtered_ratio"),
    }
    missed = [
        name
        for name, floor in floors.items()
        if (values[name] < floor if name in AT_LEAST else values[name] > floor)
    ]
    by = "processor" if noisy else "clock"
    return {"judged_by": by, "floors": floors, "missed": missed, "passed": not missed}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("--offers", type=int, help="size of the catalogue (100 000, or 2 000 with --quick)")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--needs", type=int, default=50, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.worker:
        worker(arguments.worker, arguments.needs)
        return 0
    offers = arguments.offers or (2_000 if arguments.quick else 100_000)
    found = figures(offers, quick=arguments.quick)
    print(json.dumps(found, ensure_ascii=False))
    if found["missed"]:
        print("missed: " + ", ".join(found["missed"]), file=sys.stderr)
    return 0 if found["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
