"""Fields for what people type: plain text, one line or several."""

from django import forms

from foundation import plain


class LongText(forms.CharField):
    """Several lines: counted with one sign per line end, as the counter on the page does."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(plain.paragraphs(str(value or "")))


class Line(forms.CharField):
    """One line: runs of white space, pasted line ends included, become one space."""

    def to_python(self, value):
        return plain.line(super().to_python(value))
