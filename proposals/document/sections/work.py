"""What is done, with which data, under which rules, by whom in the company, and when."""

from django.utils.translation import gettext as _

from proposals.document import wording
from proposals.document.blocks import Block, Drawing, Facts, Paragraph, Table, cell
from proposals.document.content import Content, Option
from proposals.document.pictures.gantt import gantt, months_of
from proposals.document.pictures.ladder import ladder
from proposals.document.sections.understanding import headed, written
from triage.models import AIActClass


def workplan(content: Content) -> list[Block]:
    """Scales, then the steps of each option with what they deliver and what is decided after them."""
    blocks: list[Block] = [*_ladders(content)]
    for option in content.options:
        if option.steps:
            blocks += [*headed(option, content), _steps(option)]
    return blocks


def _ladders(content: Content) -> list[Block]:
    trl = [(content.name_of(row), span) for row in content.options if (span := row.reach("trl"))]
    data = [(content.name_of(row), span) for row in content.options if (span := row.reach("maturity"))]
    now, wanted = content.trl or (None, None)
    blocks: list[Block] = []
    if now is not None or trl:
        blocks.append(Drawing(ladder(_("Maturité technique (TRL)"), range(1, 10), now, wanted, trl)))
    if data:
        blocks.append(Drawing(ladder(_("Maturité des données"), range(0, 5), content.maturity, None, data)))
    levels = sorted(
        {level for level in (now, wanted) if level is not None} | {end for _o, span in trl for end in span}
    )
    if levels:
        said = wording.one_after_another(
            [
                _("TRL %(level)s, %(meaning)s") % {"level": level, "meaning": wording.trl(level)}
                for level in levels
            ]
        )
        blocks.append(Paragraph(f"{said[:1].upper()}{said[1:]}.", soft=True))
    return blocks


def _steps(option: Option) -> Table:
    """Columns without a word in them are left out."""
    deliverables = any(step.deliverables for step in option.steps)
    decisions = any(step.decision for step in option.steps)
    columns = [
        (_("N°"), 7, [cell(("kind", step.number)) for step in option.steps]),
        (
            _("Étape"),
            35,
            [cell(("kind", step.kind_label), ("strong", step.title), step.summary) for step in option.steps],
        ),
        (_("Avec qui"), 19, [cell(step.organisation, ("soft", step.person)) for step in option.steps]),
    ]
    if deliverables:
        columns.append((_("Ce qui est remis"), 20, [cell(step.deliverables) for step in option.steps]))
    if decisions:
        columns.append((_("Décision à la fin"), 19, [cell(step.decision) for step in option.steps]))
    spare = 100 - sum(width for _head, width, _cells in columns)
    widths = [width + (spare if number == 1 else 0) for number, (_head, width, _cells) in enumerate(columns)]
    return Table(
        caption=_("Étapes de l’option %(letter)s") % {"letter": option.letter},
        head=tuple(head for head, _width, _cells in columns),
        rows=tuple(zip(*(cells for _head, _width, cells in columns), strict=True)),
        widths=tuple(widths),
        header=1,
    )


def calendar(content: Content) -> list[Block]:
    """The picture of each option, and the same in words: days, what comes before, what has to pass."""
    months = months_of(content)
    if months is None and not any(step.when for step in content.steps):
        return []
    blocks: list[Block] = []
    if content.waits:
        blocks.append(
            Paragraph(
                _(
                    "Les délais de signature, d’autorisation et d’instruction sont comptés avant le début "
                    "de chaque étape. "
                    "Ce sont des durées habituelles, et non des engagements."
                )
            )
        )
    for option in content.options:
        if not option.steps:
            continue
        blocks += headed(option, content)
        if months and any(step.start for step in option.steps):
            blocks.append(Drawing(gantt(option, content.date, months)))
        blocks.append(_days(option))
    if "zrr" in content.waits:
        blocks.append(
            Paragraph(
                _(
                    "ZRR : l’accès d’un stagiaire, d’un doctorant ou d’un visiteur à une unité en zone à "
                    "régime restrictif "
                    "demande une autorisation. La réponse vient en deux mois au plus ; le silence vaut refus."
                ),
                soft=True,
            )
        )
    return blocks


