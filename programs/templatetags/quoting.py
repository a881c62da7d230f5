"""Texts that people wrote keep their own language on a page in another one: <p lang="{{ text|tongue }}">."""

from django import template

from programs.engine import guess_language, tongue

register = template.Library()
register.filter("tongue", tongue)


@register.filter
def tongue_or(text: str, language: str) -> str:
    """The language of a text in a document of `language`, whatever the page speaks."""
    return guess_language(text or "", otherwise=language)
