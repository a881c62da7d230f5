"""One endless word in every field breaks no page: nothing is wider than the screen, on a desk or in a pocket."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests import test_plain_text as plain_text
from tests.browser.conftest import DESKTOP, PHONE
from tests.test_plain_text import full  # noqa: F401  a fixture

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _rows_beside_a_browser():
    """The browser's loop runs in this thread; Django would take it for an asynchronous program."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


def endless(limit: int, lines: bool) -> str:
    return "w" * min(limit, 300)


def styled(html: str) -> str:
    """The page with its own style sheets inside, so that it can be looked at without a server."""

    def sheet(match) -> str:
        return f"<style>{Path(finders.find(match[1])).read_text('utf-8')}</style>"

    return re.sub(r'<link rel="stylesheet" href="/static/([^"]+)">', sheet, html).replace(
        "<script", "<template"
    )


def test_no_page_is_wider_than_its_screen(full, browser):  # noqa: F811
    plain_text.fill(endless)
    lists = re.compile(r"/admin/(?!irritants/)\w+/")  # Django's own lists of rows scroll by themselves
    shown = {url: html for url, html in plain_text.pages(full).items() if not lists.match(url)}
    too_wide = []
    for viewport in (DESKTOP, PHONE):
        context = browser.new_context(viewport=viewport)
        page = context.new_page()
        page.route("**/*", lambda route: route.abort())
        for url, html in shown.items():
            page.set_content(styled(html), wait_until="domcontentloaded")
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > viewport["width"]:
                too_wide.append((url, viewport["width"], width))
        context.close()
    assert not too_wide, "\n".join(map(str, too_wide))
