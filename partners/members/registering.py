"""What the members' part tells the registries of the house; imported once the apps are ready."""

from django.utils.translation import gettext_lazy as _

from accounts import deactivating
from journal.actors import coordinator
from journal.lifecycle import Refusal
from partners.members import clock, mails, reactions, telling  # noqa: F401
from partners.members.acts import end_all, refused_to_deactivate
from partners.space import READERS, Tab, add_tab

add_tab(Tab(60, _("Équipe"), "members:team", READERS))


@deactivating.GUARDS.register("partners.members")
def keeps_an_administrator(user) -> str:
    return refused_to_deactivate(user)


@deactivating.ACTS.register("partners.members")
def leave_every_organisation(user, by) -> None:
    try:
        end_all(user, actor=coordinator(by))
    except Refusal as refusal:
        raise deactivating.Refused(str(refusal)) from refusal
