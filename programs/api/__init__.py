"""The REST API, version 1: the public catalogue to read, a partner's own offers to push (docs/api.md)."""
