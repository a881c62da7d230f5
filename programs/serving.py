"""The engine of this process, as new as the catalogue, and the memory of decisions beside it.

The database is the truth. Each process maps a snapshot of the published catalogue (programs/index.py) and lays over
it what changed since, found by the catalogue's sequence number: no lock on the read path, no shared disk.
"""

import logging
import threading
import time
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy

from foundation import clock
from journal import jobs
from matching import Catalogue, Engine, Thesaurus
from matching.documents import Analyser
from matching.meaning import Meaning, Meanings
from programs import embedding, index, memory
from programs import thesaurus as vocabulary
from programs.models import CatalogueChange, CatalogueState

log = logging.getLogger(__name__)

# Beyond so many changed offers a process takes, or makes, a newer snapshot instead of laying changes over it.
MOST_CHANGES = 400
# How long (seconds) a process waits for a worker to index a large catalogue before it does so itself: no worker may
# share its folder (another host), or the folder may not be writable.
PATIENCE = 300


class NotReady(Exception):
    """A large catalogue is being indexed for the first time: whoever cannot wait gets no offers for now."""


class _Current:
    """The engine of this process, as new as the catalogue's sequence number.

    What cannot be laid over the snapshot (an import, another thesaurus) asks for a newer one: made at once for a
    small catalogue, else owed to a worker, and the old one answers until it is there.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._engine: Engine | None = None  # what changed laid over the base
        self._plain: Engine | None = None  # the base alone
        self._base: index.Indexed | None = None
        self._meanings: Meanings | None = None
        self._seen = (-1, "")
        self._owed_since: float | None = None
        self._own: _Own | None = None

    def engine(self, *, patient: bool = True) -> Engine:
        """patient: build a large catalogue's first index here rather than raise NotReady."""
        with self._lock:
            state = CatalogueState.now()
            wanted = thesaurus(state)
            if self._engine is None:
                self._begin(wanted, patient)
            elif self._plain.thesaurus.version != wanted.version:
                self._renew(wanted, -1)
            if state != self._seen:
                self._follow(*state)
            return self._engine

    def latest(self) -> Engine:
        return self._engine or _nothing(thesaurus())

    def forget(self) -> None:
        """Start afresh at the next question: the index is damaged, or a test emptied the tables."""
        with self._lock:
            self._clear()

    def damaged(self) -> bool:
        """Whether what is mapped is no longer what was written; then nobody will map it any more."""
        base = self._base
        if base is None or index.intact(base):
            return False
        index.drop(base)
        return True

    def _start(self, base: index.Indexed, wanted: Thesaurus) -> None:
        self._base, self._seen = base, (base.sequence, base.stamp)
        self._meanings = index.meanings(base)
        self._engine = self._plain = self._meaning(Engine(base.snapshot, wanted))
        self._owed_since = self._own = None
        if index.is_unchecked(base):
            threading.Thread(target=self._check, args=(base,), daemon=True).start()

    def _meaning(self, engine: Engine) -> Engine:
        """With the embedder, where there is one; offers that changed since the index was made go without vectors."""
        embedder = embedding.current()
        if embedder is None or self._meanings is None:
            return engine
        base = len(self._base.snapshot.view.segments)
        return engine.understanding(Meaning(embedder, self._meanings, engine.places, base))

    def _check(self, base: index.Indexed) -> None:
        """What was too large to be read through when it was opened, read beside the answers."""
        if not index.intact(base):
            index.drop(base)
            with self._lock:
                if self._base is base:
                    self._clear()

    def _begin(self, wanted: Thesaurus, patient: bool) -> None:
        found = index.find(wanted)
        if found is None and (patient or index.is_small()):
            found = index.build(wanted)
        if found is None:
            found = self._owed(wanted)
        if found is None:
            raise NotReady
        self._start(found, wanted)

    def _renew(self, wanted: Thesaurus, since: int) -> bool:
        """Take a newer snapshot; False while a worker still makes it."""
        newer = index.find(wanted, since)
        if newer is None and index.is_small():
            newer = index.build(wanted)
        if newer is None:
            newer = self._owed(wanted)
        if newer is None:
            return False
        self._start(newer, wanted)
        return True

    def _owed(self, wanted: Thesaurus) -> index.Indexed | None:
        """Ask a worker for an index; what this process made itself where none came in time."""
        now = time.monotonic()
        if self._owed_since is None:
            self._owed_since = now
            sequence, stamp = CatalogueState.now()
            hour = clock.now().strftime("%Y%m%d%H")  # done once, it may be needed again: a folder was emptied
            jobs.submit("catalogue.index", f"index:{wanted.version}:{sequence}:{stamp}:{hour}", {})
        elif now - self._owed_since > PATIENCE:
            if self._own is None or self._own.failed:
                self._own = _Own(wanted)
            made, self._own = self._own.made, None if self._own.made else self._own
            return made
        return None

    def _follow(self, sequence: int, stamp: str) -> None:
        """Lay over the snapshot every offer that changed since it was made."""
        base, later = self._base, self._changes()
        if later is None:
            known = CatalogueState.has_been(base.sequence, base.stamp)
            if not self._renew(self._plain.thesaurus, base.sequence if known else -1):
                return
            later = self._changes()
            if (
                later is None
            ):  # changed again beyond what can be laid over: the next question goes on from here
                return
        self._engine = self._plain
        if later:
            offers = list(index.published(list(later)))
            shown = {offer.id for offer in offers}
            removed = [str(public_id) for public_id in later.values() if str(public_id) not in shown]
            analyser = Analyser(
                self._plain.recogniser, index.expertise({offer.organisation for offer in offers})
            )
            snapshot = self._base.snapshot
            snapshot = snapshot.amended(offers, removed, analyser, f"{snapshot.version}+{sequence}")
            self._engine = self._meaning(Engine(snapshot, self._plain.thesaurus))
        self._seen = (sequence, stamp)

    def _changes(self) -> dict[int, UUID] | None:
        """What changed since the snapshot; None when that cannot be told, or its state never was."""
        base = self._base
        if not CatalogueState.has_been(base.sequence, base.stamp):
            return None
        later = CatalogueChange.objects.since(base.sequence, MOST_CHANGES)
        return None if not later and CatalogueState.current() > base.sequence else later


