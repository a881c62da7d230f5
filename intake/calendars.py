"""An appointment in anybody's calendar (RFC 5545, RFC 5546): one UID for its whole life, SEQUENCE for changes."""

from datetime import timedelta
from email.mime.text import MIMEText

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from foundation import clock
from intake.models import Appointment, CallStage

FILE_NAME = "enact.ics"


def call_title(call: Appointment) -> str:
    return _("Appel avec le cluster ENACT (%(reference)s)") % {"reference": call.irritant.reference}


def entry(call: Appointment, title: str = "") -> bytes:
    """The file, in the active language; METHOD is CANCEL once it is called off. The company's words stay out of it.

    `title`: of the entry, in place of a call's own.
    """
    cancelled = call.stage == CallStage.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", "-//ENACT//Appels//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    starts = timezone.localtime(call.starts_at)
    event = Event()
    event.add("uid", f"{call.public_id}@{settings.SITE_URL.split('//')[1].split(':')[0].split('/')[0]}")
    event.add("sequence", call.sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", starts)
    event.add("dtend", starts + timedelta(minutes=call.minutes))
    event.add("summary", title or call_title(call))
    if call.how:
        event.add("location", call.how)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{settings.MAIL_REPLY_TO or _bare(settings.DEFAULT_FROM_EMAIL)}")
    organizer.params["CN"] = settings.SITE_NAME
    event.add("organizer", organizer)
    calendar.add_component(event)
    calendar.add_missing_timezones(
        first_date=starts.date() - timedelta(days=366), last_date=starts.date() + timedelta(days=366)
    )
    return calendar.to_ical()


def attachment(call: Appointment, title: str = "") -> MIMEText:
    """For a mail: the method stands in the type as well, which is what mail programs look at."""
    part = MIMEText(entry(call, title).decode(), "calendar", "utf-8")
    part.set_param("method", "CANCEL" if call.stage == CallStage.CANCELLED else "PUBLISH")
    part.add_header("Content-Disposition", "attachment", filename=FILE_NAME)
    return part


def _bare(address: str) -> str:
    return address.rpartition("<")[2].rstrip(">")
