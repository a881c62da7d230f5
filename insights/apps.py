from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightsConfig(AppConfig):
    name = "insights"
    verbose_name = _("Chiffres")

    def ready(self):
        from insights.bench import exports  # noqa: F401
        from insights.showcase import examples
        from partners.space import Tab, add_tab
        from triage.warnings import OWN_TEXTS

        add_tab(Tab(50, _("Résultats"), "brought:page"))
        OWN_TEXTS.add("home", lambda: [one["irritant"] for one in examples()])
