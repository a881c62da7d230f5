"""Forms that only judge answers: the review of a whole draft, at every visit of the check and again at the sending."""

from collections.abc import Callable, Collection
from copy import deepcopy

from django.forms import ChoiceField, Form


class _Shared(dict):
    """Fields that are never shown: nothing changes them, so no form needs copies of its own."""

    def __deepcopy__(self, _memo):
        return dict(self)


def judging(form: type[Form], *, without: Collection[str]) -> type[Form]:
    """The same form in half the time; without fields that no answer is kept of."""
    judge = type(form)(f"Judging{form.__name__}", (form,), {"__module__": __name__})
    judge.base_fields = _Shared(
        (name, deepcopy(field)) for name, field in form.base_fields.items() if name not in without
    )
    for field in judge.base_fields.values():
        field.help_text = ""  # else translated for each field of each form
        if isinstance(field, ChoiceField):
            field.valid_value = _among(field.choices)
    return judge


def _among(choices) -> Callable[[object], bool]:
    """Whether a value is one of the codes: their words, translated one by one by the field's own look, say nothing.

    `choices`: pairs without groups, or Django's iterator over what a function gives when it is asked.
    """
    if ask := getattr(choices, "func", None):
        return lambda value: any(code == value for code, _label in ask())
    codes = {str(code) for code, _label in choices}
    return lambda value: str(value) in codes
