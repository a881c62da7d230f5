"""Proposing changes to paragraphs: what a party types on its page becomes rows, once for each paragraph and version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from foundation import clock
from proposals.agreeing.paragraphs import current, paragraphs
from proposals.comparing import Piece, pieces
from proposals.models import Proposal, ProposalVersion, Suggestion, SuggestionState

ACTS = ("take", "turn_down")  # the buttons beside a paragraph, as "<act>:<id>"


@dataclass(frozen=True)
class Typed:
    """What a party wrote about one paragraph: its own wording ("" when it left it as it is) and a remark."""

    text: str
    comment: str


def keep(version: ProposalVersion, organisation, name: str, typed: Mapping[str, Typed]) -> list[Suggestion]:
    """Write them, in the transaction of the word that they come with; a second word replaces an open one."""
    known = {one.id for one in paragraphs(version.snapshot)}
    kept = []
    for code, one in typed.items():
        if code not in known or not (one.text or one.comment):
            continue
        row, new = Suggestion.objects.get_or_create(
            document=version,
            paragraph=code,
            organisation=organisation,
            defaults={"name": name[:120], "text": one.text, "comment": one.comment},
        )
        if not new and row.state == SuggestionState.OPEN:
            row.text, row.comment, row.at = one.text, one.comment, clock.now()
            row.save(update_fields=["text", "comment", "at"])
        kept.append(row)
    return kept


@dataclass(frozen=True)
class Told:
    """A proposed change with the heading of its paragraph, and what that paragraph said.

    `pieces`: the proposed words against those; `placed`: the paragraph still stands in the text being written.
    """

    suggestion: Suggestion
    heading: str
    said: str
    pieces: tuple[Piece, ...] = ()
    placed: bool = True

    @property
    def who(self) -> str:
        row = self.suggestion
        return row.organisation.name if row.organisation else row.document.proposal.irritant.company.name


def told(
    rows, *, against: Proposal | None = None, read: Callable[[dict], dict] = lambda snapshot: snapshot
) -> list[Told]:
    """Suggestions with the words of their version, for whoever made them and for the coordination.

    `against`: the proposal whose text is looked at for what is still placed; `read(snapshot)`: as much of a version as
    the reader may read (triage.reading).
    """
    known: dict[int, dict] = {}
    found = []
    for row in rows:
        if row.document_id not in known:
            known[row.document_id] = {one.id: one for one in paragraphs(read(row.document.snapshot))}
        one = known[row.document_id].get(row.paragraph)
        said = one.text if one else ""
        found.append(
            Told(
                row,
                one.heading if one else row.paragraph,
                said,
                pieces(said, row.text) if row.text else (),
                against is None or current(against, row.paragraph) is not None,
            )
        )
    return found
