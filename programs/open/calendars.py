"""Sessions of trainings as entries of anybody's calendar (RFC 5545): whole days, in the reader's language."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from foundation import clock
from programs.api.shapes import absolute
from programs.models import Session


def sessions_calendar(name: str, sessions: Iterable[Session]) -> bytes:
    """`sessions` come with training, offer and organisation. A session keeps its UID as long as its day and place."""
    calendar = Calendar()
    calendar.add("prodid", "-//ENACT//Sessions//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    host = settings.SITE_URL.split("//")[1].split(":")[0].split("/")[0]
    for one in sessions:
        offer = one.training.offer
        url = absolute("offer", offer.public_id)
        event = Event()
        event.add(
            "uid", f"{offer.public_id}-{one.start:%Y%m%d}-{one.city.casefold()}@{host}".replace(" ", "-")
        )
        event.add("dtstamp", clock.now())
        event.add("dtstart", one.start)
        event.add("dtend", one.end + timedelta(days=1))  # the first day after it (3.6.1)
        event.add("summary", offer.title)
        event.add(
            "description",
            "\n".join(
                [
                    offer.summary,
                    offer.organisation.name,
                    _("Places restantes : %(left)s sur %(seats)s")
                    % {"left": one.seats_left, "seats": one.seats},
                    url,
                ]
            ),
        )
        event.add("url", url)
        if one.city:
            event.add("location", one.city)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return calendar.to_ical()
