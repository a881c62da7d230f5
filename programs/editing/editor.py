"""One offer in the hands of one editor: forms over what is stored or typed, kept drafts, and saving."""

from copy import copy
from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from foundation import clock
from foundation.failpoints import failpoint
from journal.actors import Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal, when
from journal.models import Event
from programs.editing import fields as asked
from programs.editing import snapshots
from programs.editing.doers import doers
from programs.editing.forms import OfferForm, SessionFormSet
from programs.editing.kinds import DETAIL_FORMS
from programs.models import CatalogueState, Offer, OfferDraft, OfferKind, OfferStatus, Session

PREFIX = "session"
EDITED = "offer.edit"
CLOSED = (OfferStatus.ARCHIVED,)
_NOT_TYPED = {"csrfmiddlewaretoken", "action", "seen", "publish_on"}
MOST_TYPED = 100_000  # characters of one draft: the longest texts three times over


@dataclass
class Editor:
    """`offer`: as stored. Forms are bound when somebody typed (`typed`), else they show what is stored."""

    offer: Offer
    form: OfferForm
    detail_form: forms.ModelForm
    sessions: forms.BaseFormSet | None
    seen: int
    bound: bool

    @classmethod
    def over(cls, offer: Offer, typed: QueryDict | None = None, *, seen: int | None = None) -> "Editor":
        """`offer`: of Offer.objects.with_details; `seen`: the version over which it was typed."""
        strict = offer.status != OfferStatus.DRAFT
        detail_model = DETAIL_FORMS[offer.kind]._meta.model
        instance = copy(offer)  # validation writes into what it judges
        detail = copy(offer.detail) if offer.detail else detail_model(offer=instance)
        options = {"offer": offer, "strict": strict}
        sessions = None
        if offer.kind == OfferKind.TRAINING:
            stored = offer.detail.sessions.all() if offer.detail else ()
            initial = [
                {name: getattr(one, name) for name in ("start", "end", "city", "seats", "seats_left")}
                for one in stored
            ]
            sessions = SessionFormSet(typed, prefix=PREFIX, initial=None if typed is not None else initial)
        return cls(
            offer,
            OfferForm(typed, instance=instance, **options),
            DETAIL_FORMS[offer.kind](typed, instance=detail, names=asked.of_detail(offer.kind), **options),
            sessions,
            offer.version if seen is None else seen,
            typed is not None,
        )

    @property
    def forms(self) -> list:
        return [self.form, self.detail_form, *(self.sessions.forms if self.sessions is not None else [])]

    def is_valid(self) -> bool:
        found = [self.form.is_valid(), self.detail_form.is_valid()]
        if self.sessions is not None:
            found.append(self.sessions.is_valid())
        return all(found)

    def sections(self) -> list[dict]:
        """The groups of the form with their bound fields, as the page shows them."""
        return [
            {"section": section, "fields": [self.field(name) for name in section.names]}
            for section in asked.sections(self.offer.kind, self.offer.language)
        ]

    def field(self, name: str):
        return self.form[name] if name in self.form.fields else self.detail_form[name]

    def shown(self) -> Offer:
        """The offer as it would read: what is stored, and over it every typed value that is valid. Writes nothing."""
        if not self.bound:
            return self.offer
        self.is_valid()
        offer = self.form.instance
        offer._prefetched_objects_cache = {}
        for name in ("topics", "sectors"):
            codes = self.form.cleaned_data.get(name)
            model = Offer._meta.get_field(name).related_model
            rows = getattr(self.offer, name).all() if codes is None else model.objects.filter(pk__in=codes)
            offer._prefetched_objects_cache[name] = rows
        offer._prefetched_objects_cache["pillars"] = self.offer.pillars.all()
        detail = self.detail_form.instance
        if self.sessions is not None:
            detail.pk = detail.pk or 0  # a row that is not stored has no sessions to ask for
            loaded = Session.objects.all()
            loaded._result_cache = [Session(**row) for row in self.sessions.rows()]
            loaded._prefetch_done = True
            detail._prefetched_objects_cache = {"sessions": loaded}
        offer._state.fields_cache[f"{offer.kind}_detail"] = detail
        return offer


def kept(offer: Offer, user) -> OfferDraft | None:
    return offer.drafts.filter(user=user).first()


