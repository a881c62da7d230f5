"""What is known of a case, for the text that the portal composes."""

from intake.models import Confidentiality, Irritant
from proposals import gathering, paths
from proposals.composing import lead_times as kinds
from proposals.composing.text import Reading
from triage.asking import without_agreement


def reading_of(irritant: Irritant, options: list[paths.Option]) -> Reading:
    """The qualification, the company's own words, and who leads the options."""
    read, need = gathering.qualification_of(irritant), gathering.need_of(irritant)
    leading = paths.leaders(options)
    partners = [
        organisation
        for organisation in (referral.organisation for referral in gathering.accepted(irritant))
        if str(organisation.public_id) in leading
    ]
    silent = without_agreement(irritant, partners)
    visited = {step["organisation_id"] for step in paths.all_steps(options) if step["kind"] != kinds.TRAINING}
    return Reading(
        options=tuple(options),
        need=read.reformulated or read.partner_summary,
        baseline=read.baseline,
        target=read.target,
        maturity=need.maturity,
        trl_now=read.trl_now,
        ai_act=read.ai_act,
        personal_data=read.personal_data,
        health_data=read.health_data,
        employee_data=read.employee_data,
        french=irritant.company.country == "FR",
        nda=irritant.confidentiality == Confidentiality.NDA,
        silent=tuple(sorted(row.name for row in silent)),
        restricted=tuple(
            sorted(row.name for row in partners if row.restricted_access and str(row.public_id) in visited)
        ),
        helps=_helps(irritant, options),
    )


def _helps(irritant: Irritant, options: list[paths.Option]) -> frozenset[str]:
    """The kinds of help in the options, placements told apart by the offer they came from."""
    placements = {piece.offer_id: piece.help for piece in gathering.pieces_of(irritant)}
    found = set()
    for step in paths.all_steps(options):
        if step["kind"] == "talent":
            found.add(placements.get(step["offer_id"], kinds.INTERNSHIP))
        else:
            found.add(step["kind"])
    return frozenset(found)
