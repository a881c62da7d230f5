"""What the fault tests do to the portal's rows, each verb in a process of its own."""

import hashlib
import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enact_portal.settings")


def owe(submissions: str = "8") -> dict:
    """Real obligations of every sort: rankings, mails to companies and partners, one proposal to render."""
    from tests import cast as casting

    cast = casting.everybody(work=False)
    for number in range(int(submissions)):
        casting.irritant(email=f"entreprise{number}@exemple.example", company_name=f"Exemple {number}")
    _frozen(cast)
    return state()


def _frozen(cast):
    """The version of a proposal that two partners said yes to: its rendering is owed, as are the other rankings."""
    from journal import jobs
    from journal.actors import coordinator
    from journal.models import Job
    from proposals import writing
    from tests import cast as casting

    ranking = Job.objects.get(kind="match.compute", payload__irritant=cast.irritant.pk)
    jobs.execute(ranking.pk, keep_lease=False)  # nobody can be asked before it
    casting.accepted(cast)
    by = coordinator(cast.coordinator)
    return writing.freeze(writing.prepare(cast.irritant, actor=by), actor=by)


def submit_one() -> dict:
    """One more irritant; how long the submission took in seconds."""
    import time

    from tests import cast as casting

    casting.vocabulary()
    started = time.monotonic()
    made = casting.irritant(email="une-de-plus@exemple.example", company_name="Une de plus")
    return {"reference": made.reference, "seconds": time.monotonic() - started}


def ready() -> dict:
    """What the readiness page answers."""
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    answer = Client().get("/health/ready")
    return {"status": answer.status_code, "problems": answer.json()["problems"]}


def owe_export(format: str = "xlsx") -> dict:
    """An export of two cases, owed."""
    from django.db import transaction

    from journal.actors import coordinator
    from journal.exports import keeping
    from journal.exports.kinds import EXPORTERS
    from journal.models import Job
    from tests import cast as casting

    cast = casting.everybody(work=False)
    Job.objects.all().delete()
    with transaction.atomic():
        keeping.ask(
            "cases",
            actor=coordinator(cast.coordinator),
            format=format,
            columns=list(EXPORTERS["cases"].columns),
            choices={},
            language="fr",
        )
    return exported()


def exported() -> dict:
    """The one export, how often it was begun, and what lies in its folder."""
    from journal.models import Event, Export, Job

    export, job = Export.objects.get(), Job.objects.get(kind="export.make")
    return {
        "stage": export.stage,
        "done": export.done,
        "attempts": job.attempts,
        "files": sorted(path.name for path in export.path.parent.glob("*")),
        "name": export.path.name,
        "events": list(
            Event.objects.filter(case=export.public_id).order_by("seq").values_list("name", flat=True)
        ),
    }


def owe_variants() -> dict:
    """The archive and the text to work on of a version that was rendered: both owed."""
    from django.db import transaction

    from journal import jobs
    from journal.models import Job
    from proposals.jobs import owe_files
    from tests import cast as casting

    version = _frozen(casting.everybody(work=False))
    rendering = Job.objects.get(kind="proposal.render")
    jobs.execute(rendering.pk, keep_lease=False)
    Job.objects.all().delete()
    with transaction.atomic():
        owe_files(version)
    return variants()


def variants() -> dict:
    """What became of the files that a version owes: its rows, whether each is genuine, what lies in its folder."""
    from journal.models import Job
    from proposals.models import ProposalVersion, file_of

    version = ProposalVersion.objects.get()
    rows = {one.variant: one.sha256 for one in version.files.all()}
    return {
        "rows": sorted(rows),
        "genuine": [
            hashlib.sha256(file_of(version, variant).read_bytes()).hexdigest() == digest
            for variant, digest in rows.items()
        ],
        "files": len(list(version.path.parent.glob("*"))),
        "open": Job.objects.open().count(),
        "dead": Job.objects.filter(status=Job.DEAD).count(),
    }


