"""How wide a text is in Source Sans 3: labels of pictures are broken by measure, since text in SVG does not wrap."""

from functools import lru_cache

from proposals.places import ROOT

_CUTS = {False: "SourceSans3-Regular.woff2", True: "SourceSans3-Bold.woff2"}
_UNKNOWN = 0.6  # of an em


@lru_cache(maxsize=2)
def _advances(bold: bool) -> dict[str, float]:
    """Sign → advance, in ems."""
    from fontTools.ttLib import TTFont

    with TTFont(ROOT / "fonts" / "pdf" / _CUTS[bold]) as font:
        per_em = font["head"].unitsPerEm
        widths = font["hmtx"].metrics
        return {chr(code): widths[name][0] / per_em for code, name in font.getBestCmap().items()}


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Of one line, in the unit of `size`; kerning, which only narrows, is left out."""
    advances = _advances(bold)
    return size * sum(advances.get(sign, _UNKNOWN) for sign in text)


def wrap(text: str, room: float, size: float, *, bold: bool = False, most: int = 2) -> list[str]:
    """At most `most` lines no wider than `room`; a word that is too long is cut, what is left out becomes « … »."""
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest and len(lines) < most:
        line, rest = _first(rest, room, size, bold)
        lines.append(line)
    if rest:
        last = lines[-1]
        while last and width(f"{last}…", size, bold=bold) > room:
            last = last[:-1]
        lines[-1] = f"{last.rstrip(' ,;:–-')}…"
    return lines


def _first(text: str, room: float, size: float, bold: bool) -> tuple[str, str]:
    """The first line of `text`, and what follows."""
    if width(text, size, bold=bold) <= room:
        return text, ""
    end = len(text)
    while end > 1 and width(text[:end], size, bold=bold) > room:
        end -= 1
    space = text.rfind(" ", 0, end + 1)
    if space > 0:
        return text[:space], text[space + 1 :]
    return text[:end], text[end:]
