"""« @name » in an internal note: the coordinator who is called is written to, once, and the note shows it."""

import re
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import absences
from accounts.models import User
from intake.models import Post
from journal import messages
from journal.actors import Actor
from journal.events import record
from journal.texts import TEMPLATES, Template, Value
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

    Whoever is away is replaced as for any other mail. Returns those who were called.
    """
    called = [
        one
        for one in named(post.text, User.objects.coordinators())
        if actor.user is None or one.pk != actor.user.pk
    ]
    for person in called:
        record(MENTIONED, case=post.irritant.public_id, subject=post, actor=actor, to=person.pk)
        reached = absences.reached_instead_of(person)
        messages.owe(
            MAIL,
            to=reached.email,
            language=reached.language,
            cause=f"note:{post.public_id}",
            case=post.irritant.public_id,
            subject_id=post.public_id,
        )
    return called


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
