"""What a mail provider tells us afterwards: delivered, bounced, complained.

This listens to a signal, an exception in this house, because that is how django-anymail hands over the
events of every provider in one shape, after it has checked who sent them. Off unless MAIL_PROVIDER is set.
"""

from importlib import import_module
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import machine
from foundation import clock
from journal import delivery
from journal.models import Message

# Events that change nothing here (queued, deferred, opened, clicked …) are not in the table: a provider tries a
# deferred mail again by itself, and nobody's reading is watched.
STATES = {
    EventType.SENT: Message.SENT,
    EventType.DELIVERED: Message.DELIVERED,
    EventType.BOUNCED: Message.BOUNCED,
    EventType.REJECTED: Message.BOUNCED,
    EventType.FAILED: Message.FAILED,
    EventType.COMPLAINED: Message.COMPLAINED,
}


@csrf_exempt
@machine
@require_http_methods(["HEAD", "POST"])
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """The address a provider posts to. Forged or unsigned: 400, by django-anymail; another provider's: 404."""
    if not settings.MAIL_PROVIDER or provider != settings.MAIL_PROVIDER:
        raise Http404
    urls = {url.name: url.callback for url in import_module("anymail.urls").urlpatterns}
    listens = urls.get(f"{provider}_tracking_webhook")
    if listens is None:  # a provider that reports nothing
        raise Http404
    return listens(request)


def hear(sender, event: AnymailTrackingEvent, esp_name: str, **_more) -> None:
    """One event of a provider. Repeated, late or about a mail that is not ours, it changes nothing."""
    message = _message_of(event)
    state = STATES.get(event.event_type)
    if message is None or state is None:
        return
    if (event.recipient or message.recipient).casefold() != message.recipient:
        return
    moment = event.timestamp if event.timestamp and timezone.is_aware(event.timestamp) else clock.now()
    reason = (event.reject_reason or "") if state in Message.UNDELIVERED else ""
    delivery.settle(message.pk, state, reason, at=min(moment, clock.now()))


def _message_of(event: AnymailTrackingEvent) -> Message | None:
    """By the id we gave it, else by the one the provider gave it."""
    try:
        named = UUID(str((event.metadata or {}).get("message", "")))
    except ValueError:
        named = None
    if named and (row := Message.objects.filter(pk=named).first()):
        return row
    known = str(event.message_id or "")[:200]
    return Message.objects.filter(provider_id=known).order_by("pk").first() if known else None


tracking.connect(hear, dispatch_uid="journal.tracking")
