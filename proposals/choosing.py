"""Which option the company goes with, and whose word that needs. Read from the snapshot that the company read."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from journal.lifecycle import Refusal
from proposals import paths
from proposals.models import AGAINST, Agreement, AgreementRecord, ProposalVersion


def options_in(snapshot: dict[str, Any]) -> list[paths.Option]:
    """The options of a snapshot of either schema; what was sent before options existed had one path."""
    if "options" in snapshot:
        return snapshot["options"]
    return [paths.blank_option("a", title=_("Le chemin proposé"), steps=snapshot.get("path") or [])]


def parties_of(option: paths.Option) -> set[str]:
    """Public ids of the organisations that lead a step of this option."""
    return paths.leaders([option])


def words_on(version: ProposalVersion, option: paths.Option) -> QuerySet[Agreement]:
    """Where the partners of this option stand."""
    return version.agreements.filter(organisation__public_id__in=parties_of(option))


def all_agreed(version: ProposalVersion, option: paths.Option) -> bool:
    return not words_on(version, option).exclude(state=Agreement.State.AGREED).exists()


def choices(version: ProposalVersion) -> list[paths.Option]:
    """The options of this version that none of their partners is against."""
    against = version.agreements.exclude(organisation=None).filter(state__in=AGAINST)
    unwilling = {str(one) for one in against.values_list("organisation__public_id", flat=True)}
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


def taken(version: ProposalVersion) -> paths.Option | None:
    """The option that the company agreed to, while a partner of it is still awaited too; None before its word."""
    company = version.agreements.filter(organisation=None, state=Agreement.State.AGREED).first()
    if company is None:
        return None
    said = AgreementRecord.objects.filter(agreement=company, said=Agreement.State.AGREED)
    options = options_in(version.snapshot)
    wanted = said.values_list("option", flat=True).last()
    return options[0] if len(options) == 1 else paths.option_of(options, wanted or "")
