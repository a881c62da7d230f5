"""Bringing both together: qualification, matches, referrals, disclosure, the coordinators' workbench."""
