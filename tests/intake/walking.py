"""Walking through the form as a browser does: each page's own fields, one POST per step."""

from datetime import timedelta

import altcha
from django.urls import reverse

from foundation import clock
from intake import gate
from intake.models import Draft
from tests import cast as casting

WORDS = casting.WORDS
YOU = {
    "email": "Claire.Morel@Fonderie.example",
    "name": "Claire Morel",
    "phone": "03 82 00 00 00",
    "position": "Méthodes",
    "company_name": "Fonderie de la Fensch",
    "organisation_type": "PME",
    "siren_or_siret": "732 829 320",
    "country": "FR",
    "foreign_id": "",
    "topics": ["anomaly-detection"],
    "topics_shown": ["anomaly-detection", "ai-literacy"],
    "topic_added": "",
}
CONTEXT = {
    "site_city": "Hayange",
    "site_postcode": "57700",
    "sector": "foundry-metals",
    "data_maturity": "2",
    "deadline": "soon",
    "confidentiality": "summary",
}


def begin(client, text: str = WORDS, **more) -> Draft:
    """Post the home page's question."""
    casting.vocabulary()
    response = client.post(reverse("intake:start"), {"text": text, **more})
    assert response.status_code == 303, response.content.decode()
    return Draft.objects.latest("pk")


def url(draft: Draft, step: str) -> str:
    return reverse("intake:step", args=[draft.token, step])


def fill(client, draft: Draft, **changes) -> None:
    """Every step but the last."""
    for step, answers in (
        ("irritant", {"text": draft.answers["text"], "tried": "Des cartes de contrôle."}),
        ("vous", YOU),
        ("contexte", CONTEXT),
    ):
        response = client.post(
            url(draft, step), {**answers, **{k: v for k, v in changes.items() if k in answers}}
        )
        assert response.status_code == 303, response.content.decode()


def ready(client, **changes) -> Draft:
    """A draft that only waits for consent, begun by a person who took a while."""
    draft = begin(client)
    fill(client, draft, **changes)
    unhurried(draft)
    draft.refresh_from_db()
    return draft


def unhurried(draft: Draft) -> None:
    Draft.objects.filter(pk=draft.pk).update(created_at=clock.now() - timedelta(minutes=4))


def work(draft: Draft) -> str:
    """What the browser works out while its owner reads the last page."""
    challenge = altcha.Challenge.from_dict(gate.challenge(draft))
    return altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()


def send(client, draft: Draft, **more):
    answers = {"consent": "on", "work": work(draft), **more}
    return client.post(url(draft, "verifier"), answers)
