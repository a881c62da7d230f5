"""Filters for what is read: sizes of files, spaces that do not break, references that stay whole."""

import re

from django import template
from django.utils.formats import number_format
from django.utils.html import conditional_escape, mark_safe
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()
_BEFORE, _AFTER = re.compile(r"[ \u00a0](?=[:;!?»](?:\s|$))"), re.compile(r"(?<=«)[ \u00a0]")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=\w)")
_REFERENCE = re.compile(r"\bENACT-[0-9A-Z]{4}-[0-9A-Z]{2}\b")


@register.filter
def file_size(size: int) -> str:
    """Bytes in the reader's units, a thousand apart: « 2,4 Mo », "2,4 MB", "2.4 MB"."""
    if size < 1_000_000:
        said = _("%(size)s ko") % {"size": max(1, round(size / 1000))}
    else:
        said = _("%(size)s Mo") % {"size": number_format(size / 1_000_000, 1)}
    return said.replace(" ", "\u00a0")


@register.filter
def percent(number: int) -> str:
    """« 50 % », "50 %", "50%"."""
    return _("%(percent)s %%") % {"percent": number_format(number)}


@register.filter
def typeset(text: str) -> str:
    """French text as it was typed: no line begins with « : » any more, and its apostrophes are curved."""
    return _APOSTROPHE.sub("’", _AFTER.sub("\u202f", _BEFORE.sub("\u202f", text or "")))


@register.filter
def whole(text: str) -> SafeString:
    """Text in which no reference of a case parts at the end of a line; copied, it is the same text."""
    return kept_whole(text, 'class="whole"')


def kept_whole(text: str, attribute: str) -> SafeString:
    """The same where the page has no style sheet, as in a mail: `attribute` holds what keeps a span together."""
    return mark_safe(_REFERENCE.sub(rf"<span {attribute}>\g<0></span>", conditional_escape(text or "")))  # nosec B703
