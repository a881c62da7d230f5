import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from foundation import clock
from intake.registry import client, standin
from intake.registry.reading import Malformed, read_answer


class Command(BaseCommand):
    help = (
        "Ask the real company search and keep its answers with the date; the stand-in then gives them for these "
        "queries. Officers and accounts are not asked for. The same query recorded again is replaced."
    )

    def add_arguments(self, parser):
        parser.add_argument("queries", nargs="+", help="a name, a SIREN or a SIRET each")
        parser.add_argument("--url", default="https://recherche-entreprises.api.gouv.fr")
        parser.add_argument("--into", type=Path, default=standin.RECORDED)

    def handle(self, *, queries, url, into, **_options):
        kept = json.loads(into.read_text("utf-8")) if into.exists() else {"answers": {}}
        for query in queries:
            try:
                reply = client.fetch(url, query)
            except client.Unavailable as error:
                raise CommandError(f"{url} did not answer: {error}") from error
            if standin.MARK in reply.headers:
                raise CommandError(f"{url} is the stand-in: its answers are not recorded as real ones")
            if reply.status not in (200, 400):
                raise CommandError(f"{url} answered {reply.status} to « {query} »: nothing recorded")
            try:
                found = len(read_answer(reply.body, clock.today())) if reply.status == 200 else 0
            except Malformed as error:
                raise CommandError(f"« {query} »: not the published format ({error})") from error
            kept["answers"][query] = {
                "status": reply.status,
                "recorded_on": clock.today().isoformat(),
                "source": url,
                "body": reply.body.decode("utf-8"),
            }
            self.stdout.write(f"« {query} »: {found} found")
        into.parent.mkdir(parents=True, exist_ok=True)
        into.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
        standin._recorded.cache_clear()
