"""The figures of the bench as a table: one number a line, with how it is counted."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insights.bench import periods
from insights.bench.counting import Board
from insights.bench.load import loads
from journal.exports.kinds import EXPORTERS, Between, Column, Exporter, day


@dataclass(frozen=True)
class Line:
    """`cases`: of how many the number speaks, where it is none itself. `value`: None for too few."""

    figure: str
    of: str
    measure: str
    value: float | int | None
    cases: int | None = None
    definition: str = ""


def lines(user, period: periods.Period) -> Iterator[Line]:
    board = Board(user, period)
    for waits in board.waits:
        for measure, value in ((_("médiane"), waits.middle), (_("neuf sur dix, au plus"), waits.ninth)):
            yield Line(
                waits.title, "", f"{measure} ({_('jours ouvrés')})", value, waits.count, waits.definition
            )
    said = board.answers
    title = _("Réponses des partenaires")
    yield Line(title, "", _("favorables"), said.accepted, said.count)
    yield Line(title, "", _("refus"), said.declined, said.count)
    yield Line(title, "", _("sans réponse"), said.expired)
    for reason, count in said.reasons.items():
        yield Line(_("Raisons de refus"), reason, _("refus"), count, said.declined)
    for rank in board.ranks:
        yield Line(_("Pistes, par rang"), rank.label, _("retenues"), rank.kept, rank.kept + rank.set_aside)
        yield Line(
            _("Pistes, par rang"), rank.label, _("écartées"), rank.set_aside, rank.kept + rank.set_aside
        )
    for hold in board.holds:
        for measure, value in (
            (_("déclenchée"), hold.fired),
            (_("justifiée"), hold.confirmed),
            (_("à tort"), hold.rejected),
            (_("levée"), hold.lifted),
        ):
            yield Line(_("Règles de retenue"), hold.name, measure, value, hold.fired)
    for load in loads(user):
        who = str(load.who) if load.who else _("Personne")
        for measure, value in (
            (_("ouverts"), load.open),
            (_("à nous de jouer"), load.ours),
            (_("en retard"), load.late),
            (_("pris cette semaine"), load.taken),
        ):
            yield Line(_("Dossiers suivis, aujourd’hui"), who, measure, value)


class Of(Between):
    about = gettext_lazy("Sans date : les 30 derniers jours.")


def read(user, choices: dict) -> tuple[int, list[tuple]]:
    period = periods.chosen(day(choices, "since"), day(choices, "until"))
    rows = [(period, line) for line in lines(user, period)]
    return len(rows), rows


EXPORTERS.add(
    "figures",
    Exporter(
        title=gettext_lazy("Chiffres"),
        form=Of,
        read=read,
        personal=False,
        columns={
            "since": Column(gettext_lazy("Du"), lambda row: row[0].since),
            "until": Column(gettext_lazy("Au"), lambda row: row[0].until),
            "figure": Column(gettext_lazy("Chiffre"), lambda row: row[1].figure),
            "of": Column(gettext_lazy("De qui ou de quoi"), lambda row: row[1].of),
            "measure": Column(gettext_lazy("Mesure"), lambda row: row[1].measure),
            "value": Column(gettext_lazy("Valeur"), lambda row: row[1].value),
            "cases": Column(gettext_lazy("Sur combien"), lambda row: row[1].cases),
            "definition": Column(gettext_lazy("Comment c’est compté"), lambda row: row[1].definition),
        },
    ),
)
