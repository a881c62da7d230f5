"""Texts that people wrote keep their own language on a page in another one: <p lang="{{ text|tongue }}">."""

from django import template

from programs.engine import tongue

register = template.Library()
register.filter("tongue", tongue)
