from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from programs.importing import CatalogueErrors, load_catalogue


class Command(BaseCommand):
    help = (
        "Load a catalogue folder (docs/catalogue-format.md): checks everything, then writes all or nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *args, folder: Path, **options):
        try:
            loaded = load_catalogue(folder)
        except CatalogueErrors as errors:
            raise CommandError(str(errors)) from errors
        self.stdout.write(
            f"{loaded.organisations} organisations, {loaded.offers} offers, {loaded.changed} changed."
        )
