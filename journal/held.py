"""What the journal holds about somebody, and what Django keeps beside it: see foundation.privacy."""

from foundation.privacy import OnErase, impersonal, personal

personal(
    "journal.AccessRecord",
    "reader",
    purpose="accounting for who read what",
    basis="legitimate interest",
    on_erase=OnErase.KEEP,
    days=365,  # CNIL, recommandation relative à la journalisation (2021): six months to a year
    ended_by="access.forget",
)
impersonal("journal.AccessRecord", "role what subject page", why="ids and codes")
personal(
    "journal.StandIn",
    "reason",
    purpose="accounting for what was read in somebody's name",
    basis="legitimate interest",
    on_erase=OnErase.BLANK,
    case="case",
    ended_by="retention.stand_ins",
)
impersonal("journal.AuditRun", "places anchor", why="ids, codes and a hash")
impersonal("journal.ChainHead", "hash", why="hash")
impersonal(
    "journal.Event",
    "name actor actor_role payload previous_hash hash",
    why="ids and codes, never names",
)
impersonal("journal.Job", "kind key payload queue status last_error", why="ids and codes; errors are cut")
impersonal("journal.ClockMark", "rule occasion", why="codes and dates")
impersonal("journal.ClockRun", "rule last_error", why="code; of an error the first line, cut")
impersonal("journal.Export", "what format columns choices language stage reason", why="codes and dates")
personal(
    "journal.Message",
    "recipient",
    purpose="delivery",
    basis="contract",
    on_erase=OnErase.PSEUDONYM,
    case="case",
    ended_by="retention.messages",
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
    ended_by="retention.refusals",
)
impersonal("journal.BlockedAddress", "kind reason", why="codes")
impersonal("journal.MessageText", "key language subject preheader body button", why="the portal's own words")
personal(
    "journal.AccessLink",
    "email",
    purpose="access",
    basis="contract",
    on_erase=OnErase.DELETE,
    case="subject_id",
    ended_by="retention.links",
)
impersonal("journal.AccessLink", "purpose", why="code")

# What Django keeps beside the portal's own rows.
personal(
    "admin.LogEntry",
    "object_repr change_message",
    purpose="accounting for what was changed",
    basis="legitimate interest",
    on_erase=OnErase.DELETE,
    ended_by="retention.admin_log",
)
impersonal("admin.LogEntry", "object_id", why="an id")
personal(
    "sessions.Session",
    "session_key session_data",
    purpose="staying signed in",
    basis="contract",
    on_erase=OnErase.DELETE,
    days=14,
    ended_by="retention.sessions",
)
