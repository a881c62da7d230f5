from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "files"
    verbose_name = _("Fichiers")

    def ready(self):
        from files import lifecycle, rules, scanning, timeline  # noqa: F401
        from foundation.privacy import OnErase, impersonal, personal

        personal(
            "files.StoredFile",
            "name",
            purpose="documents of the case",
            basis="contract",
            on_erase=OnErase.DELETE,
            case="case",
        )
        impersonal("files.StoredFile", "kind sha256 state", why="code, hash")
