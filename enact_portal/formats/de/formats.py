"""What Django's German formats leave to be wished: a day that does not part from its month at the end of a line."""

DATE_FORMAT = "j.\xa0F\xa0Y"
DATETIME_FORMAT = "j.\xa0F\xa0Y, H:i\xa0\\U\\h\\r"
MONTH_DAY_FORMAT = "j.\xa0F"
