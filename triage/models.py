"""Qualification, matches and referrals."""

import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from files.models import StoredFile
from foundation import clock
from intake.models import DataMaturity, Deadline, Irritant, Outcome
from partners.models import Organisation
from programs.models import Offer, Pillar, Topic


class AIActClass(models.TextChoices):
    """Regulation (EU) 2024/1689, read for the use that the company has in mind."""

    PROHIBITED = "prohibited", _("pratique interdite (article 5)")
    HIGH = "high", _("haut risque (article 6)")
    TRANSPARENCY = "transparency", _("obligation de transparence (article 50)")
    MINIMAL = "minimal", _("risque minimal")


class Budget(models.TextChoices):
    """What the company can put in, all sources together, over the whole path; euros without tax."""

    NONE = "none", _("aucun budget prévu")
    SMALL = "small", _("moins de 10 000 €")
    MEDIUM = "medium", _("de 10 000 à 50 000 €")
    LARGE = "large", _("de 50 000 à 150 000 €")
    LARGEST = "largest", _("plus de 150 000 €")


class Qualification(models.Model):
    """The coordinator's structured reading. `partner_summary` is all a partner sees before it accepts."""

    irritant = models.OneToOneField(Irritant, models.CASCADE, related_name="qualification")
    reformulated = models.TextField(_("besoin reformulé"), max_length=4000, blank=True)
    partner_summary = models.TextField(_("résumé pour les partenaires"), max_length=2000, blank=True)
    baseline = models.CharField(_("situation chiffrée aujourd’hui"), max_length=300, blank=True)
    target = models.CharField(_("objectif mesurable"), max_length=300, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, verbose_name=_("thèmes"))
    pillar = models.ForeignKey(Pillar, models.SET_NULL, null=True, blank=True, verbose_name=_("pilier"))
    data_maturity = models.PositiveSmallIntegerField(
        _("maturité des données"), choices=DataMaturity.choices, null=True, blank=True
    )
    kinds = models.JSONField(_("formes d’aide"), default=list, blank=True)
    urgency = models.CharField(_("urgence"), max_length=10, choices=Deadline.choices, blank=True)
    budget = models.CharField(_("budget"), max_length=10, choices=Budget.choices, blank=True)
    ai_act = models.CharField(
        _("classe au règlement européen sur l’IA"), max_length=12, choices=AIActClass.choices, blank=True
    )
    trl_now = models.PositiveSmallIntegerField(_("TRL aujourd’hui"), null=True, blank=True)
    trl_target = models.PositiveSmallIntegerField(_("TRL visé"), null=True, blank=True)
    personal_data = models.BooleanField(_("données personnelles"), default=False)
    health_data = models.BooleanField(_("données de santé"), default=False)
    employee_data = models.BooleanField(_("données de salariés"), default=False)
    hold_lifted_reason = models.CharField(_("pourquoi la retenue est levée"), max_length=500, blank=True)
    hold_lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(_("modifiée le"), default=clock.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("qualification")
        constraints = [
            models.CheckConstraint(
                condition=Q(trl_now=None) | Q(trl_target=None) | Q(trl_now__lte=F("trl_target")),
                name="trl_target_not_below_now",
                violation_error_message=_("Le TRL visé ne peut pas être inférieur au TRL d’aujourd’hui."),
            )
        ]

    def __str__(self):
        return f"{self.irritant}"


class MatchRun(models.Model):
    """One answer of the engine: verdict, concepts, and which engine over which data said it.

    `verdict` and `verdict_reasons` are the engine's own words; what they lead to is triage.holding's to say.
    `sequence`: the catalogue's when it was computed, None for runs older than that column. `before`: [offer, rank] of
    the matches as somebody last saw them, None where there is nothing to compare with; `seen_at`: when the difference
    was seen (triage.moving).
    """

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="runs")
    key = models.CharField(max_length=120, unique=True)
    verdict = models.CharField(_("verdict"), max_length=10)
    verdict_reasons = models.JSONField(default=list)
    concepts = models.JSONField(default=list)
    language = models.CharField(max_length=2)
    engine_version = models.CharField(max_length=40)
    data_version = models.CharField(max_length=80)
    sequence = models.PositiveBigIntegerField(null=True, blank=True)
    before = models.JSONField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("calcul des pistes")
        ordering = ["-pk"]

    def __str__(self):
        return self.key


class HoldMode(models.TextChoices):
    ON = "on", pgettext_lazy("mode", "en service")
    OBSERVE = "observe", pgettext_lazy("mode", "observée")
    OFF = "off", pgettext_lazy("mode", "hors service")


