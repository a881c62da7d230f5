"""Doors given to people without an account: made at send time, checked in constant time, revocable, expiring."""

from datetime import timedelta
from uuid import UUID

from foundation import clock, tokens
from foundation.rows import insert
from journal.models import AccessLink

FOLLOW, ANSWER, RESUME, VERIFY, INVITE = "follow", "answer", "resume", "verify", "invite"
LIFETIME = {
    FOLLOW: timedelta(days=180),
    ANSWER: timedelta(days=60),
    RESUME: timedelta(days=14),
    VERIFY: timedelta(days=60),
    INVITE: timedelta(days=30),
}


class LinkError(Exception):
    """`reason`: "forged" (nothing is known about it) or "expired" (genuine, a new one can be sent)."""

    def __init__(self, reason: str, link: AccessLink | None = None):
        super().__init__(reason)
        self.reason, self.link = reason, link


def give(purpose: str, subject_id: UUID, email: str) -> AccessLink:
    """The person's link to the thing, made or prolonged; its token is `link.token`."""
    expires = clock.now() + LIFETIME[purpose]
    link, created = AccessLink.objects.get_or_create(
        purpose=purpose, subject_id=subject_id, email=email, defaults={"expires_at": expires}
    )
    if not created and link.revoked_at is None and link.expires_at < expires:
        link.expires_at = expires
        link.save(update_fields=["expires_at"])
    return link


def give_first(purpose: str, subject_id: UUID, email: str) -> AccessLink:
    """A link to a thing made in this very transaction, to which nobody can have one yet."""
    expires = clock.now() + LIFETIME[purpose]
    link = AccessLink(purpose=purpose, subject_id=subject_id, email=email, expires_at=expires)
    insert(link)
    return link


def read(token: str, purpose: str) -> AccessLink:
    """The link behind a token. Raises LinkError("forged") or LinkError("expired"); never writes."""
    row_id = tokens.row_id_of(token)
    link = AccessLink.objects.filter(pk=row_id, purpose=purpose).first() if row_id else None
    if link is None or not tokens.is_genuine(token, link.pk, link.purpose, link.generation):
        raise LinkError("forged")
    if link.revoked_at or link.expires_at <= clock.now():
        raise LinkError("expired", link)
    return link


def revoke(link: AccessLink) -> None:
    """Make every token of this link void."""
    link.generation += 1
    link.revoked_at = clock.now()
    link.save(update_fields=["generation", "revoked_at"])


def reissue(link: AccessLink) -> AccessLink:
    """A fresh lifetime and a fresh token for somebody whose link ran out."""
    link.generation += 1
    link.revoked_at = None
    link.expires_at = clock.now() + LIFETIME[link.purpose]
    link.save(update_fields=["generation", "revoked_at", "expires_at"])
    return link
