"""Three languages, whole: nothing untranslated, fuzzy, stale or broken."""

import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import formats, translation
from django.utils.html import escape
from django.utils.translation import ngettext

from accounts.models import User
from foundation.templatetags.reading import file_size, typeset, whole
from intake.models import Draft, Irritant
from journal import jobs, links
from tests import cast as casting

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
        wrong += [
            said
            for asked, said in pairs
            if sorted(PLACEHOLDER.findall(asked)) != sorted(PLACEHOLDER.findall(said))
        ]
    assert wrong == []


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_the_compiled_catalogue_is_the_written_one(language):
    written = catalogue(language)
    compiled = polib.mofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.mo"))
    assert {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in compiled} == {
        (entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural
        for entry in written.translated_entries()
    }


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")
def test_the_catalogues_have_what_the_code_says(tmp_path):
    """Extract again in a copy: no msgid is missing, none is left over."""
    copy = tmp_path / "copy"
    kept = shutil.ignore_patterns(
        ".git", ".venv", "var", "static", "tests", "matching", "__pycache__", "node_modules"
    )
    shutil.copytree(ROOT, copy, ignore=kept)
    for folder in ("static", "matching"):
        (copy / folder).symlink_to(ROOT / folder)
    subprocess.run([sys.executable, "scripts/messages.py"], cwd=copy, check=True, capture_output=True)
    for language in ("de", "en"):
        fresh = polib.pofile(str(copy / "locale" / language / "LC_MESSAGES" / "django.po"))
        assert {entry.msgid for entry in fresh} == {entry.msgid for entry in catalogue(language)}


def told(language: str) -> list[tuple[str, str]]:
    """(French, translation) of every message; the plural where there is one."""
    return [
        (entry.msgid_plural, entry.msgstr_plural[1]) if entry.msgid_plural else (entry.msgid, entry.msgstr)
        for entry in catalogue(language)
    ]


@pytest.mark.parametrize(
    ("language", "excluding", "including"),
    [
        ("de", "[Vv]or (dem )?", "[Ss]pätestens"),
        ("en", "[Bb]efore (the )?", r"\b[Bb]y\b"),
    ],
)
def test_a_deadline_is_said_with_its_day_included(language, excluding, including):
    """« au plus tard le 24 »: never « avant le 24 », which excludes the day."""
    said = told(language)
    a_day = r"(%\(|\$)(day|date|weekday|due|until)"
    outside = [
        pair
        for pair in said
        if re.search("[Aa]vant (le )?" + a_day, pair[0]) or re.search(excluding + a_day, pair[1])
    ]
    assert outside == []
    deadlines = [pair for pair in said if "u plus tard" in pair[0]]
    assert len(deadlines) > 15
    assert [pair for pair in deadlines if not re.search(including, pair[1])] == []


def test_the_promise_of_a_call_is_said_with_one_verb():
    """« vous appelle ou vous écrit »: nobody is « rappelé » who did not call."""
    again = {
        "fr": r"\brappel(le|ler|é|és)\b",
        "de": r"[Zz]urück(ruf|gerufen)|\bruft\b.*\bzurück\b",
        "en": r"\bcall\w* (you )?back",
    }
    said = {language: [pair[1] for pair in told(language)] for language in ("de", "en")}
    said["fr"] = [pair[0] for pair in told("de")]
    assert {
        language: [one for one in said[language] if re.search(pattern, one)]
        for language, pattern in again.items()
    } == {"fr": [], "de": [], "en": []}


def test_french_says_zero_in_the_singular():
    with translation.override("fr"):
        assert ngettext("%(count)s page", "%(count)s pages", 0) % {"count": 0} == "0 page"


def test_scripts_say_nothing_themselves():
    """Words come from the page, where they are translated (data-…, JSON): a module holds none."""
    comments = re.compile(r"/\*.*?\*/|(?<![:\\])//[^\n]*", re.S)
    strings = re.compile(r""" "([^"\n]*)" | '([^'\n]*)' | `([^`]*)` """.replace(" ", ""))
    speaks = re.compile(r"[À-ÖØ-öø-ÿ«»]|^[A-Z][a-z’']+( [a-z’']+)+|\b[a-z]+ [a-z]+ [a-z]+\b")
    found = {
        script.name: said
        for script in (ROOT / "static" / "js").rglob("*.js")
        if (
            said := [
                text
                for text in map("".join, strings.findall(comments.sub("", script.read_text("utf-8"))))
                if speaks.search(text.replace("À-ÿ", ""))  # a class of letters, in a pattern
            ]
        )
    }
    assert found == {}


@pytest.mark.parametrize(
    ("language", "day", "hour", "number", "sizes"),
    [
        ("fr", "24\u00a0novembre\u00a02026", "14:05", "1\u202f234,5", ["1 ko", "15 ko", "2,4 Mo"]),
        ("de", "24.\u00a0November\u00a02026", "14:05", "1.234,5", ["1 kB", "15 kB", "2,4 MB"]),
        ("en", "24\u00a0November\u00a02026", "14:05", "1,234.5", ["1 kB", "15 kB", "2.4 MB"]),
    ],
)
def test_dates_and_numbers_as_the_reader_writes_them(language, day, hour, number, sizes):
    moment = datetime(2026, 11, 24, 14, 5)
    with translation.override(language):
        assert formats.date_format(moment, "DATE_FORMAT") == day
        assert formats.time_format(moment, "TIME_FORMAT") == hour
        assert formats.number_format(1234.5, 1, use_l10n=True, force_grouping=True) == number
        shown = [file_size(size) for size in (69, 14_900, 2_400_000)]
        assert shown == [size.replace(" ", "\u00a0") for size in sizes]


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("fr", "1er\u00a0octobre\u00a02026", "2\u00a0octobre\u00a02026"),
        ("de", "1.\u00a0Oktober\u00a02026", "2.\u00a0Oktober\u00a02026"),
        ("en", "1\u00a0October\u00a02026", "2\u00a0October\u00a02026"),
    ],
)
def test_the_first_of_a_month_has_its_own_word_in_french(language, first, second):
    with translation.override(language):
        days = [datetime(2026, 10, number, 9) for number in (1, 2)]
        assert [formats.date_format(day, "DATE_FORMAT") for day in days] == [first, second]
        assert formats.date_format(days[0], "MONTH_DAY_FORMAT") == first.rpartition("\u00a0")[0]
        assert formats.date_format(days[0], "DATETIME_FORMAT").startswith(first)


