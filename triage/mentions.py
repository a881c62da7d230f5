"""« @name » in an internal note: the coordinator who is called is written to, once, the note shows it, and so does the
queue until that person has opened the case."""

import re
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import absences
from accounts.models import User
from intake.models import Irritant, Post
from journal import messages
from journal.actors import Actor
from journal.events import lock_case, record
from journal.texts import TEMPLATES, Template, Value
from triage import filing
from triage.models import Mention
from triage.qualifying import folded

MAIL, MENTIONED = "coordinator_mentioned", "irritant.mentioned"


def handle(person: User) -> str:
    """What follows the « @ »: the name, else what stands before the @ of the address."""
    return person.full_name or person.email.partition("@")[0]


def named(text: str, people: Iterable[User]) -> list[User]:
    """Those of `people` who are called in the text, by name or by the beginning of their address; case and accents
    do not matter, an e-mail address is no call."""
    said = f" {folded(text)} "
    return [
        one
        for one in people
        if any(f" @{folded(word)} " in said for word in {handle(one), one.email.partition("@")[0]})
    ]


def pieces(text: str, people: Iterable[User]) -> list[tuple[str, bool]]:
    """The text cut at the names that are called as they are written: (words, whether they call somebody)."""
    names = sorted({f"@{handle(one)}" for one in people}, key=len, reverse=True)
    if not names:
        return [(text, False)]
    pattern = re.compile("(" + "|".join(re.escape(name) for name in names) + r")(?!\w)", re.IGNORECASE)
    return [(part, bool(number % 2)) for number, part in enumerate(pattern.split(text)) if part]


def tell(post: Post, *, actor: Actor) -> list[User]:
    """Owe a mail to each colleague whom this note calls, its author left out; inside the note's transaction.

    Whoever is away is replaced as for any other mail, and reads it in the queue when back. Returns those who were
    called.
    """
    called = [
        one
        for one in named(post.text, User.objects.coordinators())
        if actor.user is None or one.pk != actor.user.pk
    ]
    for person in called:
        reached = absences.reached_instead_of(person)
        Mention.objects.filter(irritant=post.irritant, person__in=(person, reached)).delete()
        Mention.objects.bulk_create(Mention(irritant=post.irritant, person=one) for one in {person, reached})
        record(MENTIONED, case=post.irritant.public_id, subject=post, actor=actor, to=person.pk)
        messages.owe(
            MAIL,
            to=reached.email,
            language=reached.language,
            cause=f"note:{post.public_id}",
            case=post.irritant.public_id,
            subject_id=post.public_id,
        )
    return called


def of(user: User) -> Subquery:
    """For a query of irritants: the key of the call that this person has not read, None for most."""
    return Subquery(Mention.objects.filter(irritant=OuterRef("pk"), person=user).values("pk")[:1])


@transaction.atomic
def read(irritant: Irritant, person: User, number: int) -> bool:
    """This person was shown the case with this call (`of`): the queue says so no more. False when it had been read, or
    another call has come since."""
    lock_case(irritant.public_id)
    gone, _kinds = Mention.objects.filter(pk=number, irritant=irritant, person=person).delete()
    if gone:
        filing.refile(irritant)
    return bool(gone)


def _context(message) -> dict | None:
    """None once the note, or the case's words, are gone."""
    post = Post.objects.select_related("irritant", "author").filter(public_id=message.subject_id).first()
    if post is None or post.irritant.erased_at:
        return None
    path = reverse("admin:workbench_irritant", args=[post.irritant.public_id])
    return {
        "who": str(post.author or _("Un collègue")),
        "reference": post.irritant.reference,
        "action_url": f"{settings.SITE_URL}{path}#notes",
    }


TEMPLATES.add(
    MAIL,
    Template(
        _("Collègue cité dans une note"),
        _context,
        placeholders={
            "who": Value(_("qui a écrit la note"), "Camille Martin"),
            "reference": Value(_("la référence du dossier"), "ENACT-7F3K-92"),
        },
        when=_("quand un collègue vous cite par « @ » dans une note interne"),
    ),
)
