"""What the company hears about partners: good or bad, once for each piece of news."""

import pytest
from django.core import mail

from demo.stories import working_day
from foundation import clock
from intake.lifecycle import IRRITANT
from intake.models import Stage
from journal import jobs
from journal.actors import Actor, coordinator
from journal.clockwork import RULES
from journal.models import Message
from tests import cast as casting
from triage.asking import ask
from triage.lifecycle import REFERRAL

pytestmark = pytest.mark.django_db
PARTNER = Actor("partner")


def news(cast) -> list[str]:
    """Templates owed to the company since partners were asked, oldest first."""
    rows = Message.objects.filter(case=cast.irritant.public_id, recipient=casting.SECRET_EMAIL)
    before = ["company_received", "company_taken"]
    return list(rows.exclude(template__in=before).order_by("created_at").values_list("template", flat=True))


def silence() -> int:
    """What the rule says to the company on the next working day, whatever day and hour it is now."""
    with casting.at_work():
        return RULES["company.nobody_yet"]()


def test_silence_is_said_after_nine_working_days_once_and_late(cast):
    rule = RULES["company.nobody_yet"]
    with clock.at(working_day(8, 10)):
        casting.asked(cast)
    with clock.at(working_day(0, 10)):
        assert rule() == 0
    with casting.at_work(2):  # the ninth working day at least, whatever day today is; then twice
        assert (rule(), rule()) == (1, 0)
        mail.outbox.clear()
        jobs.run_owed()
    [letter] = [one for one in mail.outbox if "Personne n’a encore répondu" in one.subject]
    assert "2 partenaires" in letter.body
    assert news(cast) == ["company_oriented", "company_nobody_yet"]


@pytest.mark.parametrize("word", ["accept", "decline", "question"])
def test_a_word_of_anyone_ends_the_silence(cast, word):
    with clock.at(working_day(12, 10)):
        referrals = casting.asked(cast)
    REFERRAL.perform(
        referrals[0], word, actor=PARTNER, **({"reason": "not_our_expertise"} if word == "decline" else {})
    )
    assert silence() == 0


def test_an_answer_before_it_leaves_makes_it_obsolete(cast):
    with clock.at(working_day(12, 10)):
        referrals = casting.asked(cast)
    assert silence() == 1
    REFERRAL.perform(referrals[0], "accept", actor=PARTNER)
    with casting.at_work(2):
        jobs.run_owed()
    row = Message.objects.get(template="company_nobody_yet")
    assert row.status == Message.OBSOLETE


def test_when_all_declined_one_mail_says_so(cast):
    for referral in casting.asked(cast):
        REFERRAL.perform(referral, "decline", actor=PARTNER, reason="not_our_expertise")
    assert news(cast) == ["company_oriented", "company_all_declined"]
    cast.irritant.refresh_from_db()
    assert cast.irritant.stage == Stage.IN_TRIAGE


def test_a_partner_that_leaves_is_one_piece_of_news_even_when_nobody_is_left(cast):
    first, second = casting.accepted(cast)
    REFERRAL.perform(second, "decline", actor=PARTNER, reason="not_our_expertise")
    REFERRAL.perform(first, "withdraw", actor=PARTNER)
    assert news(cast) == ["company_oriented", "company_partner_accepted", "company_partner_withdrawn"]


def test_questions_taken_back_by_us_are_no_refusal(cast):
    by = coordinator(cast.coordinator)
    for referral in casting.asked(cast):
        REFERRAL.perform(referral, "cancel", actor=by, reason="mistake")
    assert news(cast) == ["company_oriented", "company_reopened"]


def test_a_second_round_is_told_like_the_first_and_its_silence_again(cast):
    by = coordinator(cast.coordinator)
    with clock.at(working_day(30, 10)):
        referrals = casting.asked(cast)
    with clock.at(working_day(20, 10)):
        assert RULES["company.nobody_yet"]() == 1
        for referral in referrals:
            REFERRAL.perform(referral, "decline", actor=PARTNER, reason="not_our_expertise")
    with clock.at(working_day(19, 10)):
        cast.irritant.refresh_from_db()
        ask(cast.irritant, [cast.lab], note="", actor=by)
    assert (silence(), silence()) == (1, 0)
    assert news(cast) == [
        "company_oriented",
        "company_nobody_yet",
        "company_all_declined",
        "company_oriented",
        "company_nobody_yet",
    ]


def test_closing_while_partners_are_asked_is_one_mail(cast):
    casting.asked(cast)
    IRRITANT.perform(cast.irritant, "close", actor=coordinator(cast.coordinator), outcome="no_match")
    assert news(cast) == ["company_oriented", "company_closed_no_match"]
    mail.outbox.clear()
    jobs.run_owed()
    [closing] = [
        one for one in mail.outbox if one.to == [casting.SECRET_EMAIL] and "pas trouvé" in one.subject
    ]
    assert "sollicité 2 partenaires" in closing.body and "/catalogue/" in closing.body
