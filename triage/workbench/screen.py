"""Everything one irritant's screen shows, in a number of queries that does not grow with its matches."""

from dataclasses import dataclass, field

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from files.models import StoredFile
from intake import company_words, discretion, history, joining, questions, showing
from intake.conversation import sent_before
from intake.forms import MessageForm
from intake.lifecycle import IRRITANT
from intake.models import Confidentiality, Irritant, Post, Reopened, Stage
from intake.reopening import current_answer, words_of
from journal import access
from journal.actors import coordinator as as_coordinator
from journal.panels import render_panels
from journal.timeline import COMPANY, COORDINATOR, PARTNER, tell
from programs.models import Offer, OfferKind
from triage import canned, holding, passages, ranking, reasons, why_not
from triage.asking import blocked_because, by_organisation, refusals
from triage.lifecycle import MATCH, REFERRAL
from triage.models import (
    OPEN_REFERRAL,
    HoldFiring,
    Judgement,
    Match,
    MatchRun,
    MatchState,
    NonDisclosureState,
    Qualification,
    Referral,
    ReferralStage,
    SetAsideReason,
)
from triage.passages import HOLD, Stretch
from triage.qualifying import why_not as why_not_now
from triage.ranking import need_of
from triage.why_not import WhyNot
from triage.workbench.base import page_context
from triage.workbench.deliveries import deliveries
from triage.workbench.forms import AskForm, CloseForm, QualificationForm
from triage.workbench.queue import dress

SHOWN_MATCHES, OPEN_MATCHES = 20, 6
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
    ask_form: AskForm | None = None
    message_form: MessageForm | None = None
    words: dict[str, str] = field(default_factory=dict)  # what was typed in a refused one-field form
    answer: str = ""  # the code of the canned answer that was chosen


def _dressed_matches(
    irritant: Irritant, actor, text: str, labels: reasons.Vocabulary, run: MatchRun | None
) -> list[Match]:
    """Matches with sentences and open moves, in rank order.

    Guards stay with MATCH.perform: asking each match for its own guard would cost a query per line.
    """
    busy = set(
        Match.referrals.through.objects.filter(
            referral__irritant=irritant, referral__stage__in=_BUSY
        ).values_list("match_id", flat=True)
    )
    open_case = not why_not_now(irritant)
    rows = list(irritant.matches.select_related("offer__organisation", "decided_by").ranked())
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


def _line(match: Match) -> str:
    """A name for a match that is short and safe in an address and in an attribute."""
    return str(match.public_id)[:8]


@dataclass(frozen=True)
class Words:
    """The company's words with the passages behind the reasons. `selected`: the one match that was asked for."""

    text: list[Stretch]
    tried: list[Stretch]
    shown: str
    selected: Match | None


def _words(irritant: Irritant, rows: list[Match], held: holding.Held, asked: str) -> Words:
    """Of the match named in `asked`, else of the first lines."""
    for match in rows:
        match.line = _line(match)
        match.has_passages = bool(passages.of_reasons(match.reasons))
    selected = next((match for match in rows if match.line == asked), None)
    first = [match for match in rows if match.score is not None][:MARKED_MATCHES]
    shown = [match.line for match in ([selected] if selected else first)]
    held_passages = [passage for reason in held.shown for passage in reason["passages"]]
    lines = {match.line: passages.of_reasons(match.reasons) for match in rows}
    whole = reasons.words_of(irritant)
    after = len(irritant.text)
    text = passages.stretches(whole[:after], held_passages, lines, shown)
    tried = passages.stretches(
        irritant.tried,
        _moved([(HOLD, passage) for passage in held_passages], after + 1, bare=True),
        {line: _moved(found, after + 1) for line, found in lines.items()},
        shown,
    )
    return Words(text, tried, " ".join(shown), selected)


def _moved(found: list[tuple[str, list]], by: int, *, bare: bool = False) -> list:
    """Passages counted from `by` on; those that begin before are left out."""
    kept = [(kind, [start - by, end - by, title]) for kind, (start, end, title) in found if start >= by]
    return [passage for _kind, passage in kept] if bare else kept


@dataclass(frozen=True)
class Fired:
    """A rule that fired here: its sentence, the words that caused it, whether it only observes, what people said."""

    code: str
    sentence: str
    quoted: str
    observed: bool
    judgement: str


