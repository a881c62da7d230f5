"""Organisations, whole: what they are, since when, who signs for them, what they ask to change."""

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import PLAIN_TEXT, ListAdmin, ReadOnlyAdmin, plainly
from foundation.alphabet import Alphabetical
from journal.actors import coordinator
from journal.events import lock_case
from journal.timeline import COORDINATOR, tell
from partners.identity import acts
from partners.identity.forms import StaffForm
from partners.identity.past import differences
from partners.identity.periods import closes_a_circle, first_repeated
from partners.models import (
    Affiliation,
    AskedChange,
    AskedStage,
    Membership,
    Organisation,
    PartnerAbsence,
    Standing,
)


class DatedRows(BaseInlineFormSet):
    """Rows that may not say twice for one day what only once can be so."""

    repeated = ""

    def about(self, row):
        return None

    def rows(self):
        """(form, row) of each line that stays, in the order of the page."""
        return [
            (form, form.instance)
            for form in self.forms
            if form.is_valid()
            and form.has_changed() | bool(form.instance.pk)
            and not form.cleaned_data.get("DELETE")
        ]

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        rows = self.rows()
        twice = first_repeated((row for _form, row in rows), self.about)
        for form, row in rows:
            if row is twice:
                form.add_error("since", str(self.repeated))


class StandingRows(DatedRows):
    repeated = gettext_lazy("Une autre ligne dit déjà sa place pour ces jours : terminez-la d’abord.")


class AffiliationRows(DatedRows):
    repeated = gettext_lazy("Une autre ligne dit déjà ce rattachement pour ces jours.")

    def about(self, row):
        return row.parent_id

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        for form, row in self.rows():
            if row.parent_id and closes_a_circle(row):
                said = _("%(parent)s lui est déjà rattachée : cela ferait une boucle.") % {
                    "parent": row.parent
                }
                form.add_error("parent", said)


class Rows(admin.TabularInline):
    """Rows in our own clothes. `said`: a sentence above them; `leads`: with rows, they stand before the form itself."""

    template = "admin/edit_inline/rows.html"
    formfield_overrides = PLAIN_TEXT
    said = ""
    leads = False

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return plainly(super().formfield_for_dbfield(db_field, request, **kwargs))


class StandingInline(Rows):
    """Founding member, partner, outside: from a day to a day, as the cluster decided."""

    model = Standing
    formset = StandingRows
    extra = 1
    fields = ("kind", "since", "until")
    said = gettext_lazy("Une ligne par période. Sans date : depuis toujours, ou jusqu’à nouvel ordre.")


