"""Which option the company goes with, and whose word that needs. Read from the snapshot that the company read."""

from typing import Any

from django.utils.translation import gettext as _

from journal.lifecycle import Refusal
from proposals import paths
from proposals.models import Agreement, ProposalVersion


def options_in(snapshot: dict[str, Any]) -> list[paths.Option]:
    """The options of a snapshot of either schema; what was sent before options existed had one path."""
    if "options" in snapshot:
        return snapshot["options"]
    return [paths.blank_option("a", title=_("Le chemin proposé"), steps=snapshot.get("path") or [])]


def parties_of(option: paths.Option) -> set[str]:
    """Public ids of the organisations that lead a step of this option."""
    return paths.leaders([option])


def choices(version: ProposalVersion) -> list[paths.Option]:
    """The options of this version whose partners all stand by their word."""
    unwilling = {
        str(one)
        for one in version.agreements.exclude(organisation=None)
        .exclude(state=Agreement.State.AGREED)
        .values_list("organisation__public_id", flat=True)
    }
    return [option for option in options_in(version.snapshot) if not parties_of(option) & unwilling]


def choice(version: ProposalVersion, option_id: str) -> paths.Option:
    """The option that the company takes; Refusal when there are several and it said none of them."""
    found = choices(version)
    if len(options_in(version.snapshot)) == 1 and found:
        return found[0]
    one = paths.option_of(found, option_id)
    if one is None:
        raise Refusal(_("Dites quelle option vous choisissez."), "option")
    return one
