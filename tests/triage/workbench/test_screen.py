"""One irritant, one screen: what is read, and what a coordinator does there."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from files.store import receive
from intake.lifecycle import IRRITANT
from intake.models import Post
from journal.actors import Actor, coordinator
from journal.models import Event
from tests import cast as casting
from triage.lifecycle import MATCH, REFERRAL
from triage.models import Match, MatchState

MOST_QUERIES = 40


@pytest.fixture
def taken(cast):
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    return cast.irritant


def text_of(response) -> str:
    return response.content.decode()


def queries(browser, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


def test_the_screen_shows_words_facts_reasons_and_history(cast, browser, at):
    page = text_of(browser.get(at("irritant", cast.irritant)))
    assert '<mark class="is-topic" data-lines=' in page and casting.SECRET_WORDS.split()[2] in page
    assert casting.SECRET_COMPANY in page and casting.SECRET_EMAIL in page
    assert "Détection de dérives de procédé (a-1)" in page
    assert "Thème confirmé" in page and "sur 100" in page
    assert "C’est leur premier irritant." in page


def test_queries_do_not_grow_with_matches_and_decisions(cast, browser, at, taken):
    url = at("irritant", taken)
    few = queries(browser, url)
    for number in range(12):
        offer = casting.offer(cast.lab, f"more-{number}")
        match = Match.objects.create(irritant=taken, offer=offer, score=0.5, reasons=[])
        MATCH.perform(match, "set_aside", actor=coordinator(cast.coordinator), reason="too_far")
    browser.get(url)  # the first page after a change of the catalogue brings the index up to date
    assert queries(browser, url) <= few + 2 <= MOST_QUERIES  # the events' titles: one query, however many


def test_the_fullest_case_stays_under_the_limit(cast, browser, at):
    casting.accepted(cast)
    assert queries(browser, at("irritant", cast.irritant)) <= MOST_QUERIES


def test_the_second_to_take_is_told_politely(cast, sign_in, at):
    seen = {"version": cast.irritant.version}
    first = sign_in(cast.coordinator).post(at("take", cast.irritant), seen, follow=True)
    second = sign_in(cast.colleague).post(at("take", cast.irritant), seen, follow=True)
    assert "Vous suivez maintenant ce dossier." in text_of(first)
    assert "C’est déjà fait par un coordinateur" in text_of(second)
    cast.irritant.refresh_from_db()
    assert cast.irritant.coordinator == cast.coordinator
    assert Event.objects.filter(case=cast.irritant.public_id, name="irritant.take").count() == 1


def test_keep_set_aside_and_take_back(cast, browser, at, taken):
    match = taken.matches.first()

    def decide(move, **data):
        match.refresh_from_db()
        answer = browser.post(
            at("decide", taken, match.public_id, move), {"version": match.version, **data}, follow=True
        )
        match.refresh_from_db()
        return text_of(answer)

    assert "Piste retenue." in decide("keep")
    assert match.state == MatchState.KEPT and match.decided_by == cast.coordinator
    assert "Dites pourquoi cette piste est écartée." in decide("set_aside")
    assert match.state == MatchState.KEPT
    assert "Piste écartée." in decide("set_aside", reason="calendar", note="Trop tard pour eux")
    assert (match.set_aside_reason, match.set_aside_note) == ("calendar", "Trop tard pour eux")
    assert "Piste retenue." in decide("keep")
    assert (match.state, match.set_aside_reason) == (MatchState.KEPT, "")


def test_every_move_of_the_table_is_offered(cast, browser, at, taken):
    """Buttons derive from the table of moves: a move added there appears here."""
    page = text_of(browser.get(at("irritant", taken)))
    match = taken.matches.first()
    offered = {m.name for m in MATCH.moves if "coordinator" in m.who and match.state in m.sources}
    assert offered and all(at("decide", taken, match.public_id, name) in page for name in offered)


def test_decisions_wait_until_the_case_is_taken(cast, browser, at):
    match = cast.irritant.matches.first()
    answer = browser.post(at("decide", cast.irritant, match.public_id, "keep"), follow=True)
    assert "Prenez d’abord l’irritant en charge." in text_of(answer)
    match.refresh_from_db()
    assert match.state == MatchState.SUGGESTED


def test_a_match_that_was_recomputed_away_is_explained(cast, browser, at, taken):
    match = taken.matches.first()
    url = at("decide", taken, match.public_id, "keep")
    match.delete()
    assert "celle-ci n’y est plus" in text_of(browser.post(url, follow=True))


def test_filter_by_kind(cast, browser, at, taken):
    training = casting.offer(
        cast.lab, "formation", kind="training", title_fr="Former les équipes aux données"
    )
    Match.objects.create(irritant=taken, offer=training, score=0.2, reasons=[])
    page = text_of(browser.get(at("irritant", taken), {"nature": "training"}))
    assert "Former les équipes" in page and "(a-1)" not in page


def test_add_an_offer_by_hand(cast, browser, at, taken):
    offer = casting.offer(cast.other_lab, "main", title_fr="Jumeau numérique de la coulée continue")
    page = text_of(browser.get(at("irritant", taken), {"offre": "jumeau numérique"}))
    url = at("add_offer", taken, offer.public_id)
    assert url in page
    browser.post(url)
    match = taken.matches.get(offer=offer)
    assert (match.state, match.score, match.decided_by) == (MatchState.KEPT, None, cast.coordinator)
    assert "ajoutée à la main" in text_of(browser.get(at("irritant", taken)))


def test_ask_the_company_and_note(cast, browser, at, taken):
    empty = browser.post(at("ask_company", taken), {"version": taken.version, "text": "  "})
    assert empty.status_code == 422 and "Écrivez votre question" in text_of(empty)
    browser.post(at("ask_company", taken), {"version": taken.version, "text": "Combien de pièces ?"})
    taken.refresh_from_db()
    assert (taken.stage, taken.turn) == ("needs_info", "company")
    late = browser.post(at("ask_company", taken), {"version": 1, "text": "Et combien de fours ?"})
    assert late.status_code == 409 and "C’est déjà fait" in text_of(late)
    browser.post(at("note", taken), {"text": "Vu au salon de Metz."})
    assert list(Post.objects.filter(irritant=taken).values_list("text", "internal")) == [
        ("Combien de pièces ?", False),
        ("Vu au salon de Metz.", True),
    ]


def test_close_needs_an_outcome_and_reopens(cast, browser, at, taken):
    url, seen = at("close", taken), {"version": taken.version}
    missing = browser.post(url, {**seen, "text": "Nous n’avons trouvé personne."})
    assert missing.status_code == 422 and "Nous n’avons trouvé personne." in text_of(missing)
    assert browser.post(url, {**seen, "outcome": "withdrawn"}).status_code == 422
    assert "Aucun autre dossier" in text_of(
        browser.post(url, {**seen, "outcome": "duplicate", "duplicate_of": "X"})
    )
    original = cast.strangers_irritant
    browser.post(
        url, {**seen, "outcome": "duplicate", "duplicate_of": original.reference.lower(), "text": "Déjà vu."}
    )
    taken.refresh_from_db()
    assert (taken.stage, taken.outcome, taken.duplicate_of) == ("closed", "duplicate", original)
    browser.post(at("reopen", taken), {"version": taken.version})
    taken.refresh_from_db()
    assert (taken.stage, taken.outcome) == ("in_triage", "")


def test_files_are_streamed_to_coordinators_only(cast, browser, sign_in, at, client):
    row = receive(SimpleUploadedFile("relevés.csv", b"a;b\n1;2\n"), cast.irritant.public_id)
    url = at("file", cast.irritant, row.pk)
    answer = browser.get(url)
    assert b"".join(answer.streaming_content) == b"a;b\n1;2\n"
    assert "attachment" in answer["Content-Disposition"]
    assert browser.get(at("file", cast.strangers_irritant, row.pk)).status_code == 404
    assert sign_in(cast.funder).get(url).status_code == 403
    assert client.get(url).status_code == 302


def test_cancel_and_answer_a_partner(cast, browser, at):
    first, second = casting.asked(cast)
    browser.post(at("cancel_referral", cast.irritant, second.public_id), {"version": second.version})
    second.refresh_from_db()
    assert second.stage == "cancelled"
    REFERRAL.perform(first, "question", actor=Actor("partner"))
    url = at("reply", cast.irritant, first.public_id)
    empty = browser.post(url, {"version": first.version, "text": ""})
    assert empty.status_code == 422
    browser.post(url, {"version": first.version, "text": "Deux ans de mesures, à la minute."})
    first.refresh_from_db()
    post = Post.objects.get(irritant=cast.irritant, organisation=cast.lab)
    assert (first.stage, post.text, post.internal) == ("asked", "Deux ans de mesures, à la minute.", False)
    again = browser.post(url, {"version": first.version, "text": "Encore"})
    assert again.status_code == 422 and "C’est déjà fait" in text_of(again)
    assert Post.objects.filter(irritant=cast.irritant).count() == 1


def test_the_history_tells_every_step(cast, browser, at):
    casting.accepted(cast)
    page = text_of(browser.get(at("irritant", cast.irritant)))
    for sentence in (
        "Piste retenue",
        "Sollicitation envoyée à Laboratoire labo-a",
        "Laboratoire labo-a accepte",
    ):
        assert sentence in page


def test_every_post_is_protected_and_nothing_changes_on_get(cast, sign_in, at, taken):
    strict = sign_in(cast.coordinator, enforce_csrf_checks=True)
    match = taken.matches.first()
    urls = [
        *(
            at(name, taken)
            for name in (
                "take",
                "reopen",
                "close",
                "ask_company",
                "note",
                "lift_hold",
                "qualify",
                "autosave",
                "see_moves",
                "ask",
            )
        ),
        at("decide", taken, match.public_id, "keep"),
        at("add_offer", taken, match.offer.public_id),
        reverse("admin:workbench_retry"),
    ]
    for url in urls:
        assert strict.post(url, {}).status_code == 403, url
        if url != at("ask", taken):
            assert strict.get(url).status_code == 405, url
