"""Cells and fields of Django's lists and forms, which come as finished HTML, said as everywhere else."""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

register = template.Library()
_ICON = re.compile(r'<img [^>]*alt="(True|False|None)"[^>]*>')


@register.filter
def under(cells, headers) -> list[str]:
    """Each cell of a line with the name of its column, for where the line is shown as a card."""
    named = [format_html('<td data-label="{}"', capfirst(header["text"])) for header in headers]
    return [
        mark_safe(cell.replace("<td", name, 1))  # nosec B308 B703
        for cell, name in zip(cells, named, strict=True)
    ]


@register.filter
def marked(field) -> str:
    """The label of a field of the admin, which says what may be left out."""
    tag = field.label_tag()
    if field.is_readonly or field.is_checkbox or field.field.field.required:
        return tag
    optional = format_html(' <span class="optional">{}</span></label>', _("(facultatif)"))
    return mark_safe(tag.replace("</label>", optional, 1))  # nosec B308 B703


@register.filter
def worded(field) -> str:
    """What a field that is only read holds: yes and no in words, a list as one, never as code."""
    value = getattr(field.form.instance, str(field.field["field"]), None)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or field.empty_value_display
    said = {"True": _("oui"), "False": _("non"), "None": field.empty_value_display}
    return mark_safe(_ICON.sub(lambda icon: said[icon[1]], field.contents()))  # nosec B308 B703