def _fired(irritant: Irritant, held: holding.Held, text: str) -> list[Fired]:
    said = dict(HoldFiring.objects.filter(irritant=irritant).values_list("code", "judgement"))
    told = zip(held.shown, reasons.verdict_sentences(held.shown, text), strict=True)
    return [
        Fired(reason["code"], sentence, quoted, reason in held.observed, said.get(reason["code"], ""))
        for reason, (sentence, quoted) in told
    ]


@dataclass(frozen=True)
class Asking:
    """« Pourquoi pas ? »: what was typed, the offers found with their match when there is one, and one explained."""

    query: str
    found: list[tuple[Offer, Match | None]]
    answer: WhyNot | None
    match: Match | None


def _asking(
    request: HttpRequest, irritant: Irritant, rows: list[Match], labels: reasons.Vocabulary
) -> Asking:
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


@dataclass(frozen=True)
class Question:
    """An answer that would change the result, and the sentence to ask the company with."""

    label: str
    topic: bool
    code: str


def _questions(irritant: Irritant, qualification: Qualification | None) -> list[Question]:
    return [
        Question(asked.label, bool(asked.topic), asked.code)
        for asked in questions.for_need(need_of(irritant, qualification))
    ]


# What helps most (intake.questions) → the field of the company's form that answers it.
_REOPENS = {
    "sector": Reopened.SECTOR,
    "organisation_type": Reopened.ORGANISATION_TYPE,
    "data_maturity": Reopened.DATA,
    "territory": Reopened.SITE,
    "kinds": Reopened.KINDS,
}


def _ask_form(irritant: Irritant, code: str) -> AskForm:
    """Empty, or with what was chosen among the questions that help: its field ticked, or its words in the language
    of the company's contact."""
    initial = {}
    if code in _REOPENS:
        initial["fields_asked"] = [_REOPENS[code]]
    elif code:
        with translation.override(irritant.language):
            asked = {
                one.code: questions.spoken(one) for one in questions.for_need(need_of(irritant)) if one.topic
            }
        initial["free_1"] = asked.get(code, "")
    return AskForm(irritant=irritant, initial=initial, auto_id="ask_%s")


def _conversation(irritant: Irritant, posts: list[Post], files: list[StoredFile]) -> list[Post]:
    """The words exchanged with the company, with their files and what was asked."""
    talk = [post for post in posts if not post.internal and post.organisation_id is None]
    before = sent_before(talk, files)

    def listed(row: StoredFile) -> dict:
        return _listed(irritant, row, first=before.get(row.pk))

    for post in talk:
        post.files = [listed(row) for row in files if row.subject == post.public_id]
        post.asked = [
            {
                "words": words_of(question),
                "answered": question.answered_at,
                "dropped": question.dropped_at,
                "answer": current_answer(irritant, question) if question.answered_at else "",
                "files": [listed(row) for row in files if row.subject == question.public_id]
                if question.answered_at
                else [],
            }
            for question in post.questions.all()
        ]
    return talk


def erased_screen(request: HttpRequest, irritant: Irritant, status: int = 200):
    """What is left of a case that its company erased: when, and what happened."""
    context = page_context(
        request, irritant.reference, irritant=irritant, timeline=_timeline(irritant), is_closed=True
    )
    return render(request, "triage/workbench/erased.html", context, status=status)