class _Own(threading.Thread):
    """An index that this process makes beside its answers."""

    def __init__(self, wanted: Thesaurus):
        super().__init__(daemon=True)
        self._wanted = wanted
        self.made: index.Indexed | None = None
        self.failed = False
        self.start()

    def run(self) -> None:
        try:
            # No processes of its own: forking beside other threads may copy a lock that nobody will open.
            self.made = index.build(self._wanted, processes=1)
        except Exception:
            log.exception("the catalogue could not be indexed here")
            self.failed = True
        finally:
            connection.close()


_current = _Current()


jobs.LABELS.add("catalogue.index", gettext_lazy("index du catalogue"))


@jobs.HANDLERS.register("catalogue.index")
def _index(payload: dict) -> None:
    """A large catalogue is indexed by a worker; the other processes find the new snapshot in the folder."""
    index.build(thesaurus())


def thesaurus(state: tuple[int, str] | None = None) -> Thesaurus:
    """The thesaurus in force, as of a state of the catalogue that was just read."""
    return vocabulary.current(state)


def current(*, patient: bool = True) -> Engine:
    """The engine of this process over the catalogue of this moment, with what was decided before.

    Raises NotReady where a large catalogue has no index yet and the caller is not patient.
    """
    engine = _current.engine(patient=patient)
    return engine.remembering(memory.current(engine.recogniser, engine.places, engine.titles))


def undecided(*, patient: bool = True) -> Engine:
    """The same without what was decided: to search and browse."""
    return _current.engine(patient=patient)


def asked(question, engine=None, *, patient: bool = True):
    """The answer of this process's engine; of a new one if the mapped index turns out to be damaged.

    engine: gives the engine to ask, the one that remembers decisions by default. Who is not patient is answered over
    no offers at all while a large catalogue is indexed for the first time.
    """
    engine = engine or current
    try:
        return question(engine(patient=patient))
    except NotReady:
        return question(_nothing(thesaurus()))
    except Exception:
        if not _current.damaged():
            raise
        log.exception("the index is damaged: made again")
        _current.forget()
        return question(engine(patient=patient))


def _nothing(wanted: Thesaurus) -> Engine:
    """What answers before there is any index: no offer."""
    return Engine(Catalogue((), {}, {}, {}, "none"), wanted)


def latest() -> Engine:
    """The engine that answered last in this process, without asking the database whether there is a newer one."""
    return _current.latest()
