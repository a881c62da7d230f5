"""What the engine gives as codes and offsets (matching.types), worded for a coordinator."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.identifiers import GRAND_EST
from intake.models import DataMaturity, Irritant
from programs import terms
from programs.models import OfferKind, Sector, Topic

FOR, AGAINST, UNKNOWN = "for", "against", "unknown"
VERDICTS = {
    "match": gettext_lazy("à orienter"),
    "hold": gettext_lazy("retenu par une règle"),
    "redirect": gettext_lazy("à réorienter"),
}
VERDICT_REASONS = {
    "health-data": gettext_lazy("Des données de santé semblent en jeu."),
    "client-secrecy": gettext_lazy("Un secret professionnel ou de clientèle semble en jeu."),
    "worker-monitoring": gettext_lazy("Il pourrait s’agir de surveiller des salariés."),
    "recruiting": gettext_lazy("Il pourrait s’agir de trier des candidatures."),
    "biometric-or-emotion": gettext_lazy("De la biométrie ou la lecture d’émotions semble en jeu."),
    "vulnerable-people": gettext_lazy("Des personnes vulnérables sont concernées."),
    "personal-profiling": gettext_lazy("Il pourrait s’agir de profiler des personnes."),
    "high-risk-ai": gettext_lazy(
        "L’usage pourrait être à haut risque au sens du règlement européen sur l’IA."
    ),
    "regulated-sector": gettext_lazy("Le secteur est réglementé."),
    "regulated-product": gettext_lazy("Le produit est réglementé."),
    "defence": gettext_lazy("Un usage de défense semble en jeu."),
    "cross-border-data": gettext_lazy("Des données passeraient une frontière."),
    "ethics-approval": gettext_lazy("L’avis d’un comité d’éthique pourrait être nécessaire."),
    "on-premises": gettext_lazy("Les données ne peuvent pas sortir de l’entreprise."),
    "prohibited-practice": gettext_lazy("L’usage semble interdit par le règlement sur l’IA."),
    "plain-it": gettext_lazy("Cela semble relever de l’informatique courante."),
    "vendor": gettext_lazy("L’auteur semble proposer ses services."),
    "candidate": gettext_lazy("L’auteur semble chercher un emploi ou un stage."),
    "not-an-irritant": gettext_lazy("Le texte ne décrit pas de problème reconnaissable."),
}
# The same codes in two or three words, for lists and the history.
RULE_NAMES = {
    "health-data": gettext_lazy("données de santé"),
    "client-secrecy": gettext_lazy("secret professionnel"),
    "worker-monitoring": gettext_lazy("surveillance de salariés"),
    "recruiting": gettext_lazy("tri de candidatures"),
    "biometric-or-emotion": gettext_lazy("biométrie ou émotions"),
    "vulnerable-people": gettext_lazy("personnes vulnérables"),
    "personal-profiling": gettext_lazy("profilage"),
    "high-risk-ai": gettext_lazy("IA à haut risque"),
    "regulated-sector": gettext_lazy("secteur réglementé"),
    "regulated-product": gettext_lazy("produit réglementé"),
    "defence": gettext_lazy("défense"),
    "cross-border-data": gettext_lazy("données transfrontières"),
    "ethics-approval": gettext_lazy("comité d’éthique"),
    "on-premises": gettext_lazy("données qui ne sortent pas"),
    "prohibited-practice": gettext_lazy("usage interdit"),
    "plain-it": gettext_lazy("informatique courante"),
    "vendor": gettext_lazy("offre de services"),
    "candidate": gettext_lazy("recherche d’emploi"),
    "not-an-irritant": gettext_lazy("pas un irritant"),
}
COUNTRIES = {
    "FR": gettext_lazy("France"),
    "DE": gettext_lazy("Allemagne"),
    "LU": gettext_lazy("Luxembourg"),
    "BE": gettext_lazy("Belgique"),
    "CH": gettext_lazy("Suisse"),
}


def territory_name(code: str) -> str:
    """The department ("57"), or the country of a region abroad ("DE-BW"), in words; "" when unknown."""
    return GRAND_EST.get(code) or str(COUNTRIES.get(code.partition("-")[0], ""))


SIZES = {  # matching.catalogue.SIZES
    "TPE": gettext_lazy("TPE"),
    "PME": gettext_lazy("PME"),
    "ETI": gettext_lazy("ETI"),
    "GE": gettext_lazy("grande entreprise"),
}

STRONG, FAIR = 0.7, 0.4
SHORTEST_QUOTE = 3
SHOWN_SENTENCES = 3


@dataclass(frozen=True)
class Sentence:
    """One reason as shown: an icon of the sprite, words, whether it speaks for, against, or is unsure; its code."""

    icon: str
    text: str
    tone: str = FOR
    code: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Labels of topics and sectors in the reader's language, loaded once per page."""

    topics: dict[str, str]
    sectors: dict[str, str]

    @classmethod
    def load(cls) -> "Vocabulary":
        return cls(
            dict(terms.labelled(Topic)),
            dict(terms.labelled(Sector)),
        )


