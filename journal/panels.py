"""Pages composed by several apps: a page is owned by its app; apps to its right register panels.

A panel is function(context: dict) -> (template name, extra context) or None when it has nothing to show. What its
context calls `shown` (journal.access.Shown) is noted as read by the page's `actor`.
"""

from collections.abc import Callable

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from journal.access import showing

PAGES = ("answer", "follow", "workbench.irritant", "workbench.queue", "space", "figures")
_panels: dict[str, list[tuple[int, Callable]]] = {page: [] for page in PAGES}


def panel(page: str, *, order: int):
    """Register the decorated function on a page; KeyError for an unknown page."""

    def decorate(function):
        if function not in [known for _order, known in _panels[page]]:
            _panels[page].append((order, function))
            _panels[page].sort(key=lambda entry: entry[0])
        return function

    return decorate


def render_panels(page: str, context: dict, request) -> list[SafeString]:
    """The rendered panels of a page, in order."""
    rendered = []
    for _order, function in _panels[page]:
        answer = function(context)
        if answer is not None:
            template, extra = answer
            showing(request, *extra.pop("shown", ()), actor=context.get("actor"))
            rendered.append(render_to_string(template, {**context, **extra}, request=request))
    return rendered
