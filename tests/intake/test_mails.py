"""What the company receives: who, what, when, one link; no secret in a subject."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from intake.addresses import correct_address
from intake.lifecycle import IRRITANT
from intake.models import Contact, Irritant, Post
from intake.wording import day
from journal import jobs, links
from journal.actors import Actor, coordinator
from journal.lifecycle import Refusal
from journal.models import BlockedAddress, Event, Message
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
    addresses = set(re.findall(r"https?://[^\s\"<]+", letter.body))
    assert addresses == set(re.findall(r"https?://[^\s\"<]+", letter.alternatives[0][0]))
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


def test_the_promise_is_that_of_the_day_it_was_sent_however_late_the_mail_leaves(case, staff):
    promised = day(case.due_at)
    IRRITANT.perform(case, "take", actor=staff)
    assert day(case.due_at) != promised
    received, taken = sorted(letters(), key=lambda letter: letter.subject.startswith("Quelqu’un"))
    for text in (received.body, received.alternatives[0][0]):
        assert promised in text and day(case.due_at) not in text
    assert day(case.due_at) in taken.body


def test_taken_late_promises_what_it_promised_then(case, staff):
    letters()
    IRRITANT.perform(case, "take", actor=staff)
    promised = day(case.due_at)
    Irritant.objects.filter(pk=case.pk).update(due_at=case.due_at + timedelta(days=30))
    [letter] = letters()
    assert promised in letter.body


def test_a_known_contact_is_answered_in_the_language_it_wrote_in_this_time(case):
    letters()
    german = casting.irritant(language="de")
    assert german.contact == case.contact and german.contact.language == "fr"
    [letter] = letters()
    assert letter.subject.startswith("Ihr Anliegen") and german.reference in letter.subject


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
    ("outcome", "words"),
    [
        ("no_match", "Nous n’avons pas trouvé"),
        ("training", "une formation"),
        ("talent", "un alternant"),
        ("redirected", "Adressez-vous à eux directement"),
        ("out_of_scope", "sort de ce cadre"),
        ("no_reply", "suffit à la rouvrir"),
        ("collaboration", "Une collaboration est convenue"),
    ],
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
    [closing] = [letter for letter in letters() if "nous fermons" in letter.subject]
    assert "Depuis quand" not in closing.body + closing.alternatives[0][0]


def test_a_duplicate_names_the_first_request_to_the_same_person_alone(case, staff):
    mine, other = casting.irritant(), casting.irritant(email="autre@ailleurs.example", company_name="Autre")
    letters()
    IRRITANT.perform(case, "close", actor=staff, outcome="duplicate", duplicate_of=mine)
    for text in one(case):
        assert mine.reference in text
    IRRITANT.perform(mine, "close", actor=staff, outcome="duplicate", duplicate_of=other)
    for text in one(mine):
        assert other.reference not in text


def test_a_foreign_company_is_not_sent_to_french_desks(staff):
    case = casting.irritant("de", country="DE")
    letters()
    IRRITANT.perform(case, "close", actor=staff, outcome="no_match")
    for text in one(case):
        assert "Bpifrance" not in text and "Nachbarcluster" in text


def test_reopened_and_withdrawn(case, staff):
    IRRITANT.perform(case, "close", actor=staff, outcome="no_reply")
    letters()
    IRRITANT.perform(case, "reopen", actor=staff)
    for text in one(case):
        assert "Nous avons repris l’étude" in text and day(case.due_at) in text
    IRRITANT.perform(case, "withdraw", actor=Actor("company"))
    for text in one(case):
        assert "est retirée" in text


def bounced(case):
    Message.objects.filter(case=case.public_id).update(status=Message.BOUNCED)
    BlockedAddress.objects.create(email=case.contact.email, kind="bounced")


def test_a_corrected_address_gets_what_was_missed_and_the_old_one_loses_its_link(client, case, staff):
    letters()
    old = links.give(links.FOLLOW, case.public_id, case.contact.email).token
    bounced(case)
    assert correct_address(case, " Juste@Zirkonia.example ", actor=staff) == 1
    mail.outbox.clear()
    jobs.run_owed()
    [letter] = mail.outbox
    assert letter.to == ["juste@zirkonia.example"] and case.reference in letter.subject
    assert client.get(reverse("intake:follow", args=[old])).status_code != 200
    assert BlockedAddress.objects.count() == 0
    assert Event.objects.filter(case=case.public_id, name="irritant.address_corrected").count() == 1


def test_an_address_that_is_known_takes_the_case_over(case, staff):
    other = casting.irritant(email="autre@zirkonia.example")
    bounced(case)
    correct_address(case, other.contact.email, actor=staff)
    case.refresh_from_db()
    assert case.contact == other.contact
    assert not Contact.objects.filter(email=casting.SECRET_EMAIL).exists(), (
        "nobody is written to there any more"
    )


@pytest.mark.parametrize(
    "email", ["", "pas une adresse", casting.SECRET_EMAIL.upper(), "a@b.example\r\nBcc: c@d.example"]
)
def test_no_address_and_the_same_one_are_refused(case, staff, email):
    with pytest.raises(Refusal):
        correct_address(case, email, actor=staff)
