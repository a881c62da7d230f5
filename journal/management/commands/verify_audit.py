from django.core.management.base import BaseCommand, CommandError

from journal.events import broken_links


class Command(BaseCommand):
    help = "Verify the hash chain of every case; names each place that was altered and exits non-zero."

    def handle(self, *args, **options):
        broken = list(broken_links())
        for case, seq, wrong in broken:
            self.stdout.write(f"{case} event {seq}: {wrong}")
        if broken:
            raise CommandError(f"{len(broken)} broken link(s)")
        self.stdout.write("Every chain verifies.")
