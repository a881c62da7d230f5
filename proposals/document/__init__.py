"""The document of a frozen snapshot (schema 2): one composition, written as PDF, DOCX and HTML.

    snapshot ─ reading ─▶ Content ─ sections, annexes ─▶ Paper (blocks) ─▶ pdf · word · templates/proposals/document/

Reads the snapshot and our own assets, nothing else: no database, no network, no clock.
"""
