"""What a partner reads of a question: previewed exactly, at each level, in its language; who we are, the first time."""

import re
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from intake.lifecycle import IRRITANT
from intake.models import Confidentiality, Irritant
from journal import jobs
from journal.actors import CLOCK_ACTOR, SYSTEM_ACTOR, coordinator
from tests import cast as casting
from tests.triage.partner.helpers import SECRETS, sign, token_of, url
from triage.asking import ask, candidates
from triage.lifecycle import MATCH, REFERRAL
from triage.models import Match, Qualification, Referral
from triage.question import about_us
from triage.workbench.preview import preview

NOTE = "Merci de vos lumières."
FIRST = "C’est la première fois que nous vous écrivons"


class _Reading(HTMLParser):
    """The words of a page, or of what stands in its element of this class."""

    def __init__(self, inside: str = ""):
        super().__init__()
        self.inside, self.depth, self.words = inside, 0, []

    def handle_starttag(self, tag, attrs):
        if tag in ("br", "use", "input", "meta", "link", "img"):
            return
        if self.depth or not self.inside or self.inside in (dict(attrs).get("class") or "").split():
            self.depth += 1

    def handle_endtag(self, tag):
        self.depth -= bool(self.depth) and tag not in ("br", "use")

    def handle_data(self, data):
        if self.depth or not self.inside:
            self.words += data.split()


def read(html: str, inside: str = "") -> list[str]:
    reading = _Reading(inside)
    reading.feed(html)
    return reading.words


def sent_to(address: str):
    return [message for message in mail.outbox if message.to == [address]]


@pytest.mark.parametrize("level", Confidentiality.values)
def test_page_and_mail_are_what_the_preview_showed(cast, level):
    Irritant.objects.filter(pk=cast.irritant.pk).update(confidentiality=level)
    cast.irritant.refresh_from_db()
    ready = casting.qualified(cast)
    user = cast.other_editor
    type(user).objects.filter(pk=user.pk).update(language="de")
    if level == Confidentiality.NDA:
        for lab in (cast.lab, cast.other_lab):
            sign(ready, lab, cast.coordinator)
    with translation.override("fr"):
        shown = [preview(ready, row, matches, note=NOTE) for row, matches in candidates(ready).items()]
        ask(ready, [cast.lab, cast.other_lab], note=NOTE, actor=coordinator(cast.coordinator))
    mail.outbox.clear()
    jobs.run_owed()
    assert [letter.language for one in shown for letter in one.letters] == ["fr", "de"]
    for one in shown:
        [letter] = one.letters
        [got] = sent_to(letter.to[0])
        link = re.search(r"http://\S+/reponse/\S+", got.body).group(0)
        personal = re.search(r"http://\S+/… \(.*\)", letter.body).group(0)
        assert got.subject == letter.subject
        assert got.body.replace(link, personal).strip() == letter.body.strip()
        page = Client(headers={"accept-language": "en"}).get(_path(link))
        assert read(page.content.decode(), "asked") == read(letter.page)
        assert NOTE in letter.body and not [
            s for s in SECRETS if s.casefold() in (letter.page + letter.body).casefold()
        ]


def _path(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def _ask(cast, irritant, lab, **more):
    with translation.override("fr"):
        [referral] = ask(irritant, [lab], note="", actor=coordinator(cast.coordinator), **more)
    return referral


def _second_case(cast) -> Irritant:
    """Another irritant, ready to be asked about to the first laboratory."""
    row, actor = cast.strangers_irritant, coordinator(cast.coordinator)
    IRRITANT.perform(row, "take", actor=actor)
    Qualification.objects.create(irritant=row, partner_summary="Une fonderie cherche à prévoir.")
    match, _new = Match.objects.get_or_create(irritant=row, offer=cast.offers[0])
    MATCH.perform(match, "keep", actor=actor)
    return row


def test_the_first_question_says_who_asks_the_second_does_not(cast, client):
    first = _ask(cast, casting.qualified(cast), cast.lab)
    mail.outbox.clear()
    jobs.run_owed()
    second = _ask(cast, _second_case(cast), cast.lab)
    jobs.run_owed()
    assert (first.introduces, second.introduces) == (True, False)
    one, two = (message.body for message in sent_to(cast.editor.email))
    with translation.override("fr"):
        sentences = about_us()
    told = [
        all(" ".join(said.split()) in " ".join(body.split()) for said in sentences) for body in (one, two)
    ]
    assert (told, FIRST in one, FIRST in two) == ([True, False], True, False)
    for referral, expected in ((first, True), (second, False)):
        page = client.get(url("answer", token_of(referral))).content.decode()
        assert (FIRST in page, sentences[2] in page) == (expected, expected)
        if expected:
            assert page.index("Le besoin") < page.index("Pourquoi vous") < page.index(FIRST)


def test_a_first_question_that_never_left_leaves_the_introduction_to_the_next(cast):
    first = _ask(cast, casting.qualified(cast), cast.lab)
    REFERRAL.perform(first, "cancel", actor=SYSTEM_ACTOR)  # its mail had not left
    second = _ask(cast, _second_case(cast), cast.lab)
    mail.outbox.clear()
    jobs.run_owed()
    assert [FIRST in message.body for message in sent_to(cast.editor.email)] == [True]
    assert list(Referral.objects.filter(introduces=True)) == [second]


def test_once_the_question_is_answered_its_page_introduces_nobody(cast, client):
    referral = _ask(cast, casting.qualified(cast), cast.lab)
    REFERRAL.perform(referral, "expire", actor=CLOCK_ACTOR)
    assert FIRST not in client.get(url("answer", token_of(referral))).content.decode()
