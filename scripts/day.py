"""A coordinator's day, counted: python -m scripts.day [--only IRR-001,IRR-043] [--show FOLDER]

Starts a throw-away portal, files the twenty judged irritants of tests/matching/data as their companies would, and
works through them as a coordinator in a real browser, with a mouse and a keyboard: take from the queue, write the
need, keep the lines that were judged good, read what partners will see, send; or lift a hold first, or close with a
canned answer where that is the right outcome (scripts/day.json). Prints for each irritant the pages that were loaded,
what came into a page without loading one, clicks, keys and typed signs; then the medians and one JSON object.
Fails when the median is over 12 clicks or 4 pages, or an irritant does not reach its outcome. Needs Chromium
(CHROMIUM names it).
"""

import argparse
import json
import os
import re
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Locator, Page, Request, expect, sync_playwright

from scripts.pages import CHROMIUM_ARGUMENTS, become
from scripts.throwaway import ROOT, demonstration

JUDGED = ROOT / "tests" / "matching" / "data"
WRITTEN = json.loads((Path(__file__).parent / "day.json").read_text("utf-8"))
MOST_CLICKS, MOST_PAGES = 12, 4
PARTNERS = 3  # asked at once; more would be told to think again
KEEP, PATIENCE = "form[action$='/keep/'] button", 20_000


@dataclass
class Count:
    """What one irritant cost. `keys` are shortcuts and Enter; `typed` are signs of texts."""

    id: str
    outcome: str = ""
    partners: int = 0
    pages: int = 0
    swaps: int = 0
    clicks: int = 0
    keys: int = 0
    typed: int = 0


class Hand:
    """The one way in which the day touches the page, so that nothing is done uncounted."""

    def __init__(self, page: Page):
        self.page, self.count = page, Count("")
        page.on("request", self._sent)

    def _add(self, name: str, by: int = 1) -> None:
        setattr(self.count, name, getattr(self.count, name) + by)

    def _sent(self, request: Request) -> None:
        """A form that leads to a page by a redirection is one page."""
        if request.redirected_from:
            return
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self._add("pages")
        elif "x-in-place" in request.headers or "hx-request" in request.headers:
            self._add("swaps")

    def click(self, what: Locator) -> None:
        what.click()
        self._add("clicks")

    def follow(self, what: Locator) -> None:
        """A click that leads to a page."""
        with self.page.expect_navigation():
            self.click(what)

    def put(self, what: Locator) -> None:
        """A click whose answer comes into the page: done once the button is no longer busy."""
        with self.page.expect_request_finished(lambda request: "x-in-place" in request.headers):
            self.click(what)
        self.page.wait_for_function("() => !document.querySelector('form[data-sent]')")

    def write(self, field: Locator, text: str) -> None:
        self.click(field)
        self.page.keyboard.type(text)
        self._add("typed", len(text))

    def choose(self, field: Locator, value: str) -> None:
        """From a closed list: one click opens it, one chooses."""
        field.select_option(value)
        self._add("clicks", 2)


def take(hand: Hand, case: dict) -> None:
    hand.follow(hand.page.locator(f"form[action*='{case['case']}'][action$='/prendre/'] button"))


def lift(hand: Hand, why: str) -> None:
    hand.write(hand.page.locator("#hold-reason"), why)
    hand.put(hand.page.locator("#retenue form button:not([name=action])"))


def qualify(hand: Hand, need: str) -> None:
    """The need in the coordinator's words; the portal proposes the partners' summary from it."""
    form = hand.page.locator("#qualification form")
    hand.write(form.locator("[name=reformulated]"), need)
    hand.put(form.locator("button[value=propose]"))
    expect(form.locator("[name=partner_summary]")).to_have_value(need)
    hand.put(form.locator("button.btn-primary[value=save]"))


def keep(hand: Hand, good: list[dict]) -> list[str]:
    """The lines that were judged good, of at most three partners. Returns their organisations.

    Where none is among those shown, the first line: a coordinator would rather ask somebody than nobody.
    """
    partners: list[str] = []
    for offer in good:
        if len(partners) == PARTNERS or offer["organisation"] in partners:
            continue
        line = hand.page.locator("#pistes li", has_text=offer["title"]).filter(has=hand.page.locator(KEEP))
        line = line.filter(has_text=offer["organisation"])
        if line.locator(KEEP).first.is_visible():
            hand.put(line.locator(KEEP).first)
            partners.append(offer["organisation"])
    if not partners:
        hand.put(hand.page.locator(f"#pistes {KEEP}").first)
        partners.append("")
    return partners


