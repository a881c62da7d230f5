"""Taking an account out of service: what it holds elsewhere is asked first, and given up in the same transaction."""

from collections.abc import Callable

from django.db import transaction

from accounts.models import User
from foundation.registry import Registry

# name → function(user) giving why this account cannot be deactivated now, as a sentence, or "".
GUARDS: Registry[Callable[[User], str]] = Registry("guard of an account")
# name → function(user, by) that gives up what the account holds, in the transaction that deactivates it.
ACTS: Registry[Callable[[User, User], None]] = Registry("end of an account")


class Refused(Exception):
    """Not now: `str()` is a sentence for the screen. Nothing has happened."""


def refusals(user: User) -> list[str]:
    return [said for guard in GUARDS.values() if (said := guard(user))]


@transaction.atomic
def give_up(user: User, *, by: User) -> None:
    """Everything that this account holds. Raises Refused, and then nothing was given up."""
    for act in ACTS.values():
        act(user, by)
