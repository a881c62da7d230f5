"""What companies bring."""

import re
import secrets
import uuid
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.identifiers import department_of, new_reference
from foundation.naf import code_in_force
from partners.models import Organisation
from programs.models import Sector

TEXT_MIN, TEXT_MAX = 50, 4000


def _where_set(field: str, name: str) -> models.Index:
    """An index of the few rows where the field is set: a new row has no part in it, which makes a sending shorter."""
    return models.Index(fields=[field], name=name, condition=Q(**{f"{field}__isnull": False}))


class OrganisationType(models.TextChoices):
    TPE = "TPE", _("très petite entreprise (moins de 10 personnes)")
    PME = "PME", _("PME (10 à 249 personnes)")
    ETI = "ETI", _("entreprise de taille intermédiaire (250 à 4 999)")
    GE = "GE", _("grande entreprise (5 000 et plus)")
    HOSPITAL = "CH", _("hôpital, clinique, établissement de santé")
    UNIVERSITY_HOSPITAL = "CHU", _("centre hospitalier universitaire")
    COMMUNE = "commune", _("commune")
    INTERCOMMUNAL = "EPCI", _("intercommunalité")
    ASSOCIATION = "association", _("association, fondation")
    PERSON = "individu", _("particulier, projet de création")


class Company(models.Model):
    """The legal entity that asks. A hospital or a city may also be a partner: then `organisation` is set."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("nom"), max_length=200)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    # Another number than these: foreign, or of a French association. Its kind is one of foundation.identifiers.
    foreign_id = models.CharField(_("autre identifiant"), max_length=40, blank=True)
    foreign_id_kind = models.CharField(_("nature de cet identifiant"), max_length=5, blank=True)
    country = models.CharField(_("pays"), max_length=2, default="FR")
    organisation_type = models.CharField(
        _("type"), max_length=12, choices=OrganisationType.choices, blank=True
    )
    # As the public registry describes it, on the day `registry_on` (None: typed by hand, never looked up).
    naf_rev2 = models.CharField(_("code NAF rév. 2"), max_length=6, blank=True)
    naf_2025 = models.CharField(_("code NAF 2025"), max_length=6, blank=True)
    headcount = models.CharField(_("tranche d’effectif (INSEE)"), max_length=2, blank=True)
    legal_form = models.CharField(_("catégorie juridique (INSEE)"), max_length=4, blank=True)
    size_category = models.CharField(_("catégorie du groupe (INSEE)"), max_length=3, blank=True)
    postcode = models.CharField(_("code postal du siège"), max_length=5, blank=True)
    city = models.CharField(_("commune du siège"), max_length=80, blank=True)
    ceased = models.BooleanField(_("activité cessée"), default=False)
    registry_on = models.DateField(_("vue au registre le"), null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("aussi partenaire"),
    )

    class Meta:
        verbose_name = _("entreprise")
        verbose_name_plural = _("entreprises")
        constraints = [
            models.UniqueConstraint(
                fields=["siren"],
                condition=~Q(siren=""),
                name="company_siren_unique",
                violation_error_message=_("Une entreprise porte déjà ce SIREN."),
            )
        ]
        indexes = [
            models.Index(fields=["foreign_id"], name="company_foreign_id", condition=~Q(foreign_id="")),
            models.Index(fields=["naf_rev2"], name="company_naf_rev2", condition=~Q(naf_rev2="")),
            models.Index(fields=["naf_2025"], name="company_naf_2025", condition=~Q(naf_2025="")),
            _where_set("organisation", "company_organisation"),
        ]

    def __str__(self):
        return self.name

    @property
    def naf(self) -> tuple[str, str]:
        """(code, version) of the nomenclature in force today, else of the other one; ("", "") without any."""
        return code_in_force(self.naf_rev2, self.naf_2025, clock.today())


class Contact(models.Model):
    """A person known by e-mail; becomes a User at the first sign-in with that verified address."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("adresse électronique"), unique=True)
    name = models.CharField(_("nom"), max_length=120)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    position = models.CharField(_("fonction"), max_length=120, blank=True)
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES, default="fr")

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self):
        return self.name


def new_draft_token() -> str:
    return secrets.token_urlsafe(24)


def draft_expiry():
    return clock.now() + timedelta(hours=48)


