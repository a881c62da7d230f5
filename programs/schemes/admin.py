"""Schemes and their rules in the admin: coordinators read, administrators change; nothing is deleted."""

from datetime import timedelta

from django import forms
from django.contrib import admin
from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import PLAIN_TEXT, ListAdmin, plainly
from foundation import clock
from foundation.alphabet import Alphabetical
from programs.models import Scheme, SchemeRule
from programs.schemes.definitions import DEFINITIONS, label_of
from programs.schemes.estimating import CALCULATORS
from programs.schemes.vocabulary import EMPLOYERS, SIZES, UNITS


def differences(form: forms.ModelForm) -> str:
    """« Valeur : 27600 → 28200 ; Jusqu’au : — → 31 décembre 2027 », for the history."""
    said = []
    for name in form.changed_data:
        if name not in form.fields or name not in {field.name for field in form._meta.model._meta.fields}:
            continue
        old, new = form.initial.get(name), form.cleaned_data.get(name)
        said.append(f"{capfirst(str(form.fields[name].label))}\u202f: {_plain(old)} → {_plain(new)}")
    return " ; ".join(said)


def _plain(value) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return date_format(value, "DATE_FORMAT") if hasattr(value, "isoformat") else str(value)


class Kept(ListAdmin):
    """Rows that a person changes in the portal and loading then leaves alone. One change at a time."""

    actions = None
    formfield_overrides = PLAIN_TEXT

    @transaction.atomic
    def changeform_view(self, request, *args, **kwargs):
        if request.method == "POST":  # whether two rules meet is looked at by one person after the other
            list(Scheme.objects.select_for_update().values_list("pk"))
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        obj.touched(request.user)
        super().save_model(request, obj, form, change)

    def construct_change_message(self, request, form, formsets, add=False):
        return super().construct_change_message(request, form, formsets, add) if add else differences(form)

    def has_delete_permission(self, request, obj=None):
        return False