def words_of(irritant: Irritant) -> str:
    """The part of the need that never changes: offsets stored with an older run still hold in it."""
    return "\n".join(part for part in (irritant.text, irritant.tried) if part)


def quotes(passages: Iterable[list], text: str, limit: int = 3) -> list[str]:
    """The distinct stretches of `text` behind passages [start, end, in_title]; not those beyond the text."""
    found: list[str] = []
    for start, end, in_title in passages:
        words = " ".join(text[start:end].split())
        known = words.casefold() in (one.casefold() for one in found)
        if not in_title and end <= len(text) and len(words) >= SHORTEST_QUOTE and not known:
            found.append(words)
    whole = [one for one in found if not any(one != other and _within(one, other) for other in found)]
    return whole[:limit]


def _within(one: str, other: str) -> bool:
    """Whether « rebut » would only repeat a part of « taux de rebut »."""
    return re.search(rf"\b{re.escape(one)}\b", other, re.IGNORECASE) is not None


def _quoted(reason: dict, text: str) -> str:
    return ", ".join(_("« %s »") % words for words in quotes(reason["passages"], text))


def _topic(reason, text, labels):
    detail = reason["detail"]
    label = labels.topics.get(detail["topic"], detail["topic"])
    quoted = _quoted(reason, text)
    if detail.get("confirmed"):
        return Sentence("check-circle", _("Thème confirmé : %(topic)s") % {"topic": label})
    source = detail.get("from")
    if source:
        named = {"topic": label, "source": labels.topics.get(source, source), "words": quoted}
        if quoted:
            sentence = _("Thème %(topic)s, utile pour %(source)s (%(words)s)")
        else:
            sentence = _("Thème %(topic)s, utile pour %(source)s")
        return Sentence("compass", sentence % named)
    if quoted:
        return Sentence(
            "compass", _("Thème %(topic)s, reconnu dans %(words)s") % {"topic": label, "words": quoted}
        )
    return Sentence("compass", _("Même thème : %(topic)s") % {"topic": label})


def _concept(reason, text, labels):
    quoted = _quoted(reason, text)
    if "from" in reason["detail"]:
        sentence = _("L’offre traite un sujet lié à %(words)s")
    else:
        sentence = _("L’offre parle de la même chose que %(words)s")
    return quoted and Sentence("lightbulb", sentence % {"words": quoted})


def _words(reason, text, labels):
    words = ", ".join(_("« %s »") % word for word in reason["detail"]["words"])
    return Sentence("chat-left-text", _("Mots en commun : %(words)s") % {"words": words})


def _similar(reason, text, labels):
    return Sentence("search", _("Vocabulaire proche, sans thème commun reconnu"), UNKNOWN)


def _sector(reason, text, labels):
    detail = reason["detail"]
    names = ", ".join(labels.sectors.get(code, code) for code in detail["offer_sectors"])
    if not names:
        return None  # open to all sectors: nothing to tell
    if detail["effect"] == "raises":
        own = detail["sector"] in detail["offer_sectors"]
        sentence = _("Connaît ce secteur : %(sectors)s") if own else _("Secteur voisin : %(sectors)s")
        return Sentence("building", sentence % {"sectors": names})
    return Sentence("building", _("Plutôt pour un autre secteur : %(sectors)s") % {"sectors": names}, AGAINST)