class AffiliationInline(Rows):
    model = Affiliation
    formset = AffiliationRows
    fk_name = "child"
    extra = 1
    fields = ("nature", "parent", "since", "until")
    said = gettext_lazy(
        "Tutelles, laboratoire d’une équipe, établissement d’un site. Un lien qui finit garde sa ligne, avec sa date."
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("parent", "child")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return named(field, request)


class AbsenceInline(Rows):
    """When nobody answers there, and room for one more: the form has no script that would add it."""

    model = PartnerAbsence
    extra = 1


class AskedForm(forms.ModelForm):
    settled = forms.BooleanField(label=gettext_lazy("C’est traité"), required=False)

    class Meta:
        model = AskedChange
        fields = ()


class AskedInline(Rows):
    """What its people asked to have changed: done by hand above, then said to be done."""

    model = AskedChange
    form = AskedForm
    extra = 0
    can_delete = False
    leads = True
    fields = ("asked_at", "user", "text", "settled")
    readonly_fields = ("asked_at", "user", "text")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(stage=AskedStage.WAITING).select_related("user")

    def has_add_permission(self, request, obj=None):
        return False


def named(field, request):
    """Every organisation under its whole name, read once for all the rows of a page."""
    if not hasattr(request, "organisation_choices"):
        rows = Organisation.objects.order_by(Alphabetical("name")).values_list("pk", "name", "acronym")
        request.organisation_choices = [
            ("", "—"),
            *((pk, f"{name} ({short})" if short and short != name else name) for pk, name, short in rows),
        ]
    field.choices = request.organisation_choices
    return field


class StandingFilter(admin.SimpleListFilter):
    title = gettext_lazy("place dans le consortium")
    parameter_name = "place"

    def lookups(self, request, model_admin):
        return Standing.Kind.choices

    def queryset(self, request, queryset):
        if self.value() in Standing.Kind.values:
            rows = Standing.objects.present().filter(kind=self.value())
            return queryset.filter(pk__in=rows.values("organisation"))
        return queryset


class WaitingFilter(admin.SimpleListFilter):
    title = gettext_lazy("changements demandés")
    parameter_name = "demandes"

    def lookups(self, request, model_admin):
        return [("oui", gettext_lazy("à traiter"))]

    def queryset(self, request, queryset):
        if self.value() == "oui":
            rows = AskedChange.objects.filter(stage=AskedStage.WAITING)
            return queryset.filter(pk__in=rows.values("organisation"))
        return queryset


@admin.register(Organisation)
class OrganisationAdmin(ListAdmin):
    actions = None
    form = StaffForm
    formfield_overrides = PLAIN_TEXT
    list_display = ("name", "acronym", "kind", "city", "contact_email", "standing_now")
    list_filter = ("kind", StandingFilter, "country", WaitingFilter)
    ordering = (Alphabetical("name"),)
    search_fields = (
        "name",
        "acronym",
        "city",
        "contact_email",
        "external_id",
        "rnsr_id",
        "ror_id",
        "legal_id",
    )

    _WHO = ("name", "acronym", "kind", "external_id", "country")
    _WHERE = ("city", "postcode", "web_domain", "contact_email", "language")
    _NUMBERS = ("rnsr_id", "ror_id", "unit_numbers", "legal_id", "vat_number")
    _DECIDED = ("restricted_access", "signed_by", "signed_by_because")

    def get_object(self, request, object_id, from_field=None):
        """What is about to be changed is read under its lock: who comes second is told, and parents are compared with
        those that stand there."""
        row = super().get_object(request, object_id, from_field)
        if row is not None and request.method == "POST":
            lock_case(row.public_id)
            row.refresh_from_db()
        return row

    @admin.display(description=gettext_lazy("place dans le consortium"))
    def standing_now(self, row):
        return dict(Standing.Kind.choices).get(row.standing, "—")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("standings")

    def get_fieldsets(self, request, obj=None):
        sets = [
            (_("Qui elle est"), {"fields": (*self._WHO, "expertise")}),
            (_("Où elle est, et comment la joindre"), {"fields": (*self._WHERE, "monthly_capacity")}),
            (_("Identifiants"), {"fields": self._NUMBERS}),
        ]
        if obj:  # a new one has no parents yet that could sign for it
            sets.append((_("Accès et signature"), {"fields": (*self._DECIDED, "seen")}))
        return sets

    def get_readonly_fields(self, request, obj=None):
        """Its code stands in addresses, files and keys: it is given once."""
        return ("external_id",) if obj else ()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return named(super().formfield_for_foreignkey(db_field, request, **kwargs), request)

    def get_inlines(self, request, obj):
        return [AskedInline, StandingInline, AffiliationInline, AbsenceInline] if obj else []

    def save_model(self, request, obj, form, change):
        if change:
            obj.version += 1
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        if formset.model is not AskedChange:
            return super().save_formset(request, form, formset, change)
        for one in formset.forms:
            if one.cleaned_data.get("settled"):
                acts.settle(one.instance, actor=coordinator(request.user))
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        rows = [one.prefix for one in formsets if one.model is not AskedChange and one.has_changed()]
        what = [*(form.changed_data if change else ["name"]), *rows]
        acts.changed(form.instance, what, actor=coordinator(request.user))

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        inlines = [form for one in context["inline_admin_formsets"] for form in one.formset.forms]
        context["checked"] = [context["adminform"].form, *inlines]
        if obj:
            context["told"] = tell(obj.public_id, COORDINATOR)[::-1][:20]
            context["differences"] = differences(obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("organisation", "user", "role", "since")
    list_filter = ("role",)
    search_fields = ("organisation__name", "user__email")
    list_select_related = ("organisation", "user")
