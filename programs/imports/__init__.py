"""A partner's file of offers: checked line by line, then all of it is written, or nothing."""
