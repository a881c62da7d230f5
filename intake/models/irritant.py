"""What a company brings, where it stands, and who sees it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.identifiers import new_reference
from intake.models.colleagues import Colleague
from intake.models.indexes import _where_set
from intake.scope import seen_by
from programs.models import Sector

TEXT_MIN, TEXT_MAX = 50, 4000


class Stage(models.TextChoices):
    SUBMITTED = "submitted", _("reçu")
    IN_TRIAGE = "in_triage", _("en cours d’étude")
    NEEDS_INFO = "needs_info", _("précisions demandées")
    ORIENTED = "oriented", _("partenaires sollicités")
    CLOSED = "closed", _("clos")


class Turn(models.TextChoices):
    COORDINATOR = "coordinator", _("coordination")
    COMPANY = "company", _("entreprise")
    PARTNER = "partner", _("partenaire")
    NOBODY = "nobody", pgettext_lazy("à qui de jouer", "personne")


class Outcome(models.TextChoices):
    COLLABORATION = "collaboration", _("collaboration")
    TRAINING = "training", _("formation")
    TALENT = "talent", _("stage ou alternance")
    REDIRECTED = "redirected", _("réorienté")
    NO_MATCH = "no_match", _("aucun partenaire trouvé")
    OUT_OF_SCOPE = "out_of_scope", _("hors du champ")
    NO_REPLY = "no_reply", _("sans réponse de l’entreprise")
    WITHDRAWN = "withdrawn", _("retiré par l’entreprise")
    DUPLICATE = "duplicate", _("doublon")
    SPAM = "spam", _("indésirable")


class Confidentiality(models.TextChoices):
    """The company's own words: the one name of each level, whoever reads it."""

    OPEN = "open", _("Mon nom, dès qu’un partenaire accepte")
    SUMMARY = "summary", _("Un résumé sans mon nom, jusqu’à mon accord")
    NDA = "nda", _("Rien, avant un accord de confidentialité")


class DataMaturity(models.IntegerChoices):
    NONE = 0, _("rien de numérique")
    SCATTERED = 1, _("papier, images ou fichiers isolés")
    HETEROGENEOUS = 2, _("des historiques, hétérogènes")
    LINKED = 3, _("des données reliées et fiables")
    REAL_TIME = 4, _("un flux en temps réel, gouverné")


class Deadline(models.TextChoices):
    URGENT = "urgent", _("dans les trois mois")
    SOON = "soon", _("dans l’année")
    OPEN = "open", _("rien ne presse")


def asleep_on(today, of: str = "") -> Q:
    """That an irritant sleeps; `of`: the lookup that leads to it."""
    return Q(**{f"{of}asleep_until__gt": today})


class IrritantQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(stage=Stage.CLOSED)

    def waiting_for(self, turn: str):
        return self.open().filter(turn=turn)

    def late(self):
        return self.open().filter(due_at__lt=clock.now())

    def oldest_first(self):
        return self.order_by("created_at", "pk")

    def yours_first(self):
        """As a company reads its list: those that wait for it, then the open ones, then the closed; newest first."""
        rank = Case(When(stage=Stage.CLOSED, then=2), When(turn=Turn.COMPANY, then=0), default=1)
        return self.order_by(rank, "-created_at", "-pk")

    def asleep(self):
        """Put to sleep until a day to come: nothing is to be done about them, and nothing leaves."""
        return self.filter(asleep_on(clock.today()))

    def unread(self):
        """Those whose company wrote and was not read yet, closed ones included."""
        return self.exclude(unread_since=None)

    def of_email(self, email: str):
        """The irritants of one verified address: those it sent, and those a colleague let it follow."""
        email = email.casefold()
        followed = Colleague.objects.filter(email=email).values("irritant")
        return self.filter(Q(contact__email=email) | Q(pk__in=followed))

    def visible_to(self, user):
        """Coordinators see all, or what they are limited to (intake.scope); a company sees its own; partners reach
        irritants only through their referrals."""
        if user.is_coordinator:
            return self.filter(seen_by(user)) if user.is_limited else self
        return self.of_email(user.email)

    def openable_by(self, user):
        """All of them, each with `may_open`: what this person may not open is counted, and never named."""
        mine = type(self)(self.model).visible_to(user).filter(pk=OuterRef("pk"))
        return self.annotate(may_open=Exists(mine))

    def hidden_from(self, user):
        """For lists of other things, which leave out those of the cases that a limited coordinator does not see."""
        return self.filter(~seen_by(user)) if user.is_limited else self.none()


