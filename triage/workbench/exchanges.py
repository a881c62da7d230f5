"""What was said and what happened, on one irritant's screen: conversation, referrals, files, history."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role, User
from files.models import StoredFile
from foundation import clock
from intake.conversation import sent_before
from intake.models import Irritant, Post
from intake.reopening import current_answer, words_of
from journal.timeline import COMPANY, COORDINATOR, PARTNER, tell
from triage import mentions
from triage.asking import SAID_NO
from triage.lifecycle import REFERRAL
from triage.models import OPEN_REFERRAL, ReferralStage

_KIND_OF_ROLE = {COMPANY: "company", COORDINATOR: "cluster", PARTNER: "partner"}
_STATUS_OF_REFERRAL = {
    ReferralStage.ASKED: "waiting",
    ReferralStage.QUESTION: "turn",
    ReferralStage.ACCEPTED: "done",
    ReferralStage.DECLINED: "refused",
    ReferralStage.EXPIRED: "late",
}


def conversation_of(irritant: Irritant, posts: list[Post], files: list[StoredFile]) -> list[Post]:
    """The words exchanged with the company, with their files and what was asked."""
    talk = [post for post in posts if not post.internal and post.organisation_id is None]
    before = sent_before(talk, files)

    def listed(row: StoredFile) -> dict:
        return listed_file(irritant, row, first=before.get(row.pk))

    for post in talk:
        post.files = [listed(row) for row in files if row.subject == post.public_id]
        post.asked = [
            {
                "words": words_of(question),
                "answered": question.answered_at,
                "dropped": question.dropped_at,
                "answer": current_answer(irritant, question) if question.answered_at else "",
                "files": [listed(row) for row in files if row.subject == question.public_id]
                if question.answered_at
                else [],
            }
            for question in post.questions.all()
        ]
    return talk


def referrals_of(
    irritant: Irritant, posts: list[Post], files: list[StoredFile], actor, words: dict[str, str], blocked: str
) -> list:
    """Who was asked (rows of triage.meetings.with_dealings) and what came of it.

    `blocked`: why nobody can be asked now, or "".
    """
    rows = sorted(irritant.referrals.all(), key=lambda referral: (referral.created_at, referral.pk))
    prefetch_related_objects([row for row in rows if row.words_said], "words")
    busy = {row.organisation_id for row in rows if row.stage in OPEN_REFERRAL}
    for referral in rows:
        referral.moves = {
            move.name: move for move, refused in REFERRAL.available(referral, actor) if not refused
        }
        referral.posts = [post for post in posts if post.organisation_id == referral.organisation_id]
        referral.typed = words.get(f"reply-{referral.public_id}", "")
        referral.said_no = referral.stage in SAID_NO
        if referral.answered_at:
            _dress_answer(irritant, referral, files, busy, blocked)
        referral.status = _STATUS_OF_REFERRAL.get(referral.stage, "stopped")
    return rows


def _dress_answer(irritant, referral, files: list[StoredFile], busy: set[int], blocked: str) -> None:
    """What came with the answer, and the one click that follows from it."""
    referral.moments = [datetime.fromisoformat(slot) for slot in referral.met_slots or ()]
    said = list(referral.words.all()) if referral.words_said else []
    for word in said:
        word.files = [listed_file(irritant, row) for row in files if row.subject == word.public_id]
    referral.talk = said
    free = referral.available_from and referral.available_from <= clock.today()
    asks_again = free and not blocked and referral.organisation_id not in busy
    referral.again = referral.matches.ranked().first() if asks_again else None
    referral.may_ask_suggested = bool(
        referral.suggested_id and not blocked and referral.suggested_id not in busy
    )


def timeline_of(irritant: Irritant, people: Iterable[User] = ()) -> list:
    """Who did what: coordinators by name, the others by what they are. `people`: those who are known already."""
    entries = tell(irritant.public_id, COORDINATOR)
    names = _names((entry.actor for entry in entries), people)
    who = {COMPANY: _("l’entreprise"), COORDINATOR: _("la coordination"), PARTNER: _("le partenaire")}
    return [
        {
            "at": entry.at,
            "title": entry.title,
            "actor": names.get(entry.actor) or who.get(entry.actor_role, _("le portail")),
            "kind": _KIND_OF_ROLE.get(entry.actor_role, "system"),
        }
        for entry in entries
    ]


def _names(actors: Iterable[str], people: Iterable[User]) -> dict[str, str]:
    """Actor code → name, for those who are or were of the coordination; one query for whoever is not in `people`."""
    names = {f"user:{person.pk}": str(person) for person in people}
    gone = {code for code in actors if code.startswith("user:")} - names.keys()
    if gone:
        rows = User.objects.filter(pk__in=[code.removeprefix("user:") for code in gone])
        names |= {f"user:{row.pk}": str(row) for row in rows.exclude(role=Role.NONE)}
    return names


def notes_of(posts: list[Post], people: Iterable[User]) -> list[Post]:
    """The internal notes, each with the pieces of its text in which colleagues are called."""
    notes = [post for post in posts if post.internal]
    for post in notes:
        post.pieces = mentions.pieces(post.text, people)
    return notes


def listed_file(irritant: Irritant, row: StoredFile, **more) -> dict:
    return row.listed(reverse("admin:workbench_file", args=[irritant.public_id, row.pk]), **more)
