from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightsConfig(AppConfig):
    name = "insights"
    verbose_name = _("Chiffres")

    def ready(self):
        from insights.showcase import examples
        from triage.warnings import OWN_TEXTS

        OWN_TEXTS.add("home", lambda: [one["irritant"] for one in examples()])
