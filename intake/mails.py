"""The mails to a company: what each may say, and what fills it (docs/mails.md says when each leaves, and when not)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation import clock
from intake import destinations
from intake.models import Confidentiality, Destination, Irritant, Outcome, Post, Question, Reopened, Stage
from intake.people import person_of
from intake.reopening import asked_as, words_of
from intake.wording import day, introduced, outcome_words, signature
from journal import links
from journal.actors import COORDINATOR
from journal.letters import Address, Lines, Quote, Row
from journal.models import Event
from journal.texts import TEMPLATES, Template, Value

# Schemes for any company in France (intake/data/destinations.json).
FOR_ANYBODY = ("bpifrance-diag-data-ia", "region-grand-est-primo-ia")


def in_a_week() -> datetime:
    return clock.now() + timedelta(days=7)


# What every mail to a company may say.
COMPANY = {
    "reference": Value(gettext_lazy("la référence de la demande"), "ENACT-7F3K-92"),
    "name": Value(gettext_lazy("le nom du contact de l’entreprise"), gettext_lazy("Responsable méthodes")),
    "company": Value(gettext_lazy("le nom de l’entreprise"), gettext_lazy("Entreprise d’exemple")),
    "coordinator": Value(
        gettext_lazy("qui suit la demande, à la coordination"),
        gettext_lazy("Une personne de la coordination du cluster"),
    ),
    "due": Value(gettext_lazy("le jour promis, en toutes lettres"), lambda: day(in_a_week())),
}
WORDS = {
    "words": Value(
        gettext_lazy("ce que la coordination vient d’écrire à l’entreprise, en citation"),
        lambda: Quote(_("Quelques lignes de la coordination.")),
    )
}
QUESTIONS = {
    "questions": Value(
        gettext_lazy("les questions auxquelles répondre sur la page de suivi, en liste"),
        lambda: Lines((str(asked_as(Reopened.SITE)), str(asked_as(Reopened.DATA)))),
    )
}
ELSEWHERE = {
    "tried": Value(
        gettext_lazy("ce qui a été cherché, et combien de partenaires ont été sollicités"),
        lambda: tried_words(2),
    ),
    "elsewhere": Value(
        gettext_lazy("ce qui existe ailleurs, selon le pays de l’entreprise, en liste"),
        lambda: elsewhere_for("FR"),
    ),
    "catalogue": Value(gettext_lazy("l’adresse du catalogue public"), lambda: catalogue_address()),
}


def follow_url(irritant: Irritant, email: str) -> str:
    """Absolute address of the follow-up page, with a link made now for this person."""
    link = links.give(links.FOLLOW, irritant.public_id, email)
    return settings.SITE_URL + reverse("intake:follow", args=[link.token])


def irritant_of(message) -> Irritant | None:
    rows = Irritant.objects.select_related("contact", "company", "coordinator", "duplicate_of")
    return rows.filter(public_id=message.case, erased_at=None).first()


def company_context(message) -> dict | None:
    """What every mail to a company says: its reference, its words, its link (made when it is written, not before).

    None for somebody who no longer follows the irritant. A message without recipient is a preview.
    """
    irritant = irritant_of(message)
    person = irritant and (person_of(irritant, message.recipient) if message.recipient else irritant.contact)
    if irritant is None or person is None:
        return None
    who = irritant.coordinator.full_name if irritant.coordinator else ""
    due = datetime.fromisoformat(message.payload["due"]) if "due" in message.payload else irritant.due_at
    return {
        "irritant": irritant,
        "reference": irritant.reference,
        "name": person.name,
        "company": irritant.company.name,
        "coordinator": introduced(who),
        "due": day(due),
        "signature": signature(who),
        "why": _(
            "Vous recevez ce courriel parce que cette demande a été confiée à ENACT avec votre adresse."
        ),
        "action_url": lazy(follow_url, str)(irritant, message.recipient),
    }


def promised(irritant: Irritant) -> dict[str, str]:
    """For a mail's payload: the day promised when it was owed, which it says however late it leaves."""
    return {"due": irritant.due_at.isoformat()} if irritant.due_at else {}


