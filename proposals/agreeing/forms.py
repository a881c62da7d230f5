"""What a party fills in: who agrees, why it does not, its own wording of a paragraph."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.forms import Line, LongText
from foundation.plain import paragraphs as as_typed
from proposals.agreeing.paragraphs import Paragraph
from proposals.agreeing.suggesting import Typed
from proposals.models import RefusalReason, SentWithout

_NAME = {
    "label": _("Votre nom"),
    "max_length": 120,
    "widget": forms.TextInput(attrs={"autocomplete": "name"}),
    "error_messages": {"required": _("Dites qui parle.")},
}


def _words(label, rows: int = 3, **more):
    return LongText(
        label=label, max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


class _Word(forms.Form):
    """`seen_version`: what was on the screen. `kept`: what goes to Lifecycle.perform beside it."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def kept(self) -> dict:
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "seen_version" and not name.startswith(("text-", "remark-"))
        }


class AgreeForm(_Word):
    """An agreement of intent: whoever gives it says who they are and in which capacity.

    `options`: (id, words) of those to choose from, where the document proposes several.
    """

    option = forms.ChoiceField(
        label=_("L’option que vous choisissez"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Dites quelle option vous choisissez."),
            "invalid_choice": _("Dites quelle option vous choisissez."),
        },
    )
    person = Line(**_NAME)
    role = Line(
        label=_("Votre fonction"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"required": _("Dites en quelle qualité vous donnez cet accord.")},
    )
    comment = _words(_("Un mot à joindre à votre accord"))

    def __init__(self, *args, options: list[tuple[str, str]] = (), **kwargs):
        super().__init__(*args, **kwargs)
        if options:
            self.fields["option"].choices = options
        else:
            del self.fields["option"]


class RefuseForm(_Word):
    reason = forms.ChoiceField(
        label=_("Pourquoi ?"),
        choices=RefusalReason.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez une raison."),
            "invalid_choice": _("Choisissez une raison."),
        },
    )
    person = Line(**_NAME)
    comment = _words(_("Un mot pour la coordination"))


class ChangesForm(_Word):
    """A remark on the whole, and for each paragraph another wording or a remark; one of them at least."""

    person = Line(**_NAME)
    comment = _words(_("Que faut-il changer ?"))

    def __init__(self, *args, paragraphs: list[Paragraph] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.paragraphs = list(paragraphs)
        for one in self.paragraphs:
            self.fields[f"text-{one.id}"] = LongText(
                label=_("Votre rédaction"),
                max_length=one.longest,
                required=False,
                initial=one.text,
                widget=forms.Textarea(attrs={"rows": min(12, 2 + len(one.text) // 90)}),
            )
            self.fields[f"remark-{one.id}"] = Line(
                label=_("Ou une remarque"), max_length=1000, required=False
            )

    @property
    def rows(self) -> list[dict]:
        """For the page: each paragraph with its two fields, open where something was typed."""
        return [
            {
                "paragraph": one,
                "text": self[f"text-{one.id}"],
                "remark": self[f"remark-{one.id}"],
                "open": self.is_bound and bool(self._typed(one).text or self._typed(one).comment),
            }
            for one in self.paragraphs
        ]

    def _typed(self, one: Paragraph) -> Typed:
        data = getattr(self, "cleaned_data", {})
        text = data.get(f"text-{one.id}", "").strip()
        same = text == as_typed(one.text).strip()
        return Typed("" if same else text, data.get(f"remark-{one.id}", ""))

    @property
    def changes(self) -> dict[str, Typed]:
        """Paragraph → what was typed about it, where something was."""
        found = {one.id: self._typed(one) for one in self.paragraphs}
        return {key: one for key, one in found.items() if one.text or one.comment}

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("comment") and not self.changes:
            self.add_error(
                "comment", _("Dites ce qu’il faut changer, ou proposez une autre rédaction d’un paragraphe.")
            )
        return data


class CompanyRefuseForm(_Word):
    """A company owes nobody a reason."""

    comment = _words(_("Qu’est-ce qui ne convient pas ?"), rows=5)


class SubmitForm(forms.Form):
    sends_itself = forms.BooleanField(
        label=_("Envoyer à l’entreprise dès que tous ont donné leur accord"), required=False
    )


class WithoutForm(forms.Form):
    """Why the company gets it before every partner agreed."""

    without = forms.ChoiceField(
        label=_("Pourquoi ne pas attendre leur accord ?"),
        choices=SentWithout.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Dites pourquoi la proposition part sans attendre."),
            "invalid_choice": _("Dites pourquoi la proposition part sans attendre."),
        },
    )
