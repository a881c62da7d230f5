"""Fields of a step that are more than one line of text: what it waits for, levels from and to."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from proposals.steps import MAX_WEEKS, WAITS


class WaitsWidget(forms.Widget):
    """Weeks for each thing that a step may wait for, « 2–8 » or « 9 »; empty: it does not. One field each: a page of
    many steps has to stay below the number of fields that a request may have."""

    template_name = "proposals/_waits.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        known = value if isinstance(value, dict) else _by_code(value)
        context["rows"] = [
            {"label": label, "name": f"{name}-{code}", "value": known.get(code, "")}
            for code, label in WAITS.items()
        ]
        return context

    def value_from_datadict(self, data, files, name):
        return {code: data.get(f"{name}-{code}", "").strip() for code in WAITS}

    def value_omitted_from_data(self, data, files, name):
        return False


def _by_code(waits) -> dict[str, str]:
    bounds = {wait["code"]: wait["weeks"] for wait in waits or ()}
    return {code: f"{low}" if low == high else f"{low}–{high}" for code, (low, high) in bounds.items()}


class WaitsField(forms.Field):
    """Cleans to [{"code", "weeks": [low, high]}]; one number stands for both."""

    widget = WaitsWidget

    def to_python(self, value):
        found = []
        for code, told in (value or {}).items():
            if not told:
                continue
            numbers = re.fullmatch(r"(\d{1,3})(?:\s*(?:-|–|à|bis|to)\s*(\d{1,3}))?", told)
            weeks = [int(numbers[1]), int(numbers[2] or numbers[1])] if numbers else [MAX_WEEKS + 1]
            if max(weeks) > MAX_WEEKS:
                raise forms.ValidationError(
                    _("Des semaines entières, %(most)s au plus : « 9 » ou « 2–8 ».") % {"most": MAX_WEEKS},
                    code="weeks",
                )
            if weeks[0] > weeks[1]:
                raise forms.ValidationError(_("Le plus court d’abord, le plus long ensuite."), code="order")
            found.append({"code": code, "weeks": weeks})
        return found


class LevelsField(forms.Field):
    """« from → to » as two numbers; cleans to [from, to] or None."""

    def __init__(self, low: int, high: int, **kwargs):
        self.low, self.high = low, high
        super().__init__(required=False, widget=LevelsWidget(low, high), **kwargs)

    def to_python(self, value):
        if not any(value or ()):
            return None
        if not all(one.isdecimal() and self.low <= int(one) <= self.high for one in value):
            raise forms.ValidationError(
                _("Deux nombres de %(low)s à %(high)s.") % {"low": self.low, "high": self.high}
            )
        found = [int(one) for one in value]
        if found[0] > found[1]:
            raise forms.ValidationError(_("Le niveau d’arrivée ne peut pas être plus bas."))
        return found


class LevelsWidget(forms.Widget):
    template_name = "proposals/_levels.html"

    def __init__(self, low: int, high: int):
        super().__init__()
        self.low, self.high = low, high

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        numbers = value or ("", "")
        context["rows"] = [
            {"name": f"{name}-{bound}", "value": number, "to": bound == "to"}
            for bound, number in zip(("from", "to"), numbers, strict=True)
        ]
        return context | {"low": self.low, "high": self.high}

    def value_from_datadict(self, data, files, name):
        return [data.get(f"{name}-{bound}", "").strip() for bound in ("from", "to")]

    def value_omitted_from_data(self, data, files, name):
        return False
