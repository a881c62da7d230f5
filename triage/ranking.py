"""The machine's part: compute matches for an irritant and store them beside what people decided."""

from datetime import datetime

from django.db import transaction
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.failpoints import failpoint
from intake.models import Irritant
from journal import jobs
from journal.actors import COORDINATOR, Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from journal.models import Job
from programs import comparing, engine
from programs.models import CatalogueState
from triage import filing, holding, likeness, moving
from triage.models import Match, MatchRun, MatchState, Qualification

KEPT_LINES = 30


def owe_ranking(irritant: Irritant, cause: str, *, not_before: datetime | None = None) -> None:
    """Owe one computation for this cause (an event), in the caller's transaction."""
    jobs.submit(
        "match.compute",
        f"match:{irritant.public_id}:{cause}",
        {"irritant": irritant.pk, "cause": cause},
        not_before=not_before,
    )


def owed(irritant: Irritant):
    """Computations of this irritant that are not done yet."""
    return Job.objects.open().filter(kind="match.compute", payload__irritant=irritant.pk)


def need_of(irritant: Irritant, qualification: Qualification | None = None) -> dict:
    """What the engine reads: the company's words and facts, corrected by the coordinator's qualification (given where
    the caller has read it)."""
    rows = Qualification.objects.filter(irritant=irritant).prefetch_related("topics")
    return _need(irritant, qualification or rows.first())


def latest_needs(user, limit: int) -> list[tuple[Irritant, dict]]:
    """The newest irritants that this person may read, each with its need: three queries however many."""
    rows = Irritant.objects.visible_to(user).select_related("company", "qualification")
    rows = rows.prefetch_related("qualification__topics").order_by("-created_at", "-pk")[:limit]
    return [(row, _need(row, getattr(row, "qualification", None))) for row in rows]


def _need(irritant: Irritant, qualification: Qualification | None) -> dict:
    topics = list(irritant.topics_confirmed)
    kinds = irritant.kinds_wished
    maturity = irritant.data_maturity
    text = "\n".join(part for part in (irritant.text, irritant.tried) if part)
    if qualification:
        topics = [topic.code for topic in qualification.topics.all()] or topics
        kinds = qualification.kinds or kinds
        maturity = qualification.data_maturity if qualification.data_maturity is not None else maturity
        if qualification.reformulated:
            text = f"{text}\n{qualification.reformulated}"
    territory = irritant.department
    if irritant.company.country != "FR":
        territory = irritant.company.country
    return {
        "text": text,
        "language": "",  # the page's language says little about the words: the engine reads them
        "sector": irritant.sector_id or "",
        "organisation_type": irritant.company.organisation_type,
        "territory": territory,
        "data_maturity": maturity,
        "topics": topics,
        "excluded_topics": irritant.topics_removed,
        "kinds": tuple(kinds),
    }


def latest_run(irritant: Irritant) -> MatchRun | None:
    """The last run with `current`: the sequence of the catalogue as it is now, in the same query."""
    now = CatalogueState.objects.filter(pk=1).values("sequence")
    return irritant.runs.annotate(current=Coalesce(Subquery(now), 0)).first()


def moved(run: MatchRun) -> bool:
    """Whether the engine, the catalogue or the vocabulary changed since this run (of `latest_run`); False when nobody
    can tell."""
    if run.engine_version != comparing.engine_version():
        return True
    return run.sequence is not None and run.sequence != run.current


@transaction.atomic
def recompute(irritant: Irritant, *, actor: Actor) -> bool:
    """Owe a fresh computation because a coordinator asks. False when one is owed already. Raises Refusal."""
    if actor.role != COORDINATOR:
        raise Refusal(_("Cette action ne vous revient pas."), "role")
    lock_case(irritant.public_id)
    if owed(irritant).exists():
        return False
    event = record("irritant.recompute", case=irritant.public_id, subject=irritant, actor=actor)
    owe_ranking(irritant, cause=f"event:{event.pk}")
    failpoint("match.owed")
    return True


jobs.LABELS.add("match.compute", gettext_lazy("calcul des pistes"))


@jobs.HANDLERS.register("match.compute")
def compute(payload: dict):
    """Rank, then store in the finishing transaction: run once or ten times, each offer is one Match."""
    irritant = Irritant.objects.select_related("company").get(pk=payload["irritant"])
    # read first: a change that comes in between makes the run look old, not new
    sequence = CatalogueState.current()
    ranking = engine.rank(need_of(irritant), limit=KEPT_LINES, without=[str(irritant.public_id)])
    failpoint("match.computed")
    return lambda: _store(irritant, ranking, f"{irritant.public_id}:{payload['cause']}", sequence)


def _store(irritant: Irritant, ranking: engine.Ranked, key: str, sequence: int | None = None) -> None:
    lock_case(irritant.public_id)  # else a match that is kept at this moment could be among those deleted
    if Irritant.objects.filter(pk=irritant.pk).exclude(erased_at=None).exists():
        return
    before = irritant.runs.first()
    run, created = MatchRun.objects.get_or_create(
        key=key,
        defaults={
            "irritant": irritant,
            "verdict": ranking.verdict,
            "verdict_reasons": ranking.verdict_reasons,
            "concepts": ranking.concepts,
            "language": ranking.language,
            "engine_version": ranking.engine_version,
            "data_version": ranking.data_version,
            "sequence": sequence,
            "before": moving.ranks_to_compare(irritant, before),
        },
    )
    if not created:
        return
    likeness.keep(irritant)
    holding.note_firings(run)
    _hold_again(run, before)
    # What people decided stays, with the reasons that they read; what was only suggested is replaced by the new answer.
    irritant.matches.filter(state=MatchState.SUGGESTED).exclude(
        offer_id__in=[line.offer_pk for line in ranking.lines]
    ).delete()
    decided = set(irritant.matches.exclude(state=MatchState.SUGGESTED).values_list("offer_id", flat=True))
    for rank, line in enumerate(ranking.lines, start=1):
        if line.offer_pk in decided:
            continue
        Match.objects.update_or_create(
            irritant=irritant,
            offer_id=line.offer_pk,
            defaults={"run": run, "rank": rank, "score": line.score, "reasons": line.reasons},
        )
    failpoint("match.stored")
    filing.refile(irritant)


def _hold_again(run: MatchRun, before: MatchRun | None) -> None:
    """A hold is lifted for the reasons that were read: another one holds until somebody has read it too."""
    modes = holding.modes()
    now, then = holding.of_run(run, modes), holding.of_run(before, modes)
    read = {reason["code"] for reason in then.shown}
    if now.holds and not {reason["code"] for reason in now.blocking} <= read:
        Qualification.objects.filter(irritant=run.irritant).update(hold_lifted_reason="", hold_lifted_by=None)
