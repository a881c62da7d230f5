"""What a version freezes: everything its document says, as JSON (docs/proposal-snapshot.md)."""

import hashlib
import json

from django.utils import translation
from django.utils.translation import gettext as _

from foundation import clock
from partners.models import Organisation
from programs.models import Pillar
from proposals import costs, gathering, paths, sections
from proposals.models import Proposal, ProposalVersion

SCHEMA = 2
TEMPLATE_VERSION = "2"  # raise it when the templates or pdf.css change what is printed


def snapshot_of(proposal: Proposal) -> dict:
    """Everything the document says, as JSON: rendering reads nothing else (docs/proposal-snapshot.md)."""
    irritant = proposal.irritant
    read = gathering.qualification_of(irritant)
    need = gathering.need_of(irritant)
    options = costs.costed(proposal.options, irritant.language)
    return {
        "schema": SCHEMA,
        "language": irritant.language,
        "reference": irritant.reference,
        "date": clock.today().isoformat(),
        "valid_until": proposal.valid_until.isoformat(),
        "confidentiality": irritant.confidentiality,
        "title": proposal.title,
        "company": {
            "name": irritant.company.name,
            "contact": irritant.contact.name,
            "city": irritant.site_city,
        },
        "coordinator": irritant.coordinator.get_full_name() if irritant.coordinator else "",
        "words": irritant.text,
        "words_language": irritant.language,
        "need": proposal.need,
        "baseline": read.baseline,
        "target": proposal.target,
        "pillar": _pillar(read.pillar, irritant.language),
        "flags": {
            "ai_act": read.ai_act,
            "personal_data": read.personal_data,
            "health_data": read.health_data,
            "employee_data": read.employee_data,
        },
        "trl": [read.trl_now, read.trl_target],
        "maturity": need.maturity,
        "options": options,
        "chosen": proposal.chosen,
        "sections": sections.said(proposal.sections),
        "conditions": proposal.conditions,
        "next_steps": proposal.next_steps,
        "rules": costs.rules_in(options),
        "illustrative": any(step["illustrative"] for step in paths.all_steps(options)),
        "partners": _partners(proposal),
        "parties": sorted(_signs(referral.organisation, irritant.language) for referral in parties(proposal)),
    }


def parties(proposal: Proposal) -> list:
    """Accepted referrals whose organisation leads a step of any option: the parties beside the company."""
    leading = paths.leaders(proposal.options)
    rows = gathering.accepted(proposal.irritant)
    found = {row.organisation_id: row for row in rows if str(row.organisation.public_id) in leading}
    return list(found.values())


def _pillar(pillar: Pillar | None, language: str) -> str:
    """In the language of the document, whatever the vocabulary becomes later."""
    with translation.override(language):
        return pillar.label if pillar else ""


def _signs(organisation: Organisation, language: str) -> str:
    """Who signs for a partner, and for whom: a laboratory is no legal person."""
    if organisation.signed_by is None:
        return organisation.name
    with translation.override(language):
        return _("%(name)s (signataire : %(signatory)s)") % {
            "signatory": organisation.signed_by.name,
            "name": organisation.name,
        }


def _partners(proposal: Proposal) -> list[dict]:
    with translation.override(proposal.irritant.language):
        return [_partner(referral) for referral in parties(proposal)]


def _partner(referral) -> dict:
    organisation = referral.organisation
    return {
        "organisation_id": str(organisation.public_id),
        "name": organisation.name,
        "kind": organisation.get_kind_display(),
        "city": organisation.city,
        "person": referral.person_in_charge,
        "tutelles": sorted(
            row.parent.name for row in organisation.present_affiliations() if row.nature == row.Nature.TUTELLE
        ),
        "signed_by": organisation.signed_by.name if organisation.signed_by else "",
    }


def content_of(snapshot: dict) -> dict:
    """What a snapshot says, whatever the day and the number."""
    told = {key: value for key, value in snapshot.items() if key not in ("date", "version", "verify")}
    told["options"] = [
        {**option, "steps": [{**step, "cost": _undated(step["cost"])} for step in option["steps"]]}
        for option in snapshot.get("options", ())
    ]
    return told


def _undated(cost: dict | None) -> dict | None:
    return {key: value for key, value in cost.items() if key != "on"} if cost else None


def says_the_same(version: ProposalVersion, proposal: Proposal) -> bool:
    """Whether this version is the proposal as it stands now."""
    return version.template_version == TEMPLATE_VERSION and content_of(version.snapshot) == content_of(
        json.loads(json.dumps(snapshot_of(proposal)))
    )


def digest(snapshot: dict) -> str:
    text = json.dumps({"snapshot": snapshot, "template": TEMPLATE_VERSION}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