class HoldRule(models.Model):
    """One reason for which the engine says that a human must look first, and what coordinators let it do."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    mode = models.CharField(_("mode"), max_length=8, choices=HoldMode.choices, default=HoldMode.ON)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("modifiée par"),
    )
    changed_at = models.DateTimeField(_("modifiée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("règle de retenue")
        verbose_name_plural = _("règles de retenue")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=["on", "observe", "off"]), name="hold_rule_mode_known"
            )
        ]

    def __str__(self):
        return self.code


class Judgement(models.TextChoices):
    CONFIRMED = "confirmed", _("retenue justifiée")
    REJECTED = "rejected", _("retenue à tort")


class HoldFiring(models.Model):
    """A rule that fired for an irritant, once however often it was computed, and what a human said of it.

    `mode`: the rule's when it fired; a rule that was off is not counted.
    """

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="firings")
    code = models.SlugField(_("code"), max_length=40)
    mode = models.CharField(_("mode"), max_length=8, choices=HoldMode.choices, default=HoldMode.ON)
    at = models.DateTimeField(_("date"), default=clock.now)
    judgement = models.CharField(_("avis"), max_length=10, choices=Judgement.choices, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("déclenchement d’une règle")
        constraints = [
            models.UniqueConstraint(fields=["irritant", "code"], name="rule_fires_once_per_irritant")
        ]
        indexes = [models.Index(fields=["code", "at"])]

    def __str__(self):
        return f"{self.code} {self.irritant}"


class UnknownWord(models.Model):
    """A word, or two, of several accepted irritants that no concept recognises: proposed to the vocabulary.

    `key`: its stems; `examples`: [irritant, start, end] in triage.reasons.words_of; `concepts`, `topics`: what the
    offers that were kept for those irritants are about. An ignored one stays, so that it is never proposed again.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES)
    key = models.CharField(max_length=120)
    words = models.CharField(_("mots"), max_length=120)
    irritants = models.PositiveIntegerField(_("dossiers"), default=0)
    examples = models.JSONField(default=list)
    concepts = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    computed_at = models.DateTimeField(default=clock.now)
    ignored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ignored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mot inconnu")
        constraints = [models.UniqueConstraint(fields=["language", "key"], name="unknown_word_once")]
        indexes = [models.Index(fields=["ignored_at", "-irritants"])]

    def __str__(self):
        return self.words


class MatchState(models.TextChoices):
    SUGGESTED = "suggested", _("proposée")
    KEPT = "kept", _("retenue")
    SET_ASIDE = "set_aside", _("écartée")


class SetAsideReason(models.TextChoices):
    OFF_TOPIC = "off_topic", _("hors sujet")
    TOO_ADVANCED = "too_advanced", _("trop ambitieux pour l’entreprise")
    TOO_BASIC = "too_basic", _("trop élémentaire")
    TOO_FAR = "too_far", _("trop loin")
    CALENDAR = "calendar", _("calendrier incompatible")
    BETTER_ELSEWHERE = "better_elsewhere", _("une autre piste convient mieux")
    CONFLICT = "conflict", _("conflit d’intérêts")
    OTHER = "other", _("autre raison")


class MatchQuerySet(models.QuerySet):
    def ranked(self):
        """Best first; those added by hand, which have no score, last on every database."""
        return self.order_by(F("score").desc(nulls_last=True), "offer_id")

    def kept(self):
        return self.filter(state=MatchState.KEPT)

    def decided_by_people(self):
        """Kept or set aside by somebody, whoever that was."""
        return self.filter(state__in=[MatchState.KEPT, MatchState.SET_ASIDE]).exclude(decided_at=None)


