"""Trusted Types in a real browser: what the server would have escaped badly still runs nothing."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.shows("S-10", "S-20", "asvs 1.2.1 3.2.2")]

HOSTILE = (
    '<p onclick="ran()">a<img src="x" onerror="ran()"><script>ran()</script><a href=" java\nscript:ran()">b</a>'
    '<svg><a xlink:href="javascript:ran()">c</a></svg><iframe srcdoc="<script>parent.ran()</script>"></iframe>'
    '<template><img src="x" onerror="ran()"></template><form action="javascript:ran()"><b>d</b></form></p>'
)
TRY = """(html) => {
    window.ran = () => { throw new Error("it ran"); };
    const into = document.createElement("div");
    document.body.append(into);
    into.innerHTML = html;
    const row = document.createElement("tbody");
    row.innerHTML = "<tr><td onclick='ran()'>cell</td></tr>";
    const whole = `<!doctype html><body onload="ran()"><main>${html}</main>`;
    const page = new DOMParser().parseFromString(whole, "text/html");
    return [into.innerHTML, row.innerHTML, page.body.outerHTML];
}"""
REFUSED = """(address) => { try { new Worker(address); return false; } catch { return true; } }"""


def assert_nothing_runs(page):
    for made in page.evaluate(TRY, HOSTILE):
        assert not any(word in made for word in ("ran()", "<script", "<iframe", "javascript")), made
    made, row, whole = page.evaluate(TRY, HOSTILE)
    assert "<b>d</b>" in made and "<b>d</b>" in whole and row == "<tr><td>cell</td></tr>", (
        "the harmless part stays"
    )


def test_public_pages(people):
    visitor = people()
    for path in ("/", "/demande/", "/compte/login/"):
        visitor.go(path)
        assert_nothing_runs(visitor.page)
        assert visitor.page.evaluate(REFUSED, "/fichiers/ours.js"), (
            "a script from elsewhere than our own folder"
        )
        assert visitor.page.evaluate(REFUSED, "data:text/javascript,1")


def test_the_workbench_too(people):
    someone = people().become("administration")
    for path in ("/admin/", "/admin/accounts/user/"):
        someone.go(path)
        assert_nothing_runs(someone.page)


def test_without_the_wall_it_would(people):
    """The negative twin: the same words in a document of its own, where nobody asks for trusted types."""
    page = people().page
    page.set_content("<main></main>")
    made, _row, _whole = page.evaluate(TRY, HOSTILE)
    assert "ran()" in made and "<iframe" in made
