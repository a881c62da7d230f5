"""An offer: what a partner can bring. One table, plus one detail table per kind."""

import uuid
from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from foundation import clock
from partners.identity.clearance import earliest_entry
from partners.models import Organisation
from programs.models.vocabulary import Pillar, Sector, Topic


class OfferKind(models.TextChoices):
    LABORATORY = "laboratory", _("laboratoire")
    TRAINING = "training", _("formation")
    CIFRE = "cifre", _("thèse CIFRE")
    RND = "rnd", _("collaboration R&D")
    TALENT = "talent", _("stagiaire ou alternant")


class OfferStatus(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    IN_REVIEW = "in_review", _("en relecture")
    SCHEDULED = "scheduled", _("programmée")
    PUBLISHED = "published", _("publiée")
    HIDDEN = "hidden", _("masquée")
    ARCHIVED = "archived", _("archivée")


class OfferRecord(models.Model):
    """What a row of an offer's history holds beyond the offer's own columns.

    `content`: everything that readers see, details and sessions included (programs.editing.snapshots); None where a
    row was written by something that keeps none (a change of state alone).
    """

    content = models.JSONField(null=True, editable=False)

    class Meta:
        abstract = True


class CatalogueState(models.Model):
    """One row: a number that grows with every change of the catalogue, so that each process knows it is stale."""

    sequence = models.PositiveBigIntegerField(default=0)
    # Another one at every change. A database restored from a backup, or a change that was rolled back and another
    # one made, reach the same number again with other offers: number and stamp together name one state.
    stamp = models.UUIDField(default=uuid.uuid4)
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self):
        return str(self.sequence)

    @classmethod
    def current(cls) -> int:
        return cls.now()[0]

    @classmethod
    def now(cls) -> tuple[int, str]:
        """Number and stamp of the present state."""
        found = cls.objects.filter(pk=1).values_list("sequence", "stamp").first()
        return (found[0], found[1].hex) if found else (0, "none")

    @classmethod
    def has_been(cls, sequence: int, stamp: str) -> bool:
        """Whether the catalogue is, or once was, in this state (as far as its changes are remembered)."""
        now, present = cls.now()
        if sequence >= now:
            return (sequence, stamp) == (now, present)
        stamps = CatalogueChange.objects.filter(sequence=sequence).values_list("stamp", flat=True)[:1]
        return any(known is not None and known.hex == stamp for known in stamps)

    @classmethod
    def advance(cls, offers=None) -> None:
        """Called in the transaction of every change that matching or the public catalogue can see.

        offers: the offers that changed; None when anything may have (an import, the vocabulary). The row stays
        locked until the transaction ends, so sequences commit in order and nobody can miss one.
        """
        stamp = uuid.uuid4()
        row = cls.objects.filter(pk=1)
        while not row.update(sequence=F("sequence") + 1, stamp=stamp, changed_at=clock.now()):
            cls.objects.get_or_create(pk=1)  # two first changes at once are still two changes
        sequence = row.values_list("sequence", flat=True).get()
        changed = [(offer.pk, offer.public_id) for offer in offers] if offers is not None else [(None, None)]
        CatalogueChange.objects.bulk_create(
            CatalogueChange(sequence=sequence, stamp=stamp, offer=pk, public_id=public_id)
            for pk, public_id in changed
        )
        if sequence % CatalogueChange.KEPT == 0:
            CatalogueChange.objects.filter(sequence__lte=sequence - CatalogueChange.KEPT).delete()


class CatalogueChangeQuerySet(models.QuerySet):
    def since(self, sequence: int, most: int) -> dict[int, uuid.UUID] | None:
        """Offers (key → public id) that changed after this sequence; None when that cannot be told in `most`."""
        rows = list(
            self.filter(sequence__gt=sequence)
            .order_by("sequence", "pk")
            .values_list("sequence", "offer", "public_id")[: 4 * most]
        )
        changed = {pk: public_id for _sequence, pk, public_id in rows}
        complete = not rows or rows[0][0] == sequence + 1
        return (
            None
            if not complete or None in changed or len(changed) > most or len(rows) == 4 * most
            else changed
        )


