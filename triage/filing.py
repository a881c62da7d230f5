"""Where an irritant stands in the queue and what it is found by: filed anew after whatever happens to its case.

Filed in the transaction of each event, after its reactions (journal.events.after_every), and with the ranking. A new
irritant is filed with its first ranking, so that sending the form costs nothing more: until then the queue reads it
from its own columns (`unfiled`). `manage.py file_queue` files everything anew.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy

from accounts.models import User
from foundation import clock
from foundation.identifiers import GRAND_EST
from foundation.privacy import ERASERS, Subject
from foundation.registry import Registry
from intake import history
from intake.models import Confidentiality, Irritant, Stage, Turn
from journal import jobs, scrubbing
from journal.clockwork import rule
from journal.events import after_every, lock_case, reacts_to
from journal.models import Event
from triage import fulltext, holding
from triage.models import EVERY, Bucket, HoldFiring, MatchRun, QueueEntry, ReferralStage

NEWEST = 500  # irritants among which those that wait for being filed are looked for
LATE_AFTER = timedelta(minutes=5)  # then the clock files what no ranking has filed
A_TICK = 100  # irritants that the clock files at once
TWINS_WITHIN = timedelta(days=90)
TWIN_WORDS, TWIN_SHARE = 5, 0.5  # of the words of five letters or more, this part is the same
_CHANGES_NOTHING = ("irritant.submitted", "irritant.recompute")

# What an oriented irritant whose turn is ours waits for: function(irritant) → Bucket, or None when it cannot tell.
STEPS: Registry[Callable[[Irritant], Bucket | None]] = Registry("next step")


@dataclass(frozen=True)
class Filed:
    """What is known of an irritant in the queue."""

    bucket: Bucket
    at: datetime
    due_at: datetime | None
    awake_on: date | None
    codes: frozenset[str]
    words: frozenset[str] = frozenset()


def _rows():
    latest = MatchRun.objects.filter(irritant=OuterRef("pk")).order_by("-pk")
    return (
        Irritant.objects.select_related("company", "contact", "qualification")
        .prefetch_related("qualification__topics", "mentions")
        .annotate(
            verdict=Subquery(latest.values("verdict")[:1]),
            verdict_reasons=Subquery(latest.values("verdict_reasons")[:1]),
        )
    )


def unfiled(user: User | None = None) -> list[tuple[Irritant, Filed]]:
    """Irritants that came in and whose first ranking has not been stored yet, oldest first: one query. `user`: those
    that this person sees."""
    newest = Irritant.objects.order_by("-pk").values("pk")[:NEWEST]
    known = QueueEntry.objects.filter(irritant=OuterRef("pk"), code=EVERY)
    rows = Irritant.objects.filter(pk__in=newest).exclude(Exists(known)).select_related("company", "contact")
    rows = rows.visible_to(user) if user else rows
    return [(row, _as_it_came(row)) for row in rows.oldest_first()]


def _as_it_came(row: Irritant) -> Filed:
    codes = {*_facts(row), *(f"topic:{code}" for code in row.topics_confirmed)}
    return Filed(
        _bucket(row),
        row.created_at,
        row.due_at,
        row.asleep_until,
        frozenset(codes),
        frozenset(_words(row)),
    )


def _bucket(row: Irritant) -> Bucket:
    """By whose turn; triage and the apps to its right tell what an answer calls for."""
    if row.stage == Stage.CLOSED:
        return Bucket.CLOSED
    if row.turn in (Turn.COMPANY, Turn.PARTNER):
        return Bucket(row.turn)
    if row.stage != Stage.ORIENTED:
        return Bucket.TO_TAKE if row.stage == Stage.SUBMITTED else Bucket.TO_QUALIFY
    for step in STEPS.values():
        if found := step(row):
            return found
    accepted = row.referrals.filter(stage=ReferralStage.ACCEPTED).exists()
    return Bucket.TO_SEND if accepted else Bucket.ANSWERED


def territory_code(department: str) -> str:
    """A department of the region, "elsewhere", or "unknown"."""
    return department if department in GRAND_EST else "elsewhere" if department else "unknown"


def _facts(row: Irritant) -> Iterable[str]:
    """Codes that the irritant's own columns give."""
    yield EVERY
    yield f"who:{row.coordinator_id or 'nobody'}"
    yield f"territory:{territory_code(row.department)}"
    yield f"language:{row.language}"
    yield from (f"kind:{kind}" for kind in row.kinds_wished)
    if row.sector_id:
        yield f"sector:{row.sector_id}"
    if row.unread_since:
        yield "flag:unread"
    if row.confidentiality == Confidentiality.NDA:
        yield "flag:nda"


