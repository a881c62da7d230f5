"""Warnings while typing: the cases of foundation/sensitive.py again, and a notice that is polite and never blocks."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.foundation.test_sensitive import CASES

pytestmark = pytest.mark.browser
WORDS = (
    "Nous rebutons entre 4 à 11 % des culasses depuis le lot 2025-11-03, machine XR-4500-22, et personne ne sait "
    "prévoir la dérive du four. "
)
FIND = """async (texts) => {
  const url = document.querySelector("script[src*='js/sensitive.']").src;
  const {compile, find} = await import(url);
  const rules = document.getElementById("sensitive-notice").dataset.rules;
  const compiled = compile(await (await fetch(rules)).json());
  return texts.map(text => find(text, compiled).map(one => [one.kind, one.words]));
}"""


def test_browser_and_server_find_the_same(people):
    page = people(DESKTOP).go("/").page
    found = page.evaluate(FIND, [case["text"] for case in CASES])
    assert json.dumps(found, ensure_ascii=False) == json.dumps(
        [case["found"] for case in CASES], ensure_ascii=False
    )


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1280", "390"])
def test_the_notice_comes_goes_and_blocks_nothing(people, viewport):
    person = people(viewport).go("/")
    page = person.page
    area = page.get_by_role("textbox", name="Racontez-nous ce qui vous bloque")
    notice = page.locator(".sensitive")
    area.fill(WORDS)
    page.wait_for_timeout(1200)
    expect(notice).to_have_count(0)
    area.fill(WORDS + "Appelez jean@fonderie.example, c’est breveté.")
    expect(notice).to_contain_text("jean@fonderie.example")
    expect(notice).to_contain_text("de vive voix")
    person.assert_healthy()
    notice.get_by_role("button", name="J’ai vu").click()
    expect(notice).to_have_count(0)
    expect(area).to_be_focused()
    area.press("End")
    area.type(" Encore.")
    page.wait_for_timeout(1200)
    expect(notice).to_have_count(0)
    area.fill(WORDS + "jean@fonderie.example 03 83 12 34 56")
    expect(notice).to_contain_text("03 83 12 34 56")
    person.press("Continuer")
    page.wait_for_url(re.compile("/vous/"))
