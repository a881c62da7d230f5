from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "intake"
    verbose_name = _("Irritants")

    def ready(self):
        from foundation.privacy import OnErase, impersonal, personal
        from intake import lifecycle, mails, reactions, relinking, resuming, rules, timeline  # noqa: F401

        impersonal(
            "intake.Company",
            "name siren siret foreign_id foreign_id_kind country organisation_type naf_rev2 naf_2025 headcount "
            "legal_form size_category postcode city",
            why="public facts about a legal entity",
        )
        personal(
            "intake.Contact",
            "email name phone position language",
            purpose="answering the company",
            basis="legitimate interest",
            on_erase=OnErase.PSEUDONYM,
        )
        personal(
            "intake.Draft",
            "token answers email",
            purpose="resuming a form",
            basis="consent",
            on_erase=OnErase.DELETE,
            days=14,
        )
        impersonal("intake.Draft", "language provenance", why="code")
        personal(
            "intake.Draft",
            "origin",
            purpose="keeping machines from flooding the form",
            basis="legitimate interest",
            on_erase=OnErase.DELETE,
            days=1,
        )
        personal(
            "intake.Irritant",
            "text tried",
            purpose="finding who can help",
            basis="consent",
            on_erase=OnErase.BLANK,
        )
        impersonal(
            "intake.Irritant",
            "reference form_token language topics_confirmed topics_removed kinds_wished deadline "
            "site_city site_postcode site_commune site_siret department confidentiality "
            "consent_version provenance stage turn outcome",
            why="codes and places of a legal entity",
        )
        personal("intake.Post", "text", purpose="conversation", basis="consent", on_erase=OnErase.BLANK)
        impersonal("intake.Post", "author_role", why="code")
