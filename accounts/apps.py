from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Comptes")

    def ready(self):
        from accounts import (
            hearing,  # noqa: F401  hears of sign-ins and of changed proofs
            held,  # noqa: F401  (what the packages under it keep)
        )
        from foundation.privacy import OnErase, impersonal, personal

        personal(
            "accounts.User",
            "email full_name",
            purpose="sign-in",
            basis="contract",
            on_erase=OnErase.PSEUDONYM,
            account="pk",
        )
        impersonal("accounts.SecondFactor", "type data", why="allauth's row: kind and keys of a device")
        impersonal("accounts.User", "password", why="Argon2 hash, unusable for people without password")
        impersonal("accounts.User", "role language departments pillars", why="code")
