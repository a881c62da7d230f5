"""{% load money %}: amounts and ranges as the reader writes them, rules with their unit."""

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from foundation import clock
from programs.models import SchemeRule
from programs.schemes.rulebook import Rule
from programs.schemes.vocabulary import CONFIDENCES, euros, measured, span

register = template.Library()


@register.simple_tag
def rules_to_review() -> int:
    """How many rules have ended, or end soon, with none to follow. One query."""
    return SchemeRule.objects.ending(clock.today()).count()


@register.filter
def range_in_euros(bounds: list[int]) -> str:
    """[low, high] → « de 53 795 € à 83 795 € », or the one amount."""
    return span(*bounds)


@register.simple_tag
def amounts(low: int, high: int) -> str:
    return span(low, high)


@register.simple_tag
def taken_off(low: int, high: int) -> str:
    """What comes off a cost: « −42 000 € », « jusqu’à −36 781 € » where it may be nothing."""
    if low == high:
        return _minus(high)
    if low == 0:
        return _("jusqu’à %(amount)s") % {"amount": _minus(high)}
    return _("de %(low)s à %(high)s") % {"low": _minus(low), "high": _minus(high)}


def _minus(amount: int) -> str:
    return f"\u2212{euros(amount)}" if amount else euros(0)


@register.filter
def rule_value(rule: Rule) -> str:
    """« 14 000 € par an »."""
    return measured(rule.value, rule.unit)


@register.filter
def confidence_words(code: str) -> str:
    return str(CONFIDENCES.get(code, code))


@register.filter
def validity(rule: Rule | dict) -> str:
    """« depuis le 1er janvier 2023 », « du … au … »; of a rule, or of one that an estimate kept."""
    if isinstance(rule, dict):
        first = date.fromisoformat(rule["valid_from"])
        last = date.fromisoformat(rule["valid_until"]) if rule["valid_until"] else None
    else:
        first, last = rule.valid_from, rule.valid_until
    if last is None:
        return _("depuis le %(day)s") % {"day": date_format(first, "DATE_FORMAT")}
    return _("du %(first)s au %(last)s") % {
        "first": date_format(first, "DATE_FORMAT"),
        "last": date_format(last, "DATE_FORMAT"),
    }
