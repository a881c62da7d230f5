"""The life of one case, stage by stage, as the tests of crash points tell it.

Each stage does what people and workers do, and can be done again after a kill as they would do it again: the same
click, the same form, the sweep. `acknowledged(token, *digests)` is told whenever the portal said to somebody that it
has a demand or a file. Stages look up their rows themselves: each runs in a process of its own.
"""

import hashlib
import os
import time
from datetime import timedelta
from pathlib import Path

from tests import cast as casting

NOTE = b"releve du four, deux ans"
STAFF, COMPANY = "coordination@enact.example", "claire.morel@fonderie.example"


def prepare() -> None:
    """An empty portal with its reference data, its people and what they will need."""
    from accounts.models import Role
    from partners.models import Membership

    casting.vocabulary()
    casting.person(STAFF, Role.COORDINATOR, full_name="Coordinatrice")
    for code in ("labo-a", "labo-b"):
        lab = casting.laboratory(code, casting.person(f"edite@{code}.example"))
        casting.offer(lab, f"{code}-1")
        leaving = casting.person(f"part@{code}.example")
        Membership.objects.create(organisation=lab, user=leaving, role=Membership.ADMINISTRATOR)


def _staff():
    from accounts.models import User
    from journal.actors import coordinator

    return coordinator(User.objects.get(email=STAFF))


def _case():
    from intake.models import Irritant

    return Irritant.objects.get()


def _draft():
    from intake.models import Draft

    return Draft.objects.order_by("pk").first()


def _client():
    from django.test import Client

    return Client(SERVER_NAME="localhost")


def _posted(path: str, statuses=(303,), **fields):
    """The answer to a browser's post."""
    answer = _client().post(path, fields)
    assert answer.status_code in statuses, (path, answer.status_code, answer.content.decode()[:2000])
    return answer


def fill(acknowledged) -> None:
    """Somebody types all the steps of the form."""
    from intake.models import Draft
    from tests.intake import walking

    draft = _draft() or walking.begin(_client())
    walking.fill(_client(), draft)
    Draft.objects.filter(pk=draft.pk).update(created_at=draft.created_at - timedelta(minutes=4))


def upload(acknowledged) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    draft = _draft()
    _posted(
        f"/demande/{draft.token}/documents/",
        (200, 303),
        attachments=SimpleUploadedFile("releve.txt", NOTE),
    )
    acknowledged("", hashlib.sha256(NOTE).hexdigest())


def change_file(acknowledged) -> None:
    """Another file comes and goes again."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from files import store
    from files.models import StoredFile

    draft = _draft()
    rows = StoredFile.objects.filter(case=draft.public_id, name="brouillon.txt")
    if not rows.exists():
        store.receive(SimpleUploadedFile("brouillon.txt", b"un premier jet"), draft.public_id)
    store.remove(rows.get())


def submit(acknowledged) -> None:
    from tests.intake import walking

    draft = _draft()
    sent = {"consent": "on"} if draft.submitted_at else {"consent": "on", "work": walking.work(draft)}
    _posted(f"/demande/{draft.token}/verifier/", **sent)
    acknowledged(draft.token)


def work(acknowledged) -> None:
    """A worker that does whatever is owed."""
    from tests.process.resting import at_rest

    at_rest()


def converse(acknowledged) -> None:
    """A message with a file, and a colleague."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.intake.following import give

    token = give(_case()).token
    file = SimpleUploadedFile("suite.txt", b"la suite")
    _posted(f"/suivi/{token}/ecrire/", text="Deux ans de relevés.", jeton="un", attachments=file)
    _posted(f"/suivi/{token}/collegues/", name="Alix", email="alix@fonderie.example")


def take(acknowledged) -> None:
    from intake.lifecycle import IRRITANT

    if _case().stage == "submitted":
        IRRITANT.perform(_case(), "take", actor=_staff())


