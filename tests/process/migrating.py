"""The demonstration goes back to older tables and forward again: python -m tests.process.migrating JOURNEY…

JOURNEY: app=migration,app=migration, one after the other. Prints, for each journey, {"before": {model: rows}, "after":
the same, "kept": {what has to be as it was: whether it is}}, all in one JSON list.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enact_portal.settings")


def rows() -> dict[str, int]:
    from django.apps import apps

    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def made_anew() -> dict[str, list]:
    """What migrations work out from other rows."""
    from triage.models import Referral, TextPrint

    introduced = Referral.objects.filter(introduces=True).order_by("organisation")
    return {
        "partners that know us": list(introduced.values_list("organisation", flat=True)),
        "prints of texts": list(
            TextPrint.objects.order_by("irritant", "value").values_list("irritant", "value")
        ),
    }


def there_and_back(journey: str) -> dict:
    from django.core.management import call_command

    from journal.events import broken_links

    before, known = rows(), made_anew()
    for target in journey.split(","):
        call_command("migrate", *target.split("="), verbosity=0, interactive=False)
    call_command("migrate", verbosity=0, interactive=False)
    kept = {name: found == known[name] for name, found in made_anew().items()}
    kept["chains"] = list(broken_links()) == []
    return {"before": before, "after": rows(), "kept": kept}


def main(journeys: list[str]) -> None:
    from django.core.management import call_command

    for command in ("migrate", "createcachetable", "load_reference", "load_demo"):
        call_command(command, verbosity=0)
    print(json.dumps([there_and_back(journey) for journey in journeys]))


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1:])
