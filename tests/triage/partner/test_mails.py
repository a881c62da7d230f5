"""Every mail of this part, in both formats and three languages: it renders, has a link, keeps secrets."""

import pytest
from django.core import mail
from django.utils import translation

from journal import jobs, messages
from journal.actors import SYSTEM_ACTOR, coordinator
from journal.models import Message
from tests import cast as casting
from tests.triage.partner.helpers import leaks
from triage.lifecycle import REFERRAL

pytestmark = pytest.mark.django_db

PARTNER = (
    "partner_asked",
    "partner_thanked",
    "partner_released",
    "partner_cancelled",
    "partner_link",
    "partner_disclosed",
)


@pytest.mark.parametrize("language", ["fr", "de", "en"])
@pytest.mark.parametrize("template", PARTNER)
def test_partner_mails_say_what_and_where_and_no_secret(cast, template, language):
    referral = casting.asked(cast)[0]
    message = Message(
        template=template,
        recipient=cast.editor.email,
        language=language,
        case=cast.irritant.public_id,
        subject_id=referral.public_id,
    )
    sent = messages.render(message)
    html = sent.alternatives[0][0]
    assert cast.irritant.reference in sent.subject
    assert sent.body.count("/reponse/") == 1 and "/reponse/" in html
    assert leaks(sent.subject + sent.body + html) == []
    assert translation.get_language() == "fr"


def test_the_company_is_told_when_partners_are_asked_and_when_one_accepts(cast):
    casting.accepted(cast)
    jobs.run_owed()
    told = {
        sent.subject.split("\u202f")[0]: sent for sent in mail.outbox if sent.to == [casting.SECRET_EMAIL]
    }
    oriented = next(
        sent for subject, sent in told.items() if subject.startswith("Des partenaires sont sollicités")
    )
    accepted = next(sent for subject, sent in told.items() if subject.startswith("Un partenaire accepte"))
    assert "/suivi/" in oriented.body and "sans votre nom" in oriented.body
    assert cast.lab.name in accepted.body and cast.other_lab.name not in accepted.body


def test_whoever_is_released_or_cancelled_is_told_once(cast):
    first, second = casting.asked(cast)
    jobs.run_owed()
    mail.outbox.clear()
    REFERRAL.perform(first, "release", actor=coordinator(cast.coordinator))
    REFERRAL.perform(second, "cancel", actor=SYSTEM_ACTOR)
    jobs.run_owed()
    assert sorted((sent.to[0], sent.subject.split(" – ")[0]) for sent in mail.outbox) == [
        ("labo-a@recherche.example", "L’entreprise poursuit avec un autre partenaire"),
        ("labo-b@recherche.example", "Vous n’avez plus à répondre"),
        (casting.SECRET_EMAIL, f"Nous reprenons votre demande {cast.irritant.reference}"),
    ]
