"""Words both ways between a partner that accepted and the company that made itself known to it, with files.

Open while the partner may read everything (triage.disclosure: accepted, given, opened). The company goes on reading
what was said when that ends; the partner does not. The coordination reads along, other partners never
(docs/decisions/0037-answers.md).
"""

from collections.abc import Iterable
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from files.models import StoredFile
from foundation.failpoints import failpoint
from intake.conversation import keep_files, taken
from journal.actors import PARTNER, Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from triage.disclosure import Grounds, Reach, reach_of
from triage.models import PartnerWord, Referral

FROM_PARTNER, TO_PARTNER = "referral.word_in", "referral.word_out"


def is_open(referral: Referral, grounds: Grounds | None = None) -> bool:
    """Whether both may write: the partner has opened what the company gave it, and may still read it."""
    return reach_of(referral, grounds or Grounds.of([referral])) == Reach.EVERYTHING


def say(
    referral: Referral, text: str, uploads: Iterable[UploadedFile] = (), *, actor: Actor, form_token: str
) -> tuple[PartnerWord, bool]:
    """One word with its files; (word, whether it was written now). The same form sent twice is one word.

    Raises Refusal (it is over, or not yet open) and intake.conversation.FilesRefused; then nothing was written.
    """
    word_id = uuid4()
    with taken(uploads, referral.irritant.public_id, word_id) as files:
        return _write(referral, text, word_id, files, actor, form_token)


@transaction.atomic
def _write(
    referral: Referral, text: str, word_id: UUID, files: list[StoredFile], actor: Actor, form_token: str
) -> tuple[PartnerWord, bool]:
    case = referral.irritant.public_id
    lock_case(case)
    referral = Referral.objects.select_related("irritant", "organisation").get(pk=referral.pk)
    existing = referral.words.filter(form_token=form_token).first() if form_token else None
    if existing:
        return existing, False
    if referral.irritant.erased_at or not is_open(referral):
        raise Refusal(_("Cet échange n’est pas, ou plus, ouvert : écrivez à la coordination."), "state")
    word = PartnerWord.objects.create(
        public_id=word_id,
        referral=referral,
        author_role=actor.role,
        author=actor.user,
        text=text,
        form_token=form_token,
    )
    keep_files(files)
    record(
        FROM_PARTNER if actor.role == PARTNER else TO_PARTNER,
        case=case,
        subject=referral,
        actor=actor,
        organisation=str(referral.organisation.public_id),
        word=str(word.public_id),
    )
    failpoint("post.before_commit")
    return word, True


def words_of(referral: Referral, url_of=None) -> list[PartnerWord]:
    """What was said, oldest first, each with `files` (components/file_list.html); two queries.

    `url_of(file)`: where the reader of this page fetches a file.
    """
    return dressed(list(referral.words.all()), url_of)


def dressed(words: list[PartnerWord], url_of=None) -> list[PartnerWord]:
    files = StoredFile.objects.filter(subject__in=[word.public_id for word in words]) if words else ()
    found: dict[UUID, list] = {}
    for row in files:
        found.setdefault(row.subject, []).append(row)
    for word in words:
        word.files = [row.listed(url_of(row) if url_of else "") for row in found.get(word.public_id, ())]
    return words


def files_said(referral: Referral) -> set[UUID]:
    """The files of this talk, by primary key."""
    said = referral.words.values("public_id")
    return set(StoredFile.objects.filter(subject__in=said).values_list("pk", flat=True))
