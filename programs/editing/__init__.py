"""How partners write their offers: form, draft, preview, completeness, history, the way to publication."""
