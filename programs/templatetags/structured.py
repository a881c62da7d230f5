"""{% load structured %}{% offer_data offer %}: a page's JSON-LD."""

from django import template

from programs.open import structured

register = template.Library()


@register.simple_tag
def offer_data(offer):
    return structured.script(structured.offer_ld(offer))


@register.simple_tag
def organisation_data(organisation):
    return structured.script(structured.organisation_ld(organisation))
