from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class DemoConfig(AppConfig):
    name = "demo"

    def ready(self):
        # Second lock besides the settings: one-click sign-in must be impossible where real people are.
        if settings.PRODUCTION:
            raise ImproperlyConfigured("The demonstration cannot be installed in production.")
