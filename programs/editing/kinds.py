"""What the form asks of each kind of offer."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from programs.editing import fields as asked
from programs.editing.inputs import (
    Checked,
    Day,
    Euros,
    Words,
    chosen,
    clean_code,
    code,
    line,
    number,
    paragraphs,
    several,
)
from programs.models import (
    CifreDetail,
    LaboratoryDetail,
    OfferKind,
    RndDetail,
    TalentDetail,
    TrainingDetail,
)
from programs.models.details import COLLABORATION_MODES, FUNDINGS

MOST_PLATFORMS = 20
HEADCOUNTS = (("1-9", "1–9"), ("10-49", "10–49"), ("50-199", "50–199"), ("200+", gettext_lazy("200 et plus")))
LEVELS = (
    ("L3", gettext_lazy("licence, BUT (bac + 3)")),
    ("M1", gettext_lazy("première année de master (bac + 4)")),
    ("M2", gettext_lazy("deuxième année de master (bac + 5)")),
    ("engineer", gettext_lazy("école d’ingénieurs")),
)
# Which of these want what; rules of November 2026, see programs.models.details.FUNDINGS.
_WANTS_QUALIOPI = ("opco", "cpf", "apprenticeship")
_WANTS_CODE = {"cpf": ("RNCP", "RS"), "apprenticeship": ("RNCP",)}
_OR = gettext_lazy("ou")
_BEFORE = gettext_lazy("Cette date précède la première.")
_LESS = gettext_lazy("Ce nombre est plus petit que le premier.")


class LaboratoryForm(Checked):
    collaboration_modes = several(
        gettext_lazy("Ce qu’une entreprise peut vous demander"), list(COLLABORATION_MODES.items())
    )
    platforms = Words(
        label=gettext_lazy("Plateformes et équipements"),
        required=False,
        most=MOST_PLATFORMS,
        help_text=gettext_lazy("Séparés par des virgules."),
    )
    headcount_range = chosen(gettext_lazy("Effectif"), HEADCOUNTS)

    class Meta:
        model = LaboratoryDetail
        fields = asked.of_detail(OfferKind.LABORATORY)


class TrainingForm(Checked):
    duration_hours = number(gettext_lazy("Durée en heures"), 5_000, least=1)
    modality = chosen(gettext_lazy("Modalité"), TrainingDetail.Modality.choices)
    level = chosen(gettext_lazy("Niveau"), TrainingDetail.Level.choices)
    audience = line(gettext_lazy("Pour quel public"), 300)
    prerequisites = line(gettext_lazy("Prérequis"), 300, help_text=gettext_lazy("« Aucun » se dit aussi."))
    price_eur = Euros(
        label=gettext_lazy("Prix par personne, en euros"),
        required=False,
        min_value=0,
        max_digits=9,
        decimal_places=2,
        help_text=gettext_lazy("0 : gratuit. Vide : à demander."),
        widget=forms.TextInput(attrs={"class": "w-short", "inputmode": "decimal"}),
    )
    vat = chosen(gettext_lazy("TVA"), TrainingDetail.Vat.choices)
    certification = line(
        gettext_lazy("Certification ou diplôme"),
        200,
        help_text=gettext_lazy("Son nom officiel, s’il y en a une."),
    )
    certification_code = code(
        gettext_lazy("Code RNCP ou RS"),
        help_text=gettext_lazy("Celui de France compétences, par exemple RNCP35541 ou RS5199."),
    )
    certification_until = Day(label=gettext_lazy("Enregistrée jusqu’au"), required=False)
    qualiopi = forms.BooleanField(
        label=gettext_lazy("Notre organisme est certifié Qualiopi"),
        required=False,
        help_text=gettext_lazy("Sans elle, ni OPCO, ni CPF, ni apprentissage."),
    )
    fundings = several(
        gettext_lazy("Financements possibles"),
        list(FUNDINGS.items()),
        help_text=gettext_lazy(
            "Le CPF demande une certification RNCP ou RS enregistrée, l’apprentissage un code RNCP."
        ),
    )
    accessibility = line(
        gettext_lazy("Accueil des personnes handicapées"),
        300,
        help_text=gettext_lazy("Ce qui est prévu, et la fonction de la personne à qui écrire."),
    )

    class Meta:
        model = TrainingDetail
        fields = asked.of_detail(OfferKind.TRAINING)

    def clean_certification_code(self):
        return clean_code(self.cleaned_data["certification_code"])

    def clean(self):
        super().clean()
        data = self.cleaned_data
        code, fundings = data.get("certification_code"), data.get("fundings") or []
        if data.get("certification_until") and code == "":
            self.add_error("certification_code", _("Une échéance est celle d’un code : lequel ?"))
        if not data.get("qualiopi") and any(one in _WANTS_QUALIOPI for one in fundings):
            self.add_error("fundings", _("OPCO, CPF et apprentissage demandent la certification Qualiopi."))
        either = f" {_OR} "
        for funding, registers in _WANTS_CODE.items():
            if funding in fundings and code is not None and not code.startswith(registers):
                self.add_error(
                    "fundings",
                    _("%(funding)s : il faut un code %(registers)s.")
                    % {"funding": FUNDINGS[funding], "registers": either.join(registers)},
                )
        return data


class CifreForm(Checked):
    research_question = paragraphs(
        gettext_lazy("La question de recherche"),
        1500,
        4,
        help_text=gettext_lazy("Une question, telle qu’une doctorante ou un doctorant se la posera."),
    )
    host_team = line(gettext_lazy("Équipe d’accueil"), 200)
    doctoral_school = line(gettext_lazy("École doctorale"), 200)
    start_from = Day(label=gettext_lazy("Début possible à partir du"), required=False)
    start_until = Day(label=gettext_lazy("et jusqu’au"), required=False)
    profile = line(gettext_lazy("Profil recherché"), 300)

    ORDERED = (("start_from", "start_until", _BEFORE),)

    class Meta:
        model = CifreDetail
        fields = asked.of_detail(OfferKind.CIFRE)


class RndForm(Checked):
    trl_min = number(
        gettext_lazy("TRL au départ"),
        9,
        least=1,
        help_text=gettext_lazy("De 1 (principe observé) à 9 (éprouvé en opération)."),
    )
    trl_max = number(gettext_lazy("TRL visé"), 9, least=1)
    duration_months_min = number(gettext_lazy("Durée, au moins (mois)"), 120, least=1)
    duration_months_max = number(gettext_lazy("Durée, au plus (mois)"), 120, least=1)
    budget_eur_min = number(gettext_lazy("Budget, au moins (euros)"), 100_000_000)
    budget_eur_max = number(gettext_lazy("Budget, au plus (euros)"), 100_000_000)
    ip_regime = chosen(gettext_lazy("À qui appartiennent les résultats"), RndDetail.IpRegime.choices)
    deliverables = paragraphs(gettext_lazy("Livrables"), 2000, 3)

    ORDERED = (
        ("trl_min", "trl_max", _LESS),
        ("duration_months_min", "duration_months_max", _LESS),
        ("budget_eur_min", "budget_eur_max", _LESS),
    )

    class Meta:
        model = RndDetail
        fields = asked.of_detail(OfferKind.RND)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("budget_eur_min", "budget_eur_max"):
            self.fields[name].widget.attrs["class"] = "w-short"


class TalentForm(Checked):
    form = chosen(pgettext_lazy("of an internship", "Forme"), TalentDetail.Form.choices)
    level = chosen(gettext_lazy("Niveau d’études"), LEVELS)
    diploma = line(gettext_lazy("Diplôme préparé"), 200)
    start_from = Day(label=gettext_lazy("À partir du"), required=False)
    months = number(gettext_lazy("Durée en mois"), 60, least=1)
    positions = number(gettext_lazy("Nombre de places"), 500, least=1)
    rhythm = line(
        gettext_lazy("Rythme"),
        200,
        help_text=gettext_lazy("Par exemple : trois semaines dans l’entreprise, une à l’école."),
    )
    certification_code = code(
        gettext_lazy("Code RNCP du diplôme"),
        help_text=gettext_lazy("Pour une alternance : le contrat le demande."),
    )
    certification_until = Day(label=gettext_lazy("Enregistré jusqu’au"), required=False)

    class Meta:
        model = TalentDetail
        fields = asked.of_detail(OfferKind.TALENT)

    def clean_certification_code(self):
        return clean_code(self.cleaned_data["certification_code"])

    def clean_positions(self):
        return self.cleaned_data["positions"] or 1

    def clean(self):
        super().clean()
        if self.cleaned_data.get("certification_until") and self.cleaned_data.get("certification_code") == "":
            self.add_error("certification_code", _("Une échéance est celle d’un code : lequel ?"))
        return self.cleaned_data


DETAIL_FORMS = {
    OfferKind.LABORATORY: LaboratoryForm,
    OfferKind.TRAINING: TrainingForm,
    OfferKind.CIFRE: CifreForm,
    OfferKind.RND: RndForm,
    OfferKind.TALENT: TalentForm,
}
