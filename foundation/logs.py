"""Logs without keys: the tokens of links open pages without a login, so no line of a log may hold one."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime

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


# An address, or what reads like a phone number, in a line that somebody else will keep.
_PERSON = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|(?<!\w)(?:\+\d{2}|0)[1-9](?:[ .-]?\d{2}){4}(?!\d)")


def without_people(text: str) -> str:
    """Without tokens, e-mail addresses and phone numbers, on one line: what a stranger wrote starts no new one."""
    return _PERSON.sub(HIDDEN, masked(text)).replace("\r", " ").replace("\n", " ")[:2000]


def places(error: BaseException) -> list[str]:
    """Where an error passed, innermost last: file:line in function. Never its words, which may be somebody's."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} in {frame.name}" for frame in frames]


def described(record: logging.LogRecord) -> dict:
    """A record as machines read it; nothing but these fields ever leaves: time, level, logger, message, view, status,
    error (its type), places."""
    known = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": without_people(record.getMessage()),
    }
    if match := getattr(getattr(record, "request", None), "resolver_match", None):
        known["view"] = match.view_name
    if status := getattr(record, "status_code", None):
        known["status"] = status
    if record.exc_info and record.exc_info[1]:
        known["error"] = type(record.exc_info[1]).__name__
        known["places"] = places(record.exc_info[1])
    return known


class JsonFormatter(logging.Formatter):
    """One JSON object a line (LOG_FORMAT=json)."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(described(record), ensure_ascii=False)
