"""Words written by coordinators: notes among themselves, answers to a partner's question."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from foundation.plain import paragraphs
from intake.models import Irritant, Post
from journal.actors import Actor
from journal.lifecycle import Refusal
from triage import mentions
from triage.lifecycle import REFERRAL
from triage.models import Referral


def _words(text: str) -> str:
    text = paragraphs(text).strip()
    if not text:
        raise Refusal(_("Écrivez un message avant de l’envoyer."), "empty")
    if len(text) > Post._meta.get_field("text").max_length:
        raise Refusal(_("Ce message est trop long : 4 000 caractères au plus."), "long")
    return text


@transaction.atomic
def write_note(irritant: Irritant, text: str, *, actor: Actor) -> tuple[Post, list[User]]:
    """A note that only coordinators read, and the colleagues it calls by « @name »: they are written to.

    Raises Refusal on an empty or too long text, and on an erased case.
    """
    if irritant.erased_at:
        raise Refusal(_("Cette demande a été effacée : il n’en reste rien à étudier."), "erased")
    post = Post.objects.create(
        irritant=irritant, author_role=actor.role, author=actor.user, text=_words(text), internal=True
    )
    return post, mentions.tell(post, actor=actor)


@transaction.atomic
def answer_partner(referral: Referral, text: str, *, actor: Actor, version: int | None = None) -> Post:
    """Answer a partner's question and give it the turn back. Raises Refusal, and then nothing is written."""
    text = _words(text)
    REFERRAL.perform(referral, "reply", actor=actor, version=version)
    return Post.objects.create(
        irritant=referral.irritant,
        organisation=referral.organisation,
        author_role=actor.role,
        author=actor.user,
        text=text,
    )
