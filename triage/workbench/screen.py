"""Everything one irritant's screen shows, in a number of queries that does not grow with its matches."""

from dataclasses import dataclass, field

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, get_language_info

from files.models import StoredFile
from intake import company_words, discretion, history, joining, questions, showing
from intake.forms import MessageForm
from intake.lifecycle import IRRITANT
from intake.models import Confidentiality, Irritant, Reopened, Stage
from journal import access
from journal.actors import coordinator as as_coordinator
from journal.panels import render_panels
from journal.timeline import COMPANY
from programs.models import OfferKind
from triage import canned, following, holding, mentions, moving, ranking, reasons, warnings
from triage.asking import blocked_because, by_organisation, next_best, refusals
from triage.choosing import AT_WORK
from triage.meetings import with_dealings
from triage.models import (
    CANCEL_REASONS,
    OPEN_REFERRAL,
    Judgement,
    Match,
    MatchState,
    NonDisclosureState,
    Qualification,
    Referral,
    ReferralStage,
    SetAsideReason,
)
from triage.qualifying import why_not as why_not_now
from triage.ranking import need_of
from triage.workbench import exchanges, ranked, reading
from triage.workbench.base import page_context
from triage.workbench.deliveries import deliveries
from triage.workbench.forms import AskForm, CloseForm, QualificationForm
from triage.workbench.queue import dress
from triage.workbench.together import room

SHOWN_MATCHES, OPEN_MATCHES = 20, 6
HISTORY_SHOWN = 5


@dataclass
class Bench:
    """The parts of the screen that a view may replace: a form that was refused, the status of the answer."""

    qualification_form: QualificationForm | None = None
    close_form: CloseForm | None = None
    ask_form: AskForm | None = None
    message_form: MessageForm | None = None
    words: dict[str, str] = field(default_factory=dict)  # what was typed in a refused one-field form
    answer: str = ""  # the code of the canned answer that was chosen


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


def erased_screen(request: HttpRequest, irritant: Irritant, status: int = 200):
    """What is left of a case that its company erased: when, and what happened."""
    context = page_context(
        request,
        irritant.reference,
        irritant=irritant,
        timeline=exchanges.timeline_of(irritant),
        is_closed=True,
    )
    return render(request, "triage/workbench/erased.html", context, status=status)


def _instead(irritant: Irritant, rows: list[Match], blocked: str) -> Match | None:
    """Whom to ask in place of a partner that said no; None where nobody did, or nobody can be asked."""
    if blocked or not refusals(irritant):
        return None
    return next_best(irritant, rows)


def qualification_form(
    irritant: Irritant,
    qualification: Qualification | None,
    data=None,
    *,
    labels: reasons.Vocabulary | None = None,
) -> QualificationForm:
    """The form over what is stored; without a row, the company's own answers are proposed. `labels`: the topics,
    where they have been read."""
    initial = {"seen_version": qualification.version if qualification else 0}
    if qualification is None:
        initial |= {
            "topics": irritant.topics_confirmed,
            "data_maturity": irritant.data_maturity,
            "kinds": irritant.kinds_wished,
            "urgency": irritant.deadline,
        }
    form = QualificationForm(data, instance=qualification or Qualification(), initial=initial, auto_id="q_%s")
    if labels is not None:
        form.fields["topics"].choices = list(labels.topics.items())
    return form


def _case(
    irritant: Irritant, reader, past: history.History, seen, qualification, rows: list[Match]
) -> warnings.Case:
    """What the screen has read already, for the warnings."""
    topics = [topic.code for topic in qualification.topics.all()] if qualification else []
    possible = [match.offer.organisation for match in rows if match.state != MatchState.SET_ASIDE]
    return warnings.Case(
        irritant,
        reader,
        past,
        seen,
        qualification,
        frozenset(topics or irritant.topics_confirmed),
        list(dict.fromkeys(possible)),
    )