class DraftQuerySet(models.QuerySet):
    def open(self):
        return self.filter(submitted_at=None, expires_at__gt=clock.now())

    def expired(self):
        return self.filter(expires_at__lte=clock.now())

    def of_email(self, email: str):
        """Forms in which this address was typed."""
        return self.filter(answers__email__iexact=email)

    def entered(self):
        """What coordinators wrote down, and its company has neither confirmed nor refused."""
        return self.open().exclude(entered_by=None)


class Draft(models.Model):
    """A form being filled: anonymous, unguessable, expiring (48 h, 14 days once an e-mail is known).

    `public_id` becomes the irritant's; `token` is the form token, unique key of the irritant it makes. `email` is the
    address that was given by a click, as far as it is one: the resume link is its own. `touched_at`: the last time
    that something was kept. `origin`: who began it or sent it, within one hour (intake.gate). `proven`: the browser
    that sent it had done the work that a machine would have to pay for. `entered_by`: the coordinator who wrote down
    what the company told (intake.entering); None for a form that the company began itself.
    """

    token = models.CharField(max_length=40, unique=True, default=new_draft_token, editable=False)
    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    answers = models.JSONField(default=dict)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="fr")
    provenance = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(default=draft_expiry)
    submitted_at = models.DateTimeField(null=True, blank=True, db_index=True)
    email = models.EmailField(blank=True)
    touched_at = models.DateTimeField(default=clock.now)
    origin = models.CharField(max_length=32, blank=True, db_index=True)
    proven = models.BooleanField(default=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("brouillon")
        indexes = [_where_set("entered_by", "draft_entered_by")]

    def __str__(self):
        return str(self.public_id)

    @property
    def department(self) -> str:
        """Of the site, as far as it was typed."""
        return department_of(self.answers.get("site_postcode", ""))


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
    NOBODY = "nobody", _("personne")


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
    OPEN = "open", _("Ouvert aux partenaires du cluster")
    SUMMARY = "summary", _("Résumé sans mon nom, jusqu’à mon accord")
    NDA = "nda", _("Personne hors de la coordination avant un accord de confidentialité")


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
        """Coordinators see all; a company sees its own; partners reach irritants only through their referrals."""
        if user.is_coordinator:
            return self
        return self.of_email(user.email)

    def openable_by(self, user):
        """All of them, each with `may_open`: what this person may not open is counted, and never named."""
        mine = type(self)(self.model).visible_to(user).filter(pk=OuterRef("pk"))
        return self.annotate(may_open=Exists(mine))


class Irritant(models.Model):
    """A field problem in the company's words; `text` is never rewritten."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(
        _("référence"), max_length=20, unique=True, default=new_reference, editable=False
    )
    form_token = models.CharField(max_length=40, unique=True, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="irritants", verbose_name=_("entreprise")
    )
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="irritants", verbose_name=_("contact"))
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
        return first if len(first) <= 90 else first[:88].rsplit(" ", 1)[0] + "…"


class Post(models.Model):
    """A word in the conversation. `organisation` set: with that partner; `internal`: coordinators only.

    `form_token`: issued with the form it was typed in, so that a double click is one word.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="posts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    author_role = models.CharField(max_length=12)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    text = models.TextField(max_length=4000)
    internal = models.BooleanField(default=False)
    form_token = models.CharField(max_length=40, blank=True, editable=False)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("message du dossier")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["irritant", "form_token"],
                condition=~Q(form_token=""),
                name="post_once_per_form",
                violation_error_message=_("Ce message est déjà arrivé."),
            )
        ]

    def __str__(self):
        return f"{self.author_role} {self.at:%d/%m/%Y}"


class Reopened(models.TextChoices):
    """What of its own answers a coordinator may ask the company again (inputs: intake.reopening.INPUTS)."""

    SECTOR = "sector", _("le secteur")
    SITE = "site", _("le lieu concerné")
    DATA = "data_maturity", _("les données disponibles")
    KINDS = "kinds_wished", _("les formes d’aide souhaitées")
    DEADLINE = "deadline", _("l’échéance")
    TRIED = "tried", _("ce qui a déjà été essayé")
    ORGANISATION_TYPE = "organisation_type", _("le type et la taille de l’organisation")
    COMPANY = "company", _("les identifiants de l’organisation")
    DOCUMENTS = "documents", _("des documents")


