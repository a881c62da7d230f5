"""Topics and sectors as each process knows them: they change a few times a year, and every form shows them."""

from functools import lru_cache
from time import monotonic

from django.utils.translation import get_language

from foundation.plain import filed
from programs.models import Pillar, Sector, Topic

KEPT = 60  # seconds after which a new term, or another label, is seen everywhere


def known(vocabulary: type[Pillar | Sector | Topic]) -> tuple[Pillar | Sector | Topic, ...]:
    return _read(vocabulary, monotonic() // KEPT)


@lru_cache(maxsize=4)
def _read(vocabulary, _period: float) -> tuple:
    return tuple(vocabulary.objects.all())


def labelled(vocabulary: type[Pillar | Sector | Topic]) -> tuple[tuple[str, str], ...]:
    """(code, label in the reader's language) in the order of the labels."""
    return _labelled(vocabulary, monotonic() // KEPT, get_language())


@lru_cache(maxsize=12)
def _labelled(vocabulary, period: float, _language: str) -> tuple[tuple[str, str], ...]:
    pairs = ((term.code, term.label) for term in _read(vocabulary, period))
    return tuple(sorted(pairs, key=lambda pair: filed(pair[1])))


def forget() -> None:
    _read.cache_clear()
    _labelled.cache_clear()
