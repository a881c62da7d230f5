"""What Django's French formats leave to be wished: the thin space between thousands (Imprimerie nationale), a day
that does not part from its month at the end of a line, and « 1er » for the first of a month (Académie française).
"""

from django.utils import dateformat, translation

DATE_FORMAT = "jS\xa0F\xa0Y"
MONTH_DAY_FORMAT = "jS\xa0F"
DATETIME_FORMAT = "jS\xa0F\xa0Y à\xa0H:i"
THOUSAND_SEPARATOR = "\u202f"

_english = dateformat.DateFormat.S


def _ordinal(self) -> str:
    """What follows the number of the day, « S » in a format: Django knows the English ordinals alone."""
    if (translation.get_language() or "")[:2] != "fr":
        return _english(self)
    return "er" if self.data.day == 1 else ""


# Here, because these formats alone ask for it, and Django reads them before it writes any French date.
dateformat.DateFormat.S = _ordinal
