"""Who saw contact data and files is noted: wherever they stand on a page, and only once an hour."""

import json
import zipfile
from datetime import timedelta
from importlib import import_module
from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from foundation import clock
from journal import access, links
from journal.models import AccessRecord
from tests.test_access import ALL
from tests.walls import SECRETS, STAGES, a_case, addresses, reach_stage, walk_pages, walkers
from triage.workbench import seen

LOG = import_module("journal.migrations.0007_access_log")
pytestmark = [pytest.mark.django_db, pytest.mark.database]
PERSONAL = ("person", "email", "phone", "file-words")


def staff(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.RoleBackend")
    return client


def noted(**wanted) -> set[tuple[str, str]]:
    return set(AccessRecord.objects.filter(**wanted).values_list("reader", "what"))


def test_the_screen_of_a_case_is_noted_once_an_hour(cast):
    client, url = staff(cast.coordinator), reverse("admin:workbench_irritant", args=[cast.irritant.public_id])
    for _again in range(3):
        client.get(url)
    client.head(url)
    [row] = AccessRecord.objects.all()
    assert (row.reader, row.role, row.what) == (f"user:{cast.coordinator.pk}", "coordinator", "contact")
    assert (row.case, row.page) == (cast.irritant.public_id, "admin:workbench_irritant")
    with clock.at(clock.now() + timedelta(hours=1)):
        client.get(url)
    staff(cast.colleague).get(url)
    assert AccessRecord.objects.count() == 3


def test_what_was_refused_was_not_seen(cast):
    url = reverse("admin:workbench_irritant", args=[cast.irritant.public_id])
    for user in (cast.funder, cast.company, cast.editor):
        staff(user).get(url)
    assert not AccessRecord.objects.exists()


def test_the_company_that_reads_its_own_case_is_not_noted(cast):
    token = links.give(links.FOLLOW, cast.irritant.public_id, cast.company.email).token
    Client().get(reverse("intake:follow", args=[token]))
    assert not AccessRecord.objects.exists()


@pytest.mark.once
def test_wherever_contact_data_stands_the_log_says_so():
    """Every page of the coordination and of the partner, with the case at its end: no name unseen by the log."""
    cast = a_case("summary")
    for stage in STAGES:
        reach_stage(cast, stage)
    people = walkers(cast)
    partner = people["partner"]
    for client, urls in (
        (staff(cast.administrator), staff_pages(cast)),
        (partner.client, [*partner.starts, *addresses(cast, partner.tokens)]),
    ):
        silent = []
        for url in sorted(set(urls)):
            forget_all()
            words = walk_pages(client, url)
            shown = any(SECRETS[code].casefold() in words for code in PERSONAL)
            if shown and not AccessRecord.objects.exists():
                silent.append(url)
        assert silent == []


def forget_all() -> None:
    """Only the owner of a test's database can: its trigger is dropped (tests/conftest.py), PostgreSQL truncates."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE journal_accessrecord")
        else:
            cursor.execute("DELETE FROM journal_accessrecord")


def staff_pages(cast) -> list[str]:
    plain = []
    for name, entry in ALL:
        arguments = {*entry.pattern.converters, *entry.pattern.regex.groupindex}
        ours = name.startswith(("admin:", "proposals:", "insights:")) and name != "admin:logout"
        if ours and not arguments:
            plain.append(reverse(name))
    one = cast.irritant.public_id
    contact, company, other = cast.irritant.contact, cast.irritant.company, cast.strangers_irritant
    return [
        *plain,
        *addresses(cast, []),
        reverse("admin:intake_contact_change", args=[contact.pk]),
        reverse("admin:accounts_user_change", args=[cast.company.pk]),
        reverse(
            "admin:workbench_join",
            args=["contact", contact.public_id, other.contact.public_id],
        ),
        reverse(
            "admin:workbench_join",
            args=["entreprise", company.public_id, other.company.public_id],
        ),
        f"{reverse('admin:workbench_letter', args=['company_received', 'fr'])}?irritant={cast.irritant.reference}",
        reverse("admin:workbench_file", args=[one, cast.file.pk]),
    ]


def test_a_partner_that_opens_them_is_noted_for_its_organisation():
    cast = a_case("summary")
    for stage in STAGES[: STAGES.index("opened")]:
        reach_stage(cast, stage)
    partner = walkers(cast)["partner"]
    answer, document = (
        reverse("triage:answer", args=[partner.tokens[0]]),
        reverse("triage:answer_file", args=[partner.tokens[0], cast.file.pk]),
    )
    partner.client.get(answer)
    assert noted(role="partner") == set()
    reach_stage(cast, "opened")
    partner.client.get(answer)
    b"".join(partner.client.get(document).streaming_content)
    partner.client.get(reverse("partner_space"))
    link = links.give(links.ANSWER, cast.referral.public_id, cast.editor.email)
    assert noted(role="partner", organisation=cast.lab.public_id) == {
        (f"link:{link.pk}", "contact"),
        (f"link:{link.pk}", "file"),
        (f"user:{cast.editor.pk}", "contact"),
    }
    told = {(look.who, look.of, look.what) for look in seen.looks(cast.irritant)}
    assert (cast.editor.email, cast.lab.name, SECRETS["file"]) in told
    page = staff(cast.coordinator).get(reverse("admin:workbench_seen", args=[cast.irritant.public_id]))
    assert SECRETS["file"] in page.content.decode() and cast.lab.name in page.content.decode()


def test_the_company_takes_the_record_away_without_the_names_of_people(cast, client):
    staff(cast.coordinator).get(reverse("admin:workbench_irritant", args=[cast.irritant.public_id]))
    token = links.give(links.FOLLOW, cast.irritant.public_id, cast.company.email).token
    response = client.post(reverse("intake:download_data", args=[token]))
    with zipfile.ZipFile(BytesIO(b"".join(response.streaming_content))) as archive:
        data = json.loads(archive.read("data.json"))
    [look] = data["seen_by"]
    assert {key: look[key] for key in ("what", "role", "organisation")} == {
        "what": "contact",
        "role": "coordinator",
        "organisation": "",
    }
    assert cast.coordinator.full_name not in json.dumps(data["seen_by"])


def record(days: int) -> AccessRecord:
    at = clock.now() - timedelta(days=days)
    return AccessRecord.objects.create(
        reader="user:1",
        role="coordinator",
        what="contact",
        subject=f"contact:{days}",
        page="x",
        at=at,
        hour=at,
    )


@pytest.mark.parametrize(
    "statement", ["UPDATE journal_accessrecord SET reader = 'x'", "DELETE FROM journal_accessrecord"]
)
def test_the_database_refuses_to_change_the_record(statement):
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(LOG.DO["sqlite"][1])
    record(days=100)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_after_a_year_it_is_forgotten():
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(LOG.DO["sqlite"][1])
    old, new = record(days=366), record(days=364)
    assert access.forget() == 1
    assert access.forget() == 0
    assert list(AccessRecord.objects.all()) == [new]
    assert old.pk


def test_one_statement_however_much_is_shown(db, django_assert_num_queries):
    things = [access.Shown("contact", f"contact:{number}") for number in range(50)]
    noted = {("user:1", one.what, one.subject): ("coordinator", one) for one in things}
    for _again in range(2):
        with django_assert_num_queries(1):
            access.write(noted, page="x")
    assert AccessRecord.objects.count() == 50
