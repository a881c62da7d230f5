"""How an irritant reached us, in words: {{ irritant.provenance|came_by }}; |occasion_of: whether we entered it;
|about: what of the catalogue its company was reading."""

from django import template

from intake.about import About, about
from intake.entering import came_by, occasion_of

register = template.Library()
register.filter("came_by", came_by)
register.filter("occasion_of", occasion_of)


@register.filter("about")
def about_for_staff(provenance: str) -> About | None:
    return about(provenance, public=False)
