from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partenaires")

    def ready(self):
        from foundation.privacy import OnErase, impersonal, personal
        from partners import readers  # noqa: F401
        from partners.identity import registering as identity_registering  # noqa: F401
        from partners.members import registering  # noqa: F401

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
        )
        impersonal("partners.AskedChange", "stage", why="code")
        personal(
            "partners.Organisation",
            "contact_email",
            purpose="asking the partner",
            basis="contract",
            on_erase=OnErase.BLANK,
        )
        impersonal("partners.Membership", "role", why="code")
        personal(
            "partners.Invitation",
            "email",
            purpose="inviting somebody into a partner's team",
            basis="legitimate interest",
            on_erase=OnErase.DELETE,
            days=120,
        )
        impersonal("partners.Invitation", "role language stage", why="codes")
        impersonal("partners.JoinRequest", "stage", why="code")
