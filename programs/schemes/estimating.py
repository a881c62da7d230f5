"""From facts and rules to an estimate: who it is open to, what it costs, on what it rests. No table is read here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from programs.schemes import calculators  # noqa: F401  (fills the table)
from programs.schemes.definitions import label_of
from programs.schemes.facts import FactErrors, FactsForm, as_json, as_typed
from programs.schemes.rulebook import BeforeRules, Rule, RuleBook, UnknownRule
from programs.schemes.scenarios import after, before, bounds, envelope
from programs.schemes.vocabulary import CONFIDENCES, EMPLOYERS, SIZES, UNITS, measured, said
from programs.schemes.work import CALCULATORS, Result, Work


@dataclass(frozen=True)
class Info:
    """What a scheme's row says that a calculation needs. `open_to`, `closed_to`: codes of EMPLOYERS; who is in neither
    has to be checked. `sizes`: () for every size. `instead`: employer (or "*") → schemes to see. `names`: of all."""

    code: str
    name: str
    open_to: tuple[str, ...] = ()
    closed_to: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    region_only: bool = False
    no_startup: bool = False
    instead: Mapping[str, list[str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Estimate:
    """Euros without VAT for the employer, over the whole length: [lowest, highest].

    `before` and `after` are None where the cost is not known (`to_price` says whom to ask) or the scheme is not open
    (`refused` says why, `instead` what to look at). A cost that is not known is never 0. Words are in the language that
    was active when it was made.
    """

    scheme: str
    name: str
    on: date
    facts: dict[str, Any]
    before: list[int] | None
    after: list[int] | None
    lines: list[dict]
    assumptions: list[str]
    warnings: list[str]
    refused: str
    instead: list[dict]
    to_price: str
    rules: list[dict]

    def as_json(self) -> dict[str, Any]:
        """Everything, in JSON's own types: what a proposal keeps (docs/schemes.md)."""
        return {
            "scheme": self.scheme,
            "name": self.name,
            "period": "total",
            "on": self.on.isoformat(),
            "facts": self.facts,
            "before": self.before,
            "after": self.after,
            "lines": self.lines,
            "assumptions": self.assumptions,
            "warnings": self.warnings,
            "refused": self.refused,
            "instead": self.instead,
            "to_price": self.to_price,
            "rules": self.rules,
        }


@cache
def form_of(code: str) -> type[FactsForm]:
    """The form over what a calculator asks."""
    return FactsForm.over(CALCULATORS[code].facts)