def qualify(acknowledged) -> None:
    """The coordinator's words, the computation asked for again, and what is kept of it."""
    from triage import qualifying, ranking
    from triage.lifecycle import MATCH

    irritant = _case()
    row = getattr(irritant, "qualification", None)
    values = {
        name: getattr(row or qualifying.Qualification(), name)
        for name in qualifying.FIELDS
        if name not in qualifying.MANY
    }
    values |= {
        "topics": [],
        "reformulated": "Prévoir la dérive d’un procédé de coulée.",
        "target": "Moins de 3 %",
    }
    values |= {"partner_summary": "Une fonderie cherche à prévoir ses rebuts.", "kinds": []}
    values |= {name: [] for name in qualifying.MANY}
    qualifying.save(irritant, values, actor=_staff(), version=row.version if row else 0)
    from journal.models import Event

    if not Event.objects.filter(name="irritant.recompute").exists():
        _recompute(irritant, ranking)
    for match in irritant.matches.filter(state="suggested"):
        MATCH.perform(match, "keep", actor=_staff())


def _recompute(irritant, ranking) -> None:
    """What the saving owed is not due twice: only when nothing is owed is there something to ask for."""
    from journal.models import Job

    Job.objects.filter(kind="match.compute", status=Job.OWED).update(status=Job.DONE)
    ranking.recompute(irritant, actor=_staff())


def refer(acknowledged) -> None:
    """Both laboratories are asked in one act."""
    from partners.models import Organisation
    from triage.asking import ask

    irritant = _case()
    if not irritant.referrals.exists():
        ask(irritant, list(Organisation.objects.order_by("pk")), note="", actor=_staff())


def _referral():
    return _case().referrals.select_related("organisation").get(organisation__external_id="labo-a")


def _link(referral) -> str:
    from tests.triage.partner.helpers import token_of

    return token_of(referral, f"edite@{referral.organisation.external_id}.example")


def remind(acknowledged) -> None:
    """A week of silence, as the clock sees it."""
    from foundation import clock
    from journal.clockwork import RULES

    with casting.at_work(6), clock.at(clock.now()):
        for name, rule in RULES.items():
            if name.startswith(("referral", "partner", "triage")):
                rule()


def answer(acknowledged) -> None:
    from tests.triage.partner.helpers import url

    referral = _referral()
    if referral.stage != "accepted":
        _posted(
            url("accept", _link(referral)), (302, 303), version=referral.version, person_in_charge="Équipe A"
        )


def share(acknowledged) -> None:
    """The company lets the partner know who it is."""
    from django.db import transaction

    from tests.proposals.agreeing import COMPANY as ITSELF
    from triage.disclosure import grant

    with transaction.atomic():
        grant(_referral(), actor=ITSELF, carried=True)


def freeze(acknowledged) -> None:
    from proposals import writing

    irritant = _case()
    proposal = irritant.proposals.first() or writing.prepare(irritant, actor=_staff())
    if not proposal.versions.exists():
        writing.freeze(proposal, actor=_staff())


def _version():
    from proposals.models import ProposalVersion

    return ProposalVersion.objects.select_related("proposal").get()


def agree(acknowledged) -> None:
    """Submitted to the partner, who agrees in a browser."""
    from django.urls import reverse

    from proposals.lifecycle import PROPOSAL

    version = _version()
    if version.submitted_at is None:
        PROPOSAL.perform(version.proposal, "submit", actor=_staff(), proposal_version=version)
    word = version.agreements.get(organisation__external_id="labo-a")
    if word.state == "pending":
        path = reverse("proposals:partner_answer", args=[_link(_referral()), version.public_id, "accepter"])
        _posted(path, seen_version=word.version, person="Équipe A", role="Directrice")


def send(acknowledged) -> None:
    from proposals.lifecycle import PROPOSAL

    version = _version()
    if version.sent_at is None:
        PROPOSAL.perform(version.proposal, "send", actor=_staff(), proposal_version=version)


def accept(acknowledged) -> None:
    """The company agrees in a browser: the collaboration begins, the others are freed, the case is closed."""
    from django.urls import reverse

    from tests.intake.following import give

    version = _version()
    path = reverse("proposals:answer", args=[give(_case()).token, version.public_id, "accepter"])
    said = {"seen_version": version.proposal.version, "person": "Direction", "role": "Direction de l’usine"}
    _posted(path, (303,), **said)


