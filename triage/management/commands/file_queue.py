"""File every irritant of the queue anew: after an update from a version without these lines, or to be sure."""

from django.core.management.base import BaseCommand

from intake.models import Irritant
from triage.filing import refile_all


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options):
        rows = Irritant.objects.order_by("pk").only("pk", "public_id").iterator()
        self.stdout.write(f"{refile_all(rows)} irritants filed")
