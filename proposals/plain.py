"""Text for print: only signs that the bundled typeface has, so that a PDF never depends on the machine."""

import re
import unicodedata
from functools import lru_cache

from proposals.places import FONTS

_PLACEHOLDER = "□"
_MAX_LINES = 120
# No line begins with « % » or « ; »: French is typed with a space before them, no other language of ours is.
_UNIT, _FRENCH = re.compile(r"(?<=\d) (?=[%€])"), re.compile(r"(?<=\S) (?=[;:!?»](?:\s|$))|(?<=«) ")


@lru_cache(maxsize=1)
def _covered() -> frozenset[int]:
    """Code points that every bundled cut (regular, italic, semibold, bold) can draw."""
    from fontTools.ttLib import TTFont

    sets = []
    for path in FONTS:
        with TTFont(path) as font:
            sets.append(set(font.getBestCmap()))
    return frozenset(set.intersection(*sets))


def _printable(sign: str) -> str:
    if sign == "\n" or ord(sign) in _covered():
        return sign
    category = unicodedata.category(sign)
    if category[0] == "Z" or sign == "\t":
        return " "
    # Controls, direction overrides, joiners, variation selectors and unknown combining marks draw nothing.
    return "" if category[0] in "CM" else _PLACEHOLDER


def _together(text: str) -> str:
    """Spaces at which no line may end."""
    return _FRENCH.sub("\u202f", _UNIT.sub("\u00a0", text))


def clean(text: object, limit: int) -> str:
    """`text` as it can be printed: at most `limit` characters and 120 lines, unknown signs as one □ per run.

    Emoji and scripts that the typeface lacks would make the renderer look for another font on the machine:
    the same snapshot would give different bytes elsewhere.
    """
    if not isinstance(text, str):
        return ""
    cut = len(text) > limit
    text = unicodedata.normalize("NFC", text[:limit].replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(map(_printable, text))
    text = re.sub(rf"{_PLACEHOLDER}(?:[ ]?{_PLACEHOLDER})+", _PLACEHOLDER, text)
    text = re.sub(r"[ \t]+", " ", re.sub(r"\n{3,}", "\n\n", text)).strip()
    lines = text.split("\n")
    if len(lines) > _MAX_LINES:
        text = "\n".join(lines[:_MAX_LINES]) + " " + " ".join(lines[_MAX_LINES:])
    text = _together(text)
    return f"{text.rstrip()} […]" if cut else text


def one_line(text: object, limit: int) -> str:
    return _together(" ".join(clean(text, limit).split()))


def lacks_signs(text: object) -> bool:
    """Whether something of `text` cannot be printed as it was written."""
    return isinstance(text, str) and _PLACEHOLDER not in text and _PLACEHOLDER in clean(text, len(text))