def last_word(irritant: Irritant, moment: datetime) -> Post | None:
    """What the coordination last wrote to the company at that moment."""
    said = irritant.posts.filter(author_role=COORDINATOR, internal=False, organisation=None, at__lte=moment)
    return said.order_by("-at", "-pk").first()


def question_context(message) -> dict | None:
    """The question as it was asked; none when it was answered, or the case closed, before the mail left."""
    context = company_context(message)
    if context is None or context["irritant"].stage != Stage.NEEDS_INFO:
        return None
    post = last_word(context["irritant"], message.created_at)
    asked = Question.objects.open().filter(post__irritant=context["irritant"])
    return {
        **context,
        "words": Quote(post.text if post else ""),
        "questions": Lines(str(words_of(question)) for question in asked),
    }


def closing_context(message) -> dict | None:
    """How it ended, with the coordination's own words when it wrote some; none when it was reopened meanwhile."""
    context = company_context(message)
    if context is None or context["irritant"].stage != Stage.CLOSED:
        return None
    irritant = context["irritant"]
    # Closed without a word: an older question must not be repeated as if it were one.
    post = last_word(irritant, message.created_at) if message.payload.get("said", True) else None
    original = irritant.duplicate_of
    return {
        **context,
        "words": Quote(post.text if post else ""),
        "outcome": outcome_words(irritant.outcome),
        "tried": tried_words(partners_asked(irritant)),
        "elsewhere": elsewhere_for(irritant.company.country),
        "catalogue": catalogue_address(),
        "destinations": Lines(map(destination_line, destinations.of(irritant))),
        # of the same person alone: a reference of somebody else's case is nobody's business
        "original": original.reference if original and original.contact_id == irritant.contact_id else "",
    }


def destination_line(destination: Destination) -> Row:
    """Who may help: name, what for, where; said when the address is only that of a home page, or when we have none."""
    what = f"{destination.name}. {destination.purpose} "
    if not destination.where:
        return Row((what, _("Nous n’avons pas son adresse exacte : demandez-la à la coordination.")))
    if not destination.url:
        return Row((what, destination.where))
    home = _("page d’accueil")
    return Row((what, Address(destination.url), f" ({home})" if destination.leads_home else ""))


def partners_asked(irritant: Irritant) -> int:
    """How many times a partner was asked about it, by the record of the case."""
    return Event.objects.filter(case=irritant.public_id, name="referral.ask").count()


def tried_words(asked: int) -> str:
    if not asked:
        return _("Nous avons lu votre demande et l’avons comparée à toutes les offres du catalogue.")
    return ngettext(
        "Nous avons lu votre demande, l’avons comparée à toutes les offres du catalogue et sollicité un partenaire.",
        "Nous avons lu votre demande, l’avons comparée à toutes les offres du catalogue et sollicité %(count)s "
        "partenaires.",
        asked,
    ) % {"count": asked}


def catalogue_address() -> Address:
    return Address(settings.SITE_URL + reverse("catalogue"))


def elsewhere_for(country: str) -> Lines:
    """Who else may help: in France what the coordination keeps of the two schemes for any company, while offered."""
    if country != "FR":
        return Lines((_("les clusters voisins du nôtre : dites-nous où vous êtes, nous les connaissons"),))
    return Lines(map(destination_line, Destination.objects.active().filter(code__in=FOR_ANYBODY)))


_SHARING = {
    ("asked", Confidentiality.OPEN): gettext_lazy(
        "Ils lisent un résumé sans votre nom. Comme vous l’avez choisi, un partenaire qui accepte reçoit vos "
        "coordonnées, votre texte et vos fichiers."
    ),
    ("asked", Confidentiality.SUMMARY): gettext_lazy(
        "Ils lisent un résumé sans votre nom, vos coordonnées ni vos fichiers. Si l’un d’eux accepte, c’est vous qui "
        "déciderez de les lui donner."
    ),
    ("accepted", Confidentiality.OPEN): gettext_lazy(
        "Comme vous l’avez choisi, ce partenaire a maintenant votre nom, vos coordonnées, votre texte et vos "
        "fichiers : il peut vous contacter."
    ),
    ("accepted", Confidentiality.SUMMARY): gettext_lazy(
        "Ce partenaire ne connaît pas encore votre nom. Sur votre page de suivi, un bouton lui transmet vos "
        "coordonnées, votre texte et vos fichiers, quand vous le décidez."
    ),
    ("accepted", Confidentiality.NDA): gettext_lazy(
        "Rien n’est partagé avant la signature d’un accord de confidentialité, que la coordination prépare avec vous."
    ),
}


