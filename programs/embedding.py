"""The embedder that an owner may add (MATCHING_EMBEDDER_DIR): one in each process, none by default.

A directory that cannot be used is said at start (a check) and in the log; the portal goes on without.
"""

import logging
from functools import lru_cache

from django.conf import settings
from django.core import checks

from matching.embedder import Embedder, EmbedderError, load

log = logging.getLogger(__name__)


def current() -> Embedder | None:
    """The embedder of this process; None without a directory, or with one that cannot be used."""
    if not settings.MATCHING_EMBEDDER_DIR:
        return None
    return _loaded(*_configured())[0]


def problem() -> str:
    """What is wrong with the directory, "" when nothing is."""
    return _loaded(*_configured())[1] if settings.MATCHING_EMBEDDER_DIR else ""


def _configured() -> tuple[str, tuple[str, str] | None]:
    prefixes = (settings.MATCHING_EMBEDDER_QUERY, settings.MATCHING_EMBEDDER_PASSAGE)
    return str(settings.MATCHING_EMBEDDER_DIR), prefixes if any(prefixes) else None


@lru_cache(maxsize=2)
def _loaded(folder: str, prefixes: tuple[str, str] | None) -> tuple[Embedder | None, str]:
    try:
        return load(folder, prefixes=prefixes), ""
    except (EmbedderError, OSError) as error:
        log.error("no embedder, ranking goes on without: %s", error)
        return None, str(error)


@checks.register
def check(app_configs, **kwargs) -> list[checks.CheckMessage]:
    said = problem()
    if not said:
        return []
    hint = "Mend MATCHING_EMBEDDER_DIR or leave it empty; ranking goes on without (docs/matching.md)."
    return [checks.Warning(f"The embedder cannot be used: {said}", hint=hint, id="programs.W001")]
