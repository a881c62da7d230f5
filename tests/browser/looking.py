"""What one can say of a page by looking: what sticks out or is cut, which language it speaks, where the focus is."""

import json
import re
from pathlib import Path

from playwright.sync_api import Page

from foundation.templatetags.reading import typeset

ROOT = Path(__file__).parent.parent.parent
MONTHS = {
    "fr": "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "de": "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember",
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
}
DATES = {
    "fr": rf"\b\d{{1,2}}\s({MONTHS['fr']})\s\d{{4}}\b",
    "de": rf"\b\d{{1,2}}\.\s({MONTHS['de']})\s\d{{4}}\b",
    "en": rf"\b\d{{1,2}}\s({MONTHS['en']})\s\d{{4}}\b",
}
# What no page of a language may show: another's dates, decimals, thousands, percentages, sizes and hours; ISO dates.
_NOWHERE = r"\b[KMG]i[Bo]\b|\b\d{4}-\d\d-\d\d\b|\d\s[ap]\.?m\.?\b"
WRONG = {
    "fr": rf"{DATES['de']}|{DATES['en']}|\d\.\d|\d,\d{{3}}\b|\d%|\d\s[kM]B\b|{_NOWHERE}",
    "de": rf"{DATES['fr']}|{DATES['en']}|(?<![\d.])\d+\.\d\d?\b(?!\.\d{{4}})|\d%|\d\s[kM]o\b|{_NOWHERE}",
    "en": rf"{DATES['fr']}|{DATES['de']}|\d,\d\d?\b|\d\s%|\d\s[kM]o\b|[A-Z][a-z]{{2,3}}\.?\s\d{{1,2}},|{_NOWHERE}",
}
# Numbers that are no quantities: addresses, names of files and of standards, versions.
NAMED = re.compile(
    r"\S+@\S+|https?://\S+|\S+\.(csv|png|txt|pdf)\b|\b(WCAG|RGAA|EUPL|NAF|OpenAPI)\D{0,12}\d+(\.\d+)*"
    r"|\b[Vv]ersion \d+(\.\d+){2}"
    # the versions of the engine and of its data
    r"|\b(moteur|Rechenmodul|engine) \d+(\.\d+)+|\b[0-9a-f]{12}\.[0-9a-f]{12}\b"
)
# Words that only French has among the three; two of them in one stretch of text are no accident.
FRENCH = re.compile(
    r"\b(le|la|les|des|du|une|est|sont|vous|nous|votre|vos|notre|nos|avec|pour|dans|qui|que|sur|par|cette|au|aux|et"
    r"|ne|pas|plus|être|avez|ce|il|elle|sans|ou|chez|mais)\b|\b(?:l|d|n|qu|c|s)’",
    re.I,
)
GERMAN = re.compile(
    r"\b(der|die|das|und|ist|sind|Sie|wir|Ihre[rnms]?|mit|für|nicht|auf|ein|eine[rnms]?|zu|von|bei|wird|oder|auch)\b"
)
LOOKING = (Path(__file__).parent / "looking.js").read_text("utf-8")


def names() -> list[str]:
    """Names are names in every language: organisations, and offers by their titles."""
    catalogue = ROOT / "demo" / "catalogue"
    rows = json.loads((catalogue / "organisations.json").read_text("utf-8"))
    found = {row[key] for row in rows for key in ("name", "acronym", "city") if row.get(key)}
    for path in (catalogue / "offers").glob("*.json"):
        found |= {offer["title"] for offer in json.loads(path.read_text("utf-8"))}
    found |= {typeset(name) for name in found}  # as pages show them
    return sorted(found, key=len, reverse=True)


def _ask(page: Page, question: str):
    return page.evaluate(f"{LOOKING}.{question}()")


NAMES = re.compile("|".join(map(re.escape, names())))


def stretches(page: Page) -> list[str]:
    """The texts of a page that are in its own language: no quotation, no organisation's name."""
    return [NAMES.sub("·", text) for text in _ask(page, "stretches")]


# Words of the company within a sentence of ours: « planning refait à la main ».
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|„[^“]*“|‘[^’]*’")


def unquoted(texts: list[str]) -> list[str]:
    return [_QUOTED.sub("·", text) for text in texts]


def foreign(texts: list[str], language: str) -> list[str]:
    """Stretches that read like another language of the portal."""
    others = {"fr": [GERMAN], "de": [FRENCH], "en": [FRENCH, GERMAN]}[language]
    return [
        text
        for text in texts
        for words in others
        if len({hit.lower() for hit in map(str, re.findall(words, text))}) >= 2
    ]


def badly_written(texts: list[str], language: str) -> list[str]:
    """Dates, numbers, percentages and sizes in another language's way."""
    return [text for text in texts if re.search(WRONG[language], NAMED.sub("", text))]


def sticking_out(page: Page) -> list[str]:
    return _ask(page, "stickingOut")


def moving(page: Page) -> list[str]:
    return _ask(page, "moving")


def focus(page: Page) -> dict | None:
    """Where the focus is and how well one sees it; None when it is nowhere."""
    return _ask(page, "focus")
