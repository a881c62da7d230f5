"""What a form sent, as the type it should have; what is none matches nothing."""

from uuid import UUID


def number(text: str | None) -> int:
    """A posted version number; 0, which matches nothing, when it is none."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def identifier(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
