"""Memory and obligations: events, messages, jobs, links, and the one door to a change of state."""
