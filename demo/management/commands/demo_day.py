import json
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from demo.judged import file_all
from triage.models import MatchRun

PATIENCE = 240  # seconds until the running portal has ranked them all


class Command(BaseCommand):
    help = "File judged irritants as companies would and wait for their matches; prints them as JSON (scripts.day)."

    def add_arguments(self, parser):
        parser.add_argument("irritants", type=Path)
        parser.add_argument("judgements", type=Path)
        parser.add_argument("--only", default="", help="identifiers, by comma")

    def handle(self, *, irritants, judgements, only, **_options):
        wanted = set(filter(None, only.split(",")))
        judged = json.loads(irritants.read_text("utf-8"))
        chosen = [one for one in judged if not wanted or one["id"] in wanted]
        told = file_all(chosen, json.loads(judgements.read_text("utf-8")))
        cases, until = {one["case"] for one in told}, time.monotonic() + PATIENCE
        ranked = MatchRun.objects.filter(irritant__public_id__in=cases).values("irritant").distinct()
        while ranked.count() < len(cases):
            if time.monotonic() > until:
                raise CommandError("The portal has not ranked them all: is its worker running?")
            time.sleep(0.5)
        self.stdout.write(json.dumps(told))
