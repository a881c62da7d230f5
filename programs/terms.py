"""Topics and sectors as each process knows them: they change a few times a year, and every form shows them."""

from functools import lru_cache
from time import monotonic

from programs.models import Sector, Topic

KEPT = 60  # seconds after which a new term, or another label, is seen everywhere


def known(vocabulary: type[Sector | Topic]) -> tuple[Sector | Topic, ...]:
    return _read(vocabulary, monotonic() // KEPT)


@lru_cache(maxsize=4)
def _read(vocabulary, _period: float) -> tuple:
    return tuple(vocabulary.objects.all())


def forget() -> None:
    _read.cache_clear()
