"""Cost and funding: every amount with the rule it comes from and the days between which that rule holds."""

from django.utils.translation import gettext as _

from proposals.document import wording
from proposals.document.blocks import Block, Cell, Drawing, Items, Note, Paragraph, Table, cell
from proposals.document.content import Amount, Content, Cost, Option, Rule, Step
from proposals.document.pictures.cost import costs
from proposals.document.sections.understanding import headed, name_of


def rules_of(content: Content) -> dict[Rule, str]:
    """Rule → its number « R3 », in the order in which the document names them; one code may have several brackets."""
    rules = [rule for step in content.steps for rule in (step.cost.rules if step.cost else ())]
    return {rule: f"R{number}" for number, rule in enumerate(dict.fromkeys([*rules, *content.rules]), 1)}


def budget(content: Content) -> list[Block]:
    if not any(step.cost for step in content.steps):
        return []
    blocks: list[Block] = [
        Note(
            _(
                "Montants indicatifs, hors taxes, pour l’employeur et pour toute la durée de chaque étape. "
                "Aucun n’est promis : "
                "chaque organisme décide. Les aides et crédits d’impôt portent la date de la règle dont "
                "ils viennent ; "
                "l’annexe « Règles et sources » les détaille."
            )
        )
    ]
    picture = costs([(name_of(option, content), option) for option in content.options])
    if picture:
        blocks.append(Drawing(picture))
    numbers = rules_of(content)
    for option in content.options:
        blocks += _option(option, content, numbers)
    return blocks


def _option(option: Option, content: Content, numbers: dict[Rule, str]) -> list[Block]:
    blocks: list[Block] = []
    if option.priced:
        blocks.append(_table(option, content, numbers))
    for step in option.steps:
        if step.cost and step.cost.refused:
            said = {
                "number": step.number,
                "name": step.cost.name or step.kind_label,
                "why": step.cost.refused,
            }
            blocks.append(
                Note(_("%(number)s, %(name)s : %(why)s") % said, title=_("Aide non ouverte"), tone="warn")
            )
    for step in option.steps:
        if step.cost and step.cost.to_price:
            blocks.append(
                Paragraph(_("%(number)s : %(why)s") % {"number": step.number, "why": step.cost.to_price})
            )
    unknown = [step.number for step in option.unpriced if not step.cost]
    if unknown and (option.priced or blocks):
        blocks.append(
            Paragraph(_("Étapes non chiffrées : %(steps)s.") % {"steps": ", ".join(unknown)}, soft=True)
        )
    assumptions = _together(option, "assumptions")
    if assumptions:
        blocks += [Paragraph(_("Hypothèses retenues :")), Items(tuple(assumptions))]
    if warnings := _together(option, "warnings"):
        blocks.append(Note("\n".join(warnings), title=_("À vérifier"), tone="warn"))
    return [*headed(option, content), *blocks] if blocks else []


def _together(option: Option, which: str) -> list[str]:
    """Said once, although several steps rest on it."""
    told = [step.cost for step in option.steps if step.cost and not step.cost.refused]
    return list(dict.fromkeys(text for cost in told for text in getattr(cost, which)))


