"""Everything one irritant's screen shows, in a number of queries that does not grow with its matches."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from files.models import StoredFile
from intake.lifecycle import IRRITANT
from intake.models import Irritant, Post, Stage
from journal.actors import coordinator as as_coordinator
from journal.panels import render_panels
from journal.timeline import COMPANY, COORDINATOR, PARTNER, tell
from programs import engine
from programs.models import Offer, OfferKind
from triage import reasons
from triage.asking import blocked_because, candidates, refusals
from triage.lifecycle import MATCH, REFERRAL
from triage.models import Match, MatchState, Qualification, ReferralStage, SetAsideReason
from triage.qualifying import why_not
from triage.workbench.base import page_context
from triage.workbench.forms import CloseForm, QualificationForm
from triage.workbench.queue import dress

SHOWN_MATCHES, OPEN_MATCHES = 20, 6
FOUND_OFFERS = 8
HISTORY_SHOWN = 5
MARKED_MATCHES = 5  # the words behind the first lines are highlighted, not those behind thirty
_BUSY = (ReferralStage.ASKED, ReferralStage.QUESTION, ReferralStage.ACCEPTED)
_KIND_OF_ROLE = {COMPANY: "company", COORDINATOR: "cluster", PARTNER: "partner"}
_STATUS_OF_REFERRAL = {
    ReferralStage.ASKED: "waiting",
    ReferralStage.QUESTION: "turn",
    ReferralStage.ACCEPTED: "done",
    ReferralStage.DECLINED: "refused",
    ReferralStage.EXPIRED: "late",
}


@dataclass
class Bench:
    """The parts of the screen that a view may replace: a form that was refused, the status of the answer."""

    qualification_form: QualificationForm | None = None
    close_form: CloseForm | None = None
    words: dict[str, str] = field(default_factory=dict)  # what was typed in a refused one-field form


def _dressed_matches(irritant: Irritant, actor, text: str, labels: reasons.Vocabulary) -> list[Match]:
    """Matches with sentences and open moves, in rank order.

    Guards stay with MATCH.perform: asking each match for its own guard would cost a query per line.
    """
    busy = set(
        Match.referrals.through.objects.filter(
            referral__irritant=irritant, referral__stage__in=_BUSY
        ).values_list("match_id", flat=True)
    )
    open_case = not why_not(irritant)
    rows = list(irritant.matches.select_related("offer__organisation", "decided_by").ranked())
    for match in rows:
        match.sentences, match.more_sentences = reasons.shortened(
            reasons.sentences(match.reasons, text, labels)
        )
        match.percent = round(100 * match.score) if match.score is not None else None
        match.strength = reasons.strength(match.score) if match.score is not None else ""
        match.is_asked = match.pk in busy
        match.moves = {
            move.name: move
            for move in MATCH.moves
            if open_case and not match.is_asked and actor.role in move.who and match.state in move.sources
        }
        match.reason_label = dict(SetAsideReason.choices).get(match.set_aside_reason, "")
    return rows


def _kinds(rows: list[Match], chosen: str, url: str) -> list[dict]:
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


def _marked_words(irritant: Irritant, rows: list[Match], run) -> list[reasons.Segment]:
    shown = [match for match in rows if match.score is not None][:MARKED_MATCHES]
    matched = [passage for match in shown for reason in match.reasons for passage in reason["passages"]]
    held = [passage for reason in (run.verdict_reasons if run else ()) for passage in reason["passages"]]
    return reasons.highlighted(irritant.text, matched, held)


def _found_offers(irritant: Irritant, query: str, rows: list[Match]) -> list[Offer]:
    """Published offers for the words of the add-by-hand box, best first, those already decided left out."""
    if not query:
        return []
    decided = {match.offer_id for match in rows if match.state == MatchState.KEPT}
    found = engine.search(query).references[: FOUND_OFFERS * 2].tolist()
    order = [pk for pk in found if pk not in decided][:FOUND_OFFERS]
    known = Offer.objects.select_related("organisation").in_bulk(order)
    return [known[pk] for pk in order if pk in known]


def _referrals(irritant: Irritant, posts: list[Post], actor, words: dict[str, str]) -> list:
    rows = list(irritant.referrals.select_related("organisation").order_by("created_at", "pk"))
    for referral in rows:
        referral.moves = {
            move.name: move for move, refused in REFERRAL.available(referral, actor) if not refused
        }
        referral.posts = [post for post in posts if post.organisation_id == referral.organisation_id]
        referral.typed = words.get(f"reply-{referral.public_id}", "")
        referral.status = _STATUS_OF_REFERRAL.get(referral.stage, "stopped")
    return rows


def _history_of_company(irritant: Irritant) -> tuple[list[Irritant], int]:
    same = Irritant.objects.filter(Q(company=irritant.company_id) | Q(contact=irritant.contact_id)).exclude(
        pk=irritant.pk
    )
    rows = list(same.select_related("company").order_by("-created_at")[: HISTORY_SHOWN + 1])
    return rows[:HISTORY_SHOWN], same.count() if len(rows) > HISTORY_SHOWN else len(rows)


def _timeline(irritant: Irritant) -> list:
    who = {COMPANY: _("l’entreprise"), COORDINATOR: _("la coordination"), PARTNER: _("le partenaire")}
    return [
        {
            "at": entry.at,
            "title": entry.title,
            "actor": who.get(entry.actor_role, _("le portail")),
            "kind": _KIND_OF_ROLE.get(entry.actor_role, "system"),
        }
        for entry in tell(irritant.public_id, COORDINATOR)
    ]


def qualification_form(
    irritant: Irritant, qualification: Qualification | None, data=None
) -> QualificationForm:
    """The form over what is stored; without a row, the company's own answers are proposed."""
    initial = {"seen_version": qualification.version if qualification else 0}
    if qualification is None:
        initial |= {"topics": irritant.topics_confirmed, "data_maturity": irritant.data_maturity}
    return QualificationForm(data, instance=qualification or Qualification(), initial=initial, auto_id="q_%s")


