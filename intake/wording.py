"""Where an irritant stands, in plain words for the company: one sentence, whose turn it is, by when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import date as date_format
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import clock
from foundation.registry import Registry
from intake.models import Irritant, Outcome, Stage, Turn


@dataclass(frozen=True)
class Standing:
    """`kind`: a kind of components/status.html; `mine`: the company must act; `when`: words or ""."""

    kind: str
    label: str
    mine: bool
    who: str
    text: str
    when: str = ""
    late: bool = False


def day(moment: datetime | None) -> str:
    """« mardi 24 novembre 2026 », in the reader's language and the portal's time zone."""
    if moment is None:
        return ""
    return _dated(moment, "DATE_FORMAT")


def moment_words(moment: datetime) -> str:
    """« mardi 1er décembre 2026 à 10:00 », Paris time, in the reader's language; lines end after commas."""
    return _dated(moment, "DATETIME_FORMAT")


def _dated(moment: datetime, form: str) -> str:
    local = timezone.localtime(moment)
    return _("%(weekday)s %(date)s") % {
        "weekday": date_format(local, "l"),
        "date": date_format(local, form).replace(" ", "\xa0").replace(",\xa0", ", "),
    }


def introduced(who: str) -> str:
    """Who speaks for the coordination, as the subject of a sentence. An account that several people share says in its
    name already whose it is."""
    if not who:
        return _("Une personne de la coordination du cluster")
    return who if _says_it(who) else _("%(name)s, de la coordination du cluster,") % {"name": who}


def signature(who: str) -> str:
    if not who or _says_it(who):
        return _("La coordination du cluster ENACT")
    return _("%(name)s, coordination du cluster ENACT") % {"name": who}


def _says_it(who: str) -> bool:
    return "oordination" in who  # Koordination as well


_OUTCOMES = {
    Outcome.COLLABORATION: lambda: _(
        "Une collaboration est convenue. La suite se passe entre vous, et nous restons à l’écoute."
    ),
    Outcome.TRAINING: lambda: _("Votre besoin trouve sa réponse dans une formation."),
    Outcome.TALENT: lambda: _(
        "Votre besoin trouve sa réponse dans l’accueil d’un stagiaire ou d’un alternant."
    ),
    Outcome.REDIRECTED: lambda: _(
        "D’autres sont mieux placés que nous pour vous aider. "
        "Adressez-vous à eux directement : nous ne leur avons pas transmis votre demande."
    ),
    Outcome.NO_MATCH: lambda: _("Nous n’avons pas trouvé de partenaire qui puisse vous aider aujourd’hui."),
    Outcome.OUT_OF_SCOPE: lambda: _("Votre demande sort de ce que le cluster peut faire."),
    Outcome.NO_REPLY: lambda: _(
        "Sans nouvelles de votre part, nous avons fermé votre demande. "
        "Répondez à l’un de nos courriels et nous la rouvrons."
    ),
    Outcome.WITHDRAWN: lambda: _("Vous avez retiré votre demande. Nous n’y travaillons plus."),
    Outcome.DUPLICATE: lambda: _("Cette demande rejoint une autre que vous nous avez déjà confiée."),
    Outcome.SPAM: lambda: _("Cette demande a été écartée."),
}


def outcome_words(outcome: str) -> str:
    return _OUTCOMES[outcome]() if outcome in _OUTCOMES else ""


def outcome_sentence(irritant: Irritant) -> str:
    return outcome_words(irritant.outcome)


# name → function(irritants) giving, by primary key, what an app to the right asks the company to decide while it is
# the cluster's or a partner's turn.
APPEALS: Registry[Callable[[list[Irritant]], dict[int, Standing]]] = Registry("appeal to the company")


def standing(irritant: Irritant) -> Standing:
    return standings([irritant])[irritant.pk]


def standings(irritants: Iterable[Irritant]) -> dict[int, Standing]:
    """What the company reads on its follow-up page and in its list. Silence is news: lateness is said."""
    irritants = list(irritants)
    found = {irritant.pk: _standing(irritant) for irritant in irritants}
    idle = [irritant for irritant in irritants if not found[irritant.pk].mine]
    for appeal in APPEALS.values():
        found |= appeal(idle)
    return found


