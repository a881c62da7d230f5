"""« Télécharger mes données » against the register: every personal field of a case is in the archive, or the
description of its format says why not."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from foundation import clock
from foundation.privacy import REGISTER, Subject
from intake.models import Post, Question
from journal.erasing import rows_of
from tests.intake.following import address
from tests.intake.test_erasing import EMAIL, cast, lean, signed_in  # noqa: F401  fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.shows("S-23")]
FORMAT = Path(__file__).parent.parent.parent / "docs" / "export-format.md"
AS_THEY_ARE = {  # read back by the portal itself: their own words are looked for instead
    "intake.Draft.token",
    "proposals.Proposal.sections",
    "proposals.Proposal.undo",
    "proposals.ProposalVersion.snapshot",
}


def explained() -> set[str]:
    """The fields that the description of the format leaves out, with a reason."""
    _before, _title, after = FORMAT.read_text("utf-8").partition("## What is not in it, and why")
    found = set()
    for fields, reason in re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|$", after, re.M):
        assert reason.strip()
        for name in re.findall(r"`([^`]+)`", fields):
            model, _dot, names = name.rpartition(".")
            found |= {f"{model}.{one}" for one in names.split()}
    return found


def planted(case) -> dict[str, str]:
    """Field → words of its own, put into every row of the case. Addresses, codes and numbers stay as they are."""
    words = {}
    for number, (name, held) in enumerate(REGISTER.items()):
        if not (held.is_personal and held.case) or name in AS_THEY_ARE:
            continue
        model, _dot, field_name = name.rpartition(".")
        rows = rows_of(model, Subject(case.public_id, frozenset({EMAIL})))
        assert rows.exists(), name
        field = apps.get_model(model)._meta.get_field(field_name)
        value = f"Zq{number}q"
        if isinstance(field, models.EmailField):
            value = str(getattr(rows.first(), field_name))
        elif field.choices or (getattr(field, "max_length", None) and field.max_length < 6):
            continue
        elif isinstance(field, models.JSONField):
            rows.update(
                **{field_name: {"words": value} if isinstance(field.get_default(), dict) else [value]}
            )
        else:
            rows.update(**{field_name: value})
        words[name] = value
    return words


def test_every_personal_field_is_in_it_or_explained(cast):  # noqa: F811
    case = cast.irritant
    asked = Post.objects.create(irritant=case, author_role="coordinator", text="?")
    Question.objects.create(post=asked, text="?", answer="!", answered_at=clock.now())
    words = planted(case)
    browser: Client = signed_in(cast.person)
    response = browser.post(address(case, "download_data"))
    assert response.status_code == 200
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        text = archive.read("data.json").decode() + " ".join(archive.namelist())
    missing = {name for name, value in words.items() if value not in text}
    assert " ".join(sorted(missing - explained())) == ""
    assert sorted(explained() - missing - AS_THEY_ARE) == [], "it is there, and said not to be"
