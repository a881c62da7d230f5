"""Every page of scripts/pages.py in three languages: what axe sees, what sticks out, what is said and how."""

import re
from collections import defaultdict

import pytest

from scripts.pages import PAGES, ROWS, WORKBENCH, Shown, become, choose_language, mails, press, show
from tests.browser import looking
from tests.browser.conftest import axe

pytestmark = pytest.mark.browser

ERROR = {"fr": "Erreur\u202f:", "de": "Fehler:", "en": "Error:"}
WIDTHS = {1280: 900, 640: 450, 390: 844, 320: 640}  # 640: a window of 1280 px at 200 %


def kind(shown: Shown) -> str:
    """Pages of one kind may share a title: the same step of two drafts, one address with and without a filter."""
    if shown.path.partition("?")[0] == "/demande/":  # the first step, before there is a draft
        return "irritant"
    return shown.path.partition("?")[0].strip("{}").rpartition("_")[2]


def everywhere(page, *, with_axe: bool) -> list[str]:
    """Faults at each width, light and dark, and with text twice as large."""
    faults = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        faults += [f"{width}: {fault}" for fault in looking.sticking_out(page)]
        if with_axe and width in (1280, 390):
            faults += [f"{width}: {fault}" for fault in axe(page)]
    if with_axe:
        page.emulate_media(color_scheme="dark")
        faults += [f"dark: {fault}" for fault in axe(page, "color-contrast")]
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    return faults + [f"text at 200 %: {fault}" for fault in looking.sticking_out(page)]


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_every_page(browser, portal, doors, language):
    faults: dict[str, list[str]] = {}
    titles: dict[str, set[str]] = defaultdict(set)
    dates = 0
    for shown in (*PAGES, *mails(doors(language), language)):
        context = browser.new_context(locale=language, reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(15_000)
        complaints: list[str] = []
        page.on("pageerror", lambda error, said=complaints: said.append(str(error)))
        page.on("console", lambda line, said=complaints: line.type == "error" and said.append(line.text))
        choose_language(context, portal.address, language)
        if shown.who:
            become(page, portal.address, shown.who)
            page.goto(portal.address)
            press(page, f".lang button[value={language}]")
        wrong = faults[shown.name] = []
        if (status := show(page, portal.address, shown, doors(language))) != shown.status:
            wrong.append(f"answered {status}")
        # The browser itself reports the 4xx that was asked for, and a file that was refused.
        told = tuple(f"server responded with a status of {code}" for code in {status, 422})
        wrong += [one for one in complaints if not any(known in one for known in told)]

        title, mail = page.title(), shown.name.startswith("mail-")
        if not mail:
            titles[title].add(kind(shown))
            if shown.name.endswith(("-errors", "-wrong", "-short")) != title.startswith(ERROR[language]):
                wrong.append(f"title: {title}")
        if page.evaluate("document.documentElement.lang") != language:
            wrong.append("lang")
        texts = looking.stretches(page)
        wrong += [f"language: {text}" for text in looking.foreign(texts, language)]
        wrong += [f"format: {text}" for text in looking.badly_written(texts, language)]
        dates += len(re.findall(looking.DATES[language], " ".join(texts)))
        if not mail:
            if moving := looking.moving(page):
                wrong.append(f"moves: {moving}")
            wrong += everywhere(page, with_axe=language == "fr")
        context.close()
    report = [f"{name}: {fault}" for name, wrong in faults.items() for fault in wrong]
    assert not report, "\n".join(report)
    assert {title: kinds for title, kinds in titles.items() if len(kinds) > 1} == {}
    assert dates > 30


def words_alone(route) -> None:
    """Pages are read, not looked at: nothing but the documents is fetched."""
    if route.request.resource_type == "document":
        route.continue_()
    else:
        route.abort()


def test_the_workbench_speaks_one_language_at_a_time(browser, portal, doors):
    """Queue, cases, mails, vocabulary, rules and the admin's lists, read in the three languages; the thirteen tabs
    of the queue stand on one line of a laptop, and all are there on a telephone."""
    faults: list[str] = []
    addresses = doors("fr")
    for language in ("fr", "de", "en"):
        context = browser.new_context(locale=language)
        page = context.new_page()
        page.set_default_timeout(15_000)
        become(page, portal.address, "administration")
        page.goto(portal.address)
        press(page, f".lang button[value={language}]")
        page.goto(f"{portal.address}/admin/")
        for width, tabs in ((1280, 1), (390, None)):
            page.set_viewport_size({"width": width, "height": 900})
            lines = page.evaluate(
                "[...document.querySelectorAll('.wb-turns a')].map((one) => one.getBoundingClientRect().top)"
            )
            if len(lines) != 13 or (tabs and len(set(lines)) != tabs):
                faults.append(f"{language} queue at {width}: {lines}")
            faults += [f"{language} queue at {width}: {fault}" for fault in looking.sticking_out(page)]
        page.route("**/*", words_alone)
        for shown in (*WORKBENCH, *ROWS):
            where = f"{language} {shown.name}"
            if (status := show(page, portal.address, shown, addresses)) != shown.status:
                faults.append(f"{where}: answered {status}")
            if page.evaluate("document.documentElement.lang") != language:
                faults.append(f"{where}: lang")
            texts = looking.stretches(page)
            faults += [
                f"{where}: language: {text}" for text in looking.foreign(looking.unquoted(texts), language)
            ]
            faults += [f"{where}: format: {text}" for text in looking.badly_written(texts, language)]
        context.close()
    assert not faults, "\n".join(faults)


def test_the_admin_stands_on_a_tablet(browser, portal, doors):
    """Lists and forms of rows, and what leads there: nothing sticks out, axe sees nothing, no script of the library."""
    faults: list[str] = []
    context = browser.new_context(locale="fr", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    become(page, portal.address, "administration")
    rows = [shown for shown in WORKBENCH if shown.name.startswith(("queue", "list-", "data", "admin-"))]
    for shown in (*rows, *ROWS):
        show(page, portal.address, shown, doors("fr"))
        faults += [f"{shown.name}: {fault}" for fault in complaints]
        for width in (1280, 768):
            page.set_viewport_size({"width": width, "height": 900})
            faults += [f"{shown.name} at {width}: {fault}" for fault in looking.sticking_out(page)]
        faults += [f"{shown.name}: {fault}" for fault in axe(page)]
        page.emulate_media(color_scheme="dark")
        faults += [f"{shown.name}, dark: {fault}" for fault in axe(page, "color-contrast")]
        page.emulate_media(color_scheme="light")
        complaints.clear()  # axe itself writes styles, which our policy refuses
    context.close()
    assert not faults, "\n".join(faults)
