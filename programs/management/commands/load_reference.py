from pathlib import Path

from django.core.management.base import BaseCommand

from programs.importing import load_reference

DATA = Path(__file__).resolve().parents[2] / "data"


class Command(BaseCommand):
    help = "Load topics, pillars, sectors, hold rules, canned answers and relays: needed in production, safe to repeat."

    def handle(self, *args, **options):
        load_reference(DATA)
