from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    name = "journal"
    verbose_name = _("Journal")

    def ready(self):
        from foundation.privacy import OnErase, impersonal, personal, spares
        from journal import erasing, hints, messages  # noqa: F401  register jobs

        hints.follow_requests()

        impersonal("journal.ChainHead", "hash", why="hash")
        impersonal(
            "journal.Event",
            "name actor actor_role payload previous_hash hash",
            why="ids and codes, never names",
        )
        impersonal(
            "journal.Job", "kind key payload queue status last_error", why="ids and codes; errors are cut"
        )
        personal(
            "journal.Message",
            "recipient",
            purpose="delivery",
            basis="contract",
            on_erase=OnErase.PSEUDONYM,
            case="case",
        )
        spares("journal.Message")(lambda rows, subject: rows.filter(recipient__in=subject.emails))
        impersonal("journal.Message", "template cause language payload status", why="ids and codes")
        personal(
            "journal.AccessLink",
            "email",
            purpose="access",
            basis="contract",
            on_erase=OnErase.DELETE,
            case="subject_id",
        )
        impersonal("journal.AccessLink", "purpose", why="code")
