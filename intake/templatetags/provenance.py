"""How an irritant reached us, in words: {{ irritant.provenance|came_by }}."""

from django import template

from intake.entering import came_by

register = template.Library()
register.filter("came_by", came_by)
