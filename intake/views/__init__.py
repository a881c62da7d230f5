"""The pages of the company: the form, the follow-up page, its list."""
