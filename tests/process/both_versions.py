"""What the code of this version and of the last release both do to one portal: make people and cases, serve pages.

Its text is run inside either tree (python -c …, the tree as working directory): it may use only what both have.
Verbs: make (an empty database: migrate, cast, one case asked and answered) · use (one more case goes the whole way).
"""

import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enact_portal.settings")


def make() -> dict:
    from django.core.management import call_command

    from tests import cast as casting

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    cast = casting.everybody(work=False)
    _ranked(cast.irritant)
    casting.accepted(cast)
    return counted()


def use() -> dict:
    """Submits, opens the follow-up page, the queue and the case, asks the laboratories, one of which accepts."""
    from types import SimpleNamespace

    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from partners.models import Organisation
    from programs.models import Offer
    from tests import cast as casting
    from tests.intake.following import give

    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.ALLOWED_HOSTS = ["testserver"]
    by_email = {user.email: user for user in User.objects.all()}
    made = casting.irritant(email="nouvelle@exemple.example", company_name="Nouvelle")
    _ranked(made)
    staff, partner = by_email["coordination@enact.example"], by_email["labo-a@recherche.example"]
    cast = SimpleNamespace(
        coordinator=staff,
        irritant=made,
        offers=list(Offer.objects.filter(external_id__in=["a-1", "a-2", "b-1"])),
        lab=Organisation.objects.get(external_id="labo-a"),
        other_lab=Organisation.objects.get(external_id="labo-b"),
    )
    anyone, coordinator, laboratory = (Client(raise_request_exception=False) for _ in range(3))
    coordinator.force_login(staff)
    laboratory.force_login(partner)
    pages = {
        "home": anyone.get("/"),
        "follow": anyone.get(f"/suivi/{give(made).token}/"),
        "queue": coordinator.get("/admin/"),
        "case": coordinator.get(f"/admin/irritants/{made.public_id}/"),
        "partner": laboratory.get("/espace/partenaire/"),
    }
    referrals = casting.accepted(cast)
    referrals[0].refresh_from_db()
    return {
        "pages": {name: answer.status_code for name, answer in pages.items()},
        "reference": made.reference,
        "answered": str(referrals[0].stage),
        **counted(),
    }


def counted() -> dict:
    from intake.models import Irritant
    from journal.events import broken_links
    from triage.models import Referral

    return {
        "irritants": Irritant.objects.count(),
        "referrals": Referral.objects.count(),
        "broken": len(list(broken_links())),
    }


def _ranked(irritant) -> None:
    from journal import jobs
    from journal.models import Job

    ranking = Job.objects.get(kind="match.compute", payload__irritant=irritant.pk)
    jobs.execute(ranking.pk, keep_lease=False)


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    django.setup()
    print(json.dumps({"make": make, "use": use}[sys.argv[1]]()))
