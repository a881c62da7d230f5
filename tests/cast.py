"""The shared cast: a company, a stranger company, two laboratories, their editors, coordinators, a funder.

Small functions that make rows the way the portal makes them; every name is a role, nobody is real.
"""

from datetime import datetime, time, timedelta
from types import SimpleNamespace

from allauth.account.models import EmailAddress
from django.utils import timezone, translation

from accounts.models import Role, User
from foundation import clock
from foundation.working_days import is_working_day
from intake.models import Draft, Irritant
from intake.submission import submit
from journal import jobs
from journal.actors import Actor, coordinator
from partners.models import Kind, Membership, Organisation
from programs.models import CatalogueState, LaboratoryDetail, Offer, OfferKind, OfferStatus, Sector, Topic

WORDS = (
    "Sur notre ligne de coulée nous rebutons entre quatre et onze pour cent des culasses certains jours, "
    "les capteurs des fours sont enregistrés depuis deux ans mais personne n’arrive à prévoir la dérive."
)
# Strings that no partner may see before the company is disclosed to it.
SECRET_COMPANY = "Fonderie Zirkonia"
SECRET_PERSON = "Responsable Zirkonia"
SECRET_EMAIL = "methodes@zirkonia.example"
SECRET_WORDS = "la recette Quetzalcoatl du four numéro sept"


def at_work(working_days: int = 1):
    """Everything inside happens at ten o'clock, so many working days after today in every department of the region."""
    day = clock.today()
    while working_days > 0:
        day += timedelta(days=1)
        working_days -= is_working_day(day, "57")
    return clock.at(timezone.make_aware(datetime.combine(day, time(10))))


