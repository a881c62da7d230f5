"""Logs without keys: the tokens of links open pages without a login, so no line of a log may hold one."""

import logging
import re

# What foundation.tokens and secrets.token_urlsafe make: 32 signs or more of the URL alphabet; identifiers (UUID)
# and words with hyphens open nothing and help whoever reads the log.
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[A-Za-z0-9_-]{32,}(?![\w-])")
HIDDEN = "[…]"


def masked(text: str) -> str:
    return _TOKEN.sub(HIDDEN, text)


class MaskedFormatter(logging.Formatter):
    """Masks the whole line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