def export(acknowledged) -> None:
    from django.db import transaction

    from journal.exports import keeping
    from journal.exports.kinds import EXPORTERS
    from journal.models import Export

    if not Export.objects.exists():
        with transaction.atomic():
            keeping.ask(
                "cases", actor=_staff(), format="csv", columns=list(EXPORTERS["cases"].columns), choices={},
                language="fr",
            )  # fmt: skip


def bring_offers(acknowledged) -> None:
    """A partner confirms an import of two offers."""
    from accounts.models import User
    from journal.actors import PARTNER, Actor
    from partners.models import Organisation
    from programs.imports import working
    from programs.models import CatalogueImport
    from tests.process.resting import at_rest
    from tests.programs.offers import LINE, csv, sent

    editor = User.objects.get(email="edite@labo-b.example")
    lines = [{**LINE, "identifiant": f"vision-{number}"} for number in (1, 2)]
    one = CatalogueImport.objects.first() or sent(
        Organisation.objects.get(external_id="labo-b"), editor, csv(*lines)
    )
    at_rest()
    one.refresh_from_db()
    if one.stage == "checked":
        working.confirm(one, actor=Actor(PARTNER, user=editor), submit_new=False)


def organise(acknowledged) -> None:
    """Somebody leaves a team, and what it can do is written down."""
    from partners.models import Membership, Organisation
    from tests.process import doors

    lab = Organisation.objects.get(external_id="labo-b")
    leaving = Membership.objects.filter(organisation=lab, user__email="part@labo-b.example").first()
    if leaving:
        doors.leave(str(leaving.public_id))
    doors.describe(str(lab.public_id))


def scan(acknowledged) -> None:
    """A message of somebody else brings an infected file, which the antivirus finds."""
    from uuid import UUID

    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile

    from files import store
    from files.models import StoredFile
    from tests.files.scanners import impostor
    from tests.process.resting import at_rest

    case = UUID(int=7)
    with impostor(b"stream: Enact.Test-1 FOUND\0") as settings.CLAMD_URL:
        if not StoredFile.objects.filter(case=case).exists():
            store.receive(SimpleUploadedFile("joint.txt", b"infecte"), case)
        at_rest()
    settings.CLAMD_URL = ""


def sweep(acknowledged) -> None:
    """Bytes of two days ago that have no row."""
    from django.conf import settings

    from files import rules

    path = Path(settings.MEDIA_ROOT) / "files" / "ab" / ("ab" * 16)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"orphelin")
    then = time.time() - 2 * 24 * 3600
    os.utime(path, (then, then))
    rules.sweep_orphans()


def refused_for_now(acknowledged) -> None:
    """A mail that the server does not take, the last time that it is tried."""
    from journal import jobs
    from journal.models import Job, Message
    from tests.intake.following import give
    from tests.process.resting import at_rest, told_to_refuse

    token = give(_case()).token
    if not Message.objects.filter(template="company_colleague", recipient="jo@fonderie.example").exists():
        _posted(f"/suivi/{token}/collegues/", name="Jo", email="jo@fonderie.example")
    mail = Message.objects.filter(template="company_colleague", recipient="jo@fonderie.example").get()
    job = Job.objects.get(key=f"message:{mail.pk}")
    with told_to_refuse():
        if job.attempts == 0:
            jobs.execute(job.pk, keep_lease=False)
        patience = jobs.PATIENCE["message.send"]
        Job.objects.filter(pk=job.pk, attempts__lt=patience - 1).update(attempts=patience - 1)
        at_rest()


def erase(acknowledged) -> None:
    from tests.intake.following import give

    irritant = _case()
    if not irritant.erased_at:
        _posted(f"/suivi/{give(irritant).token}/effacer/", (200, 303), sure="oui")


STAGES = (
    fill, upload, change_file, submit, work, converse, take, qualify, refer, remind, answer, share, freeze, work, agree,
    send, work, accept, work, export, bring_offers, work, organise, scan, sweep, refused_for_now, erase, work,
)  # fmt: skip