def owe_import() -> dict:
    """A confirmed import of three offers, of which one is there already and changes: its writing is owed."""
    from journal.actors import PARTNER, Actor
    from journal.models import Job
    from programs.imports import working
    from tests import cast as casting
    from tests.programs.offers import LINE, csv, imported, sent

    casting.vocabulary()
    editor = casting.person("labo@recherche.example")
    lab = casting.laboratory("labo", editor)
    imported(lab, editor, csv(LINE))
    lines = [{**LINE, "identifiant": f"vision-{number}", "ville": "Nancy"} for number in (1, 2, 3)]
    one = sent(lab, editor, csv(*lines))
    Job.objects.all().delete()
    working.confirm(one, actor=Actor(PARTNER, user=editor), submit_new=False)
    return imported_offers()


def imported_offers() -> dict:
    """What the owed import has written so far, as anybody would see it."""
    from journal.models import Event, Job
    from programs.models import CatalogueImport, Offer, Session, TrainingDetail

    one, job = CatalogueImport.objects.order_by("pk").last(), Job.objects.get(kind="import.apply")
    return {
        "stage": one.stage,
        "attempts": job.attempts,
        "offers": sorted(f"{row.external_id} {row.city} {row.version}" for row in Offer.objects.all()),
        "rows": [
            Offer.history.count(),
            TrainingDetail.objects.count(),
            Session.objects.count(),
            Offer.topics.through.objects.count(),
        ],
        "events": list(
            Event.objects.filter(case=one.public_id).order_by("seq").values_list("name", flat=True)
        ),
    }


def catalogue(irritants: str = "6") -> dict:
    """Three offers and some irritants whose rankings are owed: enough for every process to be asked once."""
    from tests import cast as casting

    cast = casting.everybody(work=False)
    for number in range(int(irritants)):
        casting.irritant(email=f"entreprise{number}@exemple.example", company_name=f"Exemple {number}")
    return {"offers": [offer.external_id for offer in cast.offers], "irritant": cast.irritant.pk}


def change(move: str, code: str, irritant: str, address: str) -> dict:
    """Change an offer (or « nothing »), and how many seconds later no web process and no ranking shows what was."""
    import time
    from urllib.parse import quote
    from urllib.request import urlopen

    from django.db import transaction

    from accounts.models import User
    from intake.models import Irritant
    from journal.actors import coordinator
    from programs.lifecycle import OFFER
    from programs.models import CatalogueState, Offer, OfferStatus
    from triage.models import MatchRun
    from triage.ranking import owe_ranking

    offer, asking = Offer.objects.get(external_id=code), Irritant.objects.get(pk=irritant)
    query = "dérives de procédé"
    with transaction.atomic():
        if move == "edit":
            query = "tribologie"
            offer.title_fr = "Tribologie : dérives de procédé en fonderie"
            offer.save(update_fields=["title_fr"])
            CatalogueState.advance([offer])
        elif move != "nothing":
            OFFER.perform(
                offer, move, actor=coordinator(User.objects.get(email="coordination@enact.example"))
            )
        sequence = CatalogueState.current()
        owe_ranking(asking, f"{move}:{sequence}")
    committed = time.monotonic()

    def passed() -> float:
        return time.monotonic() - committed

    shown = offer.status == OfferStatus.PUBLISHED
    stale = answers = ranked = 0
    while passed() < 2 or answers < 8 or (not ranked and passed() < 20):
        asked = passed()
        with urlopen(f"{address}/catalogue/?q={quote(query)}", timeout=20) as answer:
            right = (str(offer.public_id) in answer.read().decode()) == shown
        answers += 1
        stale = stale if right else asked
        run = MatchRun.objects.filter(key=f"{asking.public_id}:{move}:{sequence}").first()
        ranked = ranked or (run is not None and passed())
    return {
        "web": stale,
        "answers": answers,
        "ranking": ranked,
        "in_ranking": asking.matches.filter(offer=offer).exists() == shown,
        "as_of": bool(run and f"+{sequence}." in run.data_version),
    }


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
