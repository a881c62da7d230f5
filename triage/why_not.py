"""« Pourquoi pas ? »: any offer, asked about for an irritant: its rank, the rules it meets, what would change it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from intake.choices import DATA_MATURITY
from intake.models import Irritant, OrganisationType
from programs import engine
from programs.models import Offer, OfferStatus
from triage.ranking import need_of
from triage.reasons import COUNTRIES, Sentence, Vocabulary, sentences, words_of

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"
FOUND = 8
TRIED_TOPICS, TOLD_CHANGES = 3, 4
SIZES = ("TPE", "PME", "ETI", "GE")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)


def is_identifier(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def find(query: str, limit: int = FOUND) -> list[Offer]:
    """Offers for an identifier (ours, the partner's, or an address that holds ours) or for words, best first.

    Published ones first; others too, since why a hidden offer is not proposed is a fair question.
    """
    rows = Offer.objects.select_related("organisation")
    if named := _UUID.search(query):
        return list(rows.filter(public_id=UUID(named[0])))
    exact = list(rows.filter(external_id__iexact=query)[:limit])
    order = engine.search(query).references[:limit].tolist()
    known = rows.in_bulk(order)
    found = [*exact, *(known[pk] for pk in order if pk in known and known[pk] not in exact)][:limit]
    if len(found) < limit and query:
        said = Q()
        for word in query.split()[:6]:
            said &= Q(title_fr__icontains=word) | Q(title_de__icontains=word) | Q(title_en__icontains=word)
        hidden = (
            rows.exclude(status=OfferStatus.PUBLISHED).filter(said).exclude(pk__in=[row.pk for row in found])
        )
        found += hidden.order_by("pk")[: limit - len(found)]
    return found


@dataclass(frozen=True)
class Rule:
    """A hard rule and this offer: `state` met, unmet or unknown; what it says, and what would change it."""

    state: str
    sentence: str
    remedy: str = ""
    excludes: bool = False


@dataclass(frozen=True)
class Change:
    """A fact or a topic that is not said now, and the rank that the offer would then have."""

    sentence: str
    rank: int


@dataclass(frozen=True)
class WhyNot:
    offer: Offer
    rank: int | None
    rules: list[Rule]
    reasons: list[Sentence]
    changes: list[Change] = field(default_factory=list)

    @property
    def excluded(self) -> bool:
        return any(rule.excludes for rule in self.rules)


def why_not(irritant: Irritant, offer: Offer, labels: Vocabulary) -> WhyNot:
    """The whole answer for one offer: a handful of rankings, nothing written."""
    need, own = need_of(irritant), [str(irritant.public_id)]  # an irritant does not remember itself
    told = engine.explain(need, offer.pk, own)
    rules = [_rule(rule, offer, need) for rule in told.rules]
    changes = [] if offer.status != OfferStatus.PUBLISHED else _changes(need, offer, told.rank, labels, own)
    return WhyNot(offer, told.rank, rules, sentences(told.reasons, words_of(irritant), labels), changes)


def _rule(rule: dict, offer: Offer, need: dict) -> Rule:
    state, name = rule["state"], rule["rule"]
    sentence, remedy = (
        _TOLD.get(name, _unnamed)(state, offer, need) if name in _TOLD else _unnamed(state, name)
    )
    return Rule(state, sentence, remedy if state != MET else "", bool(rule["excludes"]))


def _unnamed(state: str, name: str) -> tuple[str, str]:
    return _("Règle « %(rule)s »") % {"rule": name}, ""


def _published(state, offer, need):
    if state == MET:
        return _("Publiée"), ""
    return (
        _("Non publiée : %(status)s") % {"status": offer.get_status_display()},
        _("Il faudrait que son partenaire la publie."),
    )


def _valid(state, offer, need):
    day = date_format(offer.valid_until, "DATE_FORMAT") if offer.valid_until else ""
    if state == UNKNOWN:
        return _("Sans date de fin"), ""
    if state == MET:
        return _("Valable jusqu’au %(day)s") % {"day": day}, ""
    return _("Périmée depuis le %(day)s") % {"day": day}, _("Il faudrait que son partenaire la prolonge.")


def _start(state, offer, need):
    if state == UNKNOWN:
        return _("Date de début non précisée"), ""
    if state == MET:
        return _("Peut encore commencer"), ""
    return _("Ne peut plus commencer : ses dates sont passées"), _("Il faudrait de nouvelles dates.")


def _country(state, offer, need):
    names = ", ".join(str(COUNTRIES.get(code, code)) for code in offer.eligible_countries)
    if not offer.eligible_countries:
        return _("Ouverte à tous les pays"), ""
    if state == MET:
        return _("Ouverte au pays du site : %(countries)s") % {"countries": names}, ""
    told = _("Réservée à : %(countries)s") % {"countries": names}
    if state == UNKNOWN:
        return told, _("Le pays du site n’est pas connu : demandez-le.")
    return told, _("Un autre site de l’entreprise pourrait convenir : vérifiez auprès d’elle.")


def _size(state, offer, need):
    sizes = ", ".join(offer.company_sizes)
    if not offer.company_sizes:
        return _("Ouverte à toutes les tailles"), ""
    if state == MET:
        return _("Ouverte à la taille de l’entreprise : %(sizes)s") % {"sizes": sizes}, ""
    told = _("Réservée aux tailles : %(sizes)s") % {"sizes": sizes}
    if state == UNKNOWN:
        return told, _("La taille de l’entreprise n’est pas connue : demandez-la.")
    own = dict(OrganisationType.choices).get(need["organisation_type"], need["organisation_type"])
    return told, _("Pour nous, c’est « %(own)s » : corrigez si c’est faux, ou demandez une exception.") % {
        "own": own
    }


_TOLD = {
    "published": _published,
    "valid": _valid,
    "start": _start,
    "country": _country,
    "company_size": _size,
}


def _changes(need: dict, offer: Offer, rank: int | None, labels: Vocabulary, own: list[str]) -> list[Change]:
    """Facts and topics that are not said, each tried alone; those that would raise the offer, best first."""
    told = []
    for sentence, facts in _tries(need, offer, labels):
        there = engine.explain({**need, **facts}, offer.pk, own).rank
        if there is not None and (rank is None or there < rank):
            told.append(Change(sentence, there))
    return sorted(told, key=lambda change: change.rank)[:TOLD_CHANGES]


def _tries(need: dict, offer: Offer, labels: Vocabulary) -> Iterable[tuple[str, dict]]:
    removed = set(need["excluded_topics"])
    codes = [topic.code for topic in offer.topics.all() if topic.code not in need["topics"]]
    for code in codes[:TRIED_TOPICS]:
        label = labels.topics.get(code, code)
        facts = {"topics": [*need["topics"], code], "excluded_topics": sorted(removed - {code})}
        if code in removed:
            yield (
                _("Si le thème « %(topic)s », que l’entreprise a retiré, était confirmé") % {"topic": label},
                facts,
            )
        else:
            yield _("Si le thème « %(topic)s » était confirmé") % {"topic": label}, facts
    if not need["sector"]:
        for sector in list(offer.sectors.all())[:1]:
            label = labels.sectors.get(sector.code, sector.code)
            yield _("Si le secteur était « %(sector)s »") % {"sector": label}, {"sector": sector.code}
    if need["data_maturity"] is None and offer.data_readiness_min:
        level = DATA_MATURITY[offer.data_readiness_min][0]
        yield (
            _("Si l’entreprise avait : %(level)s") % {"level": level},
            {"data_maturity": offer.data_readiness_min},
        )
    if need["organisation_type"] not in SIZES:
        for size in (offer.company_sizes or ["PME"])[:1]:
            yield _("Si l’entreprise était une %(size)s") % {"size": size}, {"organisation_type": size}
    if not need.get("kinds"):
        kind = offer.get_kind_display()
        yield (
            _("Si l’entreprise souhaitait cette forme d’aide (%(kind)s)") % {"kind": kind},
            {"kinds": [offer.kind]},
        )
