"""How an irritant reached us, in words: {{ irritant.provenance|came_by }}; |occasion_of: whether we entered it."""

from django import template

from intake.entering import came_by, occasion_of

register = template.Library()
register.filter("came_by", came_by)
register.filter("occasion_of", occasion_of)
