"""What `benchmarks.pdf` does to a portal's rows and files, each verb in a process of its own, with its environment."""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "tests" / "proposals" / "data"
ROUNDS = 9


def samples() -> dict[str, dict]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(SAMPLES.glob("*.json"))}


def times() -> dict:
    """Each sample beside the reference of as many pages, in turn: seconds, and the ratio of the medians."""
    from benchmarks.pdf_reference import Reference
    from proposals.rendering import render_pdf

    found = {}
    for name, snapshot in samples().items():
        pages = render_pdf(snapshot).pages
        reference = Reference(pages)
        reference.write()
        ours, theirs = [], []
        for _round in range(ROUNDS):
            ours.append(_seconds(lambda snapshot=snapshot: render_pdf(snapshot)))
            theirs.append(_seconds(reference.write))
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        found[name] = {
            "pages": pages,
            "reference_pages": reference.pages,
            "seconds": round(statistics.median(ours), 2),
            "reference_seconds": round(statistics.median(theirs), 2),
            "ratio": round(ratio, 2),
        }
    return found


def _seconds(work) -> float:
    """Of processor: the machine may be busy with something else."""
    began = time.process_time()
    work()
    return time.process_time() - began


def memory() -> dict:
    """The most that a process holds which renders everything that a worker renders, several times."""
    from proposals.document import word
    from proposals.rendering import ARCHIVE, PEOPLE, render_pdf

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for _round in range(3):
        for snapshot in samples().values():
            render_pdf(snapshot, PEOPLE)
            render_pdf(snapshot, ARCHIVE)
            word.write(snapshot)
    return {"before": before, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def prepare() -> dict:
    """An empty portal with one case and one proposal."""
    from django.core.management import call_command

    from benchmarks.queue_rows import fill
    from foundation import clock
    from intake.models import Irritant
    from proposals.models import Proposal

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("load_reference", verbosity=0)
    fill(20)
    irritant = Irritant.objects.filter(stage="oriented").first()
    Proposal.objects.create(irritant=irritant, title="Banc", valid_until=clock.today() + timedelta(days=30))
    return {}


def owe(count: str) -> dict:
    """So many versions to render."""
    import hashlib

    from django.db import transaction

    from journal import jobs
    from proposals.models import Proposal, ProposalVersion
    from proposals.verification import new_number

    proposal, known = Proposal.objects.get(), list(samples().values())
    with transaction.atomic():
        for number in range(1, int(count) + 1):
            snapshot = {**known[number % len(known)], "version": number}
            version = ProposalVersion.objects.create(
                proposal=proposal,
                number=number,
                snapshot=snapshot,
                verify_number=new_number(),
                input_hash=hashlib.sha256(str(number).encode()).hexdigest(),
                template_version="bench",
            )
            jobs.submit("proposal.render", version.job_key, {"version": version.pk}, queue="pdf")
    return {"owed": int(count)}


def mail(number: str) -> dict:
    """One mail owed to the company, now."""
    from django.db import transaction

    from intake.reactions import owe_company_mail
    from proposals.models import Proposal

    proposal = Proposal.objects.select_related("irritant").get()
    with transaction.atomic():
        owe_company_mail(
            "company_proposal_expired", proposal.irritant, f"bench:{number}", proposal=str(proposal.public_id)
        )
    return {}


def state() -> dict:
    """Documents that are there, and how long each mail took from being owed to being sent, in seconds."""
    from journal.models import Job, Message
    from proposals.models import ProposalVersion

    mails = Message.objects.filter(cause__startswith="bench:")
    return {
        "rendered": ProposalVersion.objects.exclude(rendered_at=None).count(),
        "dead": Job.objects.filter(status=Job.DEAD).count(),
        "mails": mails.count(),
        "delays": [
            (sent - owed).total_seconds()
            for sent, owed in mails.exclude(sent_at=None).values_list("sent_at", "created_at")
        ],
    }


VERBS = {verb.__name__: verb for verb in (times, memory, prepare, owe, mail, state)}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enact_portal.settings")
    import django

    django.setup()
    print(json.dumps(VERBS[sys.argv[1]](*sys.argv[2:])))
