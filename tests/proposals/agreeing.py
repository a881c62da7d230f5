"""A proposal in the hands of its partners: how tests get there, and what each party's browser does."""

from types import SimpleNamespace

from django.db import transaction
from django.test import Client
from django.urls import reverse

from journal import jobs, links
from journal.actors import Actor, coordinator
from proposals import writing
from proposals.agreeing.lifecycle import AGREEMENT
from proposals.lifecycle import PROPOSAL
from proposals.sections import with_text
from tests import cast as casting
from tests.triage.partner.helpers import token_of
from triage.disclosure import grant
from triage.lifecycle import REFERRAL

COMPANY, PARTNER = Actor("company"), Actor("partner")


def drafted(cast, *, both: bool = False, shared: bool = True) -> SimpleNamespace:
    """Accepted by one or both laboratories, which know the company when `shared`, and a proposal begun."""
    cast.referrals = casting.accepted(cast)
    if both:
        REFERRAL.perform(cast.referrals[1], "accept", actor=PARTNER)
    if shared:
        for referral in cast.referrals[: 1 + both]:
            with transaction.atomic():
                grant(referral, actor=COMPANY, carried=True)
    cast.by = coordinator(cast.coordinator)
    cast.proposal = writing.prepare(cast.irritant, actor=cast.by)
    cast.ours, cast.anyone = Client(), Client()
    cast.ours.force_login(cast.coordinator)
    cast.company_token = links.give(links.FOLLOW, cast.irritant.public_id, cast.irritant.contact.email).token
    cast.partner_token = token_of(cast.referrals[0])
    return cast


def write(cast, **texts: str) -> None:
    """Sections of the proposal, each said in one paragraph."""
    values = {"sections": with_text(cast.proposal.sections, **texts)}
    writing.edit(cast.proposal, values, version=cast.proposal.version, actor=cast.by)


def frozen(cast):
    version = writing.freeze(cast.proposal, actor=cast.by)
    jobs.run_owed()
    version.refresh_from_db()
    cast.version = version
    return version


def submitted(cast, **more) -> SimpleNamespace:
    PROPOSAL.perform(cast.proposal, "submit", actor=cast.by, proposal_version=frozen(cast), **more)
    return cast


def word(cast, organisation=None):
    return cast.proposal.asked_version.agreements.get(organisation=organisation)


def says(cast, organisation, move: str, **data):
    data = {"person": "Équipe", "role": "Direction", **data}
    return AGREEMENT.perform(word(cast, organisation), move, actor=PARTNER, **data)


def page(cast, name: str, *args) -> str:
    token = cast.company_token if name.startswith(("company", "answer")) else cast.partner_token
    return reverse(f"proposals:{name}", args=[token, *args])
