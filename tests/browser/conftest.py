"""A real browser on a real portal: web, worker and beat as processes, on data of their own."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from scripts.pages import CHROMIUM_ARGUMENTS
from tests import ground
from tests.process.conftest import own_stack
from tests.process.test_portal import ROOT, Portal

CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    """One portal for all: starting it takes longer than most of what is done there."""
    with own_stack(tmp_path_factory, ground.DEMO) as environment:
        portal = Portal(environment, tmp_path_factory.mktemp("log") / "portal.log")
        try:
            portal.wait_until_it_answers(300)
            yield portal
        finally:
            portal.process.terminate()
            portal.process.wait(60)


@pytest.fixture(scope="session")
def doors(portal):
    """doors(language) → address of one page of every kind (demo/doors.py), made once a language."""

    @cache
    def made(language: str) -> dict[str, str]:
        command = [sys.executable, "manage.py", "demo_doors", "--language", language]
        done = subprocess.run(command, cwd=ROOT, env=portal.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return made


class Person:
    """Somebody with a browser: a context of their own, whose pages must stay healthy."""

    def __init__(self, browser: Browser, address: str, viewport: dict, **options):
        self.address = address
        self.context = browser.new_context(viewport=viewport, locale="fr-FR", **options)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on(
            "console", lambda message: message.type == "error" and self.complaints.append(message.text)
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str):
        self.page.goto(path if path.startswith("http") else self.address + path)
        return self

    def become(self, code: str):
        """Sign in by the demonstration's one click, and read French whatever language that person chose last."""
        self.go("/demo/").page.locator(f"form[action$='/etre/{code}/'] button").click()
        self.page.wait_for_load_state()
        if self.page.locator("html").get_attribute("lang") != "fr":
            with self.page.expect_navigation():
                self.page.locator(".lang button[value=fr]").first.click()
        return self

    def press(self, name: str, **options):
        self.page.get_by_role("button", name=name, **options).first.click()
        self.page.wait_for_load_state()

    def reads(self, text: str) -> bool:
        """Whether it stands there, now or within a moment."""
        try:
            self.page.get_by_text(text).first.wait_for(timeout=10_000)
        except PlaywrightTimeout:
            return False
        return True

    def newest_mail_link(self, to: str, subject: str) -> str:
        """The address in the newest mail to `to` whose subject matches the pattern, found on the mailbox page."""
        for _attempt in range(60):
            self.go(f"/demo/mailbox/?to={to}")
            found = self.page.get_by_role("link", name=re.compile(subject))
            if found.count():
                found.first.click()
                text = self.page.locator(".mail-text").inner_text()
                return re.search(
                    rf"{re.escape(self.address)}/(?:suivi|reponse|reprendre|invitation)/\S+", text
                )[0]
            self.page.wait_for_timeout(500)
        raise AssertionError(f"no mail « {subject} » to {to}")

    def assert_healthy(self):
        """No horizontal scroll, nothing the browser complains of, no accessibility fault that axe can see."""
        # What is being fetched is shown paler until it comes: not a fault, and over in a moment.
        self.page.wait_for_function(
            "() => !document.querySelector('.htmx-request') && !document.getAnimations().length"
        )
        width = self.page.viewport_size["width"]
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width, self.page.url
        assert self.complaints == [], self.page.url
        assert axe(self.page) == [], self.page.url


TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def axe(page: Page, rule: str = "") -> list[str]:
    """WCAG 2.2 A and AA faults of the page as axe-core sees them: "rule: selector". Or those of one rule."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    only = {"type": "rule", "values": [rule]} if rule else {"type": "tag", "values": TAGS}
    rules = {} if rule else {"target-size": {"enabled": True}}  # off by default in axe
    result = page.evaluate("options => axe.run(options)", {"runOnly": only, "rules": rules})
    return [f"{fault['id']}: {node['target']}" for fault in result["violations"] for node in fault["nodes"]]


@pytest.fixture
def people(browser, portal):
    """people(viewport) → Person; every context is closed at the end."""
    made = []

    def make(viewport=DESKTOP, **options) -> Person:
        made.append(Person(browser, portal.address, viewport, **options))
        return made[-1]

    yield make
    for person in made:
        person.context.close()
