"""What the tests of the index run in processes of their own: python -m tests.process.indexing VERB [argument].

prepare         tables and a catalogue
ask             rank one need: offers, snapshots in the folder, how often this process indexed
die POINT       the same, ended by SIGKILL at a point of the writing
ask-limited     the same where no file may grow
work            the job of a worker, inside a daemonic process as those of a pool are
"""

import json
import os
import resource
import signal
import sys
from functools import lru_cache
from pathlib import Path

import django

OFFERS = 24
ROOM = 2_000  # bytes that any file may grow to
PER_SEGMENT = 6
NEED = {"text": "Les rebuts de notre coulée dérivent et personne ne voit venir la panne du four."}
WORDS = [
    "rebuts",
    "coulée",
    "four",
    "panne",
    "capteurs",
    "dérive",
    "presse",
    "vibration",
    "contrôle",
    "défaut",
]
POINTS = {
    "first segment": ("fsync", 1),
    "third segment": ("fsync", 3),
    "vocabulary": ("fsync", OFFERS // PER_SEGMENT + 1),
    "manifest": ("fsync", OFFERS // PER_SEGMENT + 2),
    "name": ("rename", 1),
    "after the name": ("rename", -1),
    "helper": ("parent", 1),
}


def prepare() -> dict:
    from tests import cast as casting

    lab = casting.laboratory("lab-essai")
    for number in range(OFFERS):
        said = [WORDS[(number * step) % len(WORDS)] for step in (1, 2, 3, 5)]
        casting.offer(lab, f"o-{number}", title_fr=" ".join(said).capitalize())
    return {}


def ask(per_segment: int = PER_SEGMENT) -> dict:
    from programs import engine, index, serving
    from programs.models import Offer

    built = []
    true = index.write

    def counted(*given, **named):
        built.append(1)
        true(*given, **named)

    index.write = counted
    index.SEGMENT_OFFERS = per_segment
    codes = dict(Offer.objects.values_list("pk", "external_id"))
    lines = engine.rank(NEED, limit=OFFERS).lines
    return {
        "ranked": [[codes[line.offer_pk], line.score] for line in lines],
        "built": len(built),
        "shared": serving._current._base.folder is not None,
    }


def die(point: str) -> dict:
    from programs import index

    kind, count = POINTS[point]
    passed = []
    if kind == "rename":
        true_rename = Path.rename

        def rename(path, target):
            if count < 0:
                true_rename(path, target)
            os.kill(os.getpid(), signal.SIGKILL)

        Path.rename = rename
    else:
        true_fsync, writer = os.fsync, os.getpid()

        def fsync(file):
            ours = ".making-" in str(Path(f"/proc/self/fd/{file}").readlink())  # not the compiled thesaurus
            if ours and (kind == "fsync" or os.getpid() != writer):
                passed.append(file)
                if len(passed) == count:
                    os.kill(writer, signal.SIGKILL)
            true_fsync(file)

        os.fsync = fsync
    if kind == "parent":  # a helper of the one that indexes, which is killed under it
        index.SMALL = 0
    return ask()


def limited() -> dict:
    from programs import serving
    from programs.models import Topic

    serving.thesaurus()
    list(Topic.objects.all())  # connected: SQLite has made its own files
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))
    return ask(OFFERS)


def work() -> dict:
    from multiprocessing import current_process

    from programs import index, serving

    index.SMALL, index.SEGMENT_OFFERS = 0, PER_SEGMENT
    current_process()._config["daemon"] = True  # as billiard's and multiprocessing's pools mark their workers
    serving._index({})
    return ask()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enact_portal.settings")
    django.setup()
    from matching import Thesaurus
    from matching.thesaurus import BASE
    from programs import serving

    # A small thesaurus: these tests start forty processes, and each would compile the whole one.
    serving.thesaurus = lru_cache(lambda state=None: Thesaurus.load(BASE / "10-maintenance-quality.txt"))
    verbs = {"prepare": prepare, "ask": ask, "die": die, "ask-limited": limited, "work": work}
    print(json.dumps(verbs[sys.argv[1]](*sys.argv[2:])))
