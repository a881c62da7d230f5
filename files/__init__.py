"""The gate for uploads: checks by content, private storage under random names, streaming by authorised views."""
