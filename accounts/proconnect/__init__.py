"""Sign-in by the State's professional identity (OpenID Connect), off unless PROCONNECT_URL is set.

Source: github.com/numerique-gouv/proconnect-documentation, doc_fs/implementation_technique.md, read in November 2026.
"""
