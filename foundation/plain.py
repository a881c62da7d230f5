"""What people type, as plain text: without the signs that are not seen but change what is seen.

One place decides (docs/decisions/0021-confidentiality.md): `line` and `paragraphs` when something is typed,
`printable` when a text leaves by a door that was not written for such signs (mails).
"""

import re
import unicodedata

# Embeddings, overrides and isolates turn the rest of a line round; marks (U+200E, U+200F, U+061C) only help it.
_TURNING = "\u202a-\u202e\u2066-\u2069"
_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029\v\f]")
_UNSEEN = re.compile(
    f"[\0-\x08\x0e-\x1f\x7f-\x9f{_TURNING}\u206a-\u206f\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# Within a name, joiners that no script needs there, soft hyphens, invisible operators, tags: names that look the same.
_IN_NAMES = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2060-\u2064\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """`text` with line feeds and tabs as its only controls."""
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


def paragraphs(text: str) -> str:
    """A text of several lines as it is kept: its words are not touched."""
    return printable(text)


def line(text: str) -> str:
    """A name or another single line as it is kept: runs of white space are one space."""
    return " ".join(unicodedata.normalize("NFC", _IN_NAMES.sub("", printable(text))).split())


def filed(text: str | None) -> str:
    """What a name is sorted by: « Électronique » between « Eau » and « Énergie », "zeta" before "Zürich"."""
    bare = unicodedata.normalize("NFKD", text or "")
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).casefold()
