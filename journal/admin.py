"""What happened and what is owed: to read."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnlyAdmin
from journal import access, jobs
from journal.cases import of_seen
from journal.models import AccessRecord, Event, Job, Message
from journal.texts import TEMPLATES
from journal.timeline import COORDINATOR, READERS, titled


class _Worded(admin.SimpleListFilter):
    """A filter over a column of codes, in the words of `labels`."""

    def labels(self) -> dict:
        raise NotImplementedError

    def lookups(self, request, model_admin):
        return sorted(((code, str(label)) for code, label in self.labels().items()), key=lambda row: row[1])

    def queryset(self, request, queryset):
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset


class _Mail(_Worded):
    title, parameter_name = _("courriel"), "template"

    def labels(self):
        return {key: template.label for key, template in TEMPLATES.items()}


class _Kind(_Worded):
    title, parameter_name = _("travail"), "kind"

    def labels(self):
        return jobs.LABELS


class OfCases(ReadOnlyAdmin):
    """A list whose rows belong to cases (`case`): each leads to its case, named once for the whole page."""

    def get_queryset(self, request):
        return of_seen(super().get_queryset(request), request.user)

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        changelist.result_list = self.dressed(list(changelist.result_list))
        return changelist

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        return found and self.dressed([found])[0]

    def dressed(self, rows: list) -> list:
        cases = {str(row.case) for row in rows if row.case}
        names = READERS["case"](cases) if cases else {}
        for row in rows:
            row.case_name = names.get(str(row.case), "")
        return rows

    @admin.display(description=_("dossier"))
    def case_link(self, row):
        if not row.case_name:  # of a draft that was never sent
            return "—"
        url = reverse("admin:workbench_irritant", args=[row.case])
        return format_html('<a href="{}">{}</a>', url, row.case_name)


@admin.register(Event)
class EventAdmin(OfCases):
    list_display = ("at", "what", "actor_role", "case_link")
    list_filter = ("actor_role",)
    search_fields = ("case", "subject_id", "name")
    ordering = ("-at", "-pk")
    fields = ("at", "what", "who", "case_link")
    technical = ("name", "actor", "actor_role", "seq", "subject_id", "payload", "previous_hash", "hash")
    readonly_fields = ("what", "who", "case_link")

    def dressed(self, rows):
        named = access.names(row.actor for row in rows)
        titles = {event.pk: title for event, title in titled(rows, COORDINATOR)}
        for row in rows:
            row.title = titles.get(row.pk, row.name)
            row.who = named.get(row.actor) or row.get_actor_role_display()
        return super().dressed(rows)

    @admin.display(description=_("qui"), ordering="actor_role")
    def who(self, event):
        return event.who

    @admin.display(description=_("ce qui s’est passé"), ordering="name")
    def what(self, event):
        return event.title


@admin.register(Message)
class MessageAdmin(OfCases):
    list_display = ("created_at", "title", "recipient", "language", "status", "sent_at", "case_link")
    list_filter = ("status", _Mail, "language")
    search_fields = ("recipient", "case")
    ordering = ("-created_at",)
    fields = (
        "title",
        "recipient",
        "language",
        "case_link",
        "status",
        "status_at",
        "reason",
        "created_at",
        "sent_at",
    )
    technical = ("cause", "provider_id")
    readonly_fields = ("title", "case_link")

    @admin.display(description=_("courriel"), ordering="template")
    def title(self, message):
        known = TEMPLATES.get(message.template)
        return known.label if known else message.template


@admin.register(AccessRecord)
class AccessRecordAdmin(OfCases):
    """For administrators: of one case, coordinators read it on a page of its own."""

    list_display = ("at", "who", "role", "what", "case_link", "where")
    list_filter = ("what", "role")
    search_fields = ("reader", "case", "subject")
    ordering = ("-at", "-pk")
    fields = ("at", "who", "role", "what", "case_link", "where")
    technical = ("reader", "organisation", "subject", "page")
    readonly_fields = ("who", "case_link", "where")

    def dressed(self, rows):
        named = access.names(row.reader for row in rows)
        pages = READERS["read_page"]({row.page for row in rows})
        for row in rows:
            row.who = named.get(row.reader) or gettext("quelqu’un dont le compte n’existe plus")
            row.where = capfirst(pages[row.page])
            row.title = f"{row.who}\u202f: {row.get_what_display()}"
        return super().dressed(rows)

    @admin.display(description=_("qui"), ordering="reader")
    def who(self, record):
        return record.who

    @admin.display(description=_("page"), ordering="page")
    def where(self, record):
        return record.where


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "what", "status", "attempts", "not_before", "done_at")
    list_filter = ("status", _Kind)
    search_fields = ("key", "kind")
    ordering = ("-pk",)
    fields = (
        "what",
        "status",
        "attempts",
        "created_at",
        "not_before",
        "sent_at",
        "done_at",
    )
    technical = ("key", "queue", "last_error")
    readonly_fields = ("what",)

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        if found:
            found.title = self.what(found)
        return found

    @admin.display(description=_("travail"), ordering="kind")
    def what(self, job):
        return jobs.labelled(job.kind)