def context_of(request: HttpRequest, irritant: Irritant, bench: Bench) -> dict:
    """The whole screen. Reads only."""
    actor = as_coordinator(request.user)
    qualification = Qualification.objects.filter(irritant=irritant).select_related("hold_lifted_by").first()
    run = irritant.runs.first()
    irritant.verdict = run.verdict if run else None
    dress(irritant)
    text = reasons.words_of(irritant)
    rows = _dressed_matches(irritant, actor, text, reasons.Vocabulary.load())
    chosen = request.GET.get("nature", "")
    chosen = chosen if chosen in OfferKind.values else ""
    proposed = [m for m in rows if m.state == MatchState.SUGGESTED and chosen in ("", m.offer.kind)]
    posts = list(irritant.posts.select_related("author", "organisation"))
    query = request.GET.get("offre", "").strip()[:200]
    company_history, company_total = _history_of_company(irritant)
    url = reverse("admin:workbench_irritant", args=[irritant.public_id])
    askable, said_no = candidates(irritant), refusals(irritant)
    referrals = _referrals(irritant, posts, actor, bench.words)
    return page_context(
        request,
        irritant.reference,
        irritant=irritant,
        moves={move.name: move for move, refused in IRRITANT.available(irritant, actor) if not refused},
        words=_marked_words(irritant, rows, run),
        files=[_listed(irritant, row) for row in StoredFile.objects.filter(case=irritant.public_id)],
        company_history=company_history,
        company_total=company_total,
        run=run,
        verdict_reasons=reasons.verdict_sentences(run.verdict_reasons, text) if run else [],
        held=bool(run and run.verdict != "match"),
        qualification=qualification,
        qualification_refused=why_not(irritant),
        qualification_form=bench.qualification_form or qualification_form(irritant, qualification),
        close_form=bench.close_form or CloseForm(irritant=irritant, auto_id="close_%s"),
        typed=bench.words,
        kept=[match for match in rows if match.state == MatchState.KEPT],
        proposed=proposed[:OPEN_MATCHES],
        weaker=proposed[OPEN_MATCHES:SHOWN_MATCHES],
        more=max(0, len(proposed) - SHOWN_MATCHES),
        set_aside=[match for match in rows if match.state == MatchState.SET_ASIDE],
        kinds=_kinds(rows, chosen, url),
        kind_chosen=chosen,
        set_aside_reasons=SetAsideReason.choices,
        offer_query=query,
        offers_found=_found_offers(irritant, query, rows),
        blocked=blocked_because(irritant),
        candidates=len(askable.keys() - said_no.keys()),
        again=len(askable.keys() & said_no.keys()),
        referrals=referrals,
        accepted=any(referral.stage == ReferralStage.ACCEPTED for referral in referrals),
        conversation=[post for post in posts if not post.internal and post.organisation_id is None],
        notes=[post for post in posts if post.internal],
        timeline=_timeline(irritant),
        is_closed=irritant.stage == Stage.CLOSED,
        panels=render_panels("workbench.irritant", {"irritant": irritant, "actor": actor}, request),
    )


def _listed(irritant: Irritant, row: StoredFile) -> dict:
    url = reverse("admin:workbench_file", args=[irritant.public_id, row.pk])
    return {"name": row.name, "size": row.size, "url": url}
