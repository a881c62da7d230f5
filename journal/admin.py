"""What happened and what is owed: to read."""

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from journal.models import Event, Job, Message


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("at", "name", "actor_role", "case", "seq")
    list_filter = ("actor_role", "name")
    search_fields = ("case", "subject_id")
    ordering = ("-pk",)
    fields = (
        "at",
        "name",
        "actor",
        "actor_role",
        "case",
        "seq",
        "subject_id",
        "payload",
        "previous_hash",
        "hash",
    )


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "template", "recipient", "language", "status", "sent_at")
    list_filter = ("status", "template", "language")
    search_fields = ("recipient", "case")
    ordering = ("-created_at",)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "status", "attempts", "not_before", "done_at")
    list_filter = ("status", "kind", "queue")
    search_fields = ("key",)
    ordering = ("-pk",)
    fields = (
        "kind",
        "key",
        "status",
        "attempts",
        "queue",
        "created_at",
        "not_before",
        "sent_at",
        "done_at",
        "last_error",
    )
