from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from journal import anchors
from journal.events import broken_links


class Command(BaseCommand):
    help = (
        "Verify the hash chain of every case, and that each still holds what ended it when the ends were kept outside "
        "the database; names each event that was altered or is gone, and exits non-zero."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--keep", metavar="PATH", type=Path, help="when all is well, keep the ends there, too"
        )
        parser.add_argument(
            "--against", metavar="PATH", type=Path, help="compare with the ends that were kept there"
        )
        parser.add_argument(
            "--accept",
            action="store_true",
            help="keep the ends as they are now, after a backup was restored: chains alone must verify",
        )

    def handle(self, *args, keep: Path | None, against: Path | None, accept: bool, **options):
        try:
            kept = {} if accept else anchors.read(against)
        except (OSError, ValueError) as error:
            raise CommandError(f"the ends kept outside the database cannot be read: {error}") from error
        broken = list(broken_links(kept))
        for case, seq, wrong in broken:
            self.stdout.write(f"{case} event {seq}: {wrong}")
        if broken:
            raise CommandError(f"{len(broken)} broken link(s)")
        if accept or keep:
            self.stdout.write(f"The ends of {anchors.keep(keep)} chains are kept.")
        self.stdout.write("Every chain verifies.")
