"""What a page costs on a cold cache, and whom it asks."""

from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import DESKTOP

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("path", "kilobytes"), [("/", 150), ("/demande/", 150), ("/catalogue/", 180)])
def test_a_page_is_light_and_asks_nobody_else(people, path, kilobytes):
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
    assert sum(transferred.values()) <= kilobytes * 1000, transferred
