"""The ranked matches of one irritant's screen, and « pourquoi pas ? »: an offer that is not among them, explained."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext as _

from intake.models import Irritant
from programs.models import Offer, OfferKind
from triage import reasons, why_not
from triage.lifecycle import MATCH
from triage.models import Match, MatchRun, MatchState, ReferralStage, SetAsideReason
from triage.qualifying import why_not as why_not_now
from triage.why_not import WhyNot

_BUSY = (ReferralStage.ASKED, ReferralStage.QUESTION, ReferralStage.ACCEPTED)


def dressed(
    irritant: Irritant, actor, text: str, labels: reasons.Vocabulary, run: MatchRun | None
) -> list[Match]:
    """Matches with sentences and open moves, in rank order.

    Guards stay with MATCH.perform: asking each match for its own guard would cost a query per line.
    """
    asked_about = Match.referrals.through.objects.filter(match=OuterRef("pk"), referral__stage__in=_BUSY)
    open_case = not why_not_now(irritant)
    rows = irritant.matches.select_related("offer__organisation", "decided_by")
    rows = list(rows.annotate(is_asked=Exists(asked_about)).ranked())
    older = {match.run_id for match in rows if match.run_id and match.run_id != (run and run.pk)}
    runs = irritant.runs.defer("verdict_reasons", "concepts").in_bulk(older) if older else {}
    if run:
        runs[run.pk] = run
    for match in rows:
        match.explained_by = runs.get(match.run_id)
        match.sentences, match.more_sentences = reasons.shortened(
            reasons.sentences(match.reasons, text, labels)
        )
        match.percent = round(100 * match.score) if match.score is not None else None
        match.strength = reasons.strength(match.score) if match.score is not None else ""
        match.moves = {
            move.name: move
            for move in MATCH.moves
            if open_case and not match.is_asked and actor.role in move.who and match.state in move.sources
        }
        match.reason_label = dict(SetAsideReason.choices).get(match.set_aside_reason, "")
    return rows


def kinds(rows: list[Match], chosen: str, url: str) -> list[dict]:
    """Filter by kind, with how many suggestions each holds."""
    proposed = [match for match in rows if match.state == MatchState.SUGGESTED]
    tabs = [{"label": _("Toutes"), "url": f"{url}#pistes", "count": len(proposed), "current": not chosen}]
    for kind, label in OfferKind.choices:
        count = sum(match.offer.kind == kind for match in proposed)
        if count or kind == chosen:
            tabs.append(
                {
                    "label": label,
                    "url": f"{url}?nature={kind}#pistes",
                    "count": count,
                    "current": kind == chosen,
                }
            )
    return tabs


@dataclass(frozen=True)
class Asking:
    """« Pourquoi pas ? »: what was typed, the offers found with their match when there is one, and one explained."""

    query: str
    found: list[tuple[Offer, Match | None]]
    answer: WhyNot | None
    match: Match | None


def asked(request: HttpRequest, irritant: Irritant, rows: list[Match], labels: reasons.Vocabulary) -> Asking:
    query = request.GET.get("offre", "").replace("\0", "").strip()[:200]
    named = request.GET.get("pourquoi", "")[:36]
    found = why_not.find(query) if query else []
    known = {match.offer_id: match for match in rows}
    explained = next((offer for offer in found if str(offer.public_id) == named), None)
    if explained is None and named:
        explained = next(iter(why_not.find(named) if why_not.is_identifier(named) else []), None)
    if explained is None and len(found) == 1:
        explained = found[0]
    return Asking(
        query,
        [(offer, known.get(offer.pk)) for offer in found],
        why_not.why_not(irritant, explained, labels) if explained else None,
        known.get(explained.pk) if explained else None,
    )
