"""What the tests of the company's doors do to rows and ask of them: one process that answers verbs, a line each.

python -m tests.process.doors reads [verb, argument…] as JSON on each line and prints the answer as JSON; given a verb
as an argument it answers that one alone.
"""

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enact_portal.settings")
STAFF = "coordination@enact.example"


def prepare() -> dict:
    from tests import cast as casting

    casting.vocabulary()
    casting.person(STAFF, "coordinator", full_name="Coordinatrice")
    return {}


def draft(name: str) -> dict:
    """A form that only waits for consent, and what the browser of a person who took a while then sends."""
    from intake.models import Draft
    from tests import cast as casting
    from tests.intake import walking

    answers = casting.answers(email=f"{name}@exemple.example", company_name=name)
    row = Draft.objects.create(answers=answers)
    walking.unhurried(row)
    return {
        "case": str(row.public_id),
        "token": row.token,
        "sent": {"consent": "on", "work": walking.work(row)},
    }


def case(name: str) -> dict:
    """An irritant and the link of whoever sent it."""
    from tests import cast as casting
    from tests.intake.following import give

    made = casting.irritant(email=f"{name}@exemple.example", company_name=name)
    return {"case": str(made.public_id), "token": give(made).token}


def ask(case: str) -> dict:
    """The coordinator asks the company for its postcode; the names of nothing else are needed to answer."""
    from accounts.models import User
    from intake.models import Irritant
    from journal.actors import coordinator
    from tests.intake import following

    irritant = Irritant.objects.get(public_id=case)
    following.ask(irritant, coordinator(User.objects.get(email=STAFF)), "", fields=["site"])
    return {}


def told(case: str) -> dict:
    """All that the portal holds of a case."""
    from files.models import StoredFile
    from intake.models import Draft, Irritant
    from journal.models import AccessLink, Event, Message

    irritant = Irritant.objects.filter(public_id=case).first()
    files = list(StoredFile.objects.filter(case=case))
    mails = Message.objects.filter(case=case)
    return {
        "sent": list(
            Draft.objects.filter(public_id=case).exclude(submitted_at=None).values_list("pk", flat=True)
        ),
        "irritants": Irritant.objects.filter(public_id=case).count(),
        "stage": irritant and irritant.stage,
        "erased": bool(irritant and irritant.erased_at),
        "place": irritant and irritant.site_postcode,
        "unread": bool(irritant and irritant.unread_since),
        "posts": list(irritant.posts.order_by("pk").values_list("author_role", "text")) if irritant else [],
        "colleagues": list(irritant.colleagues.values_list("email", flat=True)) if irritant else [],
        "links": AccessLink.objects.filter(subject_id=case, revoked_at=None).count(),
        "files": sorted(row.name for row in files),
        "whole": all(row.path.exists() for row in files),
        "events": Counter(Event.objects.filter(case=case).values_list("name", flat=True)),
        "mails": Counter(
            mails.exclude(template__startswith="coordinator_").values_list("template", flat=True)
        ),
    }


def disk() -> int:
    """How many files lie on the disk."""
    from django.conf import settings

    return sum(path.is_file() for path in (Path(settings.MEDIA_ROOT) / "files").rglob("*"))


def work(minutes: str = "0") -> dict:
    """Do what is owed so many minutes later (what a killed process claimed is free again); rankings die elsewhere."""
    from datetime import timedelta

    from foundation import clock
    from journal import jobs
    from journal.models import Job, Message

    with clock.at(clock.now() + timedelta(minutes=int(minutes))):
        for pk in Job.objects.claimable().exclude(kind="match.compute").values_list("pk", flat=True):
            jobs.execute(pk, keep_lease=False)
    left = Message.objects.filter(status=Message.OWED).count()
    return {"owed": left, "sent": [one.message_id for one in Message.objects.filter(status=Message.SENT)]}


def sweep() -> int:
    """The sweep of a day later."""
    from django.conf import settings

    from files import rules

    yesterday = time.time() - 2 * 24 * 3600
    for path in (Path(settings.MEDIA_ROOT) / "files").rglob("*"):
        os.utime(path, (yesterday, yesterday))
    return rules.sweep_orphans()


def missing() -> list[str]:
    """Files that a row promises and the disk does not hold."""
    from files import rules

    return [str(one) for one in rules.missing()]


def receive(name: str, content: str) -> str:
    """Keep a file of no case, whose scan is owed where there is an antivirus."""
    from uuid import uuid4

    from django.core.files.uploadedfile import SimpleUploadedFile

    from files import store

    return str(store.receive(SimpleUploadedFile(name, content.encode()), uuid4()).pk)


def scanned(file: str) -> list:
    """What is known of a file, and whether its bytes are there."""
    from files.models import StoredFile

    row = StoredFile.objects.get(pk=file)
    return [row.state, row.path.exists()]


def team(name: str) -> dict:
    """A partner with two administrators, one of whom will leave."""
    from partners.models import Membership
    from tests import cast as casting

    lab = casting.laboratory(name, casting.person(f"reste@{name}.example"))
    leaving = casting.person(f"part@{name}.example")
    row = Membership.objects.create(organisation=lab, user=leaving, role=Membership.ADMINISTRATOR)
    return {"organisation": str(lab.public_id), "member": str(row.public_id)}


def leave(member: str) -> dict:
    from journal.actors import PARTNER, Actor
    from partners.members import acts
    from partners.models import Membership

    row = Membership.objects.select_related("user", "organisation").filter(public_id=member).first()
    if row is not None:
        acts.end(row, actor=Actor(PARTNER, user=row.user), reason=acts.REMOVED)
    return {}


def describe(organisation: str) -> dict:
    """Its administrators write what it can do."""
    from journal.actors import PARTNER, Actor
    from partners.identity import acts
    from partners.identity.forms import OwnForm
    from partners.models import Organisation

    row = Organisation.objects.get(public_id=organisation)
    kept = OwnForm(instance=row).initial
    data = {**kept, "unit_numbers": "", "expertise": "Vibrations des machines.", "seen": str(row.version)}
    form = OwnForm(data, instance=row)
    assert form.is_valid(), form.errors
    return {"changed": acts.keep_right(form, actor=Actor(PARTNER))}


def described(organisation: str) -> dict:
    """What it says, how many records its history has, and its events."""
    from journal.models import Event
    from partners.models import Organisation

    row = Organisation.objects.get(public_id=organisation)
    events = Event.objects.filter(case=organisation).values_list("name", flat=True)
    return {"expertise": row.expertise, "records": row.history.count(), "events": list(events)}


def team_told(organisation: str) -> dict:
    """Who is in, what its history holds, and the mails about it."""
    from journal.models import Event, Message
    from partners.models import Membership

    return {
        "members": Membership.objects.filter(organisation__public_id=organisation).count(),
        "events": Counter(Event.objects.filter(case=organisation).values_list("name", flat=True)),
        "mails": Counter(Message.objects.filter(case=organisation).values_list("template", flat=True)),
    }


if __name__ == "__main__":
    django.setup()
    for line in [json.dumps(sys.argv[1:])] if sys.argv[1:] else sys.stdin:
        verb, *given = json.loads(line)
        print(json.dumps(globals()[verb](*given)), flush=True)
