"""Words both ways between the company and the coordination, with files, at any time (docs/decisions/0018).

A company's word never changes the state of a case: it marks the case unread, which coordinators see in their queue
and are mailed once per unread batch. A coordinator's word is mailed to everybody who follows the case.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from files import store
from files.models import StoredFile
from files.signatures import Rejected
from foundation import clock
from foundation.failpoints import failpoint
from intake.models import Irritant, Outcome, Post, Question, Reopened, Stage
from journal.actors import COMPANY, COORDINATOR, Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from journal.models import Event

WRITABLE_AFTER_CLOSING = timedelta(days=30)
FROM_COMPANY, FROM_COORDINATION = "irritant.message_in", "irritant.message_out"
CLOSING = ("irritant.close", "irritant.withdraw")


def closed_on(irritant: Irritant) -> datetime | None:
    """When the case was last closed; None while it is open."""
    if irritant.stage != Stage.CLOSED:
        return None
    last = Event.objects.filter(case=irritant.public_id, name__in=CLOSING).order_by("-seq").first()
    return last.at if last else irritant.created_at


def writable_until(irritant: Irritant, closed: datetime | None) -> datetime | None:
    """Until when the company may write to a case that was closed at `closed`; None: as long as it is open."""
    return (
        None if irritant.stage != Stage.CLOSED else (closed or irritant.created_at) + WRITABLE_AFTER_CLOSING
    )


def may_write(irritant: Irritant, closed: datetime | None) -> bool:
    """Whether the company may write: open, or closed less than 30 days ago and not as unwanted."""
    until = writable_until(irritant, closed)
    return until is None or (irritant.outcome != Outcome.SPAM and clock.now() < until)


def say(
    irritant: Irritant, text: str, uploads: Iterable[UploadedFile] = (), *, actor: Actor, form_token: str
) -> tuple[Post, bool]:
    """One word of `actor` to the other side with its files; (post, whether it was written now).

    The same form sent twice is one word. Raises Refusal (nobody may write any more) and FilesRefused; then nothing
    was written. Files are looked at before the case is locked: that may take seconds.
    """
    post_id = uuid4()
    with taken(uploads, irritant.public_id, post_id) as files:
        return _write(irritant, text, post_id, files, actor, form_token)


@transaction.atomic
def _write(
    irritant: Irritant, text: str, post_id: UUID, files: list[StoredFile], actor: Actor, form_token: str
) -> tuple[Post, bool]:
    lock_case(irritant.public_id)
    irritant.refresh_from_db(fields=["stage", "outcome", "erased_at", "unread_since"])
    existing = irritant.posts.filter(form_token=form_token).first() if form_token else None
    if existing:
        return existing, False
    from_us = actor.role == COORDINATOR
    if irritant.erased_at or not (from_us or may_write(irritant, closed_on(irritant))):
        raise Refusal(
            _("Cette demande est close depuis longtemps : racontez-nous plutôt la suite à part."), "closed"
        )
    post = Post.objects.create(
        public_id=post_id,
        irritant=irritant,
        author_role=actor.role,
        author=actor.user,
        text=text,
        form_token=form_token,
        at=clock.now(),
    )
    keep_files(files)
    if not from_us and irritant.unread_since is None:
        _mark(irritant, clock.now())
    record(
        FROM_COORDINATION if from_us else FROM_COMPANY,
        case=irritant.public_id,
        subject=irritant,
        actor=actor,
        post=str(post.public_id),
    )
    failpoint("post.before_commit")
    return post, True


class FilesRefused(Exception):
    """`sentences`: one for each file that may not be kept. None of the others was kept either."""

    def __init__(self, sentences: list[str]):
        super().__init__("; ".join(sentences))
        self.sentences = sentences


@contextmanager
def taken(uploads: Iterable[UploadedFile], case: UUID, subject: UUID) -> Iterator[list[StoredFile]]:
    """These files, checked and on the disk, for the body to keep with its word (keep_files): all of them, or none.

    Looking at them may take seconds: before the case is locked. What the body does not keep goes again; if it is
    killed before it commits, there is no row of them and the sweep finds their bytes. Raises FilesRefused.
    """
    rows, refused = [], []
    try:
        for upload in uploads:
            try:
                rows.append(store.take(upload, case, subject=subject))
            except Rejected as rejected:
                refused.append(_refusal(store.harmless_name(upload.name or ""), rejected))
        if refused:
            raise FilesRefused(refused)
        yield rows
    finally:
        known = set(StoredFile.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        for row in rows:
            if row.pk not in known:
                row.path.unlink(missing_ok=True)


def keep_files(files: Iterable[StoredFile]) -> None:
    """Write the rows of files that were taken, in the transaction of what they came with. Raises FilesRefused."""
    for row in files:
        try:
            store.keep(row)
        except Rejected as rejected:
            raise FilesRefused([_refusal(row.name, rejected)]) from rejected


def _refusal(name: str, rejected: Rejected) -> str:
    return _("« %(name)s » : %(why)s") % {"name": name, "why": store.SENTENCES[rejected.code]}


def sent_before(posts: Iterable[Post], files: Iterable[StoredFile]) -> dict[UUID, StoredFile]:
    """File id → the file by which the same side had sent the same bytes with an earlier word of the case.

    posts: with their questions; files: of the case, oldest first. Each word keeps what it came with, because what is
    joined to a message is for fewer eyes than what was asked for (files_to_share).
    """
    sides = {None: COMPANY}
    for post in posts:
        sides |= {post.public_id: post.author_role} | {one.public_id: COMPANY for one in post.questions.all()}
    first: dict = {}
    again = {}
    for row in files:
        earlier = first.setdefault((sides.get(row.subject, row.subject), row.sha256), row)
        if earlier is not row:
            again[row.pk] = earlier
    return again


def files_to_share(cases: Iterable[UUID]):
    """Documents of these requests: those of the form, and those sent because they were asked for.

    What is joined to a message stays between the company and the coordination.
    """
    cases = list(cases)
    asked = Question.objects.filter(post__irritant__public_id__in=cases, field=Reopened.DOCUMENTS)
    of_request = Q(subject=None) | Q(subject__in=asked.exclude(answered_at=None).values("public_id"))
    return StoredFile.objects.filter(of_request, case__in=cases)


def _mark(irritant: Irritant, since: datetime | None) -> None:
    Irritant.objects.filter(pk=irritant.pk).update(unread_since=since)
    irritant.unread_since = since


def words_of_company(irritant: Irritant) -> int:
    """How many words the company wrote in this conversation: what a screen shows, and sends back as seen."""
    return irritant.posts.filter(author_role=COMPANY, organisation=None, internal=False).count()


@transaction.atomic
def read_up_to(irritant: Irritant, seen: int, *, actor: Actor) -> bool:
    """A coordinator has read the first `seen` words of the company; whether the case was unread and no longer is.

    A word that arrived while the coordinator was reading stays unread. Raises Refusal for anybody else.
    """
    if actor.role != COORDINATOR:
        raise Refusal(_("Cette action ne vous revient pas."), "role")
    lock_case(irritant.public_id)
    irritant.refresh_from_db(fields=["unread_since"])
    if irritant.unread_since is None or words_of_company(irritant) > seen:
        return False
    _mark(irritant, None)
    record("irritant.message_read", case=irritant.public_id, subject=irritant, actor=actor)
    return True
