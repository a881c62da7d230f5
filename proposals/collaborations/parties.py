"""Who looks at a collaboration, and what each may do there: one party, the same rules on every page."""

from dataclasses import dataclass

from journal.actors import COMPANY, COORDINATOR, PARTNER, Actor
from partners.models import Organisation
from proposals.models import Collaboration, CollaborationStep


@dataclass(frozen=True)
class Party:
    """`organisation`: the partner; None for the company and the coordination. `token`: of the link, "" for staff."""

    actor: Actor
    organisation: Organisation | None = None
    token: str = ""

    @property
    def role(self) -> str:
        return self.actor.role

    @property
    def is_staff(self) -> bool:
        return self.role == COORDINATOR

    @property
    def is_company(self) -> bool:
        return self.role == COMPANY

    @property
    def key(self) -> int | None:
        """The organisation's primary key, None for the company: as signatures and reviews name their party."""
        return self.organisation.pk if self.organisation else None

    def leads(self, step: CollaborationStep) -> bool:
        if self.is_staff:
            return True
        if self.is_company:
            return step.leads == "company"
        return step.organisation_id is not None and step.organisation_id == self.key

    @property
    def may_plan(self) -> bool:
        return self.role in (COORDINATOR, PARTNER)

    @property
    def may_count(self) -> bool:
        """Enter an outcome figure."""
        return self.role in (COORDINATOR, PARTNER)


def names(collaboration: Collaboration, company: str) -> dict[int | None, str]:
    """Party key → name, the company first; `company` as the reader may know it."""
    rows = collaboration.organisations.select_related("signed_by").order_by("name")
    return {None: company, **{row.pk: _signing(row) for row in rows}}


def _signing(organisation: Organisation) -> str:
    """A laboratory is no legal person: its supervising body signs."""
    signs = organisation.signed_by
    return f"{organisation.name} ({signs.name})" if signs else organisation.name
