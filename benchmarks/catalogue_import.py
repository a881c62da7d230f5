"""A partner’s workbook of 5 000 offers, checked, imported, checked again and changed.

    python -m benchmarks.catalogue_import

Prints one JSON object; ends with 1 where a file takes longer than a minute of processor, which is what a worker of its
own takes by the clock. On a database of its own (SQLite), or the one that DATABASE_URL names.
"""

import io
import json
import os
import resource
import sys
import tempfile
import time

FLOOR = 60.0  # seconds of processor, reading and writing together
COUNT = 5_000


def rows(count: int, price: int) -> bytes:
    """A workbook of so many trainings, rnd collaborations and laboratories in turn."""
    from openpyxl import Workbook

    from programs.exchange.checking import canonical
    from programs.models import OfferKind
    from programs.sheets.columns import Values, columns_of, line_of
    from programs.sheets.template import example

    book, values = Workbook(write_only=True), Values()
    kinds = list(OfferKind.values)
    for kind in kinds:
        columns = columns_of(kind)
        sheet = book.create_sheet(kind)
        sheet.append([column.name for column in columns])
        for number in range(kinds.index(kind), count, len(kinds)):
            record = example(kind)
            record |= {"id": f"ligne-{number}", "title": f"Offre {number}", "keywords": [f"mot-{price}"]}
            sheet.append(line_of(canonical(record), columns, values))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def once(organisation, user, data: bytes) -> tuple[float, float, dict]:
    """(seconds to check, seconds to write, what was told)."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from journal import jobs
    from journal.actors import PARTNER, Actor
    from programs.imports import working

    actor = Actor(PARTNER, user=user)
    began = time.process_time()
    upload = SimpleUploadedFile("offres.xlsx", data)
    one = working.send(organisation, upload, actor=actor, language="fr")
    jobs.run_owed()
    one.refresh_from_db()
    checked = time.process_time()
    if one.stage != "checked" or one.has_problems:
        raise RuntimeError(f"{one.stage} {one.reason} {one.report.get('lines', [])[:3]}")
    told = {name: one.report[name] for name in ("created", "updated", "unchanged")}
    if not (told["created"] or told["updated"]):
        return checked - began, 0.0, told
    working.confirm(one, actor=actor, submit_new=False)
    jobs.run_owed()
    one.refresh_from_db()
    if one.stage != "done":
        raise RuntimeError(f"{one.stage} {one.reason}")
    return checked - began, time.process_time() - checked, told


def measured(count: int) -> dict:
    from django.core.management import call_command

    from accounts.models import User
    from partners.models import Membership, Organisation

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("load_reference", verbosity=0)
    organisation = Organisation.objects.create(
        external_id=f"import-{time.time_ns()}", name="Organisation d’essai", kind="training-provider"
    )
    user = User.objects.create_user(f"essai-{time.time_ns()}@import.example")
    Membership.objects.create(organisation=organisation, user=user, role=Membership.ADMINISTRATOR)
    found = {}
    for name, price in (("new", 1), ("same", 1), ("changed", 2)):
        reading, writing, told = once(organisation, user, rows(count, price))
        found[name] = {"check_seconds": round(reading, 1), "write_seconds": round(writing, 1), **told}
    slowest = max(one["check_seconds"] + one["write_seconds"] for one in found.values())
    return {
        "lines": count,
        "by_file": found,
        "slowest_seconds": round(slowest, 1),
        "at_most": FLOOR * count / COUNT,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "enough": slowest <= FLOOR * count / COUNT,
    }


def main() -> int:
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
    found = measured(*(numbers or [COUNT]))
    print(json.dumps(found, indent=1))
    return 0 if found["enough"] else 1


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "enact_portal.settings", "ENACT_VAR": folder}
        import django

        django.setup()
        sys.exit(main())