class CatalogueChange(models.Model):
    """Which offer changed at which sequence; no offer: anything may have. Old rows are forgotten."""

    KEPT = 5_000

    sequence = models.PositiveBigIntegerField(db_index=True)
    stamp = models.UUIDField(null=True)  # of the state that the change led to
    offer = models.PositiveBigIntegerField(null=True)
    public_id = models.UUIDField(null=True)

    objects = CatalogueChangeQuerySet.as_manager()

    def __str__(self):
        return f"{self.sequence}: {self.public_id}"


class OfferQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=OfferStatus.PUBLISHED)

    def unverified_since(self, days: Mapping[str, date]):
        """Published, and neither changed nor confirmed since the day given for their kind (that day is in time)."""
        old = Q()
        for kind, day in days.items():
            unconfirmed = Q(confirmed_on=None) | Q(confirmed_on__lt=day)
            old |= Q(unconfirmed, kind=kind, content_updated_on__lt=day)
        return self.published().filter(old)

    def with_texts(self):
        """What a list of offers shows, without a query per line."""
        return self.select_related("organisation").prefetch_related("topics", "sectors", "pillars")

    def with_details(self):
        """And what the page of an offer shows: the row of its kind, and its sessions."""
        kinds = [f"{kind}_detail" for kind in OfferKind.values]
        return self.with_texts().select_related(*kinds).prefetch_related("training_detail__sessions")

    def to_review(self):
        """First offers of new partners that wait for a coordinator, oldest first."""
        return self.filter(status=OfferStatus.IN_REVIEW).order_by("submitted_at", "pk")

    def once_read(self):
        """Those that are public, were, or were found fit to be: their organisation publishes by itself from then on."""
        fit = Q(status__in=[OfferStatus.SCHEDULED, OfferStatus.PUBLISHED, OfferStatus.HIDDEN])
        return self.filter(fit | Q(first_published_at__isnull=False))

    def editable_by(self, user):
        """Offers of the organisations for which this person may write."""
        return self.filter(
            organisation__memberships__user=user,
            organisation__memberships__role__in=["administrator", "editor"],
        )