def sharing(level: str, moment: str) -> str:
    """What partners know of the company when they are "asked", when one "accepted", by the level it chose."""
    return str(_SHARING.get((moment, level)) or _SHARING["asked", Confidentiality.SUMMARY])


def sharing_value(moment: str) -> dict[str, Value]:
    return {
        "sharing": Value(
            gettext_lazy("ce que les partenaires savent de l’entreprise, selon son choix"),
            lambda: sharing(Confidentiality.SUMMARY, moment),
        )
    }


CLOSINGS = {
    Outcome.TRAINING: ("company_closed_training", gettext_lazy("Clôture : une formation"), WORDS),
    Outcome.TALENT: ("company_closed_talent", gettext_lazy("Clôture : un stage ou une alternance"), WORDS),
    Outcome.REDIRECTED: (
        "company_closed_redirected",
        gettext_lazy("Clôture : réorienté"),
        {
            **WORDS,
            "destinations": Value(
                gettext_lazy("vers qui l’entreprise est orientée et pour quoi, en liste"),
                lambda: Lines((_("Un relais d’exemple : ce qu’il fait, et où le joindre"),)),
            ),
        },
    ),
    Outcome.NO_MATCH: (
        "company_closed_no_match",
        gettext_lazy("Clôture : aucun partenaire trouvé"),
        {**WORDS, **ELSEWHERE},
    ),
    Outcome.OUT_OF_SCOPE: (
        "company_closed_out_of_scope",
        gettext_lazy("Clôture : hors du champ"),
        {**WORDS, **ELSEWHERE},
    ),
    Outcome.NO_REPLY: ("company_closed_no_reply", gettext_lazy("Clôture : sans réponse"), WORDS),
    Outcome.DUPLICATE: (
        "company_closed_duplicate",
        gettext_lazy("Clôture : doublon"),
        {
            **WORDS,
            "original": Value(gettext_lazy("la référence de la première demande"), "ENACT-2H4T-66"),
        },
    ),
    Outcome.COLLABORATION: (
        "company_closed",
        gettext_lazy("Clôture : collaboration convenue hors du portail"),
        {
            **WORDS,
            "outcome": Value(
                gettext_lazy("l’issue, en une phrase"), lambda: outcome_words(Outcome.COLLABORATION)
            ),
        },
    ),
}

for _key, _label, _build, _more, _required, _when in (
    (
        "company_received",
        gettext_lazy("Accusé de réception"),
        company_context,
        {},
        {"body": ("due",)},
        gettext_lazy("à l’envoi du formulaire"),
    ),
    (
        "company_taken",
        gettext_lazy("Prise en charge"),
        company_context,
        {},
        {},
        gettext_lazy("quand un coordinateur prend la demande"),
    ),
    (
        "company_question",
        gettext_lazy("Question à l’entreprise"),
        question_context,
        {**WORDS, **QUESTIONS},
        {"body": ("words", "questions")},
        gettext_lazy("quand un coordinateur demande une précision"),
    ),
    (
        "company_reopened",
        gettext_lazy("Demande rouverte"),
        company_context,
        {},
        {},
        gettext_lazy("quand un coordinateur rouvre la demande"),
    ),
    (
        "company_withdrawn",
        gettext_lazy("Retrait par l’entreprise"),
        company_context,
        {},
        {},
        gettext_lazy("quand l’entreprise retire sa demande"),
    ),
    (
        "company_link",
        gettext_lazy("Nouveau lien de suivi"),
        company_context,
        {},
        {},
        gettext_lazy("quand quelqu’un redemande un lien périmé"),
    ),
    *(
        (key, label, closing_context, more, {}, gettext_lazy("quand un coordinateur clôt la demande ainsi"))
        for key, label, more in CLOSINGS.values()
    ),
):
    TEMPLATES.add(
        _key,
        Template(_label, _build, {**COMPANY, **_more}, required=_required, when=_when, base=company_context),
    )
