"""A mail is written once, as plain text; its text and its HTML are both made from that.

Three conventions: a blank line begins a new paragraph; lines that begin with "- " are a list; `$name` stands for a
value. A paragraph in which a value is missing is left out whole. Structure comes from the text of the portal alone:
values are put in afterwards, so that nothing a person typed can become a list, a link, a tag or a header.
"""

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.html import escape, format_html, format_html_join, mark_safe
from django.utils.safestring import SafeString

from foundation.templatetags.reading import kept_whole

BLOCKS = ("subject", "preheader", "body", "button")

# Line ends of any alphabet, other controls, and what turns the direction of writing: never inside one line.
_NOT_IN_A_LINE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_NEW_PARAGRAPH = re.compile(r"\n[ \t]*\n")


class Source(string.Template):
    """`$name` and `$$`; no `${name}`, no capital, no other alphabet."""

    idpattern = r"[a-z][a-z_]*"
    braceidpattern = r"(?!)"
    flags = 0


class Quote(str):
    """Somebody's own words: set off as a quotation, line by line, where they stand alone on a line."""


class Lines(tuple):
    """Several values: a list where they stand alone on a line."""


class Row(tuple):
    """One of several values, made of words and addresses."""


class Phrase(str):
    """Words in a language that may not be the mail's."""

    language = ""

    @classmethod
    def said_in(cls, language: str, text: str) -> "Phrase":
        phrase = cls(text)
        phrase.language = language
        return phrase


class Address(str):
    """The address of a page of ours: a link in HTML."""


@dataclass(frozen=True)
class Letter:
    """A mail as it reads. `preheader`: the line that mail programs show beside the subject."""

    subject: str
    preheader: str
    text: str
    html: str


def as_document(html: str) -> HttpResponse:
    """The HTML of a mail as a mail program shows it: on its own, without script or network, styles as in a mail."""
    response = HttpResponse(html)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "sandbox allow-popups allow-top-navigation-by-user-activation"
    )
    response._csp_exempt = True
    return response


def one_line(text: str) -> str:
    """The text on one line, without control characters: safe in a header. Narrow and fixed spaces stay."""
    return _NOT_IN_A_LINE.sub(" ", text).strip()


def names_in(source: str) -> set[str]:
    return {found["named"] for found in Source.pattern.finditer(source) if found["named"]}


def fill(source: str, values: Mapping[str, object]) -> str:
    """The text with its values put in; a paragraph in which a value is missing is left out."""
    return _as_lines(_paragraphs(source, values))


def _as_lines(paragraphs) -> str:
    return "\n\n".join("\n".join(_text(part) for part in paragraph) for paragraph in paragraphs)


def compose(blocks: Mapping[str, str], values: Mapping[str, object], layout: dict) -> Letter:
    """The letter made of these blocks. `values`: what `$name` may stand for; `layout`: context of emails/letter.*."""
    paragraphs = list(_paragraphs(blocks["body"], values))
    subject, preheader, button = (
        _as_text(_segments(blocks[block], values)) if _is_whole(blocks[block], values) else ""
        for block in ("subject", "preheader", "button")
    )
    context = {**layout, "subject": subject, "preheader": preheader, "action_label": button}
    text = _as_lines(paragraphs)
    html = mark_safe("\n".join(str(_html(part)) for paragraph in paragraphs for part in paragraph))  # nosec B703
    return Letter(
        subject,
        preheader,
        re.sub(r"\n{3,}", "\n\n", render_to_string("emails/letter.txt", {**context, "body": text})).strip()
        + "\n",
        render_to_string("emails/letter.html", {**context, "body": html}),
    )


@dataclass
class _Part:
    """`kind`: "p" | "list" | "quote"; `lines`: each a list of segments (our words, or a value)."""

    kind: str
    lines: list[list]


def _paragraphs(source: str, values: Mapping[str, object]) -> Iterator[list[_Part]]:
    for chunk in _NEW_PARAGRAPH.split(source.strip().replace("\r\n", "\n")):
        if _is_whole(chunk, values):
            yield _parts(chunk, values)


def _is_whole(words: str, values: Mapping[str, object]) -> bool:
    """Whether every value it needs is there."""
    return all(values.get(name) for name in names_in(words))


def _parts(chunk: str, values: Mapping[str, object]) -> list[_Part]:
    parts: list[_Part] = []
    for line in chunk.splitlines():
        line = line.strip()
        alone = values.get(line[1:]) if line.startswith("$") else None
        if isinstance(alone, Lines):
            if not parts or parts[-1].kind != "list":
                parts.append(_Part("list", []))
            parts[-1].lines += [list(one) if isinstance(one, Row) else [one] for one in alone]
        elif isinstance(alone, Quote):
            parts.append(_Part("quote", [[one] for one in alone.splitlines()]))
        else:
            kind, words = ("list", line[2:]) if line.startswith("- ") else ("p", line)
            if not parts or parts[-1].kind != kind:
                parts.append(_Part(kind, []))
            parts[-1].lines.append(_segments(words, values))
    return parts


def _segments(line: str, values: Mapping[str, object]) -> list:
    """Our words and the values between them, in order."""
    segments, end = [], 0
    for found in Source.pattern.finditer(line):
        segments.append(line[end : found.start()])
        end = found.end()
        if found["escaped"] is not None:
            segments.append("$")
        elif found["named"]:
            value = values[found["named"]]
            segments.append(", ".join(map(str, value)) if isinstance(value, Lines) else value)
        else:  # "$ " or "${": not a placeholder, shown as it is written
            segments.append(found.group())
    return [*segments, line[end:]]


def _as_text(segments: list) -> str:
    return one_line("".join(str(segment) for segment in segments))


def _as_html(segments: list) -> SafeString:
    return mark_safe("".join(_one(segment) for segment in segments))  # nosec B703


def _one(segment) -> str:
    if isinstance(segment, Address):
        return format_html(
            '<a href="{0}" style="color:#14584b;overflow-wrap:anywhere;">{0}</a>', str(segment)
        )
    said = kept_whole(escape(_NOT_IN_A_LINE.sub(" ", str(segment))), 'style="white-space:nowrap;"')
    language = getattr(segment, "language", "")
    return format_html('<span lang="{}">{}</span>', language, said) if language else said


def _text(part: _Part) -> str:
    before = {"list": "- ", "quote": "> "}.get(part.kind, "")
    return "\n".join(f"{before}{_as_text(line)}".rstrip() for line in part.lines)


def _html(part: _Part) -> SafeString:
    if part.kind == "list":
        items = format_html_join("", "<li>{}</li>", ((_as_html(line),) for line in part.lines))
        return format_html("<ul>{}</ul>", items)
    lines = mark_safe("<br>".join(_as_html(line) for line in part.lines))  # nosec B703
    return format_html("<blockquote>{}</blockquote>" if part.kind == "quote" else "<p>{}</p>", lines)
