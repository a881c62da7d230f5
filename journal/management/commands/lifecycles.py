from django.core.management.base import BaseCommand

from journal.diagrams import page


class Command(BaseCommand):
    help = "Print docs/lifecycles.md: every state table as a diagram and a table."

    def handle(self, *args, **options):
        self.stdout.write(page(), ending="")
