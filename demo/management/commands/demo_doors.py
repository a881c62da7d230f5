import json

from django.core.management.base import BaseCommand

from demo.doors import doors


class Command(BaseCommand):
    help = "Print the address of one page of every kind in the demonstration, as JSON: for screenshots and tests."

    def add_arguments(self, parser):
        parser.add_argument("--language", default="fr", choices=["fr", "de", "en"])

    def handle(self, *, language, **_options):
        self.stdout.write(json.dumps(doors(language)))
