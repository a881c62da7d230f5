"""« Vérifiez vos réponses »: every answer in words, with the way back to its question."""

from django.utils.translation import gettext as _

from files.models import FileState, StoredFile
from intake import organisation
from intake.choices import CONFIDENTIALITY, COUNTRIES, DATA_MATURITY, DEADLINE, KINDS
from intake.company_words import headcount_words, naf_words
from intake.forms import ContextForm, YouForm
from intake.models import Draft, OrganisationType
from programs.models import Sector, Topic


def groups(draft: Draft, answers: dict, step_url) -> list[dict]:
    """[{"title", "rows": [{"label", "value", "url", "none"}]}]: three subjects; `answers` as the forms clean them."""
    return [
        {"title": title, "rows": [row for step, rows in parts for row in _rows(draft, step, rows, step_url)]}
        for title, parts in (
            (_("L’irritant"), [("irritant", _irritant(answers)), ("vous", _understood(answers))]),
            (_("Vous et votre organisation"), [("vous", _you(answers))]),
            (_("Le contexte"), [("contexte", _context(draft, answers))]),
        )
    ]


def _rows(draft, step, rows, step_url):
    return [
        {
            "label": label,
            "value": value,
            "url": f"{step_url(draft, step, retour='verifier')}#{anchor}",
            "none": _("Aucun sujet coché") if anchor == "compris" else "",
        }
        for label, value, anchor in rows
    ]


def _irritant(answers: dict):
    return [
        (_("Ce qui vous bloque"), answers["text"], "id_text"),
        (_("Déjà essayé"), answers.get("tried", ""), "id_tried"),
    ]


def _understood(answers: dict):
    """Every subject that was shown or asked about: what the company means, and what it does not."""
    meant, not_meant = answers["topics_confirmed"], answers["topics_removed"]
    labels = {topic.code: topic.label for topic in Topic.objects.filter(code__in=[*meant, *not_meant])}
    yes = sorted(labels[code] for code in meant if code in labels)
    no = sorted(labels[code] for code in not_meant if code in labels)
    lines = [*yes, *(_("Pas : %(topic)s") % {"topic": label} for label in no)]
    return [(_("Ce que nous avons compris"), "\n".join(lines), "compris")]


def _you(answers: dict):
    country = answers.get("country", "FR")
    abroad = [
        (_("Pays"), dict(COUNTRIES)[country], "id_country"),
        (YouForm.base_fields["foreign_id"].label, answers.get("foreign_id", ""), "id_foreign_id"),
    ]
    kind = dict(OrganisationType.choices).get(answers.get("organisation_type"), "")
    number = [(_("SIREN ou SIRET"), answers.get("siren_or_siret", ""), "id_siren_or_siret")]
    return [
        (_("Adresse électronique"), answers["email"], "id_email"),
        (_("Nom"), answers["name"], "id_name"),
        (_("Téléphone"), answers.get("phone", ""), "id_phone"),
        (_("Fonction"), answers.get("position", ""), "id_position"),
        (_("Organisation"), answers["company_name"], "id_company_name"),
        (_("Type d’organisation"), kind, "id_organisation_type"),
        *_registry(answers),
        *(number if country == "FR" else abroad),
    ]


def _registry(answers: dict):
    """What the public registry says of the number given: a wrong digit that is somebody else's shows here."""
    choice = organisation.choice_of(answers)
    if choice is None:
        return []
    entity = choice.entity
    lines = (
        "" if choice.picked else entity.name,
        f"{entity.site.postcode} {entity.site.city}".strip(),
        naf_words(entity.naf_rev2, entity.naf_2025),
        headcount_words(entity.headcount),
    )
    return [(_("Au registre public"), "\n".join(line for line in lines if line), "organisation")]


def _kinds(answers: dict) -> str:
    """Nothing ticked is an answer, too: the form says so beside the question."""
    wished = [str(KINDS[kind][0]) for kind in answers.get("kinds_wished") or () if kind in KINDS]
    return "\n".join(wished) or _("Sans préférence")


def _context(draft: Draft, answers: dict):
    sector = Sector.objects.filter(code=answers.get("sector") or "").first()
    files = [
        f"{row.name} ({row.note})" if row.state in (FileState.PENDING, FileState.INFECTED) else row.name
        for row in StoredFile.objects.filter(case=draft.public_id)
    ]
    site = " ".join(filter(None, [answers.get("site_postcode"), answers.get("site_city")]))
    maturity, _hint = DATA_MATURITY.get(answers.get("data_maturity"), ("", ""))
    level, _hint = CONFIDENTIALITY[answers["confidentiality"]]
    return [
        (_("Site concerné"), site, "id_site_postcode"),
        (_("Secteur"), sector.label if sector else "", "id_sector"),
        (_("Données disponibles"), maturity, "id_data_maturity_0"),
        *(
            [(_("Forme d’aide souhaitée"), _kinds(answers), "id_kinds_wished_0")]
            if "kinds_wished"
            in draft.answers  # asked only where it would change the result (intake.questions)
            else []
        ),
        (
            ContextForm.base_fields["deadline"].label,
            dict(DEADLINE).get(answers.get("deadline"), ""),
            "id_deadline_0",
        ),
        (ContextForm.base_fields["confidentiality"].label, level, "id_confidentiality_0"),
        (_("Documents"), "\n".join(files), "documents"),
    ]
