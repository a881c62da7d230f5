"""Charts made on the server: geometry computed here, drawn by a template, styled by classes only."""

from django import template

from insights.figures import Chart

register = template.Library()

ROW, WIDTH, BAR_ROOM = 46, 360, 300


@register.inclusion_tag("insights/bar_chart.html")
def bar_chart(chart: Chart) -> dict:
    """A horizontal bar chart as SVG (user units: 360 wide, 46 a row), with its table, under its own head."""
    return _drawn(chart)


@register.inclusion_tag("insights/_bars.html")
def bars(chart: Chart, table: bool = True) -> dict:
    """The same without a head, for a place that has one. `table`: False where the place shows a table of its own."""
    return _drawn(chart, table)


def _drawn(chart: Chart, table: bool = True) -> dict:
    rows = [
        {
            "bar": bar,
            "label_y": ROW * place + 15,
            "bar_y": ROW * place + 22,
            "number_y": ROW * place + 35,
            "width": round(bar.width * BAR_ROOM / 100, 1),
            "number_x": round(bar.width * BAR_ROOM / 100, 1) + 6 if bar.count else 6,
        }
        for place, bar in enumerate(chart.bars)
    ]
    return {"chart": chart, "rows": rows, "width": WIDTH, "height": ROW * len(rows), "table": table}
