from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "intake"
    verbose_name = _("Irritants")

    def ready(self):
        from intake import (  # noqa: F401
            call_mails,
            calls,
            destinations,
            entering,
            erasing,
            exporting,
            held,
            lifecycle,
            mails,
            reactions,
            relinking,
            reminders,
            resuming,
            retention,
            rules,
            showing,
            sleeping,
            timeline,
            writing_mails,
        )
        from journal.access import ROWS

        ROWS.add("intake.Contact", showing.of_contact)
