"""What Django's French formats leave to be wished: the thin space between thousands (Imprimerie nationale), and a day
that does not part from its month at the end of a line.
"""

DATE_FORMAT = "j\xa0F\xa0Y"
MONTH_DAY_FORMAT = "j\xa0F"
DATETIME_FORMAT = "j\xa0F\xa0Y à\xa0H:i"
THOUSAND_SEPARATOR = "\u202f"
