"""Who belongs to an organisation: invitations, requests to join, roles, leaving (docs/decisions/0033-members.md)."""
