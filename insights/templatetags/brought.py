"""Twelve months as columns: geometry computed here, drawn by a template, styled by classes only."""

from datetime import date

from django import template

register = template.Library()

STEP, TOP, ROOM, FOOT = 30, 18, 100, 36  # user units: 30 a month, columns of at most 100


@register.inclusion_tag("insights/brought/_columns.html")
def columns(key: str, title: str, counts: list[tuple[date, int]]) -> dict:
    """`counts`: first day of each month → how many, in order."""
    most = max((count for _month, count in counts), default=0) or 1
    rows = []
    for place, (month, count) in enumerate(counts):
        height = round(ROOM * count / most, 1)
        rows.append(
            {
                "month": month,
                "count": count,
                "x": STEP * place + 5,
                "middle": STEP * place + STEP / 2,
                "y": TOP + ROOM - height,
                "number_y": TOP + ROOM - height - 4,
                "height": height,
                "year": month.year if place == 0 or month.month == 1 else "",
            }
        )
    return {
        "key": key,
        "title": title,
        "rows": rows,
        "width": STEP * len(rows),
        "height": TOP + ROOM + FOOT,
        "base": TOP + ROOM,
        "month_y": TOP + ROOM + 16,
        "year_y": TOP + ROOM + 32,
    }