def _kind(reason, text, labels):
    detail = reason["detail"]
    kind = dict(OfferKind.choices).get(detail["kind"], detail["kind"])
    if detail.get("wanted"):
        return Sentence("check-circle", _("Forme d’aide souhaitée : %(kind)s") % {"kind": kind})
    if not detail["size"]:
        if detail["effect"] == "raises":
            return Sentence("people", _("Forme d’aide souvent retenue dans ce cas"))
        return None
    if detail["effect"] == "raises":
        return Sentence(
            "people",
            _("Convient à la taille de l’entreprise (%(size)s)")
            % {"size": SIZES.get(detail["size"], detail["size"])},
        )
    return Sentence(
        "people",
        _("Forme d’aide lourde pour la taille de l’entreprise (%(size)s)")
        % {"size": SIZES.get(detail["size"], detail["size"])},
        AGAINST,
    )


def _territory(reason, text, labels):
    detail = reason["detail"]
    place = detail["city"] or str(COUNTRIES.get(detail["country"], detail["country"]))
    if detail["effect"] == "raises":
        return Sentence("geo-alt", _("Proche du site : %(place)s") % {"place": place})
    return Sentence("geo-alt", _("Dans un autre pays que le site : %(place)s") % {"place": place}, AGAINST)


def _freshness(reason, text, labels):
    day = reason["detail"]["updated_at"]
    if not day:
        return Sentence("clock", _("Date de mise à jour de l’offre inconnue"), UNKNOWN)
    shown = formats.date_format(date.fromisoformat(day), "DATE_FORMAT")
    return Sentence(
        "clock",
        _("Offre à vérifier : son partenaire ne l’a pas relue depuis le %(day)s") % {"day": shown},
        AGAINST,
    )


def _capacity(reason, text, labels):
    """At the moment of the computation; the line says how it is now (triage.capacity)."""
    if reason["detail"]["percent"] == 0:
        return Sentence("clock", _("Partenaire absent ou complet au moment du calcul"), AGAINST)
    return Sentence("clock", _("Partenaire très sollicité au moment du calcul"), AGAINST)


def _responsiveness(reason, text, labels):
    """How it was at the moment of the computation (triage.responding)."""
    return Sentence("clock", _("Partenaire qui répond tard, ou à moins d’une demande sur deux"), AGAINST)


def _seats(reason, text, labels):
    return Sentence("calendar-event", _("Sessions annoncées complètes"), AGAINST)


def _data(reason, text, labels):
    detail = reason["detail"]
    needed = DataMaturity(detail["minimum"]).label
    if detail["stated"] is None:
        return Sentence(
            "cpu", _("Demande des données : %(level)s (non précisé ici)") % {"level": needed}, UNKNOWN
        )
    if detail["effect"] == "raises":
        return Sentence("cpu", _("Les données disponibles suffisent"))
    return Sentence(
        "cpu", _("Demande plus de données qu’il n’y en a : %(level)s") % {"level": needed}, AGAINST
    )


def _size(reason, text, labels):
    detail = reason["detail"]
    sizes = ", ".join(detail["sizes"])
    if not detail["known"]:
        return Sentence(
            "question-circle", _("Réservée aux tailles %(sizes)s : à vérifier") % {"sizes": sizes}, UNKNOWN
        )
    return Sentence(
        "people",
        _("Ouverte à la taille de l’entreprise (%(size)s)")
        % {"size": SIZES.get(detail["size"], detail["size"])},
    )


def _country(reason, text, labels):
    detail = reason["detail"]
    names = ", ".join(str(COUNTRIES.get(code, code)) for code in detail["countries"])
    if detail["state"] == "met":
        return Sentence("globe2", _("Ouverte à ce pays (%(countries)s)") % {"countries": names})
    tone = UNKNOWN if detail["state"] == "unknown" else AGAINST
    return Sentence(
        "question-circle", _("Réservée à : %(countries)s, à vérifier") % {"countries": names}, tone
    )


