from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = _("Propositions")

    def ready(self):
        from foundation.privacy import OnErase, impersonal, personal
        from proposals import (  # noqa: F401
            commitments,
            erasing,
            exporting,
            jobs,
            lifecycle,
            mails,
            panels,
            reactions,
            rules,
            timeline,
        )

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
            purpose="the proposal",
            basis="contract",
            on_erase=OnErase.DELETE,
            case="version__proposal__irritant__public_id",
        )
        personal("proposals.Agreement", "comment", **text, case="version__proposal__irritant__public_id")
        impersonal("proposals.Agreement", "state basis", why="codes")
        impersonal("proposals.Collaboration", "stage", why="code")
