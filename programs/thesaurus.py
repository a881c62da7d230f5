"""The thesaurus as coordinators left it: the files of matching/data with their additions and retirements laid over.

Reading: `current()`, and what the page « Vocabulaire » shows. Changing: an `Edit` is checked, tried (`tried` gives the
thesaurus that it would make, for a preview) and applied; every change is a row, and can be undone.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from foundation import clock
from journal.actors import COORDINATOR, Actor
from journal.events import record
from journal.lifecycle import Refusal
from matching import Thesaurus
from matching.thesaurus import Entry, Expression, parse_expressions
from programs.models import CatalogueState, ThesaurusAddition, ThesaurusLanguage, ThesaurusRetirement, Topic

_IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST, MOST = 200, 20
ADD, RETIRE, UNDO = "add", "retire", "undo"


@dataclass(frozen=True)
class Overlay:
    """Rows in force: (concept, language, expression, topics) added, "concept[/language/expression]" retired."""

    additions: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()
    retired: tuple[str, ...] = ()


def overlay() -> Overlay:
    added = ThesaurusAddition.objects.filter(retired_at=None).order_by("pk")
    retired = ThesaurusRetirement.objects.filter(undone_at=None).order_by("pk")
    return Overlay(
        tuple((row.concept, row.language, row.expression, tuple(row.topics)) for row in added),
        tuple(row.item for row in retired),
    )


@lru_cache(maxsize=4)
def laid(over: Overlay) -> Thesaurus:
    """The files with an overlay: read once, whatever else of the catalogue moves."""
    names = ("concept", "language", "expression", "topics")
    return Thesaurus.load(
        additions=[dict(zip(names, addition, strict=True)) for addition in over.additions],
        retired=over.retired,
    )


class _Known:
    """This process's thesaurus, as of a sequence of the catalogue."""

    def __init__(self):
        self._lock = threading.Lock()
        self._sequence: int | None = None
        self._thesaurus: Thesaurus | None = None

    def current(self, sequence: int | None = None) -> Thesaurus:
        sequence = CatalogueState.current() if sequence is None else sequence
        with self._lock:
            if sequence != self._sequence:
                self._thesaurus, self._sequence = laid(overlay()), sequence
            return self._thesaurus

    def forget(self) -> None:
        with self._lock:
            self._sequence = None


known = _Known()


def current(sequence: int | None = None) -> Thesaurus:
    """The thesaurus in force: the same object until a coordinator changes it.

    One query, none for who has just read the catalogue's `sequence`.
    """
    return known.current(sequence)


@dataclass(frozen=True)
class Edit:
    """A change that was asked for.

    add: `expressions` of `concept`, each (language, expression); `topics` when the concept is new.
    retire: `item` of the files. undo: `undone`, the public id of an addition or a retirement.
    """

    act: str
    concept: str = ""
    expressions: tuple[tuple[str, str], ...] = ()
    topics: tuple[str, ...] = ()
    item: str = ""
    undone: str = ""


def checked(edit: Edit, *, new: bool = False) -> Edit:
    """The edit as it can be applied. Raises Refusal with a sentence and the name of the field it is about."""
    return {ADD: _checked_addition, RETIRE: _checked_retirement, UNDO: _checked_undo}[edit.act](edit, new)


