"""What the coordination's work holds about somebody: see foundation.privacy."""

from foundation.privacy import CASES, OnErase, impersonal, personal

reading = {
    "purpose": "finding who can help",
    "basis": "legitimate interest",
    "on_erase": OnErase.BLANK,
    "case": "irritant__public_id",
}
personal(
    "triage.Qualification",
    "reformulated partner_summary baseline target hold_lifted_reason",
    **reading,
)
personal(
    "triage.QualificationVersion",
    "said",
    purpose="comparing what two people wrote at once",
    basis="legitimate interest",
    on_erase=OnErase.DELETE,
    case="qualification__irritant__public_id",
)
impersonal("triage.Qualification", "kinds urgency budget ai_act", why="codes")
impersonal("triage.MatchRun", "key verdict language engine_version data_version before", why="codes")
personal("triage.MatchRun", "verdict_reasons concepts", **reading)
personal("triage.Match", "reasons set_aside_note", **reading)
impersonal("triage.Match", "state set_aside_reason", why="codes")
personal(
    "triage.Referral",
    "summary note answer person_in_charge person_contact suggested_words",
    **reading,
)
impersonal("triage.Referral", "stage decline_reason cancel_reason", why="codes")
personal("triage.Meeting", "how", **{**reading, "case": "referral__irritant__public_id"})
impersonal("triage.Meeting", "stage slots", why="a code, and moments")
personal(
    "triage.PartnerWord",
    "text",
    purpose="talking with the partner that helps",
    basis="legitimate interest",
    on_erase=OnErase.BLANK,
    case="referral__irritant__public_id",
)
impersonal("triage.PartnerWord", "author_role form_token", why="codes")
impersonal("triage.HoldRule", "code mode", why="codes")
impersonal("triage.HoldFiring", "code mode judgement", why="codes")
personal(
    "triage.UnknownWord",
    "words key examples",
    purpose="extending the vocabulary",
    basis="legitimate interest",
    on_erase=OnErase.DELETE,
    ended_by=CASES,  # the words that were read in a case: triage.erasing
)
impersonal("triage.UnknownWord", "language concepts topics", why="codes")
impersonal("triage.Disclosure", "granted_by", why="code")
impersonal("triage.NonDisclosure", "state", why="code")
personal("triage.NonDisclosure", "note", **reading)
impersonal("triage.CannedAnswer", "code outcome source", why="codes and public sources")
impersonal("triage.CannedText", "language title body", why="the portal's own words")
impersonal("triage.QueueEntry", "code bucket", why="codes")
personal(
    "triage.SavedView",
    "name query",
    purpose="a coordinator's own ways of looking at the queue",
    basis="legitimate interest",
    on_erase=OnErase.DELETE,
    account="owner",
)
