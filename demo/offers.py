"""Three offers of the demonstration partner on their way: begun, waiting for its day, waiting for a reader."""

from datetime import timedelta

from django.db import transaction
from django.http import QueryDict

from accounts.models import User
from demo.stories import working_day
from foundation import clock
from foundation.working_days import add_working_days
from journal import jobs
from journal.actors import PARTNER, Actor
from partners.models import Membership, Organisation
from programs.editing import creating
from programs.editing import editor as editing
from programs.editing.editor import Editor
from programs.lifecycle import OFFER
from programs.models import Offer, OfferKind

NEW_PARTNER = "cfau-alsace"  # in the demonstration catalogue without an offer of its own
BEGUN = {
    "title_fr": "Lire ses capteurs : deux jours pour les équipes de maintenance",
    "summary_fr": "Deux jours sur vos propres mesures : repérer une dérive, choisir une alerte, savoir quand s’y fier.",
    "duration_hours": "14",
    "modality": "onsite",
    "topics": ["anomaly-detection"],
    "session-TOTAL_FORMS": "0",
    "session-INITIAL_FORMS": "0",
}
WAITING = {
    "title_fr": "Essai de trois mois : un modèle de vos défauts à partir de vos images",
    "summary_fr": "Nous étiquetons avec vous quelques centaines d’images, entraînons un premier modèle et mesurons "
    "ensemble ce qu’il vaut sur votre ligne.",
    "description_fr": "Le premier mois sert à choisir les défauts qui comptent et à rassembler des images, y compris "
    "de pièces bonnes. Le deuxième, à entraîner un modèle de segmentation que vos équipes peuvent relancer. Le "
    "troisième se passe sur votre ligne : nous comptons les fausses alertes et les défauts manqués, et vous décidez "
    "d’aller plus loin ou non. Vous gardez les images, le modèle et le protocole de mesure.",
    "topics": ["computer-vision"],
    "keywords": "contrôle visuel, segmentation, petites séries",
    "trl_min": "4",
    "trl_max": "6",
    "duration_months_min": "3",
    "duration_months_max": "4",
    "budget_eur_min": "18000",
    "budget_eur_max": "30000",
    "ip_regime": "company",
    "deliverables": "Jeu d’images étiquetées, modèle et code d’entraînement, rapport de mesure.",
}
IN_REVIEW = {
    "title_fr": "Alternants en data et IA industrielle, niveau master",
    "summary_fr": "Deux alternants par entreprise au plus, trois semaines chez vous et une semaine à l’école, pendant "
    "deux ans.",
    "description_fr": "Les alternants suivent un master en science des données orienté vers l’industrie. Ils savent "
    "préparer des mesures, entraîner et évaluer un modèle, et en expliquer les limites. Un enseignant vient deux fois "
    "par an dans l’entreprise ; la mission est relue avec vous avant la signature.",
    "topics": ["data-engineering"],
    "form": "apprenticeship",
    "level": "M1",
    "diploma": "Master en science des données",
    "months": "24",
    "positions": "6",
    "rhythm": "Trois semaines dans l’entreprise, une à l’école",
}


def tell(partner: User) -> None:
    """What is not there yet, each whole or not at all."""
    known = partner.memberships.exclude(organisation__external_id=NEW_PARTNER).order_by("organisation__name")
    own = known.filter(role=Membership.ADMINISTRATOR).select_related("organisation").first()
    newcomer = Organisation.objects.filter(external_id=NEW_PARTNER).first()
    if own is not None:
        _write(own.organisation, partner, OfferKind.TRAINING, BEGUN, 3)
        day = add_working_days(clock.today() + timedelta(days=14), 1)
        _write(own.organisation, partner, OfferKind.RND, WAITING, 2, "schedule_own", publish_on=day)
    if newcomer is not None:
        Membership.objects.get_or_create(
            organisation=newcomer, user=partner, defaults={"role": Membership.EDITOR}
        )
        _write(newcomer, partner, OfferKind.TALENT, IN_REVIEW, 1, "submit")


@transaction.atomic
def _write(organisation, partner, kind: str, words: dict, days_ago: int, move: str = "", **data) -> None:
    if Offer.objects.filter(organisation=organisation, title_fr=words["title_fr"]).exists():
        return
    actor = Actor(PARTNER, user=partner)
    place = {"city": organisation.city, "postcode": organisation.postcode, "country": organisation.country}
    typed = QueryDict(mutable=True)
    for name, value in {**place, **words}.items():
        typed.setlist(name, value if isinstance(value, list) else [value])
    with clock.at(working_day(days_ago, 10)):
        made = creating.create(organisation, kind, "fr", actor=actor)
        offer = Offer.objects.with_details().get(pk=made.pk)
        editor = Editor.over(offer, typed)
        if not editor.is_valid():
            raise ValueError([dict(form.errors) for form in editor.forms])
        editing.save(editor, actor=actor)
        if move:
            OFFER.perform(offer, move, actor=actor, **data)
        jobs.run_owed()
