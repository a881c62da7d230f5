"""Days with their hour, as pages and mails say them alike."""

from datetime import datetime

from django import template

from intake.call_mails import moment_words

register = template.Library()


@register.filter
def moment(value: datetime) -> str:
    """« mardi 1 décembre 2026 à 10:00 », Paris time, in the active language."""
    return moment_words(value)
