"""What the company receives: who, what, when, one link; no secret in a subject."""

import pytest
from django.core import mail
from django.urls import reverse

from intake.lifecycle import IRRITANT
from intake.models import Post
from intake.wording import day
from journal import jobs, links
from journal.actors import coordinator
from tests import cast as casting

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db):
    return casting.irritant()


@pytest.fixture
def staff(db):
    return coordinator(casting.person("coordination@enact.example", "coordinator", full_name="Camille Weber"))


def letters(language: str = "fr"):
    """The mails to the company sent since last time."""
    mail.outbox.clear()
    jobs.run_owed()
    return [letter for letter in mail.outbox if letter.to == [casting.SECRET_EMAIL]]


def one(case):
    [letter] = letters()
    assert case.reference in letter.subject
    for secret in (casting.SECRET_COMPANY, casting.SECRET_PERSON, casting.SECRET_WORDS):
        assert secret not in letter.subject
    token = links.give(links.FOLLOW, case.public_id, case.contact.email).token
    html = letter.alternatives[0][0]
    for text in (letter.body, html):
        assert text.count(reverse("intake:follow", args=[token])) >= 1
        assert "None" not in text and "{{" not in text
    return letter.body, html


def test_received(case):
    for text in one(case):
        assert day(case.due_at) in text
        assert "préparez" in text


def test_taken(case, staff):
    letters()
    IRRITANT.perform(case, "take", actor=staff)
    for text in one(case):
        assert "Camille Weber" in text and day(case.due_at) in text


def test_question_carries_the_question_as_text(case, staff):
    IRRITANT.perform(case, "take", actor=staff)
    letters()
    Post.objects.create(irritant=case, author_role="coordinator", text="Note interne", internal=True)
    IRRITANT.perform(case, "ask_info", actor=staff, text="Depuis quand <b>vraiment</b> ?")
    plain, html = one(case)
    assert "Depuis quand <b>vraiment</b> ?" in plain
    assert "Depuis quand &lt;b&gt;vraiment&lt;/b&gt; ?" in html
    assert "Note interne" not in plain + html
    assert day(case.due_at) in plain


@pytest.mark.parametrize(
    ("outcome", "words"), [("no_match", "Nous n’avons pas trouvé"), ("training", "une formation")]
)
def test_closed_says_the_outcome_and_the_last_word(case, staff, outcome, words):
    letters()
    IRRITANT.perform(case, "close", actor=staff, outcome=outcome, text="Merci, et à bientôt.")
    for text in one(case):
        assert words in text and "Merci, et à bientôt." in text


def test_spam_is_not_answered(case, staff):
    letters()
    IRRITANT.perform(case, "close", actor=staff, outcome="spam")
    assert letters() == []


def test_closed_without_a_word_repeats_no_older_question(case, staff):
    IRRITANT.perform(case, "take", actor=staff)
    IRRITANT.perform(case, "ask_info", actor=staff, text="Depuis quand ?")
    IRRITANT.perform(case, "close", actor=staff, outcome="no_reply")
    [closing] = [letter for letter in letters() if "La suite donnée" in letter.subject]
    assert "Depuis quand" not in closing.body + closing.alternatives[0][0]
