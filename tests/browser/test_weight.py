"""What a page costs on a cold cache, and whom it asks."""

from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import DESKTOP

pytestmark = pytest.mark.browser

KILOBYTES = 150  # issue: home page, everything included


@pytest.mark.parametrize("path", ["/", "/demande/", "/catalogue/"])
def test_a_page_is_light_and_asks_nobody_else(people, path):
    visitor = people(DESKTOP)
    transferred: dict[str, int] = {}

    def count(request):
        sizes = request.sizes()
        transferred[request.url] = sizes["responseBodySize"] + sizes["responseHeadersSize"]

    asked = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.on("requestfinished", count)
    visitor.go(path).page.wait_for_load_state("networkidle")
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(visitor.address).netloc}
    assert len(transferred) >= 8
    assert sum(transferred.values()) <= KILOBYTES * 1000, transferred
