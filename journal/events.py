"""Appending to a case's chain of events, verifying it, and telling whoever reacts."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC
from uuid import UUID

from django.db import transaction

from foundation import clock
from foundation.failpoints import failpoint
from foundation.rows import added, insert
from journal.actors import Actor
from journal.anchors import Ends
from journal.models import ChainHead, Event

_reactions: dict[str, list[Callable[[Event, object], None]]] = {}
_followers: list[Callable[[Event], None]] = []


def reacts_to(*names: str):
    """Register a reaction: called in-process, inside the transaction of the event; an exception aborts it."""

    def decorate(function):
        for name in names:
            listeners = _reactions.setdefault(name, [])
            if function not in listeners:
                listeners.append(function)
        return function

    return decorate


def after_every(function):
    """Register what looks at every event once its reactions are through, in the same transaction."""
    if function not in _followers:
        _followers.append(function)
    return function


def _digest(event: Event) -> str:
    content = {
        "case": str(event.case),
        "seq": event.seq,
        "name": event.name,
        "subject": str(event.subject_id),
        "actor": event.actor,
        "role": event.actor_role,
        "payload": event.payload,
        "at": event.at.astimezone(UTC).isoformat(),
        "previous": event.previous_hash,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def lock_case(case: UUID) -> ChainHead:
    """Lock a case until the transaction ends; gives the end of its chain.

    Taken before any row of the case, by whatever changes it: two acts then wait for each other instead of blocking
    each other half-way, and a guard reads what the act before it left.
    """
    heads = ChainHead.objects.select_for_update()
    head = heads.filter(case=case).first()
    if head is None:
        ChainHead.objects.get_or_create(case=case)
        head = heads.get(case=case)
    return head


def record(name: str, *, case: UUID, subject, actor: Actor, opens: bool = False, **payload) -> Event:
    """Append an event about `subject` (a row with `public_id`) and run the reactions.

    `payload`: JSON ids and codes only. Must be called inside a transaction. opens: the case begins here, in this
    transaction, so there is most likely no end of a chain to lock yet (a file that came before may have made one).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event belongs to the transaction of what it tells")
    head = ChainHead(case=case) if opens else lock_case(case)
    event = Event(
        case=case,
        seq=head.seq + 1,
        name=name,
        subject_id=subject.public_id,
        actor=actor.code,
        actor_role=actor.role,
        payload=payload,
        at=clock.now(),
        previous_hash=head.hash,
    )
    event.hash = _digest(event)
    head.seq, head.hash = event.seq, event.hash
    if opens and not added(head):
        return record(name, case=case, subject=subject, actor=actor, **payload)
    if not opens:
        head.save(update_fields=["seq", "hash"])
    insert(event)
    failpoint("event.recorded")
    for react in _reactions.get(name, ()):
        react(event, subject)
    for follow in _followers:
        follow(event)
    failpoint("event.reacted")
    return event


MISSING, ALTERED = "missing", "altered"
CUT, HEADLESS = "end of the chain is missing", "head is missing"
REWRITTEN = "not the event that was here when the ends were kept"
NAMED = 100  # of a gap, the first events


def broken_links(kept: Ends | None = None) -> Iterator[tuple[UUID, int, str]]:
    """(case, seq, what is wrong) for every event that was changed, that is gone, or that follows one that is.

    `kept`: where chains ended at an earlier time (journal.anchors); what was there must be there still.
    """
    heads = {
        case: (seq, digest) for case, seq, digest in ChainHead.objects.values_list("case", "seq", "hash")
    }
    seen: dict[UUID, tuple[int, str]] = {}
    left = dict(kept or {})
    for event in Event.objects.order_by("case", "seq", "pk").iterator():
        seq, previous = seen.get(event.case, (0, ""))
        for missing in range(seq + 1, min(event.seq, seq + 1 + NAMED)):
            yield event.case, missing, MISSING
        follows = event.seq != seq + 1 or event.previous_hash == previous
        if event.seq <= seq or not follows or event.hash != _digest(event):
            yield event.case, event.seq, ALTERED
        if left.get(event.case) == (event.seq, event.hash):
            del left[event.case]
        seen[event.case] = (event.seq, event.hash)
    for case, head in heads.items():
        if seen.get(case, (0, "")) != head:
            yield case, head[0], CUT
    for case in seen.keys() - heads.keys():
        yield case, 0, HEADLESS
    for case, (seq, _digest_then) in left.items():
        yield case, seq, REWRITTEN