def _codes(row: Irritant, modes: dict[str, str]) -> Iterable[str]:
    yield from _facts(row)
    reading = getattr(row, "qualification", None)
    topics = [topic.pk for topic in reading.topics.all()] if reading else []
    yield from (f"topic:{code}" for code in topics or row.topics_confirmed)
    if reading and reading.pillar_id:
        yield f"pillar:{reading.pillar_id}"
    yield from (f"cited:{call.person_id}" for call in row.mentions.all())
    if row.stage == Stage.CLOSED:
        return
    lifted = bool(reading and reading.hold_lifted_reason)
    if row.verdict and not lifted and holding.effective(row.verdict, row.verdict_reasons, modes).holds:
        yield "flag:hold"
    if _has_twin(row):
        yield "flag:twin"


def _has_twin(row: Irritant) -> bool:
    """Whether the same organisation or person sent much the same within the three months before."""
    long = _long_words(row)
    return any(
        timedelta() <= row.created_at - other.irritant.created_at <= TWINS_WITHIN
        and other.irritant.stage != Stage.CLOSED
        and _alike(long, _long_words(other.irritant))
        for other in history.of(row, limit=20).related
    )


def _long_words(row: Irritant) -> set[str]:
    return {word for word in fulltext.tokens(row.text) if len(word) >= TWIN_WORDS}


def _alike(some: set[str], others: set[str]) -> bool:
    return bool(some & others) and len(some & others) >= TWIN_SHARE * min(len(some), len(others))


def _words(row: Irritant) -> Iterable[str]:
    """What a search finds an irritant by."""
    company, contact = row.company, row.contact
    reading = getattr(row, "qualification", None) if "qualification" in row._state.fields_cache else None
    yield from fulltext.tokens(
        " ".join(
            (
                row.reference,
                company.name,
                company.siren,
                company.siret,
                company.foreign_id,
                row.site_siret,
                contact.name,
                contact.email,
                row.text,
                row.tried,
                row.site_city,
                row.site_postcode,
                reading.reformulated if reading else "",
            )
        )
    )
    yield "".join(fulltext.tokens(contact.phone))


def refile(row: Irritant) -> None:
    """File one irritant as it stands. In a transaction that holds its case (journal.events.lock_case)."""
    row = _rows().get(pk=row.pk)
    modes = holding.modes() if row.verdict and row.verdict != "match" else {}
    bucket, codes = _bucket(row), set(_codes(row, modes))
    known = dict(QueueEntry.objects.filter(irritant=row).values_list("code", "pk"))
    QueueEntry.objects.filter(pk__in=[key for code, key in known.items() if code not in codes]).delete()
    where = {"bucket": bucket, "at": row.created_at, "due_at": row.due_at, "awake_on": row.asleep_until}
    if known:
        QueueEntry.objects.filter(irritant=row).update(**where)
    QueueEntry.objects.bulk_create(
        QueueEntry(irritant=row, code=code, **where) for code in sorted(codes - known.keys())
    )
    fulltext.write(row.pk, fulltext.tokens(row.reference) if row.erased_at else _words(row))


@after_every
def refile_the_case(event: Event) -> None:
    if event.name in _CHANGES_NOTHING or event.name.startswith("match."):
        return
    row = Irritant.objects.filter(public_id=event.case).only("pk").first()
    if row is not None:
        refile(row)


@transaction.atomic
def _refile_alone(row: Irritant) -> None:
    lock_case(row.public_id)
    refile(row)


def refile_all(rows: Iterable[Irritant]) -> int:
    """Each in a transaction of its own. Returns how many."""
    done = 0
    for row in rows:
        _refile_alone(row)
        done += 1
    return done


def _forgotten() -> list[Irritant]:
    before = clock.now() - LATE_AFTER
    return [row for row, filed in unfiled() if filed.at < before][:A_TICK]


@rule(
    "queue.file",
    title=gettext_lazy("File d’attente : classer un irritant dont les pistes se font attendre"),
    who=_forgotten,
    in_bulk=True,
)
def file_what_was_forgotten(rows) -> int:
    """An irritant whose ranking was given up, or has to wait, is filed all the same."""
    return refile_all(rows)


@reacts_to("hold_rule.switched")
def file_what_a_rule_held(event: Event, rule) -> None:
    """A rule may hold many: their flag follows in a job."""
    jobs.submit("queue.refile", f"queue.refile:{event.pk}", {"rule": rule.code})


jobs.LABELS.add("queue.refile", gettext_lazy("reclassement de la file d’attente"))


@jobs.HANDLERS.register("queue.refile")
def refile_what_a_rule_held(payload: dict) -> None:
    fired = HoldFiring.objects.filter(irritant=OuterRef("pk"), code=payload["rule"])
    refile_all(Irritant.objects.open().filter(Exists(fired)).only("pk", "public_id"))


scrubbing.ALSO.add("triage.words", fulltext.let_go)


@ERASERS.register("triage.queue")
def forget_words(subject: Subject) -> None:
    for key in Irritant.objects.filter(public_id=subject.case).values_list("pk", flat=True):
        fulltext.forget(key)
