"""The registry, what a warning may look at, and what it says."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import User
from foundation.registry import Registry
from intake.discretion import Seen
from intake.history import History
from intake.models import Irritant
from partners.models import Organisation
from triage import likeness
from triage.likeness import Alike
from triage.models import Qualification


@dataclass(frozen=True)
class Link:
    """Somewhere to look or to act: a place on the screen ("#clore") or another page."""

    label: str
    url: str
    language: str = ""


@dataclass(frozen=True)
class Warning:
    """`title`: what was seen; `why`: why it matters here; `todo`: what to do; all plain sentences.

    `grave`: to be settled before anybody is asked; the others are only good to know.
    """

    title: str
    why: str
    todo: str
    links: Sequence[Link] = ()
    grave: bool = False
    code: str = ""


@dataclass
class Case:
    """An irritant as its screen has read it already, so that all warnings together cost five queries at most.

    `candidates`: organisations of the matches that are kept, or may still be; `topics`: what the need is about, as
    far as a person said so.
    """

    irritant: Irritant
    reader: User
    history: History
    seen: Sequence[Seen] = ()
    qualification: Qualification | None = None
    topics: frozenset[str] = frozenset()
    candidates: Sequence[Organisation] = field(default=())

    @cached_property
    def near_copies(self) -> list[Alike]:
        return likeness.near_copies(self.irritant, self.reader)

    @cached_property
    def _of_the_organisation(self) -> frozenset[int]:
        return frozenset(one.irritant.pk for one in self.history.related if one.sure)

    @cached_property
    def copies_here(self) -> list[Alike]:
        """Near-copies of the same organisation, or from the same address."""
        return [one for one in self.near_copies if self._is_ours(one.irritant)]

    @cached_property
    def copies_elsewhere(self) -> list[Alike]:
        return [one for one in self.near_copies if not self._is_ours(one.irritant)]

    def _is_ours(self, other: Irritant) -> bool:
        mine = self.irritant
        return (
            other.company_id == mine.company_id
            or other.contact_id == mine.contact_id
            or other.pk in self._of_the_organisation
        )


def links_to(irritants: Iterable[Irritant], most: int = 3) -> list[Link]:
    """The first that the reader may open (`may_open`), and how many there are beside them."""
    irritants = list(irritants)
    shown = [row for row in irritants if row.may_open][:most]
    links = [
        Link(
            f"{row.reference}, {row.company.name}", reverse("admin:workbench_irritant", args=[row.public_id])
        )
        for row in shown
    ]
    rest = len(irritants) - len(shown)
    if rest:
        text = ngettext("et %(count)s autre dossier", "et %(count)s autres dossiers", rest)
        links.append(Link(text % {"count": rest}, ""))
    return links


# name → function(case) giving a Warning or None; shown in the order of registration, grave ones first.
WARNINGS: Registry[Callable[[Case], Warning | None]] = Registry("warning")
# name → function() giving texts that the portal itself shows as examples, in the reader's language.
OWN_TEXTS: Registry[Callable[[], list[str]]] = Registry("text of ours")


def of(case: Case) -> list[Warning]:
    """Everything to know about this case now."""
    found = []
    for code, look in WARNINGS.items():
        warning = look(case)
        if warning is not None:
            found.append(_coded(warning, code))
    return sorted(found, key=lambda one: not one.grave)


def _coded(warning: Warning, code: str) -> Warning:
    return Warning(warning.title, warning.why, warning.todo, tuple(warning.links), warning.grave, code)
