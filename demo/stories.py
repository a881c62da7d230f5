"""Six illustrative irritants, each brought to its stage by the same functions that people use, on past working days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import cycle

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from demo.agreeing import agree, run
from foundation import clock
from foundation.working_days import add_working_days, is_working_day
from intake.lifecycle import IRRITANT
from intake.models import Draft, Irritant
from intake.submission import submit
from journal import jobs
from journal.actors import COMPANY, PARTNER, Actor, coordinator
from partners.models import Membership, Organisation
from programs.models import Topic
from proposals import writing
from proposals.lifecycle import PROPOSAL
from triage.asking import ask, candidates
from triage.disclosure import grant, open_it
from triage.lifecycle import MATCH, REFERRAL
from triage.models import Match, Qualification, Referral, SetAsideReason
from triage.talking import say


def working_day(days_ago: int, hour: int = 10) -> datetime:
    """The same hour `days_ago` working days before today (Europe/Paris); never later than now."""
    day = timezone.localdate()
    while days_ago > 0 or not is_working_day(day):
        day -= timedelta(days=1)
        days_ago -= is_working_day(day)
    return min(timezone.make_aware(datetime.combine(day, time(hour))), clock.now())


PROVENANCE = "demonstration"


@dataclass
class Teller:
    """Brings one irritant to life, moment by moment."""

    staff: User
    partner: User

    @property
    def by(self) -> Actor:
        return coordinator(self.staff)

    def receive(self, days_ago: int, language: str, answers: dict) -> Irritant:
        with clock.at(working_day(days_ago, 9)):
            draft = Draft.objects.create(language=language, answers=answers, provenance=PROVENANCE)
            irritant, _new = submit(draft)
            jobs.run_owed()
        return irritant

    def take(self, irritant: Irritant, days_ago: int, **reading) -> None:
        topics = reading.pop("topics", [])
        with clock.at(working_day(days_ago, 11)):
            irritant.refresh_from_db()
            IRRITANT.perform(irritant, "take", actor=self.by)
            if reading:
                qualification = Qualification.objects.create(irritant=irritant, **reading)
                qualification.topics.set(Topic.objects.filter(code__in=topics))
            jobs.run_owed()

    def choose(self, irritant: Irritant, days_ago: int, partners: int = 2) -> list[Organisation]:
        """Keep the best match of the first organisations, set the next one aside."""
        with clock.at(working_day(days_ago, 14)):
            kept: dict[Organisation, Match] = {}
            for match in irritant.matches.ranked().select_related("offer__organisation"):
                if match.offer.organisation not in kept and len(kept) < partners:
                    kept[match.offer.organisation] = match
                    MATCH.perform(match, "keep", actor=self.by)
                elif match.offer.organisation not in kept:
                    MATCH.perform(match, "set_aside", actor=self.by, reason=SetAsideReason.BETTER_ELSEWHERE)
                    break
        return list(kept)

    def ask(self, irritant: Irritant, days_ago: int, *, with_demo_partner: bool = True) -> list[Referral]:
        with clock.at(working_day(days_ago, 15)):
            irritant.refresh_from_db()
            organisations = list(candidates(irritant))
            if with_demo_partner:
                Membership.objects.get_or_create(
                    organisation=organisations[0],
                    user=self.partner,
                    defaults={"role": Membership.ADMINISTRATOR},
                )
            referrals = ask(irritant, organisations, note="", actor=self.by)
            jobs.run_owed()
        return referrals

    def answer(self, referral: Referral, days_ago: int, move: str, **data) -> None:
        with clock.at(working_day(days_ago, 16)):
            REFERRAL.perform(referral, move, actor=Actor(PARTNER), **data)
            jobs.run_owed()

    def talk(self, referral: Referral, days_ago: int, *words: str) -> None:
        """The partner writes, the company answers, and so on, half an hour apart."""
        for turn, (who, text) in enumerate(zip(cycle((PARTNER, COMPANY)), words, strict=False)):
            with clock.at(working_day(days_ago, 10) + timedelta(minutes=30 * turn)):
                say(referral, text, actor=Actor(who), form_token="")
                jobs.run_owed()

    def propose(self, irritant: Irritant, days_ago: int):
        with clock.at(working_day(days_ago, 16)):
            proposal = writing.prepare(irritant, actor=self.by)
            version = writing.freeze(proposal, actor=self.by)
            jobs.run_owed()
            PROPOSAL.perform(proposal, "submit", actor=self.by, proposal_version=version)
            jobs.run_owed()
        with clock.at(working_day(days_ago, 16) + timedelta(minutes=30)):
            agree(proposal)
            PROPOSAL.perform(proposal, "send", actor=self.by, proposal_version=version)
            jobs.run_owed()
        return proposal


def _answers(**changes) -> dict:
    return {
        "tried": "",
        "phone": "",
        "position": "",
        "siren_or_siret": "",
        "country": "FR",
        "site_postcode": "",
        "site_city": "",
        "data_maturity": None,
        "deadline": "",
        "confidentiality": "summary",
        "topics_confirmed": [],
        "topics_removed": [],
        **changes,
    }


def foundry(teller: Teller) -> None:
    """Just received: to be taken."""
    teller.receive(
        0,
        "fr",
        _answers(
            text="Nous coulons des carters en aluminium. Certains jours le taux de rebut passe de 3 à 12 %, sans que "
            "nous sachions si cela vient de l’alliage, des moules ou de l’humidité. Les fours et les presses "
            "enregistrent tout depuis trois ans, mais personne ne croise ces fichiers avec les défauts du contrôle.",
            tried="Des cartes de contrôle par machine ; elles réagissent trop tard.",
            email="methodes@fonderie.example",
            name="Responsable méthodes",
            company_name="Fonderie des Trois Vallées (exemple)",
            organisation_type="PME",
            site_postcode="57500",
            site_city="Saint-Avold",
            sector="foundry-metals",
            data_maturity=2,
            deadline="soon",
        ),
    )


def clinic(teller: Teller) -> None:
    """Being studied, and held: health data wants a human look before any partner sees it."""
    irritant = teller.receive(
        4,
        "fr",
        _answers(
            text="Dans notre clinique, les comptes rendus d’hospitalisation attendent deux à trois jours avant d’être "
            "codés. Les médecins dictent, les secrétaires retapent, les codeurs relisent les dossiers des patients un "
            "par un. Nous voudrions une aide qui propose les codes, sans que les données de santé sortent d’ici.",
            email="information@clinique.example",
            name="Direction de l’information médicale",
            company_name="Clinique de la Colline (exemple)",
            organisation_type="CH",
            site_postcode="54000",
            site_city="Nancy",
            sector="health-care",
            data_maturity=2,
            deadline="soon",
        ),
    )
    teller.take(
        irritant,
        3,
        reformulated="Proposer des codes d’actes et de diagnostics à partir de comptes rendus, sur place, "
        "avec validation humaine.",
        health_data=True,
        personal_data=True,
        topics=["nlp", "document-ai"],
    )


def machine_builder(teller: Teller) -> None:
    """In German, from Baden: waiting for the company's answer."""
    irritant = teller.receive(
        8,
        "de",
        _answers(
            text="Wir bauen Sondermaschinen. Jede Anlage hat eine andere Dokumentation, und unsere Servicetechniker "
            "suchen oft eine Stunde lang in alten Ordnern und E-Mails, bevor sie am Telefon helfen können. Zwei "
            "Kollegen, die alles im Kopf haben, gehen nächstes Jahr in Rente.",
            email="service@sondermaschinen.example",
            name="Leitung Service",
            company_name="Sondermaschinen Ortenau (Beispiel)",
            organisation_type="PME",
            country="DE",
            foreign_id="",
            region="DE-BW",
            site_city="Offenburg",
            sector="mechanical",
            data_maturity=1,
            deadline="soon",
        ),
    )
    teller.take(irritant, 7)
    with clock.at(working_day(6, 10)):
        IRRITANT.perform(
            irritant,
            "ask_info",
            actor=teller.by,
            text="Einige Rückfragen, damit wir die richtigen Leute ansprechen.",
            fields=["data_maturity", "deadline"],
            free=["In welchen Sprachen liegen die Dokumente vor, und wie viele sind nur auf Papier?"],
        )
        jobs.run_owed()


