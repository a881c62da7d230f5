"""What partners can take on at this moment, handed to the engine: who counts it is registered by an app to the right.

And which of them answer late or seldom. It changes with every question, every answer and every day: told with each
ranking, it is kept in no index.
"""

from collections.abc import Callable, Collection, Mapping

Source = Callable[[], Mapping[str, float]]

SlowSource = Callable[[], Collection[str]]

_source: Source | None = None
_slow: SlowSource | None = None


def register_source(source: Source, slow: SlowSource) -> None:
    """`source` gives organisation (external id) → 0 (nothing now) to 1, of those that are not wholly free;
    `slow` those (external ids) that answer late or seldom.

    Called once, in AppConfig.ready() of the app that knows what partners were asked.
    """
    global _source, _slow
    if (_source, _slow) not in ((None, None), (source, slow)):
        raise ValueError("capacity already has a source")
    _source, _slow = source, slow


def current() -> Mapping[str, float]:
    return _source() if _source else {}


def slow() -> Collection[str]:
    return _slow() if _slow else ()