def _days(option: Option) -> Table:
    def words(step) -> str:
        """When, in the words of people, unless they repeat the days."""
        told = wording.days(step.start, step.end, "").replace("\u00a0", " ")
        return step.when if step.start and step.when != told else ""

    rows = tuple(
        (
            cell(("kind", step.number)),
            cell(("strong", step.title)),
            cell(wording.days(step.start, step.end, step.when or _("à convenir")), ("soft", words(step))),
            cell(
                _("après %(steps)s") % {"steps": ", ".join(step.after)} if step.after else "",
                *(wording.wait(wait.code, wait.low, wait.high) for wait in step.waits),
            ),
        )
        for step in option.steps
    )
    return Table(
        caption=_("Dates de l’option %(letter)s") % {"letter": option.letter},
        head=(_("N°"), _("Étape"), _("Quand"), _("Ce qui doit être passé avant")),
        rows=rows,
        widths=(7, 35, 27, 31),
        header=1,
    )


def data(content: Content) -> list[Block]:
    blocks = written(content, "data")
    facts = []
    if content.maturity is not None:
        said = f"{content.maturity} / 4, {wording.maturity(content.maturity)}"
        facts.append((_("Maturité des données aujourd’hui"), said))
    if content.personal_data:
        facts.append(
            (
                _("Données personnelles"),
                _(
                    "Le rôle de chacun, responsable conjoint ou sous-traitant, est fixé par écrit avant tout accès "
                    "(RGPD, articles 26 et 28)."
                ),
            )
        )
    if content.health_data:
        facts.append(
            (
                _("Données de santé"),
                _(
                    "Hébergement certifié HDS, et méthodologie de référence ou autorisation de la CNIL "
                    "avant tout accès."
                ),
            )
        )
    if content.employee_data:
        facts.append(
            (
                _("Données de salariés"),
                _(
                    "Le CSE, ou la représentation du personnel de votre pays, est consulté avant la mise en place "
                    "(en France : Code du travail, article L. 2312-8)."
                ),
            )
        )
    return [*blocks, Facts(tuple(facts))] if facts else blocks


def ethics(content: Content) -> list[Block]:
    """Source of the days: Regulation (EU) 2024/1689 as amended in 2026, known on 22 November 2026."""
    blocks = written(content, "ethics")
    duties = {
        AIActClass.PROHIBITED: _("Usage interdit depuis le 2 février 2025 : ce document ne le propose pas."),
        AIActClass.HIGH: _(
            "Obligations du fournisseur et du déployeur à partir du 2 décembre 2027 (annexe III) ou du 2 août 2028 "
            "(annexe I, produits)."
        ),
        AIActClass.TRANSPARENCY: _(
            "Depuis le 2 août 2026, les personnes sont informées qu’elles ont affaire à une IA ou à un "
            "contenu généré."
        ),
        AIActClass.MINIMAL: _(
            "Pas d’obligation propre à cet usage ; soutenir la maîtrise de l’IA par ceux qui l’emploient "
            "(article 4), depuis "
            "le 2 février 2025."
        ),
    }
    if content.ai_act not in duties:
        return blocks
    facts = (
        (_("Classe pressentie au règlement européen sur l’IA"), str(AIActClass(content.ai_act).label)),
        (_("Ce qu’elle demande"), duties[AIActClass(content.ai_act)]),
        (
            _("Qui est fournisseur"),
            _(
                "Qui met le système en service sous son nom. Y apposer sa marque ou en changer la "
                "destination fait devenir "
                "fournisseur (article 25)."
            ),
        ),
        (
            _("Pendant la recherche"),
            _(
                "Recherche et essais avant la mise en service sont hors du règlement, sauf essais en "
                "conditions réelles "
                "(article 2, paragraphes 6 et 8)."
            ),
        ),
        (_("Source"), _("Règlement (UE) 2024/1689 modifié en 2026 ; dates connues au 22 novembre 2026.")),
    )
    return [*blocks, Facts(facts)]


def staffing(content: Content) -> list[Block]:
    return written(content, "staffing")


def risks(content: Content) -> list[Block]:
    return written(content, "risks")