def _referrals(irritant: Irritant, posts: list[Post], actor, words: dict[str, str]) -> list:
    rows = sorted(irritant.referrals.all(), key=lambda referral: (referral.created_at, referral.pk))
    for referral in rows:
        referral.moves = {
            move.name: move for move, refused in REFERRAL.available(referral, actor) if not refused
        }
        referral.posts = [post for post in posts if post.organisation_id == referral.organisation_id]
        referral.typed = words.get(f"reply-{referral.public_id}", "")
        referral.status = _STATUS_OF_REFERRAL.get(referral.stage, "stopped")
    return rows


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
    qualifications = Qualification.objects.select_related("hold_lifted_by").prefetch_related("topics")
    qualification = qualifications.filter(irritant=irritant).first()
    run = irritant.runs.first()
    held = holding.of_run(run)
    dress(irritant, held.verdict if run else None)
    text = reasons.words_of(irritant)
    labels = reasons.Vocabulary.load()
    rows = _dressed_matches(irritant, actor, text, labels, run)
    chosen = request.GET.get("nature", "")
    chosen = chosen if chosen in OfferKind.values else ""
    proposed = [m for m in rows if m.state == MatchState.SUGGESTED and chosen in ("", m.offer.kind)]
    posts = list(irritant.posts.select_related("author", "organisation").prefetch_related("questions"))
    files = list(StoredFile.objects.filter(case=irritant.public_id))
    talk = _conversation(irritant, posts, files)
    refused = why_not_now(irritant)
    company_history = history.of(irritant, limit=HISTORY_SHOWN, reader=request.user)
    url = reverse("admin:workbench_irritant", args=[irritant.public_id])
    # Read once for all that ask: who said no, who was asked, who reads what.
    prefetch_related_objects(
        [irritant], Prefetch("referrals", Referral.objects.select_related("organisation"))
    )
    kept = [match for match in rows if match.state == MatchState.KEPT]
    busy = {
        referral.organisation_id for referral in irritant.referrals.all() if referral.stage in OPEN_REFERRAL
    }
    askable, said_no = by_organisation(kept, busy), refusals(irritant)
    agreements = list(irritant.non_disclosures.select_related("organisation"))
    is_closed, sent = irritant.stage == Stage.CLOSED, deliveries(irritant)
    other_addresses = joining.other_addresses(irritant, request.user) if company_history.total else []
    others = [*other_addresses, *(related.irritant.contact for related in company_history.related)]
    access.showing(request, showing.contact_of(irritant), *map(showing.of_contact, others))
    referrals = _referrals(irritant, posts, actor, bench.words)
    return page_context(
        request,
        irritant.reference,
        irritant=irritant,
        moves={move.name: move for move, refused in IRRITANT.available(irritant, actor) if not refused},
        words=_words(irritant, rows, held, request.GET.get("piste", "")),
        files=[_listed(irritant, row) for row in files if row.subject is None],
        kinds_wished=[label for kind, label in OfferKind.choices if kind in irritant.kinds_wished],
        seen=discretion.seen_in(irritant),
        company_history=company_history,
        other_addresses=other_addresses,
        joined=joining.names_joined(irritant) if company_history.total else [],
        company_facts=company_words.facts(irritant.company),
        run=run,
        held=held,
        fired=_fired(irritant, held, text),
        judgements=Judgement.choices,
        qualification=qualification,
        qualification_refused=refused,
        qualification_form=bench.qualification_form or qualification_form(irritant, qualification),
        canned=canned.choices(),
        canned_chosen=bench.answer,
        close_form=bench.close_form or CloseForm(irritant=irritant, auto_id="close_%s"),
        typed=bench.words,
        ask_form=bench.ask_form or _ask_form(irritant, request.GET.get("demander", "")),
        message_form=bench.message_form or MessageForm(auto_id="message_%s"),
        reads_in=get_language_info(irritant.language)["name_translated"]
        if irritant.language != get_language()
        else "",
        words_seen=sum(post.author_role == COMPANY for post in talk),
        kept=kept,
        proposed=proposed[:OPEN_MATCHES],
        weaker=proposed[OPEN_MATCHES:SHOWN_MATCHES],
        more=max(0, len(proposed) - SHOWN_MATCHES),
        set_aside=[match for match in rows if match.state == MatchState.SET_ASIDE],
        kinds=_kinds(rows, chosen, url),
        kind_chosen=chosen,
        set_aside_reasons=SetAsideReason.choices,
        asking=_asking(request, irritant, rows, labels),
        moved=bool(run and ranking.moved(run)),
        questions=[] if refused else _questions(irritant, qualification),
        blocked=blocked_because(irritant, run=run, qualification=qualification),
        candidates=len(askable.keys() - said_no.keys()),
        again=len(askable.keys() & said_no.keys()),
        referrals=referrals,
        accepted=any(referral.stage == ReferralStage.ACCEPTED for referral in referrals),
        conversation=talk,
        notes=[post for post in posts if post.internal],
        timeline=_timeline(irritant),
        deliveries=sent,
        is_closed=is_closed,
        unreachable=None if is_closed else sent.unreachable,
        agreement_first=not is_closed
        and irritant.confidentiality == Confidentiality.NDA
        and not any(row.state == NonDisclosureState.IN_FORCE for row in agreements),
        panels=render_panels(
            "workbench.irritant",
            {"irritant": irritant, "actor": actor, "askable": askable, "agreements": agreements},
            request,
        ),
    )


def _listed(irritant: Irritant, row: StoredFile, **more) -> dict:
    return row.listed(reverse("admin:workbench_file", args=[irritant.public_id, row.pk]), **more)
