"""One to three options from what partners brought. Data in, options out; the day is given.

The rules, in words: what a need of little data waits for is a diagnosis; people learn before a student comes, a student
before a thesis. « Commencer vite » takes what begins soon and stands on its own; « Chemin complet » everything, in
order; « Recherche d’abord » goes straight to the laboratory, where data allow it. An option that would say the same as
another is left out, so that a single honest path stays a single one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from proposals import paths
from proposals.composing import building, calendar, levels
from proposals.composing import lead_times as kinds
from proposals.composing.case import Need, Piece, cifre_impossible, too_short_for_a_thesis

_COURSES = 2
_NEEDS_DATA = {kinds.INTERNSHIP, kinds.APPRENTICESHIP, kinds.LABORATORY, kinds.RND, kinds.CIFRE}


@dataclass(frozen=True)
class _Plan:
    code: str
    pieces: tuple[Piece, ...]
    in_order: bool = True


def compose(need: Need, pieces: list[Piece], new_id: Callable[[], str]) -> list[paths.Option]:
    """One to three different options, best pieces first in `pieces`; none without a usable piece."""
    usable = [piece for piece in pieces if not reason_against(need, piece)]
    found: list[paths.Option] = []
    for plan in _plans(need, usable):
        found.append(_option(plan, need, new_id))
    _tell(found, need)
    return found


def reason_against(need: Need, piece: Piece) -> str:
    """Why a kept piece enters no option by itself, in the active language; "" when it may."""
    if piece.help == kinds.CIFRE:
        if why := cifre_impossible(need.employer):
            return why
        if too_short_for_a_thesis(need.urgency):
            return _(
                "Une CIFRE dure trente-six mois et se prépare en quatre à neuf : l’entreprise attend une réponse dans "
                "les trois mois."
            )
    ready = calendar.ready_on(need.today, building.waits_of(piece))
    if piece.start_until and calendar.start_of(piece, need.today, ready, need.department) is None:
        return _("Le sujet n’est plus ouvert assez longtemps pour le contrat et le recrutement.")
    return ""


def _plans(need: Need, pieces: list[Piece]) -> list[_Plan]:
    of = lambda *helps: [piece for piece in pieces if piece.help in helps]  # noqa: E731
    courses, labs = of(kinds.TRAINING)[:_COURSES], _one_each(of(kinds.LABORATORY))
    students = of(kinds.INTERNSHIP, kinds.APPRENTICESHIP)
    theses, projects = of(kinds.CIFRE), of(kinds.RND)
    short = (*courses, *labs, *students[:1])
    if not theses and not projects:
        return _with_students(courses, labs, students)
    thesis, project = (theses or projects)[0], (projects or theses)[0]
    plans = [_Plan("complete", (*short, thesis))]
    if short:
        plans.insert(0, _Plan("quick", short, in_order=False))
    enough_data = need.maturity is None or need.maturity >= levels.DATA_NEEDED
    if enough_data and (project != thesis or (short and (labs or students))):
        plans.append(_Plan("research", (project,)))
    return plans if len(plans) > 1 else [replace(plans[0], code="only")]


def _with_students(courses, labs, students) -> list[_Plan]:
    """Without research: one path, or an intern and an apprentice to choose between."""
    by_help = {piece.help: piece for piece in reversed(students)}
    if len(by_help) == 2:
        return [
            _Plan(help, (*courses, *labs, by_help[help])) for help in (kinds.INTERNSHIP, kinds.APPRENTICESHIP)
        ]
    everything = (*courses, *labs, *students[:1])
    return [_Plan("only", everything)] if everything else []


def _one_each(pieces: list[Piece]) -> list[Piece]:
    """The first of each organisation: the same laboratory twice is one expertise."""
    return list({piece.organisation_id: piece for piece in reversed(pieces)}.values())[::-1]


def _option(plan: _Plan, need: Need, new_id: Callable[[], str]) -> paths.Option:
    option = paths.blank_option(new_id())
    steps, reached = option["steps"], (need.trl_now, need.maturity)
    asked = max((piece.readiness for piece in plan.pieces), default=0)
    wants_data = any(piece.help in _NEEDS_DATA for piece in plan.pieces)
    if wants_data and need.maturity is not None and need.maturity < max(levels.DATA_NEEDED, asked):
        steps.append(building.diagnosis(need, new_id))
        reached = _reached(reached, steps[-1])
    for piece in plan.pieces:
        before = _before(piece, steps, plan.in_order)
        steps.append(building.step(piece, need, before, new_id, reached))
        reached = _reached(reached, steps[-1])
    followed = {one for step in steps for one in step["after"]}
    for step in steps:
        if step["id"] in followed:
            step["decision"] = building.question_after(step, need)[:300]
    # As they begin; a course without a session stays in front, what can no longer begin goes behind.
    steps.sort(key=lambda step: (not step["start"] and step["kind"] != kinds.TRAINING, step["start"]))
    return option | {"title": plan.code}


def _before(piece: Piece, steps: list[paths.Step], in_order: bool) -> list[paths.Step]:
    """The steps that this piece follows: the last of what prepares it."""
    data = [step for step in steps if step["kind"] == kinds.DIAGNOSIS]
    if piece.help == kinds.TRAINING:
        return []
    courses = [step for step in steps if step["kind"] == kinds.TRAINING] if in_order else []
    if piece.help == kinds.LABORATORY:
        return data
    students = [step for step in steps if step["kind"] in ("talent", kinds.LABORATORY)]
    if piece.help in (kinds.CIFRE, kinds.RND) and students:
        return students
    return data + courses


def _reached(levels_now: tuple, step: paths.Step) -> tuple:
    trl, maturity = levels_now
    return (step["trl"][1] if step["trl"] else trl, step["maturity"][1] if step["maturity"] else maturity)


def _tell(options: list[paths.Option], need: Need) -> None:
    """Title, what it buys, what it does not: in the active language."""
    for option in options:
        told = _words(option["title"])
        option |= zip(("title", "why", "limits"), told, strict=True)
        rest = _not_reached(option, need)
        option["limits"] = " ".join(filter(None, (option["limits"], rest)))


def _words(code: str) -> tuple[str, str, str]:
    """No date among them: a coordinator moves steps, and what is written here stays true."""
    if code == "quick":
        return (
            _("Commencer vite"),
            _("Commence au plus tôt ; chaque étape demande peu et vaut par elle-même."),
            _(
                "La question de recherche reste ouverte : une collaboration se décide ensuite, avec ses délais."
            ),
        )
    if code == "complete":
        return (
            _("Chemin complet"),
            _("Chaque étape prépare la suivante, et vous décidez à chaque palier."),
            _("La recherche ne vient qu’à la fin."),
        )
    if code == "research":
        return (
            _("Recherche d’abord"),
            _("Va droit à la question ouverte, avec le laboratoire."),
            _(
                "Plusieurs mois passent avant le premier résultat, et vos équipes ne sont pas formées en route."
            ),
        )
    if code == kinds.INTERNSHIP:
        return (
            _("Avec un stage"),
            _("Un étudiant à plein temps, six mois au plus."),
            _("Après le stage, personne ne garde ce qui a été construit, sauf si vous l’avez prévu."),
        )
    if code == kinds.APPRENTICESHIP:
        return (
            _("Avec une alternance"),
            _("Une personne qui reste, et qui apprend votre métier."),
            _("Un temps partagé avec l’école, et un engagement plus long."),
        )
    return _("Le chemin proposé"), _("Ce que permettent les partenaires qui ont accepté, dans l’ordre."), ""


def _not_reached(option: paths.Option, need: Need) -> str:
    """Where the path stops short of the TRL that is wanted."""
    if need.trl_now is None or need.trl_target is None:
        return ""
    reached = max([need.trl_now, *(step["trl"][1] for step in option["steps"] if step["trl"])])
    if reached >= need.trl_target:
        return ""
    told = {"reached": reached, "wanted": need.trl_target}
    if reached == need.trl_now:
        return _("Il n’élève pas le TRL, aujourd’hui de %(reached)s pour %(wanted)s visé.") % told
    return _("Il mène au TRL %(reached)s ; le TRL %(wanted)s visé demande une suite.") % told
