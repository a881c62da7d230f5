"""What `benchmarks.soak` does to a portal's rows, in processes of their own: python -m benchmarks.soak_rows VERB.

`serve` answers verbs, one JSON list a line; `actors` is the coordinators and partners, until its input ends.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections import Counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enact_portal.settings")
STAFF = "coordination@enact.example"


def prepare() -> dict:
    """An empty portal with a coordinator, two laboratories and their offers."""
    from django.core.management import call_command

    from tests import cast as casting

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    casting.vocabulary()
    casting.person(STAFF, "coordinator", full_name="Coordinatrice")
    for code in ("labo-a", "labo-b"):
        casting.offer(casting.laboratory(code, casting.person(f"edite@{code}.example")), f"{code}-1")
    return {}


def draft(name: str) -> dict:
    """A form that only waits for consent, and what its browser sends then."""
    from intake.models import Draft
    from tests import cast as casting
    from tests.intake import walking

    answers = casting.answers(email=f"{name}@exemple.example", company_name=name, confidentiality="open")
    row = Draft.objects.create(answers=answers)
    walking.unhurried(row)
    return {"token": row.token, "work": walking.work(row)}


def owed() -> dict:
    """What is not done yet; what a fault put off for longer is due now."""
    from foundation import clock
    from journal.models import Job

    Job.objects.filter(status=Job.OWED, not_before__gt=clock.now()).update(
        not_before=clock.now(), sent_at=None
    )
    return {"open": Job.objects.open().count()}


def judge(acknowledged: dict, accepted: list, repeats: int) -> dict:
    """The invariants, and how much there is."""
    from benchmarks import invariants
    from intake.models import Irritant
    from journal.models import Event, Job, Message
    from proposals.models import ProposalVersion
    from triage.models import Referral

    return {
        "broken": invariants.broken(acknowledged, accepted, repeats=repeats, whole_database=True),
        "demands": Irritant.objects.count(),
        "events": Event.objects.count(),
        "mails": dict(Counter(Message.objects.values_list("status", flat=True))),
        "referrals": dict(Counter(Referral.objects.values_list("stage", flat=True))),
        "documents": ProposalVersion.objects.exclude(rendered_at=None).count(),
        "jobs_dead": list(Job.objects.filter(status=Job.DEAD).values_list("key", "last_error")[:20]),
    }


def actors(seed: str) -> None:
    """A coordinator and the partners: each the next step of some case, as fast as they come to it."""
    from django.db import DatabaseError, close_old_connections

    from journal.lifecycle import Refusal

    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    choice, done = random.Random(seed), Counter()
    while not over.wait(0.3):
        close_old_connections()
        try:
            done[_act(choice)] += 1
        except Refusal:
            done["refused"] += 1
        except (DatabaseError, OSError) as error:
            done[type(error).__name__] += 1
            time.sleep(0.5)
    print(json.dumps(done), flush=True)


def _act(choice: random.Random) -> str:
    from accounts.models import User
    from intake.lifecycle import IRRITANT
    from intake.models import Irritant
    from journal.actors import Actor, coordinator
    from proposals import writing
    from triage.asking import ask, candidates
    from triage.lifecycle import MATCH, REFERRAL
    from triage.models import Qualification

    rows = list(Irritant.objects.exclude(stage="closed").order_by("-pk")[:40])
    if not rows:
        return "nothing"
    irritant, staff = choice.choice(rows), coordinator(User.objects.get(email=STAFF))
    if irritant.stage == "submitted":
        IRRITANT.perform(irritant, "take", actor=staff)
        return "taken"
    if not hasattr(irritant, "qualification"):
        Qualification.objects.create(
            irritant=irritant, reformulated="Prévoir la dérive.", partner_summary="Une fonderie, ses rebuts.",
            target="Moins de 3 %",
        )  # fmt: skip
        return "qualified"
    if match := irritant.matches.filter(state="suggested").first():
        MATCH.perform(match, "keep", actor=staff)
        return "kept"
    if referral := irritant.referrals.filter(stage="asked").first():
        REFERRAL.perform(referral, "accept", actor=Actor("partner"), person_in_charge="Équipe")
        return "accepted"
    if irritant.referrals.filter(stage="accepted").exists():
        proposal = irritant.proposals.first() or writing.prepare(irritant, actor=staff)
        if not proposal.versions.exists():
            writing.freeze(proposal, actor=staff)
            return "frozen"
        return "nothing"
    ask(irritant, list(candidates(irritant)), note="", actor=staff, reviewed=True, many=True)
    return "asked"


def serve() -> None:
    from django.db import DatabaseError, connections

    for line in sys.stdin:
        verb, *given = json.loads(line)
        try:
            answer = globals()[verb](*given)
        except DatabaseError as error:
            connections.close_all()
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    django.setup()
    said = globals()[sys.argv[1]](*sys.argv[2:])
    if said is not None:
        print(json.dumps(said))
