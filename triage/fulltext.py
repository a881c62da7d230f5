"""Words of irritants, found without regard to accents, case or place: FTS5 on SQLite, a tsvector on PostgreSQL.

The words are cut and folded here, so that both databases find the same. A word of three signs or more is found by its
beginning. Ranking never comes here (docs/decisions/0024-queue.md).
"""

import re
import unicodedata
from collections.abc import Iterable

from django.db import connection

TABLE = "triage_words"  # made by the migration 0009_queue
BEGINNING = 3  # signs from which a word is looked for by its beginning
LONGEST = 60  # signs of a word that are kept
MOST_WORDS = 8  # of one search
NUMBER = 9  # digits that make one number, however they are spaced (SIREN, telephone)

_FIND = {
    "sqlite": f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s ORDER BY rowid DESC LIMIT %s",  # nosec B608
    "postgresql": (
        f"SELECT irritant_id FROM {TABLE} WHERE words @@ %s::tsquery "  # nosec B608
        "ORDER BY irritant_id DESC LIMIT %s"
    ),
}
_KEY = {"sqlite": "rowid", "postgresql": "irritant_id"}


def tokens(text: str) -> list[str]:
    """The words of a text in small letters without accents, in their order."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return [word[:LONGEST] for word in re.findall(r"[^\W_]+", plain)]


def asked(query: str) -> list[str]:
    """The words of a search. A number typed with spaces is one word; a SIRET is found by its SIREN."""
    digits = re.sub(r"[\s.+/-]", "", query)
    if digits.isascii() and digits.isdecimal() and len(digits) >= NUMBER:
        return [digits[:NUMBER] if len(digits) == 14 else digits]
    words = list(dict.fromkeys(tokens(query)))[:MOST_WORDS]
    return words if words == ["enact"] else [word for word in words if word != "enact"]


def matches(words: Iterable[str], query: Iterable[str]) -> bool:
    """What `find` does, for words that are not written yet."""
    words = set(words)
    return all(
        word in words or (len(word) >= BEGINNING and any(one.startswith(word) for one in words))
        for word in query
    )


def find(query: Iterable[str], limit: int) -> list[int]:
    """Keys of the irritants that have all these words (`asked`), the newest first; nothing for no word."""
    terms = [_term(word) for word in query]
    if not terms:
        return []
    joined = (" AND " if connection.vendor == "sqlite" else " & ").join(terms)
    with connection.cursor() as cursor:
        cursor.execute(_FIND[connection.vendor], [joined, limit])
        return [key for (key,) in cursor.fetchall()]


def _term(word: str) -> str:
    begins = len(word) >= BEGINNING
    if connection.vendor == "sqlite":
        return f'"{word}"{"*" if begins else ""}'
    return f"'{word}'{':*' if begins else ''}"


def write(irritant_id: int, words: Iterable[str]) -> None:
    """Replace the words of an irritant."""
    words = sorted({*words} - {""})
    forget(irritant_id)
    content, value = (
        (" ".join(words), "%s") if connection.vendor == "sqlite" else (words, "array_to_tsvector(%s)")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE} ({_KEY[connection.vendor]}, words) VALUES (%s, {value})",  # nosec B608
            [irritant_id, content],
        )


def forget(irritant_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE {_KEY[connection.vendor]} = %s", [irritant_id])  # nosec B608


def let_go() -> None:
    """Merge the index of SQLite into one piece: until then its older pieces still hold the words of lines that are
    gone. (Its own option for this, `secure-delete`, is younger than the SQLite of Debian 12.)"""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES('optimize')")  # nosec B608
