"""Run the rules of the clock once, as the scheduler does every minute, or say what they would do."""

from django.core.management.base import BaseCommand
from django.utils import translation

from journal import clockwork


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say what would be done now; do nothing")

    def handle(self, *args, dry_run: bool, **options):
        if dry_run:
            done = {name: [rule.named(row) for row in rule.due()] for name, rule in clockwork.RULES.items()}
        else:
            done = clockwork.tick()
        with translation.override("fr"):
            for name, rule in clockwork.RULES.items():
                self.stdout.write(f"{name:32} {_words(done.get(name, 'failed')):>5}  {rule.title}")
                for reference in done[name] if dry_run else ():
                    self.stdout.write(f"{'':32} {reference}")


def _words(done) -> str:
    return str(len(done) if isinstance(done, list) else done)
