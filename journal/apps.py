from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    name = "journal"
    verbose_name = _("Journal")

    def ready(self):
        from foundation.privacy import OnErase, impersonal, personal
        from journal import (  # noqa: F401  register jobs and rules, hear of deliveries
            access,
            auditing,
            erasing,
            messages,
            standing_in,
            tracking,
        )
        from journal.exports import keeping, making  # noqa: F401
        from journal.models import Message

        access.ROWS.add(Message._meta.label, access.of_mail)
        access.ROWS.add("accounts.User", access.of_person)
        impersonal(
            "journal.AccessRecord",
            "reader role what subject page",
            why="ids and codes; deleted after a year (CNIL 2021: six months to a year)",
        )
        personal(
            "journal.StandIn",
            "reason",
            purpose="accounting for what was read in somebody's name",
            basis="legitimate interest",
            on_erase=OnErase.BLANK,
            case="case",
        )
        impersonal("journal.AuditRun", "places anchor", why="ids, codes and a hash")
        impersonal("journal.ChainHead", "hash", why="hash")
        impersonal(
            "journal.Event",
            "name actor actor_role payload previous_hash hash",
            why="ids and codes, never names",
        )
        impersonal(
            "journal.Job", "kind key payload queue status last_error", why="ids and codes; errors are cut"
        )
        impersonal("journal.ClockMark", "rule occasion", why="codes and dates")
        impersonal("journal.ClockRun", "rule last_error", why="code; of an error the first line, cut")
        impersonal(
            "journal.Export", "what format columns choices language stage reason", why="codes and dates"
        )
        personal(
            "journal.Message",
            "recipient",
            purpose="delivery",
            basis="contract",
            on_erase=OnErase.PSEUDONYM,
            case="case",
        )
        impersonal(
            "journal.Message",
            "template cause language payload status reason provider_id",
            why="ids and codes",
        )
        personal(
            "journal.BlockedAddress",
            "email",
            purpose="not writing to who refuses",
            basis="legitimate interest",
            on_erase=OnErase.DELETE,
        )
        impersonal("journal.BlockedAddress", "kind reason", why="codes")
        impersonal(
            "journal.MessageText", "key language subject preheader body button", why="the portal's own words"
        )
        personal(
            "journal.AccessLink",
            "email",
            purpose="access",
            basis="contract",
            on_erase=OnErase.DELETE,
            case="subject_id",
        )
        impersonal("journal.AccessLink", "purpose", why="code")