class Offer(models.Model):
    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="offers", verbose_name=_("partenaire")
    )
    external_id = models.CharField(_("identifiant du partenaire"), max_length=120)
    kind = models.CharField(_("nature"), max_length=12, choices=OfferKind.choices)
    status = models.CharField(
        _("état"), max_length=12, choices=OfferStatus.choices, default=OfferStatus.DRAFT
    )
    language = models.CharField(_("langue d’origine"), max_length=2, choices=settings.LANGUAGES, default="fr")
    # The source language's columns are filled; the others are optional translations.
    title_fr = models.CharField(_("titre (fr)"), max_length=110, blank=True)
    title_de = models.CharField(_("titre (de)"), max_length=110, blank=True)
    title_en = models.CharField(_("titre (en)"), max_length=110, blank=True)
    summary_fr = models.CharField(_("résumé (fr)"), max_length=300, blank=True)
    summary_de = models.CharField(_("résumé (de)"), max_length=300, blank=True)
    summary_en = models.CharField(_("résumé (en)"), max_length=300, blank=True)
    description_fr = models.TextField(_("description (fr)"), max_length=4000, blank=True)
    description_de = models.TextField(_("description (de)"), max_length=4000, blank=True)
    description_en = models.TextField(_("description (en)"), max_length=4000, blank=True)
    topics = models.ManyToManyField(Topic, related_name="offers", verbose_name=_("thèmes"))
    pillars = models.ManyToManyField(Pillar, related_name="offers", verbose_name=_("piliers"), blank=True)
    sectors = models.ManyToManyField(Sector, related_name="offers", verbose_name=_("secteurs"), blank=True)
    keywords = models.JSONField(_("mots-clés"), default=list, blank=True)
    city = models.CharField(_("ville"), max_length=80, blank=True)
    postcode = models.CharField(_("code postal"), max_length=10, blank=True)
    country = models.CharField(_("pays"), max_length=2, default="FR")
    remote_possible = models.BooleanField(_("possible à distance"), default=False)
    company_sizes = models.JSONField(_("tailles d’entreprise"), default=list, blank=True)
    eligible_countries = models.JSONField(_("pays admis"), default=list, blank=True)
    data_readiness_min = models.PositiveSmallIntegerField(_("maturité des données requise"), default=0)
    valid_until = models.DateField(_("valable jusqu’au"), null=True, blank=True)
    content_updated_on = models.DateField(_("mise à jour le"), default=clock.today)
    # When its partner last said that what it says is still true, without changing a word.
    confirmed_on = models.DateField(_("vérifiée le"), null=True, blank=True)
    illustrative = models.BooleanField(_("exemple illustratif"), default=False)
    # The way to publication: the day on which the clock publishes, since when it waits for a reviewer, what the
    # reviewer asked for, and when it was first public.
    publish_on = models.DateField(_("publication le"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("proposée le"), null=True, blank=True, editable=False)
    review_note = models.TextField(_("mot de la relecture"), blank=True)
    first_published_at = models.DateTimeField(
        _("publiée la première fois le"), null=True, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=1)

    objects = OfferQuerySet.as_manager()
    history = HistoricalRecords(
        bases=[OfferRecord],
        excluded_fields=["version", "publish_on", "submitted_at", "review_note", "first_published_at"],
    )

    class Meta:
        verbose_name = _("offre")
        verbose_name_plural = _("offres")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "external_id"], name="offer_external_id_unique"),
            models.CheckConstraint(condition=Q(data_readiness_min__lte=4), name="offer_readiness_0_to_4"),
            models.CheckConstraint(
                condition=(
                    Q(status__in=["draft", "archived"])  # begun, and perhaps given up
                    | (Q(language="fr") & ~Q(title_fr="") & ~Q(summary_fr=""))
                    | (Q(language="de") & ~Q(title_de="") & ~Q(summary_de=""))
                    | (Q(language="en") & ~Q(title_en="") & ~Q(summary_en=""))
                ),
                name="offer_source_text_filled",
                violation_error_message=_("Le titre et le résumé sont requis dans la langue d’origine."),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "kind"]),
            models.Index(fields=["status", "kind", "content_updated_on"]),  # which are due to be verified
        ]

    def __str__(self):
        return self.title or str(_("Offre sans titre"))

    def text(self, field: str, language: str | None = None) -> str:
        """`field` ("title", "summary", "description") in the reader's language, else in the source language."""
        wanted = (language or get_language() or "fr")[:2]
        return getattr(self, f"{field}_{wanted}", "") or getattr(self, f"{field}_{self.language}")

    @property
    def title(self) -> str:
        return self.text("title")

    @property
    def summary(self) -> str:
        return self.text("summary")

    @property
    def description(self) -> str:
        return self.text("description")

    def language_shown(self, field: str = "title") -> str:
        """The language `text(field)` really answers in, for the lang attribute."""
        wanted = (get_language() or "fr")[:2]
        return wanted if getattr(self, f"{field}_{wanted}", "") else self.language

    @property
    def verified_on(self) -> date:
        """The day on which its partner last wrote it, or said that it is still true."""
        return max(self.content_updated_on, self.confirmed_on or self.content_updated_on)

    @property
    def entry_from(self) -> date | None:
        """Where its partner is a restricted zone: the first day on which somebody for whom it is asked today may come
        in. A course has its own days and rooms."""
        if self.kind == OfferKind.TRAINING or not self.organisation.restricted_access:
            return None
        return earliest_entry(clock.today())

    @property
    def detail(self):
        """The row of this kind's detail table (OfferDetail subclass), None when it is missing."""
        return getattr(self, f"{self.kind}_detail", None)