def _several(label, choices, help_text="") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=list(choices.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


class SchemeForm(forms.ModelForm):
    open_to = _several(gettext_lazy("Ouvert à"), EMPLOYERS)
    closed_to = _several(
        gettext_lazy("Fermé à"),
        EMPLOYERS,
        gettext_lazy("Qui n’est coché nulle part : le calcul le dit, et reste prudent sur les aides."),
    )
    sizes = _several(gettext_lazy("Tailles admises"), SIZES, gettext_lazy("Rien de coché : toutes."))

    def clean(self):
        super().clean()
        both = set(self.cleaned_data.get("open_to", ())) & set(self.cleaned_data.get("closed_to", ()))
        if both:
            self.add_error("closed_to", _("Ouvert ou fermé, pas les deux."))


def french(name: str, description):
    """A column of names of French texts, pages and bodies: French on a page in another language too."""

    @admin.display(description=description, ordering=name)
    def quoted(row):
        words = getattr(row, name)
        return format_html('<span lang="fr">{}</span>', words) if words else "—"

    return quoted


_WORDS = ("name", "sentence", "audience", "signs", "ask", "traps")


@admin.register(Scheme)
class SchemeAdmin(Kept):
    form = SchemeForm
    list_display = ("name_shown", "kind", "operator_quoted", "confidence", "edited_at")
    list_filter = ("kind", "confidence")
    search_fields = ("code", "name_fr", "name_de", "name_en", "operator")

    operator_quoted = staticmethod(french("operator", gettext_lazy("porté par")))

    @admin.display(description=gettext_lazy("nom"))
    def name_shown(self, scheme):
        return scheme.name

    def get_fieldsets(self, request, obj=None):
        words = [
            (label, {"fields": [f"{name}_{language}" for name in _WORDS]})
            for language, label in (
                ("fr", _("En français")),
                ("de", _("En allemand")),
                ("en", _("En anglais")),
            )
        ]
        facts = ("kind", "operator", "open_to", "closed_to", "sizes", "region_only", "no_startup")
        times = ("weeks_low", "weeks_high", "months_low", "months_high", "source", "confidence", "position")
        return [(_("Pour qui"), {"fields": facts}), *words, (_("Délais et source"), {"fields": times})]

    def has_add_permission(self, request):
        """A scheme is a calculator of the code with words around it: there is none for a row made here."""
        return False


def _choices() -> list:
    """Every rule with its brackets, under the scheme whose calculator reads it first."""
    names = {row.code: row.name for row in Scheme.objects.all()}
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, definition in DEFINITIONS.items():
        home = next((one for one, known in CALCULATORS.items() if code in known.rules), "")
        group = groups.setdefault(names.get(home, home), [])
        group += [(f"{code}|{bracket}", capfirst(label_of(code, bracket))) for bracket in definition.brackets]
    return [("", "—"), *groups.items()]


class RuleForm(forms.ModelForm):
    which = forms.ChoiceField(label=gettext_lazy("Règle et tranche"))
    ends_previous = forms.BooleanField(
        label=gettext_lazy("Terminer la veille la règle qui vaut jusque-là"), required=False, initial=True
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "which" in self.fields:
            plainly(self.fields["which"]).choices = _choices()
        if "source" in self.fields:
            self.fields["source"].help_text = _("Texte ou page, avec l’année : « anrt.asso.fr (2027) ».")

    def clean(self):
        """Which rule it is; and the one before it, if it is to end."""
        super().clean()
        if "which" not in self.fields:
            return
        code, _mark, bracket = self.cleaned_data.get("which", "").partition("|")
        self.instance.code, self.instance.bracket = code, bracket
        begins = self.cleaned_data.get("valid_from")
        if begins and self.cleaned_data.get("ends_previous"):
            rows = SchemeRule.objects.overlapping(
                SchemeRule(code=code, bracket=bracket, valid_from=begins, valid_until=begins)
            )
            self.instance.replaces = rows.filter(valid_from__lt=begins).first()


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("à revoir")
    parameter_name = "revoir"

    def lookups(self, request, model_admin):
        return [
            ("fin", gettext_lazy("finie ou finit dans 60 jours")),
            ("vue", gettext_lazy("plus vérifiée depuis un an")),
        ]

    def queryset(self, request, queryset):
        wanted = {"fin": SchemeRule.objects.ending, "vue": SchemeRule.objects.unseen}.get(self.value())
        return queryset.filter(pk__in=wanted(clock.today()).values("pk")) if wanted else queryset


class SchemeFilter(admin.SimpleListFilter):
    title = gettext_lazy("dispositif")
    parameter_name = "dispositif"

    def lookups(self, request, model_admin):
        rows = Scheme.objects.order_by(Alphabetical("name_fr"))
        return [
            (row.code, row.name) for row in rows if CALCULATORS.get(row.code) and CALCULATORS[row.code].rules
        ]

    def queryset(self, request, queryset):
        known = CALCULATORS.get(self.value() or "")
        return queryset.filter(code__in=known.rules) if known else queryset


@admin.register(SchemeRule)
class SchemeRuleAdmin(Kept):
    form = RuleForm
    change_list_template = "admin/programs/schemerule/change_list.html"
    list_display = (
        "named",
        "value_shown",
        "valid_from",
        "valid_until",
        "state",
        "confidence",
        "source_quoted",
        "next_value",
    )
    list_filter = (StateFilter, SchemeFilter, "confidence", "withdrawn")
    search_fields = ("code", "bracket", "source", "note")
    ordering = ("code", "bracket", "-valid_from")
    list_per_page = 60
    fields = ("value", "valid_from", "valid_until", "source", "confidence", "note", "checked_on", "withdrawn")

    source_quoted = staticmethod(french("source", gettext_lazy("source, avec son année")))

    def get_fields(self, request, obj=None):
        if obj is None:
            return ("which", *(name for name in self.fields if name != "withdrawn"), "ends_previous")
        return ("named", "unit_shown", *self.fields, "edited_at", "edited_by")

    def get_readonly_fields(self, request, obj=None):
        return ("named", "unit_shown", "edited_at", "edited_by") if obj else ()

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is not None:
            for name in ("which", "ends_previous"):
                form.base_fields.pop(name, None)
        return form

    @admin.display(description=gettext_lazy("règle"), ordering="code")
    def named(self, rule):
        return capfirst(str(rule))

    @admin.display(description=gettext_lazy("unité"))
    def unit_shown(self, rule):
        return UNITS[rule.unit] or "—"

    @admin.display(description=gettext_lazy("valeur"), ordering="value")
    def value_shown(self, rule):
        return rule.value_said

    @admin.display(description=gettext_lazy("état"))
    def state(self, rule):
        today = clock.today()
        if rule.withdrawn:
            return _("retirée")
        if rule.valid_from > today:
            return _("à venir")
        if rule.valid_until is None:
            return _("en vigueur")
        if rule.valid_until < today:
            return _("finie")
        left = (rule.valid_until - today).days
        return _("finit dans %(days)s jours") % {"days": left} if left <= 60 else _("en vigueur")

    @admin.display(description=gettext_lazy("suite"))
    def next_value(self, rule):
        """The form of the next value, with everything that stays the same filled in."""
        if rule.withdrawn:
            return "—"
        follows = rule.valid_until + timedelta(days=1) if rule.valid_until else ""
        query = f"which={rule.code}%7C{rule.bracket}&valid_from={follows}&confidence={rule.confidence}"
        address = f"{reverse('admin:programs_schemerule_add')}?{query}"
        return format_html('<a href="{}">{}</a>', address, _("nouvelle valeur"))

    def save_model(self, request, obj, form, change):
        before = getattr(obj, "replaces", None)
        if before is not None:
            before.valid_until = obj.valid_from - timedelta(days=1)
            before.touched(request.user)
            before.save()
        super().save_model(request, obj, form, change)

    def changelist_view(self, request, extra_context=None):
        today = clock.today()
        extra = {
            "ending": SchemeRule.objects.ending(today).count(),
            "unseen": SchemeRule.objects.unseen(today).count(),
        }
        return super().changelist_view(request, {**extra, **(extra_context or {})})
