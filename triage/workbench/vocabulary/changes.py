"""Changes of the vocabulary that are in force, each with the key that undoes it."""

from dataclasses import dataclass

from programs.models import ThesaurusAddition, ThesaurusRetirement

LATEST_CHANGES = 12


@dataclass(frozen=True)
class Change:
    """A row in force, newest first: what was added or retired, by whom, when, and the key that undoes it."""

    added: bool
    concept: str
    language: str
    text: str
    who: str
    at: object
    undo: str


def change_of(row: ThesaurusAddition | ThesaurusRetirement) -> Change:
    who = str(row.created_by) if row.created_by else ""
    if isinstance(row, ThesaurusAddition):
        return Change(
            True, row.concept, row.language, row.expression, who, row.created_at, str(row.public_id)
        )
    concept, _slash, rest = row.item.partition("/")
    language, _slash, text = rest.partition("/")
    return Change(False, concept, language, text, who, row.created_at, str(row.public_id))


def changes_in_force(concept: str | None = None) -> list[Change]:
    added = ThesaurusAddition.objects.filter(retired_at=None).select_related("created_by")
    retired = ThesaurusRetirement.objects.filter(undone_at=None).select_related("created_by")
    if concept:
        added = added.filter(concept=concept)
        retired = retired.filter(item__startswith=f"{concept}/") | retired.filter(item=concept)
    rows = [
        *added.order_by("-created_at")[:LATEST_CHANGES],
        *retired.order_by("-created_at")[:LATEST_CHANGES],
    ]
    return sorted((change_of(row) for row in rows), key=lambda change: change.at, reverse=True)[
        :LATEST_CHANGES
    ]