def vineyard(teller: Teller) -> None:
    """Two partners asked: waiting for them."""
    irritant = teller.receive(
        9,
        "fr",
        _answers(
            text="Sur nos dix-huit hectares, le mildiou part toujours des mêmes coins de parcelle, mais nous traitons "
            "tout parce que nous le voyons trop tard. Nous faisons des photos au téléphone et nous avons une station "
            "météo ; rien n’est relié. Le soir, personne n’a le temps de regarder des tableaux.",
            email="domaine@vignoble.example",
            name="Exploitante",
            company_name="Domaine du Coteau Clair (exemple)",
            organisation_type="TPE",
            site_postcode="68340",
            site_city="Riquewihr",
            sector="agriculture-vine",
            data_maturity=1,
            deadline="soon",
            confidentiality="open",
        ),
    )
    teller.take(
        irritant,
        8,
        reformulated="Repérer tôt les foyers de mildiou sur photos et météo locale, "
        "pour traiter moins et au bon endroit.",
        partner_summary="Une petite exploitation viticole d’Alsace (18 ha) veut repérer tôt les foyers de maladie "
        "à partir de photos prises au téléphone et d’une station météo, pour réduire ses traitements. "
        "Peu de données reliées, peu de temps.",
        target="Un passage de traitement de moins par an",
        data_maturity=1,
        topics=["computer-vision", "agri-environment"],
    )
    teller.choose(irritant, 7)
    teller.ask(irritant, 6)