def test_a_reference_stays_whole_and_is_copied_as_it_is():
    shown = whole("<b> & ENACT-7F3K-92, encore")
    assert shown == '&lt;b&gt; &amp; <span class="whole">ENACT-7F3K-92</span>, encore'


def test_no_page_chooses_a_format_of_its_own():
    """Dates by the formats of the language, which have names; « l » (the weekday) and "c" (for machines) are none."""
    chosen = re.compile(r"""\|(?:date|time):"([^"]*)\"""")
    named = re.compile(r"[A-Z_]+_FORMAT|l|c|Y-m-d")
    found = {
        str(page.relative_to(ROOT)): own
        for page in (ROOT / "templates").rglob("*.*")
        if (own := [one for one in chosen.findall(page.read_text("utf-8")) if not named.fullmatch(one)])
    }
    assert found == {}


def test_french_signs_never_begin_a_line():
    assert typeset("Apprendre : voir « ici » ? Oui !") == (
        "Apprendre\u202f: voir «\u202fici\u202f»\u202f? Oui\u202f!"
    )
    assert typeset("l'été d'une PME, 5'3 et 'ici'") == "l’été d’une PME, 5'3 et 'ici'"
    assert typeset("10:30, http://a.example ; b") == "10:30, http://a.example\u202f; b"


def public_pages(cast) -> list[str]:
    """Addresses whose whole text is ours: forms, follow-up, partner's answer, plain pages, sign-in."""
    referral = casting.asked(cast)[0]
    follow = links.give(links.FOLLOW, cast.irritant.public_id, cast.irritant.contact.email)
    answer = links.give(links.ANSWER, referral.public_id, cast.editor.email)
    draft = Draft.objects.create(answers=casting.answers())
    steps = [
        reverse("intake:step", args=[draft.token, step])
        for step in ("irritant", "vous", "contexte", "verifier")
    ]
    plain = ["confidentialite", "mentions-legales", "accessibilite", "comment-ca-marche"]
    return [
        reverse("home"),
        reverse("catalogue"),
        reverse("account_login"),
        *(reverse("page", args=[slug]) for slug in plain),
        *steps,
        reverse("intake:follow", args=[follow.token]),
        reverse("triage:answer", args=[answer.token]),
    ]


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_page_mixes_languages(cast, client, language):
    """No French msgid of four words or more is left in a page asked for in another language."""
    french = {
        entry.msgid
        for entry in catalogue(language)
        if len(entry.msgid.split()) >= 4
        and entry.msgstr
        and entry.msgstr != entry.msgid
        and "%(" not in entry.msgid
    }
    left = {}
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for address in public_pages(cast):
        response = client.get(address)
        assert response.status_code == 200, address
        page = response.content.decode()
        assert f'<html lang="{language}"' in page
        left[address] = sorted(one for one in french if one in page or escape(one) in page)
    assert {address: found for address, found in left.items() if found} == {}


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_mail_mixes_languages(cast, language):
    """Every mail that the chain sends, in the recipient's language."""
    Irritant.objects.update(language=language)
    User.objects.update(language=language)
    mail.outbox.clear()
    casting.accepted(cast)
    jobs.run_owed()
    french = {
        entry.msgid
        for entry in catalogue(language)
        if len(entry.msgid.split()) >= 4 and entry.msgstr != entry.msgid
    }
    assert len(mail.outbox) >= 5
    for message in mail.outbox:
        html = message.alternatives[0][0]
        assert [one for one in french if one in message.body or one in html or one in message.subject] == []