def context_of(request: HttpRequest, irritant: Irritant, bench: Bench) -> dict:
    """The whole screen. Reads only."""
    actor = as_coordinator(request.user)
    qualifications = Qualification.objects.select_related("hold_lifted_by").prefetch_related("topics")
    qualification = qualifications.filter(irritant=irritant).first()
    run = ranking.latest_run(irritant)
    held = holding.of_run(run)
    dress(irritant, held.verdict if run else None)
    text = reasons.words_of(irritant)
    labels = reasons.Vocabulary.load()
    rows = ranked.dressed(irritant, actor, text, labels, run)
    moves_shown = moving.moves(run, rows)
    for match in rows:
        match.move = moves_shown.of.get(match.pk)
    chosen = request.GET.get("nature", "")
    chosen = chosen if chosen in OfferKind.values else ""
    proposed = [m for m in rows if m.state == MatchState.SUGGESTED and chosen in ("", m.offer.kind)]
    posts = list(irritant.posts.select_related("author", "organisation").prefetch_related("questions"))
    files = list(StoredFile.objects.filter(case=irritant.public_id))
    talk = exchanges.conversation_of(irritant, posts, files)
    refused = why_not_now(irritant)
    company_history = history.of(irritant, limit=HISTORY_SHOWN, reader=request.user)
    seen, colleagues = discretion.seen_in(irritant), following.colleagues_today()
    known = _case(irritant, request.user, company_history, seen, qualification, rows)
    url = reverse("admin:workbench_irritant", args=[irritant.public_id])
    # Read once for all that ask: who said no, who was asked, who reads what.
    prefetch_related_objects(
        [irritant],
        Prefetch(
            "referrals",
            with_dealings(Referral.objects.select_related("organisation__signed_by", "suggested")),
        ),
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
    blocked = blocked_because(irritant, run=run, qualification=qualification)
    referrals = exchanges.referrals_of(irritant, posts, files, actor, bench.words, blocked)
    return page_context(
        request,
        irritant.reference,
        irritant=irritant,
        moves={move.name: move for move, refused in IRRITANT.available(irritant, actor) if not refused},
        words=reading.words_of(irritant, rows, held, request.GET.get("piste", "")),
        files=[exchanges.listed_file(irritant, row) for row in files if row.subject is None],
        kinds_wished=[label for kind, label in OfferKind.choices if kind in irritant.kinds_wished],
        seen=seen,
        warnings=[] if is_closed else warnings.of(known),
        company_history=company_history,
        other_addresses=other_addresses,
        joined=joining.names_joined(irritant) if company_history.total else [],
        company_facts=company_words.facts(irritant.company),
        run=run,
        held=held,
        fired=reading.fired(irritant, held, text),
        judgements=Judgement.choices,
        **room(request, irritant),
        qualification=qualification,
        qualification_refused=refused,
        qualification_form=bench.qualification_form
        or qualification_form(irritant, qualification, labels=labels),
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
        kinds=ranked.kinds(rows, chosen, url),
        kind_chosen=chosen,
        set_aside_reasons=SetAsideReason.choices,
        asking=ranked.asked(request, irritant, rows, labels),
        moved=bool(run and ranking.moved(run)),
        moves_shown=moves_shown,
        computing=not refused and bool(run) and ranking.owed(irritant).exists(),
        questions=[] if refused else _questions(irritant, qualification),
        blocked=blocked,
        candidates=len(askable.keys() - said_no.keys()),
        again=len(askable.keys() & said_no.keys()),
        referrals=referrals,
        accepted=any(referral.stage == ReferralStage.ACCEPTED for referral in referrals),
        may_free=sum(referral.stage in AT_WORK for referral in referrals) > 1,
        instead=_instead(irritant, rows, blocked),
        cancel_reasons=CANCEL_REASONS,
        conversation=talk,
        notes=exchanges.notes_of(posts, colleagues),
        to_mention=[mentions.handle(one) for one in colleagues if one.pk != request.user.pk],
        timeline=exchanges.timeline_of(irritant, colleagues),
        deliveries=sent,
        is_closed=is_closed,
        unreachable=None if is_closed else sent.unreachable,
        agreement_first=not is_closed
        and irritant.confidentiality == Confidentiality.NDA
        and not any(row.state == NonDisclosureState.IN_FORCE for row in agreements),
        panels=render_panels(
            "workbench.irritant",
            {
                "irritant": irritant,
                "actor": actor,
                "askable": askable,
                "agreements": agreements,
                "colleagues": colleagues,
            },
            request,
        ),
    )
