"""Who changed an offer, as the members of its organisation may know it: their own people by name, the rest by role."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from journal.actors import CLOCK, COORDINATOR, PARTNER
from journal.models import Event


def doers(events: Iterable[Event]) -> dict[str, str]:
    """Event.actor → words, in one query."""
    events = list(events)
    keys = {
        event.actor.removeprefix("user:")
        for event in events
        if event.actor_role == PARTNER and event.actor.startswith("user:")
    }
    people = (
        {f"user:{one.pk}": one.get_full_name() for one in User.objects.filter(pk__in=keys)} if keys else {}
    )
    roles = {COORDINATOR: _("La coordination"), CLOCK: _("Le portail")}
    return {
        event.actor: people.get(event.actor)
        or roles.get(event.actor_role)
        or (_("Un membre de votre organisation") if event.actor_role == PARTNER else _("Le portail"))
        for event in events
    }
