from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    name = "journal"
    verbose_name = _("Journal")

    def ready(self):
        from journal import (  # noqa: F401  register jobs and rules, hear of deliveries
            access,
            auditing,
            erasing,
            held,
            messages,
            retention,
            sessions,
            standing_in,
            tracking,
        )
        from journal.exports import keeping, making  # noqa: F401
        from journal.models import Message

        access.ROWS.add(Message._meta.label, access.of_mail)
        access.ROWS.add("accounts.User", access.of_person)