def _standing(irritant: Irritant) -> Standing:
    if irritant.stage == Stage.CLOSED:
        return _closed(irritant)
    late = irritant.due_at is not None and irritant.due_at < clock.now()
    if irritant.turn == Turn.COMPANY:
        return _yours(irritant, late)
    if irritant.turn == Turn.PARTNER:
        return _theirs(irritant, late)
    return _ours(irritant, late)


_ANSWERED = (Outcome.TRAINING, Outcome.TALENT)


def _closed(irritant: Irritant) -> Standing:
    sentence = outcome_sentence(irritant)
    if irritant.outcome == Outcome.COLLABORATION:  # for the company this is where it begins
        return Standing(
            "done",
            _("Collaboration convenue"),
            False,
            _("C’est convenu"),
            _("La suite se passe entre vous, et nous restons à l’écoute."),
        )
    if irritant.outcome == Outcome.REDIRECTED:  # the next step is the company's, and nobody else's
        return Standing("done", _("Demande close"), False, _("La suite vous revient"), sentence)
    kind = "done" if irritant.outcome in _ANSWERED else "stopped"
    return Standing(kind, _("Demande close"), False, _("C’est terminé"), sentence)


def _yours(irritant: Irritant, late: bool) -> Standing:
    question = irritant.stage == Stage.NEEDS_INFO
    return Standing(
        "turn",
        _("Votre réponse est attendue"),
        True,
        _("C’est à vous"),
        _(
            "Nous avons besoin de votre réponse pour avancer. Écrivez-la ci‑dessous quand vous pouvez, nous reprenons "
            "aussitôt."
        )
        if question
        else _("Une proposition vous attend ci‑dessous. Dites-nous ce que vous en pensez."),
        (_("C’était pour %(day)s, il est encore temps") if late else _("Si possible au plus tard %(day)s"))
        % {"day": day(irritant.due_at)}
        if irritant.due_at
        else "",
        late,
    )


def _theirs(irritant: Irritant, late: bool) -> Standing:
    if late:
        text = _("Aucun partenaire n’a encore répondu et la date est passée. La coordination les relance.")
    else:
        text = _("Nous avons présenté votre besoin à qui peut y répondre. Vous n’avez rien à faire d’ici là.")
    return Standing(
        "waiting",
        _("Partenaires sollicités"),
        False,
        _("C’est au tour des partenaires"),
        text,
        _by(irritant, late),
        late,
    )


def _ours(irritant: Irritant, late: bool) -> Standing:
    texts = {
        Stage.SUBMITTED: _(
            "Votre demande est arrivée. Une personne du cluster la lit, puis vous appelle ou vous écrit."
        ),
        Stage.IN_TRIAGE: _("Une personne du cluster étudie votre demande et cherche qui peut vous aider."),
        Stage.ORIENTED: _(  # a partner has just said yes, or the company no to a first proposal
            "Nous préparons la suite avec qui a répondu, et revenons vers vous."
        ),
    }
    labels = {
        Stage.SUBMITTED: _("Reçue"),
        Stage.IN_TRIAGE: _("À l’étude"),
        Stage.ORIENTED: _("En préparation"),
    }
    text = texts.get(irritant.stage, texts[Stage.IN_TRIAGE])
    if late:
        text = (
            _(
                "Personne ne vous a encore répondu, et la date promise est "
                "passée. Nous vous devons des excuses et une réponse."
            )
            if irritant.stage == Stage.SUBMITTED
            else _("Nous avons pris du retard sur votre demande. Nous vous devons une réponse.")
        )
    label = labels.get(irritant.stage, labels[Stage.IN_TRIAGE])
    return Standing(
        "late" if late else "progress", label, False, _("C’est à nous"), text, _by(irritant, late), late
    )


def _by(irritant: Irritant, late: bool) -> str:
    if irritant.due_at is None:
        return ""
    sentence = _("C’était promis pour %(day)s") if late else _("Au plus tard %(day)s")
    return sentence % {"day": day(irritant.due_at)}
