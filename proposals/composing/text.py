"""The text around the path, section by section, as far as there is something to say: each sentence true for this case.

Each function answers (id, text) pairs in the active language. Sources: the cluster's handbook as of 22 November 2026
(ownership by kind of help, zones, contracts), ANRT for CIFRE, regulation (EU) 2024/1689 as revised in June 2026, GDPR.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from proposals import paths
from proposals.composing import lead_times as kinds
from proposals.composing.cautions import conditions, ethics, risks
from proposals.sections import PARAGRAPH_MAX, SECTIONS, Paragraph, paragraph

Said = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Reading:
    """What is known of a case. `silent`: partners with whom a confidentiality agreement is still to be signed;
    `restricted`: those in a restricted zone; `helps`: the kinds of help in the options."""

    options: tuple[paths.Option, ...]
    need: str = ""
    baseline: str = ""
    target: str = ""
    maturity: int | None = None
    trl_now: int | None = None
    ai_act: str = ""
    personal_data: bool = False
    health_data: bool = False
    employee_data: bool = False
    french: bool = True
    nda: bool = False
    silent: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()
    helps: frozenset[str] = frozenset()

    def first(self, kind: str) -> paths.Step | None:
        """The first step of a kind in any option."""
        return next((step for step in paths.all_steps(list(self.options)) if step["kind"] == kind), None)


def compose_sections(reading: Reading) -> dict[str, list[Paragraph]]:
    """Every section with something to say, in order, in the active language."""
    writers = {
        "need": _need,
        "baseline": _baseline,
        "market": _market,
        "data": _data,
        "ethics": ethics,
        "staffing": _staffing,
        "conditions": conditions,
        "risks": risks,
        "next_steps": _next_steps,
    }
    found = {
        code: [paragraph(f"{code}-{name}", text[:PARAGRAPH_MAX]) for name, text in writers[code](reading)]
        for code in SECTIONS
    }
    return {code: rows for code, rows in found.items() if rows}


def _need(reading: Reading) -> Said:
    if reading.need.strip():
        yield "understood", reading.need.strip()


def _sentence(text: str) -> str:
    """What somebody typed as the end of a sentence, with one full stop."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _baseline(reading: Reading) -> Said:
    """The goal is a field of its own, and has its own place in the document."""
    if reading.baseline.strip():
        yield "today", _("Aujourd’hui : %(text)s") % {"text": _sentence(reading.baseline)}
    elif reading.target.strip():
        yield (
            "measure",
            _("La situation de départ n’est pas chiffrée : la mesurer dira si l’objectif est atteint."),
        )


def _market(reading: Reading) -> Said:
    # What the company has already tried stays out: no partner reads it, and every party reads the document.
    if reading.trl_now is not None and reading.trl_now <= 3 and reading.helps & {kinds.CIFRE, kinds.RND}:
        yield (
            "early",
            _(
                "Le besoin part d’un TRL %(trl)s : il reste à montrer que l’idée fonctionne. Les outils du commerce "
                "sont à examiner avant d’engager la recherche."
            )
            % {"trl": reading.trl_now},
        )


def _data(reading: Reading) -> Said:
    maturities = {
        0: _("Rien n’est encore numérisé : il n’y a pas de données sur lesquelles travailler."),
        1: _("Les données existent sur papier, en images ou en fichiers isolés."),
        2: _("Des données sont historisées, mais hétérogènes : elles sont à relier avant de servir."),
        3: _("Les données sont reliées et de qualité suffisante."),
        4: _("Les données arrivent en temps réel et sont gouvernées."),
    }
    if reading.maturity is not None:
        yield "maturity", maturities[reading.maturity]
    if reading.first(kinds.DIAGNOSIS):
        yield (
            "first",
            _(
                "C’est pourquoi le diagnostic des données vient en premier : il dira ce qui manque pour la suite."
            ),
        )
    if reading.helps - {kinds.TRAINING, kinds.DIAGNOSIS}:
        yield (
            "access",
            _(
                "Avant le premier échange de fichiers, les parties écrivent qui accède à quoi, où et jusqu’à quand."
            ),
        )
    if reading.personal_data:
        yield (
            "personal",
            _(
                "Des données personnelles sont concernées : n’en transmettre que le nécessaire, informer les "
                "personnes, et écrire qui en répond (RGPD, articles 13, 26 et 28)."
            ),
        )
    if reading.health_data:
        yield (
            "health",
            _(
                "Des données de santé sont concernées : un hébergeur certifié (HDS), une analyse d’impact, et pour "
                "la recherche une méthodologie de référence (MR-004) ou une autorisation de la CNIL."
            ),
        )


def _staffing(reading: Reading) -> Said:
    told = {
        kinds.DIAGNOSIS: _("Diagnostic : le temps de ceux qui produisent et gardent les données."),
        kinds.TRAINING: _("Formation : le temps des personnes formées, pris sur leur travail."),
        kinds.INTERNSHIP: _(
            "Stage : un tuteur dans l’entreprise, un enseignant référent à l’école. L’étudiant ne remplace personne."
        ),
        kinds.APPRENTICESHIP: _(
            "Alternance : un maître d’apprentissage, et une personne présente selon le rythme de l’école."
        ),
        kinds.CIFRE: _(
            "CIFRE : l’entreprise embauche le doctorant, qui donne tout son temps à la recherche pendant trente-six "
            "mois, entre elle et le laboratoire."
        ),
        kinds.RND: _("Collaboration : une personne qui connaît le terrain et peut décider à chaque palier."),
    }
    yield from ((help, text) for help, text in told.items() if help in reading.helps)


def _next_steps(reading: Reading) -> Said:
    # Without a date: those above are moved, and what is written here stays true.
    yield "answer", _("Vous répondez avant la fin de validité de cette proposition.")
    yield "talk", _("Premier échange entre l’entreprise et chaque partenaire dans les dix jours ouvrés.")
    if reading.silent:
        yield (
            "nda",
            _("L’accord de confidentialité est signé d’abord, avec %(names)s.")
            % {"names": ", ".join(reading.silent)},
        )
    course = reading.first(kinds.TRAINING)
    if course and any(wait["code"] == "opco" for wait in course["waits"]):
        yield "opco", _("Si votre OPCO finance la formation, il reçoit la demande avant qu’elle commence.")
    if reading.helps & {kinds.INTERNSHIP, kinds.APPRENTICESHIP}:
        yield "school", _("L’annonce pour l’étudiant est écrite avec l’école dès votre accord.")
    if kinds.CIFRE in reading.helps:
        yield "cifre", _("Le dossier CIFRE est déposé à l’ANRT dès que le candidat est choisi.")
    if reading.helps & {kinds.RND, kinds.LABORATORY}:
        yield (
            "contract",
            _("Le contrat se prépare dès votre accord, avec le signataire de chaque partenaire."),
        )
