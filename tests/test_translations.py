"""Three languages, whole: nothing untranslated, fuzzy, stale or broken."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import ngettext

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|\$\w+|</?\w+")


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))


@pytest.mark.parametrize("language", ["de", "en"])
def test_everything_is_translated(language):
    entries = catalogue(language)
    assert [entry.msgid for entry in entries.untranslated_entries() + entries.fuzzy_entries()] == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_placeholders_and_tags_survive(language):
    wrong = []
    for entry in catalogue(language):
        pairs = [(entry.msgid, entry.msgstr)]
        if entry.msgid_plural:
            pairs = [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]
        wrong += [said for asked, said in pairs if sorted(PLACEHOLDER.findall(asked)) != sorted(PLACEHOLDER.findall(said))]
    assert wrong == []


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_the_compiled_catalogue_is_the_written_one(language):
    written = catalogue(language)
    compiled = polib.mofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.mo"))
    assert {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in compiled} == {
        (entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in written.translated_entries()
    }


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")
def test_the_catalogues_have_what_the_code_says(tmp_path):
    """Extract again in a copy: no msgid is missing, none is left over."""
    copy = tmp_path / "copy"
    kept = shutil.ignore_patterns(".git", ".venv", "var", "static", "tests", "matching", "__pycache__", "node_modules")
    shutil.copytree(ROOT, copy, ignore=kept)
    for folder in ("static", "matching"):
        (copy / folder).symlink_to(ROOT / folder)
    subprocess.run([sys.executable, "scripts/messages.py"], cwd=copy, check=True, capture_output=True)
    for language in ("de", "en"):
        fresh = polib.pofile(str(copy / "locale" / language / "LC_MESSAGES" / "django.po"))
        assert {entry.msgid for entry in fresh} == {entry.msgid for entry in catalogue(language)}


def test_french_says_zero_in_the_singular():
    with translation.override("fr"):
        assert ngettext("%(count)s page", "%(count)s pages", 0) % {"count": 0} == "0 page"
