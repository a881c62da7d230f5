"""The partner's space: whose it is, who may do what there, and its tabs, one per page that an app registers.

Addresses: espace/partenaire/ shows what waits for all of a person's organisations; espace/partenaire/<code>/… is about
one of them, `code` being Organisation.external_id.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise

from accounts.access import signed_in
from journal.actors import PARTNER, Actor
from partners.models import Membership

READERS = (Membership.ADMINISTRATOR, Membership.EDITOR, Membership.READER)
WRITERS = (Membership.ADMINISTRATOR, Membership.EDITOR)
ADMINISTRATORS = (Membership.ADMINISTRATOR,)


@dataclass(frozen=True)
class Tab:
    """One page of the space; `url_name` takes the organisation's code, `roles` are those who see it."""

    order: int
    label: str | Promise
    url_name: str
    roles: tuple[str, ...] = READERS


_tabs: list[Tab] = []


def add_tab(tab: Tab) -> None:
    """Called in AppConfig.ready of the app whose page it is."""
    if tab not in _tabs:
        _tabs.append(tab)
        _tabs.sort(key=lambda one: one.order)


def of_partner(*roles: str) -> Callable:
    """For view(request, membership, …) at an address with `code`: a member's own organisation, else it does not exist;
    PermissionDenied for a member in another role than `roles`."""

    def decorate(view):
        @signed_in
        @wraps(view)
        def opened(request, code: str, **kwargs):
            membership = (
                request.user.memberships.select_related("organisation")
                .filter(organisation__external_id=code)
                .first()
            )
            if membership is None:
                raise Http404
            if membership.role not in roles:
                raise PermissionDenied
            return view(request, membership, **kwargs)

        return opened

    return decorate


def actor_of(membership: Membership) -> Actor:
    return Actor(PARTNER, user=membership.user)


def tabs_of(membership: Membership, current: str) -> list[dict]:
    """For components/tabs.html; `current` is the url_name of the page shown."""
    code = membership.organisation.external_id
    return [
        {
            "label": tab.label,
            "url": reverse(tab.url_name, args=[code]),
            "count": None,
            "current": tab.url_name == current,
        }
        for tab in _tabs
        if membership.role in tab.roles
    ]


def space_page(
    request: HttpRequest,
    membership: Membership,
    template: str,
    context: dict,
    *,
    tab: str,
    status: int = 200,
):
    """Render a page of one organisation's space: `template` extends partners/space_base.html."""
    shared = {
        "membership": membership,
        "organisation": membership.organisation,
        "tabs": tabs_of(membership, tab),
        "may_write": membership.role in WRITERS,
        "may_administer": membership.role in ADMINISTRATORS,
    }
    return render(request, template, {**shared, **context}, status=status)