class QuestionQuerySet(models.QuerySet):
    def open(self):
        """Asked, and neither answered nor let go."""
        return self.filter(answered_at=None, dropped_at=None)


class Question(models.Model):
    """One thing asked of the company with a word of the coordination: an answer of its own again, or something free.

    `field`: the answer that is opened again ("" for a free question, whose `text` is asked and whose `answer` is
    kept here); what is answered to a field lives in the irritant.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="questions")
    field = models.CharField(max_length=20, choices=Reopened.choices, blank=True)
    text = models.CharField(max_length=400, blank=True)
    answer = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question à l’entreprise")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "field"], condition=~Q(field=""), name="field_asked_once_per_post"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(dropped_at=None), name="answered_or_dropped_not_both"
            ),
        ]

    def __str__(self):
        return self.field or self.text


class Colleague(models.Model):
    """Somebody whom the contact lets follow an irritant: same page, same mails, never the last word on the case.

    The name is what the contact typed: what the portal knows of this address elsewhere is not shown here.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="colleagues")
    email = models.EmailField(_("adresse électronique"), db_index=True)
    name = models.CharField(_("nom"), max_length=120)
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES, default="fr")
    added_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("collègue")
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["irritant", "email"],
                name="colleague_once",
                violation_error_message=_("Cette personne suit déjà la demande."),
            )
        ]

    def __str__(self):
        return self.name


class FeedbackQuestion(models.TextChoices):
    SATISFACTION = "satisfaction", _("Notre réponse vous a-t-elle aidé ?")
    OUTCOME = "outcome", _("Qu’est devenu votre besoin ?")


class FeedbackAnswer(models.TextChoices):
    """What may be answered; which answer belongs to which question: intake.feedback.ANSWERS."""

    YES = "yes", _("Oui")
    PARTLY = "partly", _("En partie")
    NO = "no", _("Non")
    SOLVED = "solved", _("C’est résolu")
    UNDER_WAY = "under_way", _("C’est en cours")
    NOT_YET = "not_yet", _("Pas encore")
    DROPPED = "dropped", _("Nous y avons renoncé")
    NO_MORE = "no_more", _("Ne plus me le demander")


class Feedback(models.Model):
    """What a company answered after its case was closed; the last row of a question counts."""

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="feedback")
    question = models.CharField(_("question"), max_length=12, choices=FeedbackQuestion.choices)
    answer = models.CharField(_("réponse"), max_length=10, choices=FeedbackAnswer.choices)
    at = models.DateTimeField(default=clock.now, editable=False, db_index=True)

    class Meta:
        verbose_name = _("retour de l’entreprise")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.question} {self.answer}"


class DestinationKind(models.TextChoices):
    INNOVATION = "innovation", _("pôle universitaire d’innovation, transfert")
    FUNDING = "funding", _("diagnostic et financement")
    REGION = "region", _("agence et aide régionales")
    CHAMBER = "chamber", _("chambre consulaire")
    SUPPLIERS = "suppliers", _("offreurs de solutions")
    HUB = "hub", _("pôle européen d’innovation numérique")
    CLUSTER = "cluster", _("autre cluster d’intelligence artificielle")
    ABROAD = "abroad", _("de l’autre côté d’une frontière")


def check_territories(value) -> None:
    """Departments and countries as Irritant.department spells them."""
    if not isinstance(value, list) or not all(
        isinstance(code, str) and re.fullmatch(r"[0-9A-Z]{2,3}(-[A-Z]{2})?", code) for code in value
    ):
        raise ValidationError(gettext('Une liste de codes, comme ["57", "67", "DE"].'))


class DestinationQuerySet(models.QuerySet):
    def active(self):
        return self.filter(active=True)


