"""What companies bring: the form, the irritant, the conversation, the follow-up page."""