def carpentry(teller: Teller) -> None:
    """A proposal waits for the demonstration company."""
    irritant = teller.receive(
        16,
        "fr",
        _answers(
            text="Nous fabriquons des escaliers et des fenêtres sur mesure. Chaque matin le planning de l’atelier est "
            "refait à la main parce qu’une commande urgente arrive, qu’une machine s’arrête ou que le bois n’est pas "
            "livré. On perd une heure, les retards s’accumulent et l’équipe du soir découvre tout au dernier moment.",
            tried="Un tableur partagé, puis un module de planification de l’ERP abandonné au bout de six mois.",
            email="entreprise@demo.example",
            name="Responsable méthodes",
            company_name="Menuiserie Bois-l’Abbé (exemple)",
            organisation_type="PME",
            site_postcode="88000",
            site_city="Épinal",
            sector="wood-paper",
            data_maturity=2,
            deadline="soon",
        ),
    )
    teller.take(
        irritant,
        15,
        reformulated="Replanifier l’atelier en quelques minutes quand une commande, une machine "
        "ou une livraison change.",
        partner_summary="Une menuiserie industrielle des Vosges refait chaque matin son ordonnancement à la main. Elle "
        "cherche une aide à la décision qui replanifie vite après un aléa, et une équipe capable de s’en servir.",
        target="Planning refait en moins de dix minutes",
        data_maturity=2,
        trl_now=3,
        trl_target=6,
        topics=["scheduling", "operations-research"],
    )
    teller.choose(irritant, 14)
    referrals = teller.ask(irritant, 13)
    teller.answer(
        referrals[0],
        11,
        "accept",
        person_in_charge="Équipe ordonnancement",
        person_contact="+33\xa03\xa029\xa000\xa000\xa001",
        answer="Un premier échange est possible la semaine prochaine.",
    )
    with clock.at(working_day(11, 17)):
        grant(referrals[0], actor=Actor(COMPANY))
        open_it(referrals[0], actor=Actor(PARTNER))
        jobs.run_owed()
    teller.talk(
        referrals[0],
        10,
        "Bonjour, pouvez-vous nous dire combien de commandes changent un jour ordinaire ?",
        "Entre cinq et quinze, surtout le lundi. Nous vous préparons le relevé d’un mois.",
    )
    for other in referrals[1:]:
        teller.answer(
            other,
            10,
            "decline",
            reason="no_capacity_now",
            answer="Disponibles au second semestre.",
            available_from=add_working_days(clock.today(), 40, "57"),
        )
    teller.propose(irritant, 5)


def materials(teller: Teller) -> None:
    """In English, from Luxembourg: a collaboration."""
    irritant = teller.receive(
        40,
        "en",
        _answers(
            text="We compound technical plastics. Every new recipe takes eight to ten trial batches before the "
            "mechanical properties are right, and each batch costs us half a day of line time. We have twelve years "
            "of lab results in spreadsheets, but every engineer has a personal format.",
            email="lab@polymers.example",
            name="Head of formulation",
            company_name="Greater Region Polymers (example)",
            organisation_type="ETI",
            country="LU",
            foreign_id="",
            region="LU",
            site_city="Differdange",
            sector="plastics",
            data_maturity=2,
            deadline="open",
            confidentiality="open",
        ),
    )
    teller.take(
        irritant,
        39,
        reformulated="Propose the next trial batches from past formulations, so that fewer are needed.",
        partner_summary="A mid-size compounder of technical plastics wants to cut the number of trial batches by "
        "learning from twelve years of heterogeneous laboratory results.",
        target="Five trial batches instead of nine",
        data_maturity=2,
        topics=["materials-discovery", "surrogate-modelling"],
    )
    teller.choose(irritant, 38)
    referrals = teller.ask(irritant, 37, with_demo_partner=False)
    teller.answer(
        referrals[0],
        34,
        "accept",
        person_in_charge="Materials group",
        answer="Happy to start with a data audit.",
    )
    for other in referrals[1:]:
        teller.answer(other, 33, "decline", reason="not_our_expertise")
    proposal = teller.propose(irritant, 28)
    with clock.at(working_day(20, 11)):
        PROPOSAL.perform(proposal, "accept", actor=Actor(COMPANY), person="Head of formulation", role="R&D")
        jobs.run_owed()
    run(proposal, teller.by, [working_day(ago, 15) for ago in (15, 12, 6)])


STORIES: dict[str, Callable[[Teller], None]] = {
    "lab@polymers.example": materials,
    "entreprise@demo.example": carpentry,
    "domaine@vignoble.example": vineyard,
    "service@sondermaschinen.example": machine_builder,
    "information@clinique.example": clinic,
    "methodes@fonderie.example": foundry,
}


def tell_all(teller: Teller) -> None:
    """Every story that is not there yet, each whole or not at all."""
    for email, story in STORIES.items():
        if Irritant.objects.filter(provenance=PROVENANCE, contact__email=email).exists():
            continue
        with transaction.atomic():
            story(teller)
