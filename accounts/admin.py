"""People, for administrators. And the read-only list that other apps use for what only lifecycles change."""

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.db import models, transaction

from accounts.models import User
from foundation.forms import Line, LongText

# For `formfield_overrides`: what is typed in the admin is plain text too. An address keeps its own field.
PLAIN_TEXT = {
    models.CharField: {"form_class": Line},
    models.TextField: {"form_class": LongText},
    models.SlugField: {},
}


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows to look at: what changes them is the lifecycle of their app, never a form of the admin."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("email", "full_name", "role", "language", "is_active")
        field_classes = {"full_name": Line}

    def clean_email(self):
        return self.cleaned_data["email"].casefold()


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    form = UserForm
    formfield_overrides = PLAIN_TEXT
    actions = None
    list_display = ("email", "full_name", "role", "language", "is_active", "date_joined")
    list_filter = ("role", "is_active", "language")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    show_full_result_count = False

    def get_readonly_fields(self, request, obj=None):
        """An address is what proves who somebody is: it is never moved from one person to another by hand."""
        return ("email",) if obj else ()

    @transaction.atomic
    def save_model(self, request, obj, form, change):
        if change:
            return super().save_model(request, obj, form, change)
        obj.set_unusable_password()  # sign-in by e-mailed code until the person sets one
        super().save_model(request, obj, form, change)
        EmailAddress.objects.create(user=obj, email=obj.email, verified=False, primary=True)

    def has_delete_permission(self, request, obj=None):
        """People are deactivated; erasing one is an act of its own, with its own rules."""
        return False
