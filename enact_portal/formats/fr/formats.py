"""What Django's French formats leave to be wished: the thin space between thousands (Imprimerie nationale)."""

THOUSAND_SEPARATOR = "\u202f"
