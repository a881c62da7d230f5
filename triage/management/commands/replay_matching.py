import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from programs import replaying as configurations
from triage import replaying


class Command(BaseCommand):
    help = (
        "Rank past irritants with two configurations and show which rankings would change. A configuration is "
        '"current", a JSON object or a file that holds one: {"memory": false, "weights": {"words": 0.8}, '
        '"thesaurus": {"additions": [...], "retired": [...]}}. Nothing is written.'
    )
    # Another way to build a ranker from a configuration may be put here.
    build: configurations.Builder = staticmethod(configurations.build)

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="before", required=True, help="the configuration of today")
        parser.add_argument("--to", dest="after", required=True, help="the one to try")
        parser.add_argument("--since", type=date.fromisoformat, help="irritants received from this day on")
        parser.add_argument("--limit", type=int, help="at most so many, latest first")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")

    def handle(self, *args, before, after, since, limit, **options):
        if limit is not None and limit < 1:
            raise CommandError("--limit counts from 1.")
        try:
            rankers = [self.build(configurations.Configuration.read(given)) for given in (before, after)]
        except configurations.BadConfiguration as error:
            raise CommandError(str(error)) from error
        rows = list(replaying.compare(replaying.past(since, limit), *rankers))
        found = replaying.summary(rows)
        if options["json"]:
            answer = {"summary": found, "irritants": [replaying.as_json(row) for row in rows]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(replaying.table(rows))
        self.stdout.write(", ".join(f"{name} {value}" for name, value in found.items()))