def _checked_addition(edit: Edit, new: bool) -> Edit:
    thesaurus = current()
    entry = thesaurus.entries.get(edit.concept)
    if new and entry is not None:
        raise Refusal(_("Un concept porte déjà cet identifiant."), "concept")
    if new and (not _IDENTIFIER.fullmatch(edit.concept) or len(edit.concept) > 60):
        raise Refusal(
            _("Identifiant : lettres sans accent, chiffres et tirets. Exemple : laser-welding."), "concept"
        )
    if edit.concept in overlay().retired:
        raise Refusal(_("Ce concept a été retiré : rétablissez-le d’abord."), "concept")
    if not new and entry is None:
        raise Refusal(_("Aucun concept ne porte cet identifiant."), "concept")
    topics = edit.topics if new else tuple(entry.topics)
    if new and len(topics) != Topic.objects.filter(code__in=topics).count():
        raise Refusal(_("Ce thème n’existe pas."), "topics")
    expressions = tuple(dict.fromkeys(_expressions(edit.expressions)))
    if not expressions:
        raise Refusal(_("Écrivez au moins une expression."), "expression")
    if len(expressions) > MOST:
        raise Refusal(_("Vingt expressions à la fois, au plus."), "expression")
    said = {(one.language, one.text) for one in entry.expressions} if entry else set()
    for language, expression in expressions:
        text = parse_expressions(expression, language)[0].text
        if (language, text) in said:
            raise Refusal(_("« %(expression)s » y est déjà.") % {"expression": text}, "expression")
        if f"{edit.concept}/{language}/{text}" in overlay().retired:
            raise Refusal(
                _("« %(expression)s » a été retirée : rétablissez-la.") % {"expression": text}, "expression"
            )
    return Edit(ADD, edit.concept, expressions, topics)


