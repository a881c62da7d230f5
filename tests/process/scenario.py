"""What the fault tests do to the portal's rows, each verb in a process of its own."""

import hashlib
import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enact_portal.settings")


def prepare() -> dict:
    """An empty portal with its reference data."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("load_reference")
    return {}


def owe(submissions: str = "8") -> dict:
    """Real obligations of every sort: rankings, mails to companies and partners, one proposal to render."""
    from journal import jobs
    from journal.actors import coordinator
    from journal.models import Job
    from proposals import writing
    from tests import cast as casting

    cast = casting.everybody(work=False)
    ranking = Job.objects.get(kind="match.compute", payload__irritant=cast.irritant.pk)
    jobs.execute(ranking.pk, keep_lease=False)  # nobody can be asked before it; the other rankings stay owed
    for number in range(int(submissions)):
        casting.irritant(email=f"entreprise{number}@exemple.example", company_name=f"Exemple {number}")
    casting.accepted(cast)
    by = coordinator(cast.coordinator)
    writing.freeze(writing.prepare(cast.irritant, actor=by), actor=by)
    return state()


def submit_one() -> dict:
    """One more irritant; how long the submission took in seconds."""
    import time

    from tests import cast as casting

    casting.vocabulary()
    started = time.monotonic()
    made = casting.irritant(email="une-de-plus@exemple.example", company_name="Une de plus")
    return {"reference": made.reference, "seconds": time.monotonic() - started}


def state() -> dict:
    """What is owed, done and stored."""
    from django.db.models import Count

    from intake.models import Irritant
    from journal.events import broken_links
    from journal.models import Job, Message
    from proposals.models import ProposalVersion
    from triage.models import MatchRun

    versions = list(ProposalVersion.objects.all())
    files = sorted(path.name for version in versions for path in version.path.parent.glob("*"))
    return {
        "open": Job.objects.open().count(),
        "dead": list(Job.objects.filter(status=Job.DEAD).values_list("key", flat=True)),
        "errors": sorted(set(Job.objects.exclude(last_error="").values_list("last_error", flat=True))),
        "messages": {str(one.pk): one.message_id for one in Message.objects.all()},
        "unsent": Message.objects.exclude(status=Message.SENT).count(),
        "irritants": Irritant.objects.count(),
        "runs_per_irritant": sorted(
            Irritant.objects.annotate(count=Count("runs")).values_list("count", flat=True).distinct()
        ),
        "matches": sum(run.matches.count() for run in MatchRun.objects.all()),
        "pdf_rendered": [bool(version.rendered_at) for version in versions],
        "pdf_genuine": [
            version.path.exists() and hashlib.sha256(version.path.read_bytes()).hexdigest() == version.sha256
            for version in versions
        ],
        "pdf_files": files,
        "broken_links": [str(link) for link in broken_links()],
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