def typed_in(draft: OfferDraft) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in draft.typed.items():
        data.setlist(name, values)
    return data


def keep(offer: Offer, user, data: QueryDict, *, seen: int) -> OfferDraft:
    """Keep what was typed as it was typed. Raises Refusal when it is more than any form can hold."""
    typed = {name: data.getlist(name) for name in data if name not in _NOT_TYPED}
    if sum(len(value) for values in typed.values() for value in values) > MOST_TYPED:
        raise Refusal(_("C’est trop de texte pour une offre."), "long")
    row, _made = OfferDraft.objects.update_or_create(
        offer=offer, user=user, defaults={"typed": typed, "seen": seen, "saved_at": clock.now()}
    )
    return row


def forget(offer: Offer, user) -> None:
    offer.drafts.filter(user=user).delete()


@transaction.atomic
def save(editor: Editor, *, actor: Actor) -> bool:
    """Put valid forms into the offer, its details and sessions; False when nothing changed.

    Raises Refusal "version" when the offer is not what the editor saw any more, and then nothing is written.
    """
    seen = editor.offer
    lock_case(seen.public_id)
    stored = Offer.objects.with_details().select_for_update(of=("self",)).get(pk=seen.pk)
    if stored.version != editor.seen or stored.version != seen.version or stored.status in CLOSED:
        raise Refusal(overtaken(stored, actor), "version")
    before = snapshots.of(stored)
    offer = editor.form.instance
    _write(editor, offer)
    fresh = Offer.objects.with_details().get(pk=offer.pk)
    after = snapshots.of(fresh)
    forget(offer, actor.user)
    if before == after:
        return False
    remember(fresh, before, after, actor)
    if fresh.status == OfferStatus.PUBLISHED:
        CatalogueState.advance([fresh])
    seen.version = fresh.version
    failpoint("offers.before_commit")
    return True


def _write(editor: Editor, offer: Offer) -> None:
    """Columns that nobody tracks: the row of the history is written by `remember`, once all is known."""
    values = {name: getattr(offer, name) for name in editor.form.fields if name not in ("topics", "sectors")}
    if offer.kind == OfferKind.TRAINING:
        values["remote_possible"] = editor.detail_form.instance.modality in ("remote", "hybrid")
    Offer.objects.filter(pk=offer.pk).update(**values)
    for name in ("topics", "sectors"):
        getattr(offer, name).set(editor.form.cleaned_data[name])
    detail = editor.detail_form.instance
    detail.offer = offer
    detail.save()
    if editor.sessions is not None:
        detail.sessions.all().delete()
        Session.objects.bulk_create(Session(training=detail, **row) for row in editor.sessions.rows())


def remember(offer: Offer, before: dict | None, after: dict, actor: Actor) -> None:
    """The change of an offer that is already written: its version, its age, its history and its chain of events."""
    latest = offer.history.first()
    if latest is not None and latest.content is None and before is not None:
        # What came before was written without its details, by the loading of a catalogue: told now, to be compared.
        offer.history.filter(pk=latest.pk).update(content=before)
    offer.version += 1
    offer.content_updated_on = clock.today()
    offer._history_user, offer._history_date = actor.user, clock.now()
    offer._change_reason = str(offer.version)  # what its event calls it too
    offer.save(update_fields=["version", "content_updated_on"])
    offer.history.filter(pk=offer.history.first().pk).update(content=after)
    record(EDITED, case=offer.public_id, subject=offer, actor=actor, version=offer.version)


def overtaken(offer: Offer, actor: Actor) -> str:
    """A sentence for the organisation's own members: who was quicker, and when."""
    if offer.status in CLOSED:
        return _(
            "Cette offre est archivée : elle ne se modifie plus. Dupliquez-la pour repartir de son texte."
        )
    event = Event.objects.filter(case=offer.public_id).order_by("-seq").first()
    if event is None:
        return _("Cette offre a changé pendant que vous écriviez.")
    if event.actor == actor.code:
        return _("Vous avez déjà modifié cette offre le %(day)s à %(time)s, dans une autre page.") % when(
            event.at
        )
    told = {"who": doers([event])[event.actor], **when(event.at)}
    return _("%(who)s a modifié cette offre le %(day)s à %(time)s, pendant que vous écriviez.") % told
