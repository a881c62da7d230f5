"""Snapshot → Paper: which sections there are, in which order, under which numbers."""

from collections.abc import Callable

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from proposals.document import wording
from proposals.document.blocks import Block, Note, Paper, Section
from proposals.document.content import Content
from proposals.document.reading import language_of, reading
from proposals.document.sections import agreeing, annexes, glossary, money, understanding, work

_Write = Callable[[Content], list[Block]]


def compose(snapshot: dict) -> Paper:
    """The whole document of a snapshot of schema 2, in the snapshot's language."""
    with translation.override(language_of(snapshot.get("language"))):
        return _paper(reading(snapshot))


def _titles(content: Content) -> list[tuple[str, str, _Write]]:
    """(code, title, writer) of the sections, in order."""
    several = len(content.options) > 1
    partners = ngettext(
        "Votre partenaire et vos interlocuteurs", "Vos partenaires et interlocuteurs", len(content.partners)
    )
    return [
        ("words", _("L’irritant, dans vos mots"), understanding.words),
        ("need", _("Ce que nous avons compris"), understanding.need),
        ("market", _("Ce qui existe déjà, et pourquoi cela ne suffit pas"), understanding.market),
        ("options", _("Les chemins possibles") if several else _("Le chemin proposé"), understanding.options),
        ("team", partners, understanding.team),
        ("workplan", _("Plan de travail"), work.workplan),
        ("data", _("Vos données"), work.data),
        ("ethics", _("Éthique et cadre légal"), work.ethics),
        ("staffing", _("Ce que cela demande à votre équipe"), work.staffing),
        ("budget", _("Coût et financement"), money.budget),
        ("calendar", _("Calendrier"), work.calendar),
        ("conditions", _("Propriété et confidentialité"), agreeing.conditions),
        ("risks", _("Risques et parades"), work.risks),
        ("next", _("Prochaines étapes et validité"), agreeing.next_steps),
        ("agreement", _("Accord d’intention"), agreeing.agreement),
    ]


def _annexes(content: Content) -> list[tuple[str, str, _Write]]:
    return [
        ("internship", _("Fiche de stage ou d’alternance"), annexes.internship),
        ("thesis", _("Fiche de thèse"), annexes.thesis),
        ("inventory", _("Inventaire des données"), annexes.inventory),
        ("confidentiality", _("Lettre de confidentialité, modèle"), annexes.confidentiality),
        ("sources", _("Règles et sources"), money.sources),
    ]


def _paper(content: Content) -> Paper:
    sections = []
    for code, title, write in _titles(content):
        if not (blocks := write(content)):
            continue
        if code == "agreement":
            blocks += [*agreeing.control(content), agreeing.notice()]
        sections.append(Section(code, str(len(sections) + 1), title, tuple(blocks)))
    added: list[Section] = []
    for code, title, write in _annexes(content):
        if blocks := write(content):
            added.append(_annex(code, title, blocks, added))
    if terms := glossary.glossary([*sections, *added]):
        added.append(_annex("glossary", _("Glossaire"), terms, added))
    title = content.title
    version = _("version %(version)s") % {"version": content.version}
    return Paper(
        language=content.language,
        words_language=content.words_language,
        reference=content.reference,
        version=content.version,
        title=title,
        kind_of_paper=_kind(content),
        # What stands in the metadata: of a confidential case, the reference alone.
        name=_("Proposition %(reference)s, version %(version)s")
        % {"reference": content.reference, "version": content.version}
        if content.nda
        else f"{title} · {content.reference}",
        cover=_cover(content, version),
        notes=_notes(content),
        sections=tuple(sections),
        annexes=tuple(added),
        date=wording.day(content.date),
        created=content.date.isoformat(),
        foot=f"{content.reference} · {version} · {wording.day(content.date)}",
        legal=agreeing.legal_notice(),
        verify_number=content.verify_number,
        verify_check=content.verify_check,
        verify_url=content.verify_url,
    )


def _annex(code: str, title: str, blocks: list[Block], before: list[Section]) -> Section:
    number = _("Annexe %(number)s") % {"number": len(before) + 1}
    return Section(
        code,
        number,
        title,
        tuple(blocks),
        annex=True,
        fresh=code not in ("sources", "glossary"),
    )


def _kind(content: Content) -> str:
    kind = _("Proposition de collaboration")
    if kind in content.title:  # said once is enough
        return _("Dossier %(reference)s") % {"reference": content.reference}
    return kind


def _cover(content: Content, version: str) -> tuple[tuple[str, str], ...]:
    attention = _("à l’attention de %(contact)s") % {"contact": content.contact} if content.contact else ""
    company = ", ".join(filter(None, (content.company, content.city)))
    rows = (
        (_("Pour"), "\n".join(filter(None, (company, attention)))),
        (_("Avec"), "\n".join(content.parties)),
        (_("Référence"), f"{content.reference}, {version}"),
        (_("Établie le"), wording.day(content.date)),
        (_("Valable jusqu’au"), wording.day(content.valid_until)),
        (_("Votre interlocuteur"), content.coordinator),
        (_("Pilier"), content.pillar),
    )
    return tuple(row for row in rows if row[1])


def _notes(content: Content) -> tuple[Note, ...]:
    notes = []
    if content.illustrative:
        notes.append(
            Note(
                _(
                    "Des offres citées dans ce document sont illustratives : elles montrent ce qu’une "
                    "proposition contient et "
                    "n’engagent aucun établissement."
                ),
                title=_("Données de démonstration."),
                tone="warn",
            )
        )
    if content.missing_signs:
        notes.append(
            Note(
                _(
                    "Quelques signes ne peuvent pas être imprimés : ils sont remplacés par □. Le texte "
                    "complet reste sur votre "
                    "page de suivi."
                ),
                tone="warn",
            )
        )
    if content.cut:
        notes.append(
            Note(
                _("Des textes trop longs pour ce document y sont coupés, à l’endroit marqué […]."),
                tone="warn",
            )
        )
    return tuple(notes)
