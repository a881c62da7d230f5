"""Pictures of every page, to look at one by one: python -m scripts.screens [--only home] [--out FOLDER]

Starts a throw-away portal with demonstration data of its own, brings each page of scripts/pages.py to its state, and
takes it at three widths, light and dark, and on paper, in three languages; index.html in FOLDER (var/screens) shows
them all. Needs Chromium (CHROMIUM names it) and, for paper, pdftoppm (poppler-utils).
"""

import argparse
import html
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.pages import (
    CHROMIUM_ARGUMENTS,
    PAGES,
    ROWS,
    WORKBENCH,
    Shown,
    become,
    choose_language,
    mails,
    show,
)
from scripts.throwaway import ROOT, demonstration

HEIGHTS = {390: 844, 768: 1024, 1280: 900}
LANGUAGES, SCHEMES = ("fr", "de", "en"), ("light", "dark")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--only", default="", help="names that contain one of these words, by comma: follow,mail"
    )
    parser.add_argument(
        "--language", action="append", choices=LANGUAGES, help="more than once; default: all three"
    )
    parser.add_argument(
        "--width", action="append", type=int, choices=tuple(HEIGHTS), help="default: all three"
    )
    parser.add_argument("--scheme", action="append", choices=SCHEMES, help="default: both")
    parser.add_argument("--no-paper", dest="paper", action="store_false", help="leave the printed pages out")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="browsers at the same time")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "screens")
    given = parser.parse_args()
    given.language, given.scheme = given.language or LANGUAGES, given.scheme or SCHEMES
    given.width = given.width or tuple(HEIGHTS)
    return given


def take(page: Page, shown: Shown, language: str, given: argparse.Namespace) -> None:
    """One load of the page, every picture of it."""
    stem = f"{shown.name}.{language}"
    for scheme in given.scheme:
        page.emulate_media(color_scheme=scheme)
        for width in given.width:
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            page.screenshot(
                path=given.out / f"{stem}.{width}.{scheme}.png", full_page=True, animations="disabled"
            )
    if shown.paper and given.paper:
        page.emulate_media(color_scheme="light")
        pdf = given.out / f"{stem}.pdf"
        page.pdf(path=pdf, format="A4", prefer_css_page_size=True)
        subprocess.run(["pdftoppm", "-r", "72", "-png", pdf, given.out / f"{stem}.paper"], check=True)


class Photographer(threading.Thread):
    """One browser that takes what is waiting until nothing is; what went wrong is kept."""

    def __init__(self, waiting: queue.Queue, address: str, given: argparse.Namespace):
        super().__init__()
        self.waiting, self.address, self.given = waiting, address, given
        self.wrong: list[str] = []

    def run(self) -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
                args=CHROMIUM_ARGUMENTS,
            )
            while True:
                try:
                    shown, language, doors = self.waiting.get_nowait()
                except queue.Empty:
                    break
                try:
                    self.visit(browser, shown, language, doors)
                except Exception as error:
                    self.wrong.append(f"{shown.name} ({language}): {error}")
            browser.close()

    def visit(self, browser: Browser, shown: Shown, language: str, doors: dict[str, str]) -> None:
        context = browser.new_context(
            locale=language, viewport={"width": 1280, "height": HEIGHTS[1280]}, reduced_motion="reduce"
        )
        try:
            page = context.new_page()
            page.set_default_timeout(15_000)
            choose_language(context, self.address, language)
            if shown.who:
                become(page, self.address, shown.who)
                press_language(page, language)
            status = show(page, self.address, shown, doors)
            if status != shown.status:
                self.wrong.append(f"{shown.name} ({language}): answered {status} instead of {shown.status}")
            take(page, shown, language, self.given)
        finally:
            context.close()


def press_language(page: Page, language: str) -> None:
    """Signed in, the person's own language counts: choose it as a person does."""
    page.goto("/".join(page.url.split("/")[:3]))
    with page.expect_navigation():
        page.locator(f".lang button[value={language}]").click()


def contact_sheet(folder: Path) -> None:
    """index.html: a line for each page and language, small pictures that open the large ones."""
    lines: dict[str, list[str]] = defaultdict(list)
    for picture in sorted(folder.glob("*.png")):
        name, language, rest = picture.name.split(".", 2)
        lines[f"{name} · {language}"].append(
            f'<a href="{html.escape(picture.name)}"><img loading="lazy" src="{html.escape(picture.name)}" alt="">'
            f"<br>{html.escape(rest.removesuffix('.png'))}</a>"
        )
    body = "".join(f"<h2>{html.escape(title)}</h2><p>{''.join(found)}</p>" for title, found in lines.items())
    (folder / "index.html").write_text(
        "<!doctype html><meta charset=utf-8><title>Screens</title><style>body{font:15px sans-serif;margin:2rem}"
        "p{display:flex;gap:1rem;overflow-x:auto;align-items:start}a{flex:none}img{height:420px;border:1px solid #999}"
        f"</style><h1>Screens</h1>{body}",
        "utf-8",
    )


def main() -> int:
    given = arguments()
    if given.paper and not shutil.which("pdftoppm"):
        sys.exit("pdftoppm is missing (Debian: poppler-utils); --no-paper leaves the printed pages out")
    given.out.mkdir(parents=True, exist_ok=True)
    words = [word for word in given.only.split(",") if word]
    waiting: queue.Queue = queue.Queue()
    with demonstration() as portal:
        for language in given.language:
            doors = portal.doors(language)
            for shown in (*PAGES, *WORKBENCH, *ROWS, *mails(doors, language)):
                if not words or any(word in shown.name for word in words):
                    waiting.put((shown, language, doors))
        photographers = [Photographer(waiting, portal.address, given) for _ in range(given.jobs)]
        for one in photographers:
            one.start()
        for one in photographers:
            one.join()
    contact_sheet(given.out)
    wrong = [line for one in photographers for line in one.wrong]
    print("\n".join([*wrong, f"{len(list(given.out.glob('*.png')))} pictures: {given.out / 'index.html'}"]))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
