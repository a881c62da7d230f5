"""The State's public company search: one small client, and a stand-in for it (docs/decisions/0015)."""
