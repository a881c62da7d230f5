"""One step made of one piece: what it waits for, when, how long, what comes of it, what is decided at its end."""

from collections.abc import Callable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from proposals import paths
from proposals.composing import calendar, levels
from proposals.composing import lead_times as kinds
from proposals.composing.case import Need, Piece, cifre_impossible
from proposals.steps import CLUSTER_LEADS, DIAGNOSIS

# The scheme of programs.schemes whose calculator says what a kind of help costs.
SCHEMES = {
    kinds.TRAINING: "formation-continue",
    kinds.INTERNSHIP: "stage",
    kinds.APPRENTICESHIP: "apprentissage",
    kinds.CIFRE: "cifre",
    kinds.RND: "collaboration",
    kinds.LABORATORY: "prestation",
}
_EMPLOYERS = {
    "CH": "hospital",
    "CHU": "hospital",
    "commune": "local",
    "EPCI": "local",
    "association": "association",
}
SIDE_BY_SIDE_WEEKS = 13  # a course that would hold the next step back longer runs beside it


def waits_of(piece: Piece) -> list[dict]:
    """What has to pass before this piece may begin."""
    before = [kinds.NDA] if piece.nda else []
    before += kinds.BEFORE.get(piece.help, ())
    if piece.restricted and piece.help != kinds.TRAINING:  # a course has its own days and rooms
        before.append(kinds.ZRR)
    return [one.wait for one in before]


def diagnosis(need: Need, new_id: Callable[[], str]) -> paths.Step:
    """The look at the data that comes first where there is no history to learn from."""
    start = calendar.working_from(need.today + timedelta(days=calendar.FIRST_TALK_DAYS), need.department)
    return _dated(
        paths.blank_step(
            new_id(),
            kind=DIAGNOSIS,
            organisation=need.cluster,
            leads=CLUSTER_LEADS,
            title=_("Diagnostic des données"),
            summary=_(
                "Quelles données existent, où, depuis quand, à qui elles appartiennent, et ce qu’il faut recueillir "
                "avant la suite."
            ),
            deliverables=_("Inventaire des données : sources, état, droits d’accès, ce qui manque."),
            decision=_("Les données suffisent-elles pour la suite, ou faut-il d’abord en recueillir ?"),
            maturity=levels.maturity(kinds.DIAGNOSIS, need.maturity),
        ),
        start,
        start + timedelta(weeks=calendar.DIAGNOSIS_WEEKS) - timedelta(days=1),
    )


def step(
    piece: Piece, need: Need, before: list[paths.Step], new_id: Callable[[], str], reached: tuple
) -> paths.Step:
    """The step of a piece after those of `before`; `reached`: TRL and maturity at which it begins."""
    waits = waits_of(piece)
    ready = calendar.ready_on(need.today, waits)
    after = _after(before, piece, need, ready)
    for one in after:
        ready = max(ready, free_on(one, ready))
    start = calendar.start_of(piece, need.today, ready, need.department)
    end = calendar.end_of(piece, start) if start else None
    made = paths.blank_step(
        new_id(),
        kind=piece.kind,
        organisation=piece.organisation,
        organisation_id=piece.organisation_id,
        leads=piece.organisation_id,
        person=piece.person,
        title=piece.title,
        summary=piece.summary,
        offer_id=piece.offer_id,
        illustrative=piece.illustrative,
        after=[one["id"] for one in after],
        waits=waits,
        deliverables=_deliverables(piece),
        trl=levels.trl(piece.help, reached[0], need.trl_target, piece.trl),
        maturity=levels.maturity(piece.help, reached[1]),
        scheme=SCHEMES.get(piece.help, ""),
        facts=_facts(piece, need, start, end),
    )
    return _dated(made, start, end)


def _facts(piece: Piece, need: Need, start: date | None, end: date | None) -> dict:
    """What the calculator of the step's scheme asks and somebody knows (names: programs.schemes)."""
    employer = need.employer
    found = {"employer": _EMPLOYERS.get(employer.kind, "company"), **dict(piece.facts)}
    if cifre_impossible(employer) and employer.country != "FR":
        found["employer"] = "foreign"
    elif employer.legal_form.startswith("71"):
        found["employer"] = "state"
    if piece.help in (kinds.INTERNSHIP, kinds.APPRENTICESHIP) and start and end:
        found["months"] = round((end - start).days * 12 / 365)
        found["signed_on" if piece.help == kinds.INTERNSHIP else "starts_on"] = start.isoformat()
    if piece.help == kinds.RND and piece.months[1]:
        found["months"] = piece.months[1]
    if employer.kind == "GE":  # what counts is the size of the group: of a smaller one nothing is known
        found["size"] = "large"
    return found


def _dated(made: paths.Step, start: date | None, end: date | None) -> paths.Step:
    made |= {"start": paths.iso(start), "end": paths.iso(end)}
    made["when"] = paths.when_words(start, end) or _("à convenir")
    return made


def free_on(one: paths.Step, otherwise: date) -> date:
    """The day after a step ends; a step without an end holds back no longer than its first day."""
    last = paths.day(one["end"] or one["start"])
    return last + timedelta(days=1) if last else otherwise


def _after(before: list[paths.Step], piece: Piece, need: Need, ready: date) -> list[paths.Step]:
    """Those of `before` that hold this piece back for a reason: not a course that would cost it a season."""
    courses = [one for one in before if one["kind"] == kinds.TRAINING]
    others = [one for one in before if one not in courses]
    alone = max([ready, *(free_on(one, ready) for one in others)])
    without = calendar.start_of(piece, need.today, alone, need.department)
    kept = []
    for one in courses:
        held = calendar.start_of(piece, need.today, max(alone, free_on(one, alone)), need.department)
        if without is None or (held and (held - without).days <= 7 * SIDE_BY_SIDE_WEEKS):
            kept.append(one)
    return [one for one in before if one in kept or one in others]


def _deliverables(piece: Piece) -> str:
    """What the offer itself promises; for what always comes of a kind of help, its rule says so."""
    if piece.deliverables:
        return piece.deliverables
    if piece.help == kinds.CIFRE:
        return _("Rapport annuel signé des trois parties ; thèse soutenue.")
    if piece.help in (kinds.INTERNSHIP, kinds.APPRENTICESHIP):
        return _("Rapport de l’étudiant, confidentiel si la convention le prévoit.")
    return ""


def question_after(made: paths.Step, need: Need) -> str:
    """The go / no-go question at the end of a step that others follow."""
    if made["decision"]:
        return made["decision"]
    if made["kind"] == kinds.TRAINING:
        return _("Vos équipes voient-elles où l’IA peut aider ici ? Sinon, on s’arrête là.")
    if need.target:
        question = _("Le résultat approche-t-il l’objectif (%(target)s) ? Sinon, on revoit la suite.")
        return question % {"target": need.target.rstrip(". ")[:200]}
    return _("Le premier résultat justifie-t-il d’engager l’étape suivante ?")
