"""What the form, the follow-up page and the queue hold about somebody: see foundation.privacy."""

from foundation.privacy import OnErase, impersonal, personal

personal(
    "intake.Company",
    "name siren siret foreign_id",
    purpose="answering the company",
    basis="legitimate interest",
    on_erase=OnErase.PSEUDONYM,
    case="irritants__public_id",
)
impersonal(
    "intake.Company",
    "foreign_id_kind country organisation_type naf_rev2 naf_2025 headcount legal_form size_category "
    "postcode city",
    why="what kind of legal entity and where, for the statistics",
)
personal(
    "intake.Contact",
    "email name phone position language",
    purpose="answering the company",
    basis="legitimate interest",
    on_erase=OnErase.PSEUDONYM,
    case="irritants__public_id",
)
personal(
    "intake.Colleague",
    "email name language",
    purpose="keeping colleagues informed",
    basis="legitimate interest",
    on_erase=OnErase.DELETE,
    case="irritant__public_id",
)
personal(
    "intake.Draft",
    "token answers email",
    purpose="resuming a form",
    basis="consent",
    on_erase=OnErase.DELETE,
    days=14,
    case="public_id",
    ended_by="intake.purge_drafts",
)
impersonal("intake.Draft", "language provenance", why="code")
personal(
    "intake.Draft",
    "origin",
    purpose="keeping machines from flooding the form",
    basis="legitimate interest",
    on_erase=OnErase.DELETE,
    days=1,
    case="public_id",
    ended_by="intake.forget_origins",
)
personal(
    "intake.Irritant",
    "text tried answer_draft site_siret asleep_reason",
    purpose="what the company brings",
    basis="consent",
    on_erase=OnErase.BLANK,
    case="public_id",
)
impersonal(
    "intake.Irritant",
    "reference form_token language topics_confirmed topics_removed kinds_wished deadline "
    "site_city site_postcode site_commune department confidentiality "
    "consent_version provenance stage turn outcome",
    why="codes and places of a legal entity",
)
talk = {"purpose": "conversation", "basis": "consent", "on_erase": OnErase.BLANK}
personal("intake.Post", "text", **talk, case="irritant__public_id")
personal("intake.Question", "text answer", **talk, case="post__irritant__public_id")
impersonal("intake.Post", "author_role form_token", why="code")
impersonal("intake.Question", "field", why="code")
impersonal("intake.Feedback", "question answer", why="codes")
known = {"purpose": "knowing who was joined", "basis": "legitimate interest"}
personal(
    "intake.JoinedCompany",
    "name numbers",
    **known,
    on_erase=OnErase.DELETE,
    case="company__irritants__public_id",
)
personal(
    "intake.JoinedContact",
    "email name",
    **known,
    on_erase=OnErase.DELETE,
    case="contact__irritants__public_id",
)
personal("intake.Call", "how note", **talk, case="irritant__public_id")
impersonal("intake.Call", "stage slots", why="codes and dates")
impersonal(
    "intake.Destination",
    "code name kind purpose_fr purpose_de purpose_en territories url email phone source",
    why="public facts about a body",
)
