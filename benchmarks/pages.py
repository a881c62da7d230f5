"""The pages of a company's way with one row, or many, behind them: how many queries each asks. Needs Django set up."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from accounts.models import User
from foundation import clock
from intake import drafts, submission
from intake.models import Draft, Irritant, Post
from journal import links
from journal.actors import COORDINATOR
from partners.models import Kind, Organisation
from programs.models import CatalogueState, LaboratoryDetail, Offer, OfferKind, OfferStatus, Sector, Topic

EMAIL = "methodes@fonderie.example"
ANSWERS = {
    "text": (
        "Sur notre ligne de coulée nous rebutons entre quatre et onze pour cent des culasses certains jours, les "
        "capteurs des fours sont enregistrés depuis deux ans mais personne n’arrive à prévoir la dérive."
    ),
    "tried": "Des cartes de contrôle, sans succès.",
    "email": EMAIL,
    "name": "Responsable des méthodes",
    "phone": "03 82 00 00 00",
    "position": "Méthodes",
    "company_name": "Fonderie de la Fensch",
    "organisation_type": "PME",
    "siren_or_siret": "732829320",
    "country": "FR",
    "site_city": "Hayange",
    "site_postcode": "57700",
    "sector": "foundry-metals",
    "data_maturity": "2",
    "deadline": "soon",
    "confidentiality": "summary",
    "topics_confirmed": ["anomaly-detection"],
    "topics_removed": [],
}


class Ways:
    """One company with an irritant and a draft; `grow` adds rows, `queries` counts."""

    def __init__(self):
        Topic.objects.get_or_create(code="anomaly-detection", defaults={"label_fr": "Détection d’anomalies"})
        self.sector = Sector.objects.get_or_create(code="foundry-metals", defaults={"label_fr": "Fonderie"})[
            0
        ]
        self.organisation = Organisation.objects.create(
            external_id="banc", name="Laboratoire du banc", kind=Kind.LABORATORY
        )
        self.draft = Draft.objects.create(answers=ANSWERS)
        self.irritant = self._irritant()
        self.user = User.objects.create_user(EMAIL)
        self.rows = 0

    def _irritant(self) -> Irritant:
        return submission.submit(Draft.objects.create(answers=ANSWERS))[0]

    def grow(self, rows: int) -> None:
        """As many offers in the catalogue, words in the conversation, and irritants of the same person."""
        numbers = range(self.rows, rows)
        offers = Offer.objects.bulk_create(
            Offer(
                organisation=self.organisation,
                external_id=f"banc-{number}",
                kind=OfferKind.LABORATORY,
                status=OfferStatus.PUBLISHED,
                title_fr=f"Détection de dérives de procédé ({number})",
                summary_fr="Prévoir les rebuts d’une coulée à partir des capteurs du four.",
            )
            for number in numbers
        )
        LaboratoryDetail.objects.bulk_create(LaboratoryDetail(offer=offer) for offer in offers)
        for offer in offers:
            offer.topics.add("anomaly-detection")
            offer.sectors.add(self.sector)
        CatalogueState.advance()
        Post.objects.bulk_create(
            Post(irritant=self.irritant, author_role=COORDINATOR, text="Depuis quand ?", at=clock.now())
            for _number in numbers
        )
        for _number in range(1 if self.rows == 0 else self.rows, rows):
            self._irritant()
        self.rows = rows

    def addresses(self) -> Mapping[str, str]:
        follow = links.give(links.FOLLOW, self.irritant.public_id, EMAIL)
        steps = {step: reverse("intake:step", args=[self.draft.token, step]) for step in drafts.ORDER}
        return {
            "home": reverse("home"),
            "start": reverse("intake:start"),
            **steps,
            "received": reverse("intake:received", args=[self.irritant.form_token]),
            "follow": reverse("intake:follow", args=[follow.token]),
            "mine": reverse("intake:mine"),
            "catalogue": reverse("catalogue"),
            "catalogue searched": reverse("catalogue") + "?q=fonderie",
        }

    def queries(self) -> dict[str, int]:
        """Page → queries of a visit that finds remembered what a process remembers (for a minute, some of it)."""
        return {name: self._counted(name, address) for name, address in self.addresses().items()}

    def _counted(self, name: str, address: str) -> int:
        client = Client(headers={"x-forwarded-proto": "https"})
        if name == "mine":
            client.force_login(self.user, backend="accounts.backends.RoleBackend")
        counts = []
        for _visit in range(3):
            reset_queries()
            with override_settings(ALLOWED_HOSTS=["*"]), CaptureQueriesContext(connection) as asked:
                answer = client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answers {answer.status_code}")
            counts.append(len(asked))
        return min(counts)
