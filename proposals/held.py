"""What proposals and collaborations hold about somebody: see foundation.privacy."""

from foundation.privacy import OnErase, impersonal, personal

text = {"purpose": "the proposal", "basis": "contract", "on_erase": OnErase.BLANK}
personal(
    "proposals.Proposal",
    "title target options sections undo",
    **text,
    case="irritant__public_id",
)
impersonal("proposals.Proposal", "stage chosen", why="codes")
personal("proposals.ProposalVersion", "snapshot", **text, case="proposal__irritant__public_id")
impersonal("proposals.ProposalVersion", "input_hash template_version sha256", why="hashes")
impersonal("proposals.ProposalVersion", "verify_number", why="a random number")
personal(
    "proposals.VersionFile",
    "variant sha256",
    purpose="the proposal as other files",
    basis="contract",
    on_erase=OnErase.DELETE,
    case="version__proposal__irritant__public_id",
)
personal("proposals.Agreement", "comment", **text, case="document__proposal__irritant__public_id")
impersonal("proposals.ProposalVersion", "sent_without", why="code")
impersonal("proposals.Agreement", "state basis reason", why="codes")
personal(
    "proposals.AgreementRecord",
    "name role",
    **text | {"purpose": "proof of who agreed to what"},
    case="agreement__document__proposal__irritant__public_id",
)
impersonal("proposals.AgreementRecord", "said way sha256 option reason", why="codes and a hash")
personal(
    "proposals.Suggestion",
    "name text comment answer",
    **text,
    case="document__proposal__irritant__public_id",
)
impersonal("proposals.Suggestion", "paragraph state", why="codes")
case = "collaboration__irritant__public_id"
impersonal("proposals.Collaboration", "stage abandon_reason", why="codes")
personal("proposals.CollaborationStep", "title when", **text, case=case)
impersonal("proposals.CollaborationStep", "code kind leads state", why="codes")
impersonal("proposals.CollaborationFile", "kind by", why="codes")
personal("proposals.CollaborationMeeting", "title how", **text, case=case)
impersonal("proposals.CollaborationMeeting", "slots stage", why="dates and a code")
personal("proposals.OutcomeFigure", "source", **text, case=case)
impersonal("proposals.OutcomeFigure", "kind by state", why="codes")
personal("proposals.Review", "comment", **text, case=case)
impersonal("proposals.Review", "moment satisfaction alone", why="closed answers")
