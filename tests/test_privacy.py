"""A text field without purpose and retention fails here: the register is complete, and speaks of real fields."""

from django.apps import apps
from django.db import models

from foundation.privacy import REGISTER, OnErase

OURS = {
    "accounts",
    "journal",
    "files",
    "partners",
    "programs",
    "intake",
    "triage",
    "proposals",
    "insights",
    "demo",
}
TEXT = (models.CharField, models.TextField, models.JSONField, models.EmailField)


def text_fields() -> set[str]:
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.get_fields()
        if isinstance(field, TEXT) and not field.auto_created
    }


def test_every_text_field_has_a_purpose_and_a_retention():
    assert text_fields() - REGISTER.keys() == set()


def test_the_register_speaks_of_real_fields():
    assert REGISTER.keys() - text_fields() == set()


def test_what_is_personal_says_why_and_until_when():
    personal = {name: held for name, held in REGISTER.items() if held.on_erase is not OnErase.KEEP}
    assert {"intake.Contact.email", "intake.Irritant.text", "journal.Message.recipient"} <= personal.keys()
    assert all(held.purpose and held.basis != "none" and held.retention_days for held in personal.values())
