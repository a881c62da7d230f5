from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TriageConfig(AppConfig):
    name = "triage"
    verbose_name = _("Orientation")

    def ready(self):
        from partners.space import Tab, add_tab
        from programs import capacity as known_capacity
        from programs.memory import register_source
        from triage import (  # noqa: F401
            answer_mails,
            appeals,
            availability,
            canned,
            capacity,
            chasing,
            erasing,
            exporting,
            exports,
            filing,
            following,
            handing_over,
            held,
            lifecycle,
            mails,
            meeting_mails,
            meetings,
            memory,
            mentions,
            pages,
            panels,
            ranking,
            reactions,
            reminding,
            responding,
            rules,
            scope,
            telling,
            timeline,
            vocabulary,
        )

        add_tab(Tab(20, _("Demandes"), "triage:space_requests"))
        register_source(memory.Decisions())
        known_capacity.register_source(capacity.engaged, responding.slow)
