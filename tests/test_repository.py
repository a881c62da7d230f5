"""Tests that guard the repository itself."""

import re
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template.loader import get_template

from journal.diagrams import page

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted(path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.*"))
PYTHON = [
    path for path in ROOT.glob("*/**/*.py") if ".venv" not in path.parts and "migrations" not in path.parts
]


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_every_template_compiles(name):
    get_template(str(name))


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_the_page_of_lifecycles_is_what_the_tables_say():
    assert (ROOT / "docs" / "lifecycles.md").read_text("utf-8") == page()


def test_no_inline_script_style_or_handler():
    """The Content-Security-Policy would silently disable them; only mails and the PDF carry styles of their own."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=", re.I)
    pages = [name for name in TEMPLATES if name.parts[0] not in {"emails", "pdf"} and name.suffix == ".html"]
    assert {
        str(name): found
        for name in pages
        if (found := inline.findall((ROOT / "templates" / name).read_text("utf-8")))
    } == {}


def test_the_present_is_asked_for_in_one_place():
    """Time is injected: `foundation.clock` everywhere, and never a date taken when a module is imported."""
    asks = re.compile(
        r"timezone\.(now\(|local(date|time)\(\))|datetime\.(now|today|utcnow)\(|date\.today\(|auto_now"
    )
    allowed = {
        "foundation/clock.py",
        "demo/stories.py",
        "demo/management/commands/load_demo.py",
        "matching/evaluate.py",
    }
    found = {
        str(path.relative_to(ROOT))
        for path in PYTHON
        if path.relative_to(ROOT).parts[0] not in {"tests", "benchmarks", "scripts"}
        and asks.search(path.read_text("utf-8"))
    }
    assert found - allowed == set()


def test_the_repository_names_no_machine():
    """No path of a developer's machine, no registry host, in any file that is tracked."""
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    machine = re.compile(rb"/wor[k]/(main|shared)|/roo[t]/\.|\.\./share[d]|\.\./\.librar[y]")
    assert [name for name in tracked if name and machine.search((ROOT / name).read_bytes())] == []


def test_no_alias_hides_a_text_from_the_catalogues():
    """xgettext knows the functions' own names and `_`; what another name wraps would never be translated."""
    alias = re.compile(r"\b(?:gettext|ngettext|pgettext)\w* as (?!_\b)")
    assert [str(path) for path in PYTHON if alias.search(path.read_text("utf-8"))] == []
