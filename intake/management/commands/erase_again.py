from uuid import UUID

from django.core.management.base import BaseCommand
from django.db import transaction

from intake.erasing import outlive
from intake.models import Irritant
from journal.erasing import remembered
from journal.events import lock_case


class Command(BaseCommand):
    help = (
        "After a backup was restored: erase again the cases that were erased since it was made. Their keys are kept "
        "outside the database, in $ENACT_VAR/audit/erased."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="name them, erase nothing")

    def handle(self, *args, dry_run: bool, **options):
        path = remembered()
        cases = {UUID(line) for line in path.read_text("ascii").split()} if path.exists() else set()
        done = 0
        for irritant in Irritant.objects.filter(erased_at=None).order_by("pk").iterator():
            if irritant.public_id not in cases:
                continue
            done += 1
            self.stdout.write(irritant.reference)
            if not dry_run:
                with transaction.atomic():
                    lock_case(irritant.public_id)
                    outlive(irritant)
        self.stdout.write(f"{done} {'to erase' if dry_run else 'erased'} again.")
