"""What partners' teams hold about somebody: see foundation.privacy."""

from foundation.privacy import OnErase, impersonal, personal

facts = (
    "external_id name acronym kind rnsr_id ror_id unit_numbers legal_id vat_number city postcode country "
    "web_domain expertise signed_by_because language"
)
why = "public facts about an organisation"
impersonal("partners.Organisation", facts, why=why)
impersonal("partners.HistoricalOrganisation", f"{facts} history_change_reason history_type", why=why)
impersonal("partners.Affiliation", "nature", why="code")
impersonal("partners.Standing", "kind", why="code")
personal(
    "partners.AskedChange",
    "text",
    purpose="keeping an organisation's record right",
    basis="contract",
    on_erase=OnErase.BLANK,
    ended_by="retention.asked_changes",
)
impersonal("partners.AskedChange", "stage", why="code")
personal(
    "partners.Organisation",
    "contact_email",
    purpose="asking the partner",
    basis="contract",
    on_erase=OnErase.BLANK,
    days=None,  # as long as the organisation is one of the partners
)
personal(
    "partners.Membership",
    "role",
    purpose="knowing who acts for a partner",
    basis="contract",
    on_erase=OnErase.DELETE,
    account="user",
)
personal(
    "partners.Invitation",
    "email",
    purpose="inviting somebody into a partner's team",
    basis="legitimate interest",
    on_erase=OnErase.DELETE,
    days=120,
    ended_by="invitation.forget",
)
impersonal("partners.Invitation", "role language stage", why="codes")
personal(
    "partners.JoinRequest",
    "stage",
    purpose="knowing who acts for a partner",
    basis="contract",
    on_erase=OnErase.DELETE,
    account="user",
)