class Match(models.Model):
    """Irritant × offer: the engine's score and reasons, and the coordinator's decision beside them."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="matches")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="matches")
    run = models.ForeignKey(MatchRun, models.SET_NULL, null=True, blank=True, related_name="matches")
    rank = models.PositiveSmallIntegerField(_("rang"), null=True, blank=True)
    score = models.FloatField(_("score"), null=True, blank=True)
    reasons = models.JSONField(_("raisons"), default=list)
    state = models.CharField(
        _("décision"), max_length=10, choices=MatchState.choices, default=MatchState.SUGGESTED
    )
    set_aside_reason = models.CharField(
        _("raison"), max_length=20, choices=SetAsideReason.choices, blank=True
    )
    set_aside_note = models.CharField(_("précision"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("piste")
        verbose_name_plural = _("pistes")
        constraints = [
            models.UniqueConstraint(fields=["irritant", "offer"], name="match_once_per_offer"),
            models.CheckConstraint(
                condition=(Q(state="set_aside") & ~Q(set_aside_reason=""))
                | (~Q(state="set_aside") & Q(set_aside_reason="")),
                name="set_aside_has_a_reason",
                violation_error_message=_("Dites pourquoi cette piste est écartée."),
            ),
        ]

    def __str__(self):
        return f"{self.irritant} × {self.offer}"


class ReferralStage(models.TextChoices):
    PREPARED = "prepared", _("préparée")
    ASKED = "asked", _("envoyée")
    QUESTION = "question", _("question posée")
    ACCEPTED = "accepted", _("acceptée")
    DECLINED = "declined", _("déclinée")
    EXPIRED = "expired", _("sans réponse")
    CANCELLED = "cancelled", _("annulée")
    RELEASED = "released", _("remerciée : un autre partenaire a été choisi")
    WITHDRAWN = "withdrawn", _("retirée")


OPEN_REFERRAL = ("prepared", "asked", "question", "accepted")


class DeclineReason(models.TextChoices):
    NOT_OUR_EXPERTISE = "not_our_expertise", _("ce n’est pas notre domaine")
    NO_CAPACITY = "no_capacity_now", _("pas de disponibilité en ce moment")
    TOO_EARLY = "too_small_or_too_early", _("trop tôt ou trop petit pour nous")
    BUDGET_OR_CALENDAR = "budget_or_calendar", _("budget ou calendrier incompatible")
    ALREADY_IN_CONTACT = "already_in_contact", _("nous sommes déjà en contact avec l’entreprise")
    CONFLICT = "conflict_of_interest", _("conflit d’intérêts")
    CONFIDENTIALITY = "confidentiality_terms", _("conditions de confidentialité")
    NOT_ELIGIBLE = "not_eligible", _("l’entreprise n’est pas éligible à notre dispositif")
    REDIRECT = "redirect_to_other_partner", _("un autre partenaire conviendrait mieux")
    OTHER = "other", _("autre raison")


class ReferralQuerySet(models.QuerySet):
    def open(self):
        return self.filter(stage__in=OPEN_REFERRAL)

    def waiting(self):
        """Asked and not answered."""
        return self.filter(stage__in=[ReferralStage.ASKED, ReferralStage.QUESTION])

    def answered(self):
        """Accepted (whatever came after) or declined by the partner itself."""
        return self.exclude(answered_at=None)

    def visible_to(self, user):
        """Coordinators see all; a partner sees what its organisations were asked."""
        if user.is_coordinator:
            return self
        return self.filter(organisation__memberships__user=user).exclude(stage=ReferralStage.PREPARED)


class Referral(models.Model):
    """The question asked to a partner. `summary` is frozen when it is sent: what was seen stays what was seen."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    irritant = models.ForeignKey(
        Irritant, models.PROTECT, related_name="referrals", verbose_name=_("irritant")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="referrals", verbose_name=_("partenaire")
    )
    matches = models.ManyToManyField(Match, related_name="referrals")
    stage = models.CharField(
        _("état"), max_length=10, choices=ReferralStage.choices, default=ReferralStage.PREPARED
    )
    summary = models.TextField(_("résumé transmis"), blank=True)
    note = models.TextField(_("mot du coordinateur"), max_length=1000, blank=True)
    decline_reason = models.CharField(
        _("raison du refus"), max_length=30, choices=DeclineReason.choices, blank=True
    )
    answer = models.TextField(_("réponse"), max_length=2000, blank=True)
    person_in_charge = models.CharField(_("interlocuteur"), max_length=120, blank=True)
    asked_at = models.DateTimeField(_("envoyée le"), null=True, blank=True)
    answered_at = models.DateTimeField(_("réponse le"), null=True, blank=True)
    due_at = models.DateTimeField(_("réponse attendue le"), null=True, blank=True)
    created_at = models.DateTimeField(_("préparée le"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("sollicitation")
        verbose_name_plural = _("sollicitations")
        constraints = [
            models.UniqueConstraint(
                fields=["irritant", "organisation"],
                condition=Q(stage__in=OPEN_REFERRAL),
                name="one_open_referral_per_partner",
                violation_error_message=_("Ce partenaire est déjà sollicité pour cet irritant."),
            ),
            models.CheckConstraint(
                condition=~Q(stage="declined") | ~Q(decline_reason=""), name="declined_has_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["stage", "due_at"])]

    def __str__(self):
        return f"{self.irritant} → {self.organisation}"


class DisclosureQuerySet(models.QuerySet):
    def in_force(self):
        """For partners that have accepted and not left since."""
        accepted = Referral.objects.filter(
            irritant=OuterRef("irritant"), organisation=OuterRef("organisation"), stage=ReferralStage.ACCEPTED
        )
        return self.filter(Exists(accepted))


class Disclosure(models.Model):
    """The company's name, contact and files may be shown to this partner, as long as it has accepted.

    `opened_at`: when it read them (its own click, or the mail that carried them); None: the company may take it back.
    """

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="disclosures")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    granted_by = models.CharField(max_length=60)
    at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(_("lu le"), null=True, blank=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("levée de confidentialité")
        constraints = [models.UniqueConstraint(fields=["irritant", "organisation"], name="disclosure_once")]

    def __str__(self):
        return f"{self.irritant} → {self.organisation}"


class NonDisclosureState(models.TextChoices):
    IN_FORCE = "in_force", _("en vigueur")
    REVOKED = "revoked", _("révoqué")


class NonDisclosureQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(state=NonDisclosureState.IN_FORCE)


class NonDisclosure(models.Model):
    """A confidentiality agreement between the company and a partner, as a coordinator recorded it.

    `file`: the signed document (its `subject` is this row, so that no partner finds it among the company's files).
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="non_disclosures")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("partenaire")
    )
    state = models.CharField(
        _("état"), max_length=10, choices=NonDisclosureState.choices, default=NonDisclosureState.IN_FORCE
    )
    signed_on = models.DateField(_("signé le"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    file = models.OneToOneField(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = NonDisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("accord de confidentialité")
        verbose_name_plural = _("accords de confidentialité")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["irritant", "organisation"],
                condition=Q(state="in_force"),
                name="one_non_disclosure_in_force",
                violation_error_message=_("Un accord en vigueur est déjà enregistré avec ce partenaire."),
            )
        ]

    def __str__(self):
        return f"{self.irritant} ↔ {self.organisation}"


class DecisionCount(models.Model):
    """One row: a number that grows with every decision that ranking may learn from (or must forget)."""

    sequence = models.PositiveBigIntegerField(default=0)

    def __str__(self):
        return str(self.sequence)


class DecidedIrritant(models.Model):
    """When what may be remembered of an irritant last changed, by that number: processes read what is newer."""

    irritant = models.OneToOneField(Irritant, models.CASCADE, related_name="+")
    sequence = models.PositiveBigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("irritant décidé")

    def __str__(self):
        return f"{self.irritant} #{self.sequence}"

    @classmethod
    def current(cls) -> int:
        return DecisionCount.objects.filter(pk=1).values_list("sequence", flat=True).first() or 0

    @classmethod
    @transaction.atomic
    def note(cls, irritant: Irritant) -> None:
        """The row of the count stays locked until the change commits: numbers appear in the order of commits."""
        if not DecisionCount.objects.filter(pk=1).update(sequence=F("sequence") + 1):
            _row, made = DecisionCount.objects.get_or_create(pk=1, defaults={"sequence": 1})
            if not made:
                DecisionCount.objects.filter(pk=1).update(sequence=F("sequence") + 1)
        cls.objects.update_or_create(irritant=irritant, defaults={"sequence": cls.current()})


class CannedAnswerQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(retired_at=None)


class CannedAnswer(models.Model):
    """A text that a coordinator chooses from a list, reads again and sends: when closing, or when writing.

    `outcome`: the issue it closes with; "" for one that closes nothing. `source`, `verified_on`: where a fact that it
    states was read, and when; None: nobody has checked it. Its words: CannedText.
    """

    code = models.SlugField(max_length=40, unique=True)
    outcome = models.CharField(_("issue"), max_length=15, choices=Outcome.choices, blank=True)
    position = models.PositiveSmallIntegerField(_("ordre"), default=0)
    source = models.CharField(_("source"), max_length=300, blank=True)
    verified_on = models.DateField(_("vérifiée le"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retirée le"), null=True, blank=True)
    used = models.PositiveIntegerField(_("emplois"), default=0)
    used_at = models.DateTimeField(_("dernier emploi"), null=True, blank=True)

    objects = CannedAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("réponse type")
        verbose_name_plural = _("réponses types")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.code


class CannedText(models.Model):
    """The words of an answer in one language: append-only, the highest number is in force (as journal.MessageText).

    `original`: the portal's own words (triage/data/answers.json), which a newer portal may mend.
    """

    answer = models.ForeignKey(CannedAnswer, models.CASCADE, related_name="texts")
    language = models.CharField(_("langue"), max_length=2, choices=settings.LANGUAGES)
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("nom"), max_length=120)
    body = models.TextField(_("texte"), max_length=3000)
    original = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("texte de réponse type")
        ordering = ["answer", "language", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "language", "number"],
                name="canned_text_version_unique",
                violation_error_message=_("Quelqu’un d’autre vient de changer ce texte."),
            )
        ]

    def __str__(self):
        return f"{self.answer} {self.language} {self.number}"


class TextPrint(models.Model):
    """One of the smallest hashes of an irritant's words (triage.likeness): texts alike share most of theirs."""

    irritant = models.ForeignKey(Irritant, models.CASCADE, related_name="prints")
    value = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("empreinte de texte")
        constraints = [models.UniqueConstraint(fields=["irritant", "value"], name="text_print_once")]

    def __str__(self):
        return f"{self.irritant} {self.value:x}"


from triage.queue_models import QueueEntry, SavedView  # noqa: E402, F401  Django looks for models here