def person(email: str, role: str = Role.NONE, **fields) -> User:
    """Someone who signs in, with a verified address."""
    user = User.objects.create_user(email, role=role, full_name=fields.pop("full_name", ""), **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def vocabulary() -> None:
    for code, label in (("anomaly-detection", "Détection d’anomalies"), ("ai-literacy", "Culture de l’IA")):
        Topic.objects.get_or_create(
            code=code, defaults={"label_fr": label, "label_de": label, "label_en": label}
        )
    Sector.objects.get_or_create(
        code="foundry-metals",
        defaults={"label_fr": "Fonderie", "label_de": "Gießerei", "label_en": "Foundry"},
    )


def laboratory(code: str, editor: User | None = None, **fields) -> Organisation:
    row = Organisation.objects.create(
        external_id=code,
        name=f"Laboratoire {code}",
        kind=Kind.LABORATORY,
        city="Nancy",
        postcode="54000",
        contact_email=f"contact@{code}.example",
        **fields,
    )
    if editor:
        Membership.objects.create(organisation=row, user=editor, role=Membership.ADMINISTRATOR)
    return row


def offer(organisation: Organisation, code: str, **fields) -> Offer:
    """A published laboratory offer about anomalies in foundries, unless told otherwise."""
    vocabulary()
    row = Offer.objects.create(
        organisation=organisation,
        external_id=code,
        kind=fields.pop("kind", OfferKind.LABORATORY),
        status=fields.pop("status", OfferStatus.PUBLISHED),
        title_fr=fields.pop("title_fr", f"Détection de dérives de procédé ({code})"),
        summary_fr=fields.pop("summary_fr", "Prévoir les rebuts d’une coulée à partir des capteurs du four."),
        description_fr="Séries temporelles, capteurs, détection d’anomalies, fonderie, rebuts, dérive.",
        **fields,
    )
    row.topics.set(["anomaly-detection"])
    row.sectors.set(["foundry-metals"])
    if row.kind == OfferKind.LABORATORY:
        LaboratoryDetail.objects.create(offer=row)
    CatalogueState.advance()
    return row


def answers(**changes) -> dict:
    """What the four steps of the form leave in a draft."""
    return {
        "text": f"{WORDS} Cela touche {SECRET_WORDS}.",
        "tried": "Des cartes de contrôle, sans succès.",
        "email": SECRET_EMAIL,
        "name": SECRET_PERSON,
        "company_name": SECRET_COMPANY,
        "siren_or_siret": "",
        "country": "FR",
        "organisation_type": "PME",
        "site_postcode": "57000",
        "site_city": "Metz",
        "sector": "foundry-metals",
        "data_maturity": 2,
        "deadline": "soon",
        "confidentiality": "summary",
        "topics_confirmed": ["anomaly-detection"],
        "topics_removed": [],
        **changes,
    }


def irritant(language: str = "fr", **changes) -> Irritant:
    """An irritant as the form submits it."""
    vocabulary()
    draft = Draft.objects.create(answers=answers(**changes), language=language)
    made, _new = submit(draft)
    return made


def everybody(*, work: bool = True) -> SimpleNamespace:
    """The whole cast, with one irritant submitted and, when `work`, everything owed done (ranking, mails)."""
    vocabulary()
    cast = SimpleNamespace()
    cast.coordinator = person("coordination@enact.example", Role.COORDINATOR, full_name="Coordinatrice")
    cast.colleague = person("collegue@enact.example", Role.COORDINATOR, full_name="Collègue")
    cast.administrator = person("admin@enact.example", Role.ADMINISTRATOR, full_name="Administration")
    cast.funder = person("financeur@enact.example", Role.FUNDER, full_name="Financeur")
    cast.company = person(SECRET_EMAIL, full_name=SECRET_PERSON)
    cast.stranger = person("etranger@ailleurs.example", full_name="Autre entreprise")
    cast.editor = person("labo-a@recherche.example", full_name="Éditrice A")
    cast.other_editor = person("labo-b@recherche.example", full_name="Éditeur B")
    cast.lab = laboratory("labo-a", cast.editor)
    cast.other_lab = laboratory("labo-b", cast.other_editor)
    cast.offers = [offer(cast.lab, "a-1"), offer(cast.lab, "a-2"), offer(cast.other_lab, "b-1")]
    cast.irritant = irritant()
    cast.strangers_irritant = irritant(
        email=cast.stranger.email,
        name="Autre",
        company_name="Autre entreprise",
        text=WORDS.replace("culasses", "bielles"),
    )
    if work:
        jobs.run_owed()
    for row in (cast.irritant, cast.strangers_irritant):
        row.refresh_from_db()
    return cast


def qualified(cast) -> Irritant:
    """Taken, qualified, with the matches of both laboratories kept."""
    from intake.lifecycle import IRRITANT
    from triage.lifecycle import MATCH
    from triage.models import Match, Qualification

    actor = coordinator(cast.coordinator)
    IRRITANT.perform(cast.irritant, "take", actor=actor)
    Qualification.objects.create(
        irritant=cast.irritant,
        reformulated="Prévoir la dérive d’un procédé de coulée.",
        partner_summary="Une fonderie cherche à prévoir ses rebuts à partir de deux ans de capteurs.",
        target="Rebuts sous 3 %",
    )
    for one in cast.offers:
        match, _new = Match.objects.get_or_create(irritant=cast.irritant, offer=one)
        MATCH.perform(match, "keep", actor=actor)
    return cast.irritant


def asked(cast):
    """Both laboratories asked; returns their referrals, first laboratory first."""
    from triage.asking import ask

    qualified(cast)
    with translation.override("fr"):
        return sorted(
            ask(cast.irritant, [cast.lab, cast.other_lab], note="", actor=coordinator(cast.coordinator)),
            key=lambda referral: referral.organisation.external_id,
        )


def accepted(cast):
    """Asked, and the first laboratory accepted."""
    from triage.lifecycle import REFERRAL

    referrals = asked(cast)
    REFERRAL.perform(referrals[0], "accept", actor=Actor("partner"), person_in_charge="Équipe A")
    cast.irritant.refresh_from_db()
    return referrals


def agreed_and_sent(proposal, version, *, by) -> None:
    """Submitted to the partners it names, who all agree to it, then sent to the company."""
    from proposals.agreeing.asking import partners_words
    from proposals.lifecycle import PROPOSAL

    if partners_words(version).exists():
        PROPOSAL.perform(proposal, "submit", actor=by, proposal_version=version)
        partners_agree(version)
    PROPOSAL.perform(proposal, "send", actor=by, proposal_version=version)


def partners_agree(version) -> None:
    """Each partner that was asked says yes."""
    from proposals.agreeing.asking import partners_words
    from proposals.agreeing.lifecycle import AGREEMENT

    for agreement in partners_words(version):
        AGREEMENT.perform(agreement, "agree", actor=Actor("partner"), person="Équipe", role="Responsable")