def _session(reason, text, labels):
    detail = reason["detail"]
    if detail["next"]:
        shown = formats.date_format(date.fromisoformat(detail["next"]), "DATE_FORMAT")
        return Sentence("calendar-event", _("Prochaine session le %(day)s") % {"day": shown})
    if detail["known"]:
        return Sentence("calendar-event", _("Plus de session ouverte à ce jour"), AGAINST)
    return Sentence("calendar-event", _("Dates de session à demander"), UNKNOWN)


def _memory(reason, text, labels):
    count = reason["detail"]["count"]
    if reason["detail"]["effect"] == "raises":
        sentence = ngettext(
            "Retenue pour un irritant proche, déjà traité",
            "Retenue pour %(count)s irritants proches, déjà traités",
            count,
        )
        return Sentence("arrow-repeat", sentence % {"count": count})
    sentence = ngettext(
        "Écartée pour un irritant proche, déjà traité",
        "Écartée pour %(count)s irritants proches, déjà traités",
        count,
    )
    return Sentence("arrow-repeat", sentence % {"count": count}, AGAINST)


_WORDINGS = {
    "topic": _topic,
    "concept": _concept,
    "words": _words,
    "similar": _similar,
    "sector": _sector,
    "kind": _kind,
    "territory": _territory,
    "freshness": _freshness,
    "capacity": _capacity,
    "responsiveness": _responsiveness,
    "seats": _seats,
    "data_readiness": _data,
    "size": _size,
    "country": _country,
    "session": _session,
    "memory": _memory,
}


def explain(reason: dict, text: str, labels: Vocabulary) -> Sentence | None:
    """A stored reason (matching.types.Reason.as_json) as a sentence; None when it would say nothing.

    `text`: words_of(irritant). Rows outlive engine versions: a code or detail that this version does not know
    is named rather than hidden, and never breaks the screen.
    """
    try:
        told = _WORDINGS[reason["code"]](reason, text, labels)
        return replace(told, code=reason["code"]) if told else None
    except (KeyError, TypeError, ValueError):
        return Sentence(
            "info-circle", _("Autre indice du moteur (%(code)s)") % {"code": reason["code"]}, UNKNOWN
        )


def sentences(reasons: list[dict], text: str, labels: Vocabulary) -> list[Sentence]:
    """All reasons of a match, each sentence once, strongest first as the engine gave them.

    Concepts are told together, and those that follow from others apart: five sentences of the same shape would bury
    the one that decides.
    """
    passages: dict[bool, list] = {}
    for reason in reasons:
        if reason["code"] == "concept":
            passages.setdefault("from" in reason["detail"], []).extend(reason["passages"])
    told = []
    for reason in reasons:
        if reason["code"] == "concept":
            together = passages.pop("from" in reason["detail"], None)
            if together is None:
                continue
            reason = {**reason, "passages": together}
        told.append(explain(reason, text, labels))
    return list(dict.fromkeys(sentence for sentence in told if sentence))


def shortened(told: list[Sentence]) -> tuple[list[Sentence], list[Sentence]]:
    """(what is shown at once, the rest): the first few, and every reservation."""
    first = [
        sentence for place, sentence in enumerate(told) if place < SHOWN_SENTENCES or sentence.tone == AGAINST
    ]
    first.sort(key=lambda sentence: sentence.tone == AGAINST)  # what speaks for it opens
    return first, [sentence for sentence in told if sentence not in first]


def verdict_sentences(reasons: list[dict], text: str) -> list[tuple[str, str]]:
    """(sentence, words that caused it) for each reason of a verdict."""
    return [
        (str(VERDICT_REASONS.get(reason["code"], reason["code"])), _quoted(reason, text))
        for reason in reasons
    ]


def strength(score: float) -> str:
    """A score in words, so that a bar is never the only way to read it. `score`: 0 to 1, 1 being the best
    line of this case, however good that is: the words compare, they do not promise."""
    if score >= STRONG:
        return _("parmi les plus proches")
    return _("moins proche") if score >= FAIR else _("éloignée")
