"""Renew the translation catalogues: python scripts/messages.py (needs Debian's gettext).

Extracts the French msgids from code and templates into locale/{fr,de,en}, drops what is no longer used, fills the
French catalogue's plurals (French says « 0 offre »; without a catalogue Django would say « 0 offres ») and compiles
everything. What is left untranslated in de and en is counted; a test refuses it.
"""

import os
import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "de": "nplurals=2; plural=(n != 1);",
    "en": "nplurals=2; plural=(n != 1);",
}
NOT_OURS = (".venv", "tests", "var", "static", "matching")


def catalogue(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def extract() -> None:
    """Bring the msgids of every catalogue up to date."""
    ignored = [argument for folder in NOT_OURS for argument in ("-i", folder)]
    languages = [argument for language in PLURALS for argument in ("-l", language)]
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", *languages, "--no-location", "--no-obsolete", *ignored],
        cwd=ROOT,
        env=os.environ | {"ENACT_DEMO": "1"},
        check=True,
    )


def finish(language: str) -> int:
    """Give a catalogue its plural rule and its compiled form; returns how many msgids have no translation."""
    po = polib.pofile(str(catalogue(language)))
    po.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    po.metadata_is_fuzzy = False
    po.header = ""
    for entry in po:
        if entry.fuzzy:  # a guess of the tool is no translation
            entry.flags.remove("fuzzy")
            entry.msgstr, entry.msgstr_plural = "", dict.fromkeys(entry.msgstr_plural, "")
        entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
    if language == "fr":
        po[:] = [entry for entry in po if entry.msgid_plural]
        for entry in po:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
    po.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    po.save()
    po.save_as_mofile(str(catalogue(language).with_suffix(".mo")))
    return len(po.untranslated_entries())


if __name__ == "__main__":
    extract()
    print({language: finish(language) for language in PLURALS})
