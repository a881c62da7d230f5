"""Run the rules of the clock once, as the scheduler does every minute, or say what they would do.

A rule that takes things away stops when too many are due at once (journal.capping): after a look at --dry-run,
`--allow RULE=N` lets it take N today.
"""

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from journal import capping, clockwork


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say what would be done now; do nothing")

        parser.add_argument(
            "--allow",
            metavar="RULE=N",
            help="let this rule take N things away today, those gone today included",
        )

    def handle(self, *args, dry_run: bool, allow: str | None, **options):
        if allow:
            self._allow(allow)
            return
        if dry_run:
            done = {name: [rule.named(row) for row in rule.due()] for name, rule in clockwork.RULES.items()}
        else:
            done = clockwork.tick()
        with translation.override("fr"):
            for name, rule in clockwork.RULES.items():
                self.stdout.write(f"{name:32} {_words(done.get(name, 'failed')):>5}  {rule.title}")
                for reference in done[name] if dry_run else ():
                    self.stdout.write(f"{'':32} {reference}")
                if dry_run and rule.cap and len(done[name]) > (most := capping.left(name, rule.cap)):
                    self.stdout.write(f"{'':32} held back: {most} may go today")

    def _allow(self, words: str) -> None:
        name, _equals, number = words.partition("=")
        rule = clockwork.RULES.get(name)
        if rule is None or rule.cap is None or not number.isdigit():
            raise CommandError("RULE=N: the name of a rule that takes things away, and a number")
        capping.allow(name, int(number))
        self.stdout.write(f"{name} may take {number} today.")


def _words(done) -> str:
    return str(len(done) if isinstance(done, list) else done)