def ask(hand: Hand, partners: int) -> None:
    hand.follow(hand.page.locator("#agir a[href$='/solliciter/']"))
    previews = hand.page.locator(".wb-preview")
    expect(previews.first).to_be_visible()
    asked = previews.count()  # of those kept, whoever is away or has enough is not ticked beforehand
    if asked > partners:
        raise AssertionError(f"{asked} previews of {partners} partners")
    hand.follow(hand.page.locator("button[value=send]"))
    expect(hand.page.locator("#sollicitations li.wb-match")).to_have_count(asked)


def close(hand: Hand, answer: str) -> None:
    """With a canned answer, read before it goes."""
    part = hand.page.locator("#clore")
    hand.choose(part.locator("[name=answer]"), answer)
    hand.put(part.locator("button[value=insert]"))
    expect(part.locator("[name=text]")).not_to_have_value("")
    hand.follow(part.locator("button.btn-danger"))
    expect(hand.page.locator("#agir form[action$='/rouvrir/']")).to_have_count(1)


def work(hand: Hand, case: dict) -> Count:
    """One irritant, from the queue to its outcome."""
    written = WRITTEN[case["id"]]
    hand.count = Count("")  # the queue was there before: the way to it is nobody's
    hand.page.goto(f"{case['address']}/admin/?file=to_take")
    hand.count = Count(case["id"])
    take(hand, case)
    if "close" in written:
        close(hand, written["close"])
        hand.count.outcome = written["close"]
        return hand.count
    qualify(hand, written["need"])
    hand.count.partners = len(keep(hand, case["good"]))
    if hand.page.locator("#hold-reason").is_visible():
        lift(hand, written["lift"])
    ask(hand, hand.count.partners)
    hand.count.outcome = "asked"
    return hand.count


def day(portal, page: Page, only: str = "", show: Path | None = None) -> list[Count]:
    """The irritants (all, or those of `only`, by comma) worked through on a running portal, signed in as nobody yet."""
    told = portal.manage(
        "demo_day", str(JUDGED / "irritants.json"), str(JUDGED / "judgements.json"), "--only", only
    )
    become(page, portal.address, "coordination")
    hand, counts = Hand(page), []
    for case in json.loads(told.splitlines()[-1]):
        try:
            counts.append(work(hand, case | {"address": portal.address}))
        except Exception as error:
            counts.append(hand.count)
            hand.count.outcome = "STUCK: " + re.sub(r"\s+", " ", str(error))[:160]
            if show:
                page.screenshot(path=show / f"{case['id']}.png", full_page=True)
    return counts


def medians(counts: list[Count]) -> dict[str, float]:
    costs = ("pages", "swaps", "clicks", "keys", "typed")
    return {name: median(getattr(one, name) for one in counts) for name in costs}


def report(counts: list[Count]) -> int:
    """Prints the table and the JSON; the exit status."""
    names = ("id", "outcome", "partners", "pages", "swaps", "clicks", "keys", "typed")
    lines = [names, *(tuple(str(getattr(one, name)) for name in names) for one in counts)]
    middle = medians(counts)
    lines.append(("median", "", "", *(f"{middle[name]:g}" for name in names[3:])))
    for line in lines:
        print(f"{line[0]:9}{line[1][:60]:15}" + "".join(f"{cell:>9}" for cell in line[2:]))
    stuck = [one.id for one in counts if one.outcome.startswith("STUCK")]
    held = middle["clicks"] <= MOST_CLICKS and middle["pages"] <= MOST_PAGES and not stuck
    print(
        json.dumps(
            {"irritants": [asdict(one) for one in counts], "median": middle, "stuck": stuck, "held": held}
        )
    )
    return int(not held)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="identifiers of judged irritants, by comma")
    parser.add_argument("--show", type=Path, help="a folder for a picture of where it got stuck")
    given = parser.parse_args()
    if given.show:
        given.show.mkdir(parents=True, exist_ok=True)
    with demonstration() as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
        )
        page = browser.new_context(locale="fr", viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(PATIENCE)
        counts = day(portal, page, given.only, given.show)
        browser.close()
    return report(counts)


if __name__ == "__main__":
    sys.exit(main())