def _expressions(given: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """One by one; `;` separates several. The marks of the format (~, "…", *) are kept."""
    for language, listed in given:
        if language not in ThesaurusLanguage.values:
            raise Refusal(_("Choisissez une langue."), "language")
        for part in listed.replace("\n", ";").replace("|", " ").split(";"):
            expression = " ".join(part.split())
            if not parse_expressions(expression, language):
                continue
            if len(expression) > LONGEST:
                raise Refusal(_("Une expression tient en 200 caractères."), "expression")
            yield language, expression


def _checked_retirement(edit: Edit, _new: bool) -> Edit:
    concept, _slash, rest = edit.item.partition("/")
    language, _slash, text = rest.partition("/")
    entry = current().entries.get(concept)
    if entry is None or (rest and (language, text) not in {(e.language, e.text) for e in entry.expressions}):
        raise Refusal(_("Cela ne fait plus partie du vocabulaire."), "item")
    return Edit(RETIRE, concept=concept, item=edit.item)


def _checked_undo(edit: Edit, _new: bool) -> Edit:
    row = _row(edit.undone)
    if row is None:
        raise Refusal(_("C’est déjà annulé."), "undone")
    concept = row.concept if isinstance(row, ThesaurusAddition) else row.item.partition("/")[0]
    return Edit(UNDO, concept=concept, undone=edit.undone)


def _row(public_id: str) -> ThesaurusAddition | ThesaurusRetirement | None:
    added = ThesaurusAddition.objects.filter(public_id=public_id, retired_at=None).first()
    return added or ThesaurusRetirement.objects.filter(public_id=public_id, undone_at=None).first()


def tried(edit: Edit) -> Thesaurus:
    """The thesaurus that a checked edit would make. Writes nothing."""
    over = overlay()
    if edit.act == ADD:
        added = tuple((edit.concept, language, text, edit.topics) for language, text in edit.expressions)
        return laid(Overlay((*over.additions, *added), over.retired))
    if edit.act == RETIRE:
        return laid(Overlay(over.additions, (*over.retired, edit.item)))
    row = _row(edit.undone)
    if isinstance(row, ThesaurusAddition):
        gone = (row.concept, row.language, row.expression, tuple(row.topics))
        return laid(Overlay(tuple(one for one in over.additions if one != gone), over.retired))
    return laid(Overlay(over.additions, tuple(item for item in over.retired if item != row.item)))


@transaction.atomic
def apply(edit: Edit, *, actor: Actor) -> list[ThesaurusAddition | ThesaurusRetirement]:
    """Make a checked edit and tell every process. Returns the rows that undo it, none for an undo. Raises Refusal."""
    if actor.role != COORDINATOR:
        raise Refusal(_("Cette action ne vous revient pas."), "role")
    CatalogueState.advance()  # first: it locks, so that two edits at once are checked one after the other
    known.forget()
    edit = checked(edit, new=edit.act == ADD and edit.concept not in current().entries)
    if edit.act == ADD:
        rows = [
            ThesaurusAddition.objects.create(
                concept=edit.concept,
                language=language,
                expression=expression,
                topics=list(edit.topics),
                created_by=actor.user,
            )
            for language, expression in edit.expressions
        ]
        names = ["thesaurus.added"] * len(rows)
    elif edit.act == RETIRE:
        rows = [ThesaurusRetirement.objects.create(item=edit.item, created_by=actor.user)]
        names = ["thesaurus.retired"]
    else:
        row = _row(edit.undone)
        if isinstance(row, ThesaurusAddition):
            row.retired_by, row.retired_at = actor.user, clock.now()
        else:
            row.undone_by, row.undone_at = actor.user, clock.now()
        row.save()
        rows, names = [row], ["thesaurus.undone"]
    for row, name in zip(rows, names, strict=True):
        record(name, case=row.public_id, subject=row, actor=actor, concept=edit.concept)
    transaction.on_commit(known.forget)
    known.forget()
    return [] if edit.act == UNDO else rows


# What the page shows.


def name_of(entry: Entry, language: str | None = None) -> str:
    """How people say a concept in the reader's language: its first full expression, else its identifier."""
    wanted = (language or get_language() or "fr")[:2]
    for one in (wanted, "xx", "fr", "en", "de"):
        for expression in entry.expressions:
            if expression.language == one and expression.weight == 1 and "*" not in expression.text:
                return expression.text
    return entry.id


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@lru_cache(maxsize=2)
def _haystacks(over: Overlay) -> list[tuple[Entry, str]]:
    labels = {
        topic.code: f"{topic.label_fr} {topic.label_de} {topic.label_en}" for topic in Topic.objects.all()
    }
    entries = sorted(laid(over).entries.values(), key=lambda entry: entry.id)
    return [
        (
            entry,
            folded(
                "\n".join(
                    [
                        entry.id,
                        *(expression.text for expression in entry.expressions),
                        *(f"{topic} {labels.get(topic, '')}" for topic in entry.topics),
                    ]
                )
            ),
        )
        for entry in entries
    ]


def search(query: str) -> list[Entry]:
    """Concepts whose identifier, expressions or topics hold every word of the query; those that begin so first."""
    words = folded(query).split()
    found = [entry for entry, text in _haystacks(overlay()) if all(word in text for word in words)]
    whole = " ".join(words)
    exact = [
        entry
        for entry in found
        if whole and whole in (entry.id, *(folded(e.text) for e in entry.expressions))
    ]
    return [*exact, *(entry for entry in found if entry not in exact)]


def narrower(concept: str) -> list[str]:
    return sorted(entry.id for entry in current().entries.values() if concept in entry.broader)


def as_text(thesaurus: Thesaurus, over: Overlay) -> str:
    """A whole thesaurus in the format of matching/data/thesaurus/00-format.md, ready for `evaluate --thesaurus`.

    The format has no word for a retirement, so the file is complete; what coordinators changed opens it as comments.
    """
    lines = [
        "# Exported: the files of matching/data/thesaurus with what coordinators changed.",
        *(f"# added: {concept}/{language}/{text}" for concept, language, text, _topics in over.additions),
        *(f"# retired: {item}" for item in over.retired),
    ]
    for entry in thesaurus.entries.values():
        sectors = f" / {' '.join(entry.sectors)}" if entry.sectors else ""
        lines += ["", f"[{entry.id}] {_weighted(entry.topics)}{sectors}".rstrip()]
        if entry.broader:
            lines.append(f"up: {' '.join(entry.broader)}")
        if related := getattr(entry, "related", None):
            lines.append(f"related: {' '.join(f'{name}:{weight:g}' for name, weight in related.items())}")
        for language in ("fr", "de", "en", "xx"):
            said = [_written(one) for one in entry.expressions if one.language == language]
            if said:
                lines.append(f"{language}: {'; '.join(said)}")
    return "\n".join([*lines, ""])


def _weighted(weights) -> str:
    return " ".join(name if weight == 1 else f"{name}:{weight:g}" for name, weight in weights.items())


def _written(expression: Expression) -> str:
    text = f'"{expression.text}"' if expression.exact else expression.text
    return text if expression.weight == 1 else f"~{text}"
