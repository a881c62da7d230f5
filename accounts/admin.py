"""People, for administrators. And the read-only list that other apps use for what only lifecycles change."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminURLFieldWidget, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import deactivating, sessions
from accounts.limits import CHOICES
from accounts.models import Role, SecondFactor, User
from foundation.forms import Line, LongText

# For `formfield_overrides`: what is typed in the admin is plain text too. An address keeps its own field, a day is
# chosen in the browser's own calendar.
PLAIN_TEXT = {
    models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    models.CharField: {"form_class": Line},
    models.TextField: {"form_class": LongText},
    models.SlugField: {},
}


def plainly(field):
    """A form's field (or None) without the library's wrappers, in our own classes."""
    if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget = field.widget.widget
    if field and isinstance(field.widget, AdminURLFieldWidget):
        field.widget = forms.URLInput()
    if field and not isinstance(field.widget, forms.CheckboxInput):
        field.widget.attrs["class"] = (
            "form-select" if isinstance(field.widget, forms.Select) else "form-control"
        )
    return field


class ListAdmin(admin.ModelAdmin):
    """A list under the name of what it lists, without the count of everything; forms that need no script."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    empty_value_display = "—"
    when_empty = ""  # how rows come here, where it is not the portal that makes them

    def changelist_view(self, request, extra_context=None):
        title = capfirst(self.model._meta.verbose_name_plural)
        extra = {"title": title, "when_empty": self.when_empty, **(extra_context or {})}
        return super().changelist_view(request, extra)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        """The window is called as the page is: by the title in words that a row may have been given."""
        context["subtitle"] = getattr(obj, "title", "") or context.get("subtitle")
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def history_view(self, request, object_id, extra_context=None):
        """Refused before the row is looked for, which Django does after: that it exists is told to no one else."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Fields in our own clothes. Other rows are chosen from a list; adding one is done where it belongs."""
        return plainly(super().formfield_for_dbfield(db_field, request, **kwargs))


def in_words(name: str, description):
    """A column of yes and no that says so: the library's icons are called "True" and "False" in every language."""

    @admin.display(description=description, ordering=name)
    def said(row):
        return gettext("oui") if getattr(row, name) else gettext("non")

    return said


class ReadOnlyAdmin(ListAdmin):
    """Rows to look at: what changes them is the lifecycle of their app, never a form of the admin."""

    actions = None
    exclude = ("public_id", "version", "form_token")  # what only the portal reads
    list_per_page = 50
    technical = ()  # of `fields`: what only helps whoever looks for a fault, folded

    def get_fieldsets(self, request, obj=None):
        shown = [name for name in self.get_fields(request, obj) if name not in self.technical]
        sets = [(None, {"fields": shown})]
        if self.technical:
            sets.append((_("Détails techniques"), {"fields": self.technical, "classes": ("collapse",)}))
        return sets

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def _limited_to(help_text) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(help_text=help_text, required=False, widget=forms.CheckboxSelectMultiple)


class UserForm(forms.ModelForm):
    departments = _limited_to(
        _("Ne voit que leurs dossiers, et ceux dont le lieu est inconnu. Rien de coché : tous."),
    )
    pillars = _limited_to(
        _("Ne voit que leurs dossiers, et ceux qui ne sont pas encore qualifiés. Rien de coché : tous."),
    )

    end_sessions = forms.BooleanField(
        label=_("Terminer ses sessions"),
        help_text=_("Cette personne est déconnectée partout dès sa prochaine page."),
        required=False,
    )

    class Meta:
        model = User
        fields = ("email", "full_name", "role", "language", "is_active", "departments", "pillars")
        field_classes = {"full_name": Line}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, choices in CHOICES.items():
            self.fields[name].choices = choices()
            self.fields[name].label = capfirst(User._meta.get_field(name).verbose_name)

    def clean(self):
        """Only a coordinator is limited: left on somebody else, a limit would come back with the role, unnoticed."""
        super().clean()
        if self.cleaned_data.get("role") != Role.COORDINATOR:
            for name in CHOICES:
                if self.cleaned_data.get(name):
                    self.add_error(name, _("Seul un coordinateur se limite ainsi."))

    def clean_email(self):
        return self.cleaned_data["email"].casefold()

    def clean_is_active(self):
        active = self.cleaned_data["is_active"]
        ends = self.instance.pk and self.initial.get("is_active") and not active
        if ends and (said := deactivating.refusals(self.instance)):
            raise forms.ValidationError(said)
        return active


@admin.register(SecondFactor)
class SecondFactorAdmin(ReadOnlyAdmin):
    """For administrators: to see who has a second factor, and to take away one whose device is lost."""

    list_display = ("person", "nature", "since", "used")
    when_empty = _("Chacun active son second facteur dans « Mon compte ».")
    search_fields = ("user__email", "user__full_name")
    list_select_related = ("user",)
    ordering = ("-created_at",)
    fields = ("person", "nature", "since", "used")
    readonly_fields = fields

    @admin.display(description=_("personne"), ordering="user__email")
    def person(self, factor):
        return factor.user

    @admin.display(description=_("nature"), ordering="type")
    def nature(self, factor):
        return factor.get_type_display()

    @admin.display(description=_("créé le"), ordering="created_at")
    def since(self, factor):
        return _moment(factor.created_at)

    @admin.display(description=_("dernier usage"), ordering="last_used_at")
    def used(self, factor):
        return _moment(factor.last_used_at)

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser

    def delete_model(self, request, obj):
        """A lost device, or one in wrong hands: what it opened is closed as well."""
        super().delete_model(request, obj)
        sessions.end(obj.user)


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else "—"


@admin.register(User)
class UserAdmin(ListAdmin):
    form = UserForm
    formfield_overrides = PLAIN_TEXT
    actions = None
    list_display = (
        "email",
        "full_name",
        "role",
        "language",
        in_words("is_active", _("actif")),
        "limited",
        "date_joined",
    )
    list_filter = ("role", "is_active", "language")
    search_fields = ("email", "full_name")
    ordering = ("email",)

    @admin.display(description=_("limité à"))
    def limited(self, user):
        """In words, what a coordinator is limited to."""
        words = [
            str(label)
            for name, choices in CHOICES.items()
            if user.is_limited
            for code, label in choices()
            if code in getattr(user, name)
        ]
        return ", ".join(words) or "—"

    def get_readonly_fields(self, request, obj=None):
        """An address is what proves who somebody is: it is never moved from one person to another by hand."""
        return ("email",) if obj else ()

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except deactivating.Refused as refused:  # somebody else was quicker than the form's own check
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.path, status=303)

    @transaction.atomic
    def save_model(self, request, obj, form, change):
        if change:
            if "is_active" in form.changed_data and not obj.is_active:
                deactivating.give_up(obj, by=request.user)
            if form.cleaned_data.get("end_sessions") or "role" in form.changed_data:
                sessions.end(obj, but=request.session.session_key)
            return super().save_model(request, obj, form, change)
        obj.set_unusable_password()  # sign-in by e-mailed code until the person sets one
        super().save_model(request, obj, form, change)
        EmailAddress.objects.create(user=obj, email=obj.email, verified=False, primary=True)

    def has_delete_permission(self, request, obj=None):
        """People are deactivated; erasing one is an act of its own, with its own rules."""
        return False