def _table(option: Option, content: Content, numbers: dict[Rule, str]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    totals = []
    for step in option.priced:
        for index, amount in enumerate(step.cost.amounts):
            name = (
                ("kind", f"{step.number} · {step.cost.name or step.kind_label}") if index == 0 else ("", "")
            )
            rows.append(
                (cell(name, amount.label), _signed(amount), _validity(amount, step.cost, numbers, content))
            )
        totals.append(len(rows))
        rows.append(
            (
                cell(("strong", _("%(number)s, après aides") % {"number": step.number})),
                cell(("strong", wording.span(*step.cost.after)), number=True),
                cell(_("%(amount)s avant aides") % {"amount": wording.span(*step.cost.before)}),
            )
        )
    if len(option.priced) > 1:
        totals.append(len(rows))
        rows.append(
            (
                cell(("strong", _("Total après aides"))),
                cell(("strong", wording.span(*option.total("after"))), number=True),
                cell(_("%(amount)s avant aides") % {"amount": wording.span(*option.total("before"))}),
            )
        )
    return Table(
        caption=_("Coût de l’option %(letter)s") % {"letter": option.letter},
        head=(_("Poste"), _("Montant"), _("Règle et validité")),
        rows=tuple(rows),
        widths=(46, 24, 30),
        numbers=(1,),
        totals=tuple(totals),
    )


def _signed(amount: Amount) -> Cell:
    """What comes back is written with a minus, whatever sign the calculator gave it."""
    low, high = sorted((abs(amount.low), abs(amount.high)))
    if amount.kind == "cost":
        return cell(wording.span(amount.low, amount.high), number=True)
    if low == 0 < high:
        return cell(_("jusqu’à %(amount)s") % {"amount": f"− {wording.euros(high)}"}, number=True)
    return cell(f"− {wording.span(low, high)}" if high else wording.euros(0), number=True)


def _validity(amount: Amount, cost: Cost, numbers: dict[Rule, str], content: Content) -> Cell:
    """« R2 · depuis le 01/01/2026 »; an aid without a dated rule says that it has none."""
    rules = [rule for rule in cost.rules if rule.code in amount.rules] or [
        rule for rule in content.rules if rule.code in amount.rules
    ]
    lines = [f"{numbers[rule]} · {validity(rule, content)}" for rule in dict.fromkeys(rules)]
    if not lines and amount.kind != "cost":
        lines.append(_("sans règle datée : à confirmer"))
    return cell(*lines)


def validity(rule: Rule, content: Content) -> str:
    """Between which days a rule holds; one that had ended on the day of the document says so."""
    if rule.valid_until and rule.valid_until < content.date:
        return _("échue le %(day)s") % {"day": wording.short_day(rule.valid_until)}
    if rule.valid_from and rule.valid_until:
        return _("du %(start)s au %(end)s") % {
            "start": wording.short_day(rule.valid_from),
            "end": wording.short_day(rule.valid_until),
        }
    if rule.valid_from:
        return _("depuis le %(day)s") % {"day": wording.short_day(rule.valid_from)}
    if rule.valid_until:
        return _("jusqu’au %(day)s") % {"day": wording.short_day(rule.valid_until)}
    return _("sans date : à confirmer")


def sources(content: Content) -> list[Block]:
    """The annex: each rule with value, validity, source and how sure it is."""
    numbers = rules_of(content)
    sure = {"high": _("règle sûre"), "medium": _("règle à confirmer"), "low": _("règle peu sûre")}
    rows = tuple(
        (
            cell(("kind", number)),
            cell(("strong", rule.label or rule.code)),
            cell(rule.value),
            cell(validity(rule, content)),
            cell(rule.source, ("soft", sure.get(rule.confidence, ""))),
        )
        for rule, number in numbers.items()
    )
    if not rows:
        return []
    return [
        Paragraph(
            _(
                "Règles employées pour les montants de ce document, telles qu’elles étaient connues le "
                "%(day)s. Elles "
                "changent : vérifiez-les avant de décider."
            )
            % {"day": wording.day(content.date)}
        ),
        Table(
            caption=_("Règles et sources"),
            head=(_("N°"), _("Règle"), _("Valeur"), _("Validité"), _("Source")),
            rows=rows,
            widths=(7, 31, 16, 19, 27),
            header=1,
        ),
    ]


def amounts_of(step: Step, content: Content) -> list[tuple[str, str]]:
    """(label, amount with its validity) of a step's lines, for the sheets of the annexes."""
    if not step.cost or not step.cost.priced:
        return []
    numbers = rules_of(content)
    found = []
    for amount in step.cost.amounts:
        rule = _validity(amount, step.cost, numbers, content).text.replace("\n", ", ")
        said = _signed(amount).text
        found.append((amount.label, f"{said} ({rule})" if rule != "–" else said))
    return found
