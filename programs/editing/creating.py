"""A new offer, from nothing or from another one."""

from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from journal.actors import Actor
from journal.events import record
from journal.lifecycle import Refusal
from partners.models import Organisation
from programs.editing import fields as asked
from programs.editing import snapshots
from programs.editing.kinds import DETAIL_FORMS
from programs.models import Offer, OfferStatus, Topic

MOST_DRAFTS = 200  # of one organisation: beyond it somebody presses a button by mistake
_COPIED = (
    *(f"{name}_{language}" for language in asked.LANGUAGES for name in asked.TEXTS),
    *("kind", "language", "keywords", "city", "postcode", "country", "remote_possible", "company_sizes"),
    *("eligible_countries", "data_readiness_min", "valid_until", "illustrative"),
)


@transaction.atomic
def create(organisation: Organisation, kind: str, language: str, *, actor: Actor, topic: str = "") -> Offer:
    """An empty draft, where its organisation is. Of an illustrative organisation it is an example too.

    `topic`: code of the topic that called for it; an unknown one is none.
    """
    place = {name: getattr(organisation, name) for name in ("city", "postcode", "country", "illustrative")}
    offer = _made(organisation, {"kind": kind, "language": language, **place}, "offer.create", actor)
    offer.topics.set(Topic.objects.filter(code=topic))
    _keep(offer)
    return offer


@transaction.atomic
def duplicate(source: Offer, *, actor: Actor) -> Offer:
    """A draft with the same words and facts, in whatever state `source` is; dates of sessions are not copied."""
    offer = _made(
        source.organisation,
        {name: getattr(source, name) for name in _COPIED},
        "offer.duplicate",
        actor,
        source=str(source.public_id),
    )
    for name in ("topics", "sectors", "pillars"):
        getattr(offer, name).set(getattr(source, name).all())
    if source.detail:
        values = {name: getattr(source.detail, name) for name in asked.of_detail(source.kind)}
        type(source.detail).objects.filter(offer=offer).update(**values)
    _keep(offer)
    return offer


@transaction.atomic
def _made(organisation: Organisation, values: dict, event: str, actor: Actor, **payload) -> Offer:
    drafts = organisation.offers.filter(status=OfferStatus.DRAFT).count()
    if drafts >= MOST_DRAFTS:
        raise Refusal(_("Trop de brouillons attendent déjà : achevez ou archivez-en."), "drafts")
    offer = Offer(organisation=organisation, external_id=f"portail-{uuid4().hex[:12]}", **values)
    offer._history_user, offer._history_date = actor.user, clock.now()
    offer.save()
    DETAIL_FORMS[offer.kind]._meta.model.objects.create(offer=offer)
    record(event, case=offer.public_id, subject=offer, actor=actor, **payload)
    _keep(offer)
    return offer


def _keep(offer: Offer) -> None:
    """The first row of its history knows all of it: the next change is told against it."""
    fresh = Offer.objects.with_details().get(pk=offer.pk)
    offer.history.filter(pk=offer.history.first().pk).update(content=snapshots.of(fresh))
