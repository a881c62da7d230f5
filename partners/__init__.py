"""Who can help: organisations and the people who speak for them."""
