"""What leaves, with which headers, and what becomes of it: against a real SMTP server that answers as told."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from foundation import clock
from intake.lifecycle import IRRITANT
from intake.models import Company, Contact
from journal import delivery, jobs, messages
from journal.actors import coordinator
from journal.models import BlockedAddress, Job, Message
from tests import cast as casting
from tests.journal.smtp import serving

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.shows("R-06", "R-09")]


@pytest.fixture
def server(settings):
    with serving(settings) as server:
        yield server


@pytest.fixture
def case(db):
    return casting.irritant()


def the_message(case, template="company_received") -> Message:
    return Message.objects.get(case=case.public_id, template=template)


def test_headers_are_the_same_for_every_mail_of_a_case(server, case, settings):
    settings.MAIL_REPLY_TO = "coordination@enact.example"
    IRRITANT.perform(case, "take", actor=coordinator(casting.person("c@enact.example", "coordinator")))
    jobs.run_owed()
    first, second = server.mails
    for mail in (first, second):
        assert mail["From"] == settings.DEFAULT_FROM_EMAIL
        assert mail["Reply-To"] == "coordination@enact.example"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["List-Unsubscribe"] is None
        assert mail["References"] == mail["In-Reply-To"] == f"<case.{case.public_id}@localhost>"
        assert case.reference in mail["Subject"]
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert first["Message-ID"] != second["Message-ID"]
    assert the_message(case).status == Message.SENT


NAMES = st.text(min_size=1, max_size=40) | st.sampled_from(
    ["X\r\nBcc: v@exemple.example", "X\nSubject: autre", "X\r\n\r\n<b>", "X\r\n.\r\nMAIL FROM:<v@x.example>"]
)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=NAMES, words=NAMES)
def test_no_name_adds_a_header_or_a_recipient(server, case, name, words):
    """S-13: whatever people are called, the server sees one recipient and the same set of headers."""
    name = name.replace("\x00", "")
    Company.objects.filter(pk=case.company_id).update(name=name[:200])
    Contact.objects.filter(pk=case.contact_id).update(name=name[:120])
    server.kept.clear()
    message = the_message(case)
    mail = messages.render(message)
    letter = messages.texts.write(
        "company_question",
        "fr",
        {"subject": "$name $company $reference", "preheader": "", "body": "$words", "button": "x"},
        {
            "reference": "R",
            "name": name,
            "company": words,
            "words": words,
            "action_url": "https://x.example/",
        },
    )
    mail.subject, mail.body = letter.subject, letter.text
    mail.send()
    [(recipients, _content)] = server.kept
    assert recipients == [casting.SECRET_EMAIL]
    [seen] = server.mails
    assert sorted(seen.keys()) == sorted(
        ["Content-Type", "MIME-Version", "Subject", "From", "To", "Message-ID", "In-Reply-To", "References",
         "Auto-Submitted", "Date"]
    )  # fmt: skip
    assert seen.get_all("To") == [casting.SECRET_EMAIL]


@pytest.mark.parametrize(
    ("rcpt", "data", "status", "reason", "blocks"),
    [
        ("550 5.1.1 no such user", None, Message.BOUNCED, "550 5.1.1", True),
        ("550 no such user", None, Message.BOUNCED, "550", True),
        ("550 5.7.1 your network is on our block list", None, Message.FAILED, "550 5.7.1", False),
        (None, "552 5.2.2 mailbox full", Message.BOUNCED, "552 5.2.2", True),
        (None, "554 message refused", Message.FAILED, "554", False),
    ],
)
def test_a_refusal_for_good_is_known_at_once(server, case, rcpt, data, status, reason, blocks):
    server.rcpt, server.data = rcpt, data
    jobs.run_owed()
    message = the_message(case)
    assert (message.status, message.reason) == (status, reason)
    job = Job.objects.get(key=f"message:{message.pk}")
    assert (job.status, job.attempts) == (Job.DONE, 1)
    assert list(BlockedAddress.objects.values_list("email", "kind")) == (
        [(casting.SECRET_EMAIL, "bounced")] if blocks else []
    )


@pytest.mark.parametrize(("rcpt", "data"), [("450 4.2.1 later", None), (None, "451 4.3.0 later")])
def test_a_refusal_for_now_is_tried_again(server, case, rcpt, data):
    server.rcpt, server.data = rcpt, data
    jobs.run_owed()
    message = the_message(case)
    assert message.status == Message.OWED
    job = Job.objects.get(key=f"message:{message.pk}")
    assert (job.status, job.attempts) == (Job.OWED, 1) and job.not_before > clock.now()
    server.rcpt = server.data = None
    with clock.at(job.not_before + timedelta(seconds=1)):
        jobs.run_owed()
    assert the_message(case).status == Message.SENT
    assert len(server.kept) == 1


def bounced(server, case):
    server.rcpt = "550 5.1.1 no such user"
    jobs.run_owed()
    server.rcpt = None
    IRRITANT.perform(case, "take", actor=coordinator(casting.person("c@enact.example", "coordinator")))
    jobs.run_owed()


def test_nothing_more_goes_to_an_address_that_refused(server, case):
    bounced(server, case)
    assert server.kept == []
    assert the_message(case, "company_taken").status == Message.SUPPRESSED


def test_send_again_says_that_the_address_is_right(server, case):
    bounced(server, case)
    assert messages.send_again(the_message(case)) is True
    assert messages.send_again(the_message(case)) is False
    jobs.run_owed()
    kept_back = the_message(case, "company_taken")
    assert [mail["Message-ID"] for mail in server.mails] == [
        the_message(case).message_id,
        kept_back.message_id,
    ]
    assert the_message(case).status == kept_back.status == Message.SENT
    assert BlockedAddress.objects.count() == 0


def test_nothing_is_sent_again_to_an_address_that_was_corrected(server, case):
    bounced(server, case)
    BlockedAddress.objects.all().delete()
    assert messages.send_again(the_message(case)) is False


def test_what_a_mail_was_about_may_be_over_before_it_leaves(server, case):
    staff = coordinator(casting.person("c@enact.example", "coordinator"))
    IRRITANT.perform(case, "take", actor=staff)
    IRRITANT.perform(case, "ask_info", actor=staff, text="Depuis quand ?")
    IRRITANT.perform(case, "close", actor=staff, outcome="no_reply")
    jobs.run_owed()
    assert the_message(case, "company_question").status == Message.OBSOLETE
    assert the_message(case, "company_closed_no_reply").status == Message.SENT


SENT, DELIVERED, BOUNCED, COMPLAINED = Message.SENT, Message.DELIVERED, Message.BOUNCED, Message.COMPLAINED


@pytest.mark.parametrize(
    ("news", "ends"),
    [
        ([DELIVERED], DELIVERED),
        ([DELIVERED, BOUNCED], BOUNCED),
        ([BOUNCED, DELIVERED], BOUNCED),
        ([DELIVERED, COMPLAINED, DELIVERED], COMPLAINED),
        ([BOUNCED, COMPLAINED], BOUNCED),
        ([DELIVERED, SENT, DELIVERED], DELIVERED),
    ],
)
def test_states_go_forward_only_and_twice_is_once(case, news, ends):
    message = the_message(case)
    delivery.settle(message.pk, SENT)
    for state in news:
        delivery.settle(message.pk, state, "bounced")
        assert delivery.settle(message.pk, state, "bounced") is False
    message.refresh_from_db()
    assert message.status == ends and message.sent_at


def test_a_mail_that_is_known_to_have_arrived_is_not_sent_again(server, case):
    """The worker died between the server's yes and its own commit; the provider's news came first."""
    delivery.settle(the_message(case).pk, Message.DELIVERED)
    jobs.run_owed()
    assert server.kept == []
    assert the_message(case).status == Message.DELIVERED


def test_the_last_mail_to_somebody_erased_leaves_no_address(server, case, monkeypatch):
    monkeypatch.setitem(
        messages.TEMPLATES,
        "company_received",
        dataclasses.replace(messages.TEMPLATES["company_received"], forgets=True),
    )
    server.rcpt = "550 5.1.1 no such user"
    jobs.run_owed()
    message = the_message(case)
    assert (message.status, message.recipient) == (Message.BOUNCED, f"{message.pk.hex}@erased.invalid")
    assert BlockedAddress.objects.count() == 0
