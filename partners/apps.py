from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partenaires")

    def ready(self):
        from foundation.privacy import OnErase, impersonal, personal
        from partners import readers  # noqa: F401
        from partners.members import registering  # noqa: F401

        impersonal(
            "partners.Organisation",
            "external_id name acronym kind rnsr_id unit_numbers city postcode country web_domain expertise language",
            why="public facts about an organisation",
        )
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
