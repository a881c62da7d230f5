"""Bounces and complaints from mail providers.

The payloads are written from the providers' published documentation (Mailgun "Webhooks", Postmark "Bounce",
"Delivery" and "Spam complaint webhook"), never recorded from a real account.
"""

import base64
import hashlib
import hmac
import json

import pytest
from django.urls import reverse

from foundation import clock
from journal import delivery
from journal.models import BlockedAddress, Message
from tests import cast as casting

pytestmark = pytest.mark.django_db
SECRET, KEY = "enact:mot-de-passe", "cle-de-signature"


@pytest.fixture(params=["mailgun", "postmark"])
def provider(request, settings):
    settings.MAIL_PROVIDER = request.param
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": SECRET,
        "MAILGUN_WEBHOOK_SIGNING_KEY": KEY,
        "MAILGUN_API_KEY": KEY,
    }
    return request.param


@pytest.fixture
def message(db, settings):
    """Sent by the provider, which gave it an id of its own (Mailgun's in angle brackets, when it sends)."""
    row = Message.objects.get(case=casting.irritant().public_id)
    given = "provider-id-1" if settings.MAIL_PROVIDER == "postmark" else "<provider-id-1>"
    delivery.settle(row.pk, Message.SENT, provider_id=given)
    return row


def mailgun(kind: str, message: Message, key: str = KEY, named: bool = True) -> dict:
    event = {
        "delivered": {"event": "delivered"},
        "bounced": {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
        },
        "complained": {"event": "complained"},
        "opened": {"event": "opened"},
    }[kind]
    stamp, token = str(int(clock.now().timestamp())), f"{kind}-{message.pk}"
    return {
        "signature": {
            "timestamp": stamp,
            "token": token,
            "signature": hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest(),
        },
        "event-data": {
            **event,
            "id": f"{kind}-1",
            "timestamp": clock.now().timestamp(),
            "recipient": message.recipient,
            "message": {"headers": {"message-id": "provider-id-1"}},
            "user-variables": {"message": str(message.pk)} if named else {},
        },
    }


def postmark(kind: str, message: Message, named: bool = True) -> dict:
    now = clock.now().isoformat()
    common = {
        "MessageID": "provider-id-1",
        "Metadata": {"message": str(message.pk)} if named else {},
        "Recipient": message.recipient,
        "Email": message.recipient,
    }
    return {
        **common,
        **{
            "delivered": {"RecordType": "Delivery", "DeliveredAt": now},
            "bounced": {
                "RecordType": "Bounce",
                "Type": "HardBounce",
                "TypeCode": 1,
                "ID": 4,
                "BouncedAt": now,
                "Description": "no such user",
            },
            "complained": {
                "RecordType": "SpamComplaint",
                "Type": "SpamComplaint",
                "TypeCode": 100001,
                "ID": 5,
                "BouncedAt": now,
            },
            "opened": {"RecordType": "Open", "ReceivedAt": now, "FirstOpen": True},
        }[kind],
    }


def post(client, provider: str, payload: dict, secret: str = SECRET):
    return client.post(
        reverse("mail_webhook", args=[provider]),
        json.dumps(payload),
        content_type="application/json",
        headers={"authorization": "Basic " + base64.b64encode(secret.encode()).decode()},
    )


SHAPES = {"mailgun": mailgun, "postmark": postmark}


@pytest.mark.parametrize("kind", ["delivered", "bounced", "complained"])
def test_what_became_of_it_is_written_once(client, provider, message, kind):
    for _again in range(2):
        assert post(client, provider, SHAPES[provider](kind, message)).status_code == 200
    message.refresh_from_db()
    assert message.status == kind
    blocked = list(BlockedAddress.objects.values_list("email", "kind"))
    assert blocked == ([] if kind == "delivered" else [(message.recipient, kind)])


def test_without_our_own_id_the_providers_is_enough(client, provider, message):
    assert post(client, provider, SHAPES[provider]("delivered", message, named=False)).status_code == 200
    message.refresh_from_db()
    assert message.status == Message.DELIVERED


def test_somebody_elses_mail_and_other_news_change_nothing(client, provider, message):
    stranger = Message(recipient="inconnu@ailleurs.example")
    payload = json.loads(
        json.dumps(SHAPES[provider]("bounced", stranger)).replace("provider-id-1", "autre-id")
    )
    assert post(client, provider, payload).status_code == 200
    # our id, but an address that the mail never went to
    ours = SHAPES[provider]("bounced", message)
    moved = json.loads(json.dumps(ours).replace(message.recipient, "inconnu@ailleurs.example"))
    assert post(client, provider, moved).status_code == 200
    assert post(client, provider, SHAPES[provider]("opened", message)).status_code == 200
    message.refresh_from_db()
    assert (message.status, BlockedAddress.objects.count()) == (Message.SENT, 0)


def test_a_forged_report_is_refused(client, provider, message):
    payload = SHAPES[provider]("bounced", message)
    assert post(client, provider, payload, secret="enact:faux").status_code == 400
    assert (
        client.post(reverse("mail_webhook", args=[provider]), payload, "application/json").status_code == 400
    )
    message.refresh_from_db()
    assert message.status == Message.SENT


def test_a_wrong_signature_is_refused(client, settings, message):
    settings.MAIL_PROVIDER, settings.ANYMAIL = "mailgun", {
        "WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY, "MAILGUN_API_KEY": KEY,
    }  # fmt: skip
    assert post(client, "mailgun", mailgun("bounced", message, key="une-autre")).status_code == 400


def test_without_a_provider_there_is_no_such_address(client, settings, message):
    settings.MAIL_PROVIDER = ""
    assert post(client, "mailgun", mailgun("bounced", message)).status_code == 404
    settings.MAIL_PROVIDER = "postmark"
    assert post(client, "mailgun", mailgun("bounced", message)).status_code == 404
    assert client.get(reverse("mail_webhook", args=["postmark"])).status_code == 405