def checked(code: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as values; raises FactErrors. What the calculator does not ask is left out."""
    form = form_of(code)(as_typed(facts))
    if not form.is_valid():
        raise FactErrors({name: [str(one) for one in errors] for name, errors in form.errors.items()})
    return form.values()


def compute(info: Info, facts: Mapping[str, Any], rules: RuleBook, *, on: date) -> Estimate:
    """An estimate in the language that is active. Raises FactErrors."""
    values = checked(info.code, facts)
    work = Work(values, rules, on)
    result = _not_open(info, work) or _counted(info, work)
    scenarios = [] if result.refused else result.scenarios
    priced = bool(scenarios) and not result.to_price
    for words in _doubts(work):
        work.warn(words)
    instead = [one for one in result.instead if one in info.names]
    return Estimate(
        scheme=info.code,
        name=info.name,
        on=on,
        facts=as_json(values),
        before=bounds(map(before, scenarios)) if priced else None,
        after=bounds(map(after, scenarios)) if priced else None,
        lines=envelope(scenarios),
        assumptions=[] if result.refused else work.assumptions,
        warnings=work.warnings,
        refused=result.refused,
        instead=[{"scheme": one, "name": info.names[one]} for one in instead],
        to_price=result.to_price,
        rules=[rule_json(rule) for rule in work.read],
    )


def _counted(info: Info, work: Work) -> Result:
    try:
        result = CALCULATORS[info.code].calculate(work)
    except BeforeRules as error:
        words = _("Nous ne connaissons « %(rule)s » qu’à partir du %(day)s.") % {
            "rule": label_of(error.code),
            "day": date_format(error.first, "DATE_FORMAT"),
        }
        raise FactErrors({"signed_on" if "signed_on" in work.facts else "__all__": [words]}) from error
    except UnknownRule as error:
        code, bracket = error.args
        words = _("Aucune règle n’est enregistrée pour « %(rule)s » : à chiffrer avec la coordination.")
        return Result(to_price=words % {"rule": label_of(code, bracket)})
    if result.refused and not result.instead:
        result.instead = tuple(info.instead.get("*", ()))
    return result


REASONS = {
    ("cifre", "foreign"): lambda: _(
        "Une entreprise étrangère ne peut pas signer de Cifre elle-même : il faut un employeur de droit français, "
        "par exemple une filiale."
    ),
    ("cifre", "state"): lambda: _(
        "Une administration de l’État n’a pas accès à la Cifre : la Cofra existe pour elle, sans subvention."
    ),
    ("cifre", "public_research"): lambda: _(
        "En règle générale, un établissement public d’enseignement ou de recherche ne peut pas être l’employeur d’une "
        "Cifre ; l’ANRT peut le confirmer."
    ),
    ("cofra", "local"): lambda: _("Une collectivité n’a pas accès à la Cofra : elle passe par la Cifre."),
    ("cofra", "company"): lambda: _("Une entreprise n’a pas accès à la Cofra : elle passe par la Cifre."),
}


def _not_open(info: Info, work: Work) -> Result | None:
    """Why the scheme is not open to this employer; None when it is, or may be (then that is said, and counted)."""
    employer = work.get("employer", "company")
    instead = tuple(info.instead.get(employer, info.instead.get("*", ())))
    if employer in info.closed_to:
        reason = REASONS.get((info.code, employer))
        words = reason() if reason else _("Ce dispositif n’est pas ouvert à : %(employer)s.")
        return Result(refused=words if reason else words % {"employer": EMPLOYERS[employer]}, instead=instead)
    size = work.get("size")
    if info.sizes and employer == "company":
        names = ", ".join(str(SIZES[one]) for one in info.sizes)
        if size is not None and size not in info.sizes:
            return Result(refused=_("Réservé à : %(sizes)s.") % {"sizes": names}, instead=instead)
        if size is None:
            work.assume(_("Réservé à : %(sizes)s.") % {"sizes": names})
    if info.region_only and work.get("in_region") is False:
        return Result(refused=_("Réservé aux établissements du Grand Est."), instead=instead)
    if info.no_startup and work.get("startup") is True:
        return Result(refused=_("Les start-up sont exclues de cette aide."), instead=instead)
    if employer not in info.open_to:
        work.certain = False
        words = _("Nos sources ne disent pas si ce dispositif est ouvert à : %(employer)s. À vérifier.")
        work.warn(words % {"employer": EMPLOYERS[employer]})
    return None


def _doubts(work: Work) -> list[str]:
    """What has to be said of the rules that were read: those that have ended, those whose source is not sure."""
    ended: dict[str, str] = {}
    unsure: dict[str, dict[str, str]] = {}
    for rule, day in work.read.items():
        label = label_of(rule.code)
        if rule.valid_until and not rule.holds(day):
            words = _(
                "Règle finie : « %(rule)s », connue jusqu’au %(day)s. Sa dernière valeur est appliquée."
            )
            ended[rule.code] = words % {"rule": label, "day": date_format(rule.valid_until, "DATE_FORMAT")}
        if rule.confidence != "high":
            unsure.setdefault(rule.confidence, {})[rule.code] = label
    said_unsure = [
        _("Sources de confiance %(level)s : %(rules)s.")
        % {"level": CONFIDENCES[level], "rules": pgettext("between", " ; ").join(labels.values())}
        for level, labels in unsure.items()
    ]
    return [*ended.values(), *said_unsure]


def rule_json(rule: Rule) -> dict[str, Any]:
    """A rule as a page, a document and a proposal's snapshot show it. `said` is the value with its unit as the reader
    writes it, `value` the number alone, `amount` the same as a plain decimal."""
    return {
        "code": rule.code,
        "bracket": rule.bracket,
        "label": label_of(rule.code, rule.bracket),
        "value": said(rule.value, rule.unit),
        "amount": str(rule.value),
        "said": measured(rule.value, rule.unit),
        "unit": str(UNITS[rule.unit]),
        "unit_code": rule.unit,
        "valid_from": rule.valid_from.isoformat(),
        "valid_until": rule.valid_until.isoformat() if rule.valid_until else None,
        "source": rule.source,
        "confidence": rule.confidence,
    }


def rules_of(estimate: Mapping[str, Any]) -> RuleBook:
    """The rules that an estimate kept, to count it again as it was counted then."""
    return RuleBook(
        Rule(
            row["code"],
            row["bracket"],
            Decimal(row["amount"]),
            row["unit_code"],
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            row["source"],
            row["confidence"],
        )
        for row in estimate["rules"]
    )
