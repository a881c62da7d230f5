"""What a coordinator may be limited to: departments, pillars. Administrators are limited to nothing.

Here is what may be chosen; which cases follow from it is the apps' to the right to say (intake.scope).
"""

from collections.abc import Callable, Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.identifiers import GRAND_EST
from foundation.registry import Registry

ELSEWHERE = "elsewhere"  # known to be in none of the region's departments
Choices = Iterable[tuple[str, str | Promise]]


def departments() -> Choices:
    """The region's departments by name, then everything outside."""
    return [*sorted(GRAND_EST.items(), key=lambda pair: pair[1]), (ELSEWHERE, _("hors de la région"))]


# field of the User → function giving its choices (code, label).
CHOICES: Registry[Callable[[], Choices]] = Registry("limit of a coordinator")
CHOICES.add("departments", departments)
