from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partenaires")

    def ready(self):
        from partners import held, readers, retention  # noqa: F401
        from partners.identity import registering as identity_registering  # noqa: F401
        from partners.members import registering  # noqa: F401
