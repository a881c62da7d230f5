"""The public catalogue for machines that nobody programs for us: search engines, feed readers, calendars."""