class Destination(models.Model):
    """Somebody outside the cluster to whom a company is handed over. Facts about a body, never about a person.

    `territories`: departments ("57") or countries ("DE") that it serves, [] for anywhere. `source`, `verified_on`:
    where its facts were read, and when; None: nobody has checked them. `changed_by`: the reference data
    (intake/data/destinations.json) leave what a person changed as it is.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("nom"), max_length=160)
    kind = models.CharField(_("nature"), max_length=12, choices=DestinationKind.choices)
    purpose_fr = models.TextField(_("pour quoi (français)"), max_length=500)
    purpose_de = models.TextField(_("pour quoi (allemand)"), max_length=500, blank=True)
    purpose_en = models.TextField(_("pour quoi (anglais)"), max_length=500, blank=True)
    territories = models.JSONField(
        _("territoires"),
        default=list,
        blank=True,
        validators=[check_territories],
        help_text=_('Départements ("57") ou pays ("DE") ; vide : partout.'),
    )
    url = models.URLField(_("page"), max_length=300, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    verified_on = models.DateField(_("vérifié le"), null=True, blank=True)
    active = models.BooleanField(_("proposé"), default=True)
    position = models.PositiveSmallIntegerField(_("ordre"), default=0)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False
    )
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DestinationQuerySet.as_manager()

    class Meta:
        verbose_name = _("relais")
        verbose_name_plural = _("relais")
        ordering = ["position", "name"]

    def __str__(self):
        return self.name

    @property
    def purpose(self) -> str:
        """What it is for, in the reader's language, French where nobody has translated it."""
        return getattr(self, f"purpose_{(get_language() or 'fr')[:2]}", "") or self.purpose_fr

    @property
    def host(self) -> str:
        """The name of its site, for a link that is short to read."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")

    @property
    def where(self) -> str:
        """Its page, else its address, else its telephone."""
        return self.url or self.email or self.phone


class HandOver(models.Model):
    """This irritant was handed over to that body, when it was closed as redirected."""

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="hand_overs")
    destination = models.ForeignKey(Destination, models.PROTECT, related_name="hand_overs")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("relais pris")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["irritant", "destination"], name="handed_over_once_to_each")
        ]

    def __str__(self):
        return f"{self.irritant} → {self.destination}"


class CallStage(models.TextChoices):
    PROPOSED = "proposed", _("créneaux proposés")
    FIXED = "fixed", _("rendez-vous pris")
    HELD = "held", _("a eu lieu")
    MISSED = "missed", _("personne n’a répondu")
    CANCELLED = "cancelled", _("annulé")


class Call(models.Model):
    """The conversation in which a coordinator listens (half an hour): slots proposed, one chosen, what came of it.

    `slots`: beginnings as ISO 8601 with their offset, soonest first. `how`: who calls which number, or an address.
    `sequence` grows with every change of a date that may stand in somebody's calendar (RFC 5545, 3.8.7.4).
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="calls")
    stage = models.CharField(_("état"), max_length=10, choices=CallStage.choices, default=CallStage.PROPOSED)
    slots = models.JSONField(_("créneaux"), default=list)
    starts_at = models.DateTimeField(_("date"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"), default=30)
    how = models.CharField(_("comment"), max_length=200, blank=True)
    note = models.TextField(_("ce qui en ressort"), max_length=4000, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("appel de qualification")
        verbose_name_plural = _("appels de qualification")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["irritant"],
                condition=Q(stage__in=["proposed", "fixed"]),
                name="one_open_call_per_irritant",
                violation_error_message=_("Un appel est déjà proposé pour cette demande."),
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["fixed", "missed"]) | Q(starts_at__isnull=False),
                name="call_fixed_has_a_date",
            ),
        ]

    def __str__(self):
        return f"{self.irritant} {self.stage}"

    @property
    def choices(self) -> list[datetime]:
        return [datetime.fromisoformat(slot) for slot in self.slots]

    @property
    def is_open(self) -> bool:
        return self.stage in (CallStage.PROPOSED, CallStage.FIXED)


class JoinedCompany(models.Model):
    """What stood in a company's double that a coordinator joined with it (intake.joining): kept to be seen."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="joined")
    public_id = models.UUIDField(unique=True, editable=False)
    name = models.CharField(_("nom"), max_length=200)
    numbers = models.CharField(_("numéros"), max_length=80, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("entreprise réunie")
        ordering = ["pk"]

    def __str__(self):
        return self.name


class JoinedContact(models.Model):
    """What stood in a contact's double that a coordinator joined with it: the address goes on following as a guest."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="joined")
    public_id = models.UUIDField(unique=True, editable=False)
    email = models.EmailField(_("adresse électronique"))
    name = models.CharField(_("nom"), max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("contact réuni")
        ordering = ["pk"]

    def __str__(self):
        return self.name
