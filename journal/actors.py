"""Who does something: a signed-in person, the holder of a link, the clock, or the portal itself."""

from dataclasses import dataclass
from typing import Any

COORDINATOR, COMPANY, PARTNER, CLOCK, SYSTEM = "coordinator", "company", "partner", "clock", "system"
ROLES = (COORDINATOR, COMPANY, PARTNER, CLOCK, SYSTEM)


@dataclass(frozen=True)
class Actor:
    """`role`: one of ROLES; `user` when signed in; `link` when acting through an AccessLink, `key` through the API."""

    role: str
    user: Any = None
    link: Any = None
    key: Any = None

    @property
    def code(self) -> str:
        """What an Event stores: ids only, so that erasing a person does not break the chain."""
        if self.user is not None:
            return f"user:{self.user.pk}"
        if self.key is not None:
            return f"key:{self.key.pk}"
        return f"link:{self.link.pk}" if self.link is not None else self.role


def coordinator(user) -> Actor:
    return Actor(COORDINATOR, user=user)


CLOCK_ACTOR = Actor(CLOCK)
SYSTEM_ACTOR = Actor(SYSTEM)
