from pathlib import Path

from django.core.management.base import BaseCommand

from programs import thesaurus


class Command(BaseCommand):
    help = (
        "Write the thesaurus with the coordinators' changes as one file, in the format of "
        "matching/data/thesaurus/00-format.md: python -m matching.evaluate --thesaurus FILE measures them."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file: Path, **options):
        over = thesaurus.overlay()
        file.write_text(thesaurus.as_text(thesaurus.laid(over), over), encoding="utf-8")
        self.stdout.write(f"{len(over.additions)} additions, {len(over.retired)} retirements: {file}")
