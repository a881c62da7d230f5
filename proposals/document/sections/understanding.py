"""What the company said, what was understood, what exists already, who would help."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from proposals.document import wording
from proposals.document.blocks import Block, Facts, Heading, Note, Paragraph, Quote, Table, cell
from proposals.document.content import Content, Option, Partner


def written(content: Content, code: str) -> list[Block]:
    """The paragraphs that people wrote in a section."""
    return [Paragraph(text.text, text.id) for text in content.sections.get(code, ())]


def words(content: Content) -> list[Block]:
    return [Quote(content.words, content.words_language)] if content.words else []


def need(content: Content) -> list[Block]:
    blocks = written(content, "need")
    before = written(content, "baseline")
    said = " ".join(block.text for block in before).casefold()
    if content.baseline and content.baseline.rstrip(" .").casefold() not in said:
        before.insert(0, Paragraph(content.baseline))
    if before:
        blocks += [Heading(_("La situation de départ")), *before]
    if content.target:
        blocks.append(Note(content.target, title=_("L’objectif")))
    return blocks


def market(content: Content) -> list[Block]:
    return written(content, "market")


def name_of(option: Option, content: Content) -> str:
    """« Option A – titre »; where there is one alone, its title."""
    if len(content.options) == 1:
        return option.title or _("Le chemin proposé")
    name = _("Option %(letter)s") % {"letter": option.letter}
    return f"{name} – {option.title}" if option.title else name


def headed(option: Option, content: Content) -> list[Block]:
    """Its heading; the only path without a title of its own needs none, since its section says what it is."""
    name = name_of(option, content)
    return [] if len(content.options) == 1 and name == _("Le chemin proposé") else [Heading(name)]


def options(content: Content) -> list[Block]:
    """What each brings and does not, then side by side."""
    blocks: list[Block] = []
    if len(content.options) > 1:
        blocks.append(
            Paragraph(
                ngettext(
                    "Nous avons préparé %(count)s option. La suite de ce document la détaille.",
                    "Nous avons préparé %(count)s options, au choix. La suite de ce document les détaille.",
                    len(content.options),
                )
                % {"count": len(content.options)}
            )
        )
    alone = len(content.options) == 1
    for option in content.options:
        rows = [
            (_("Ce qu’il apporte") if alone else _("Ce qu’elle apporte"), option.why),
            (_("Ce qu’il n’apporte pas") if alone else _("Ce qu’elle n’apporte pas"), option.limits),
            (
                _("Étapes"),
                "\n".join(f"{step.number}\u00a0 {step.kind_label} – {step.title}" for step in option.steps),
            ),
        ]
        if option.chosen:
            rows.insert(0, (_("Choix"), _("C’est l’option que vous avez retenue.")))
        blocks += [*headed(option, content), Facts(tuple(row for row in rows if row[1]))]
    if len(content.options) > 1:
        blocks += [Heading(_("Côte à côte")), _side_by_side(content)]
    return blocks


def _side_by_side(content: Content) -> Table:
    chosen = content.options
    rows = [
        (_("Début et fin"), [wording.days(row.start, row.end, _("à convenir")) for row in chosen]),
        (_("Durée"), [wording.length(row.start, row.end) if row.start and row.end else "" for row in chosen]),
        (_("Coût avant aides"), [_money(row, "before") for row in chosen]),
        (_("Coût après aides"), [_money(row, "after") for row in chosen]),
        (_("Maturité technique (TRL)"), [_reach(row, "trl") for row in chosen]),
        (_("Maturité des données"), [_reach(row, "maturity") for row in chosen]),
        (_("Avec"), [", ".join(_with(row, content)) for row in chosen]),
    ]
    first = 22
    each = (100 - first) // len(chosen)
    return Table(
        caption=_("Les options côte à côte"),
        head=("", *(_("Option %(letter)s") % {"letter": option.letter} for option in chosen)),
        rows=tuple(
            (cell(("strong", name)), *(cell(value) for value in values))
            for name, values in rows
            if any(values)
        ),
        widths=(100 - each * len(chosen), *(each for _option in chosen)),
    )


def _money(option: Option, which: str) -> str:
    span = option.total(which)
    if span is None:
        return _("non chiffré")
    said = wording.span(*span)
    return _("%(amount)s, hors étapes non chiffrées") % {"amount": said} if option.unpriced else said


def _reach(option: Option, scale: str) -> str:
    span = option.reach(scale)
    return f"{span[0]} → {span[1]}" if span else ""


def _with(option: Option, content: Content) -> list[str]:
    own = {content.company, ""}
    return list(dict.fromkeys(step.organisation for step in option.steps if step.organisation not in own))


def signatory(partner: Partner) -> str:
    """Who signs for a partner: never the head of a laboratory alone.

    Source: a laboratory is no legal person; its establishments sign, or the one that they mandate.
    """
    if partner.signed_by:
        return partner.signed_by
    if partner.tutelles:
        return _("chaque établissement de tutelle, ou celui qu’ils mandatent")
    return _("son représentant légal")


def team(content: Content) -> list[Block]:
    blocks: list[Block] = []
    if content.partners:
        rows = tuple(
            (
                cell(
                    ("strong", partner.name),
                    ("soft", ", ".join(filter(None, (partner.kind, partner.city)))),
                    _("Interlocuteur : %(person)s") % {"person": partner.person} if partner.person else "",
                ),
                cell(*partner.tutelles),
                cell(signatory(partner)),
                cell(", ".join(partner.steps)),
            )
            for partner in content.partners
        )
        blocks.append(
            Table(
                caption=_("Partenaires, tutelles et signataires"),
                head=(_("Partenaire"), _("Établissements de tutelle"), _("Qui signe"), _("Étapes")),
                rows=rows,
                widths=(37, 25, 25, 13),
            )
        )
        if any(partner.tutelles or partner.signed_by for partner in content.partners):
            blocks.append(
                Paragraph(
                    _(
                        "Un laboratoire n’est pas une personne morale : son directeur ne signe jamais "
                        "seul. Les contrats "
                        "sont signés par les représentants légaux de ses établissements, ou de celui "
                        "qu’ils mandatent."
                    ),
                    soft=True,
                )
            )
    if content.coordinator:
        blocks.append(
            Paragraph(
                _("Votre interlocuteur au cluster, jusqu’à la signature des contrats : %(coordinator)s.")
                % {"coordinator": content.coordinator}
            )
        )
    return blocks