class Irritant(models.Model):
    """A field problem in the company's words; `text` is never rewritten."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(
        _("référence"), max_length=20, unique=True, default=new_reference, editable=False
    )
    form_token = models.CharField(max_length=40, unique=True, editable=False)
    company = models.ForeignKey(
        "intake.Company", models.PROTECT, related_name="irritants", verbose_name=_("entreprise")
    )
    contact = models.ForeignKey(
        "intake.Contact", models.PROTECT, related_name="irritants", verbose_name=_("contact")
    )
    text = models.TextField(_("irritant"), max_length=TEXT_MAX)
    tried = models.TextField(_("déjà essayé"), max_length=1000, blank=True)
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES)
    sector = models.ForeignKey(Sector, models.SET_NULL, null=True, blank=True, verbose_name=_("secteur"))
    topics_confirmed = models.JSONField(_("thèmes confirmés"), default=list, blank=True)
    topics_removed = models.JSONField(_("thèmes retirés"), default=list, blank=True)
    data_maturity = models.PositiveSmallIntegerField(
        _("données disponibles"), choices=DataMaturity.choices, null=True, blank=True
    )
    kinds_wished = models.JSONField(_("formes d’aide souhaitées"), default=list, blank=True)
    deadline = models.CharField(_("échéance"), max_length=10, choices=Deadline.choices, blank=True)
    site_city = models.CharField(_("ville du site"), max_length=80, blank=True)
    site_postcode = models.CharField(_("code postal du site"), max_length=10, blank=True)
    site_commune = models.CharField(_("commune du site (code INSEE)"), max_length=5, blank=True)
    site_siret = models.CharField(_("SIRET du site"), max_length=14, blank=True)
    department = models.CharField(_("département"), max_length=8, blank=True, db_index=True)
    confidentiality = models.CharField(
        _("confidentialité"), max_length=10, choices=Confidentiality.choices, default=Confidentiality.SUMMARY
    )
    consent_at = models.DateTimeField(_("consentement"))
    consent_version = models.CharField(_("version du consentement"), max_length=20)
    provenance = models.CharField(_("provenance"), max_length=60, blank=True)
    stage = models.CharField(_("étape"), max_length=12, choices=Stage.choices, default=Stage.SUBMITTED)
    turn = models.CharField(
        _("à qui de jouer"), max_length=12, choices=Turn.choices, default=Turn.COORDINATOR
    )
    due_at = models.DateTimeField(_("échéance de traitement"), null=True, blank=True)
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # found by the pair with `stage`
        verbose_name=_("suivi par"),
    )
    outcome = models.CharField(_("issue"), max_length=15, choices=Outcome.choices, blank=True)
    duplicate_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, db_index=False, verbose_name=_("doublon de")
    )
    created_at = models.DateTimeField(_("reçu le"), default=clock.now, editable=False)
    answer_draft = models.JSONField(_("réponse commencée"), default=dict, blank=True)
    unread_since = models.DateTimeField(_("message non lu depuis le"), null=True, blank=True)
    erased_at = models.DateTimeField(_("effacé le"), null=True, blank=True)
    # Asleep until that day, awake from it on. The reason stays until somebody has seen that it is back.
    asleep_until = models.DateField(_("en sommeil jusqu’au"), null=True, blank=True)
    asleep_reason = models.CharField(_("pourquoi il dort"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = IrritantQuerySet.as_manager()

    class Meta:
        verbose_name = _("irritant")
        verbose_name_plural = _("irritants")
        constraints = [
            models.CheckConstraint(
                condition=Q(stage="closed", turn="nobody") | ~Q(stage="closed"), name="closed_is_nobodys_turn"
            ),
            models.CheckConstraint(
                condition=(Q(stage="closed") & ~Q(outcome="")) | (~Q(stage="closed") & Q(outcome="")),
                name="outcome_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(data_maturity=None) | Q(data_maturity__lte=4), name="irritant_maturity_0_to_4"
            ),
        ]
        indexes = [
            models.Index(fields=["turn", "created_at"]),
            models.Index(fields=["stage", "created_at"]),
            models.Index(fields=["coordinator", "stage"]),
            models.Index(fields=["due_at"]),
            _where_set("duplicate_of", "irritant_duplicate_of"),
            _where_set("unread_since", "irritant_unread_since"),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_asleep(self) -> bool:
        return self.asleep_until is not None and self.asleep_until > clock.today()

    @property
    def is_back(self) -> bool:
        """Whether it has woken and nobody has said that they saw it."""
        return bool(self.asleep_reason) and not self.is_asleep

    @property
    def headline(self) -> str:
        """The first sentence or 90 characters: a name for lists, never a rewriting."""
        if self.erased_at:
            return gettext("Demande effacée")
        first = self.text.strip().split("\n")[0]
        return first if len(first) <= 90 else first[:88].rsplit(" ", 1)[0].rstrip(" ,;:–-\u202f\xa0") + "…"
