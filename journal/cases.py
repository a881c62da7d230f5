"""Cases as the journal knows them, by their UUID; whose they are is the apps' to the right to say."""

from collections.abc import Callable

from django.db.models import QuerySet

from accounts.models import User
from foundation.registry import Registry

# name → function(user) giving, in one column, the cases that this limited coordinator does not see.
HIDDEN: Registry[Callable[[User], QuerySet]] = Registry("cases hidden from somebody")


def of_seen(rows: QuerySet, user: User, name: str = "case") -> QuerySet:
    """Without the rows whose case this person does not see; `name`: the field that holds it."""
    if user.is_limited:
        for hidden in HIDDEN.values():
            rows = rows.exclude(**{f"{name}__in": hidden(user)})
    return rows
