"""What partners can take on at this moment, handed to the engine: who counts it is registered by an app to the right.

It changes with every question that is sent and every day: told with each ranking, it is kept in no index.
"""

from collections.abc import Callable, Mapping

Source = Callable[[], Mapping[str, float]]

_source: Source | None = None


def register_source(source: Source) -> None:
    """`source` gives organisation (external id) → 0 (nothing now) to 1, of those that are not wholly free.

    Called once, in AppConfig.ready() of the app that knows what partners were asked.
    """
    global _source
    if _source not in (None, source):
        raise ValueError("capacity already has a source")
    _source = source


def current() -> Mapping[str, float]:
    return _source() if _source else {}
