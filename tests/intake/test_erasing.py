"""« Effacer mes données »: a canary in every text, name, mail and file is nowhere afterwards; what stays is said."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail, serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import User
from files import store
from foundation import clock
from foundation.privacy import ERASERS, REGISTER, OnErase, Subject
from intake import conversation, erasing, people
from intake.lifecycle import IRRITANT
from intake.models import (
    Call,
    Colleague,
    Contact,
    Draft,
    Irritant,
    JoinedCompany,
    JoinedContact,
    Post,
    Question,
)
from journal import jobs
from journal.actors import PARTNER, Actor, coordinator
from journal.clockwork import RULES
from journal.erasing import rows_of
from journal.events import broken_links
from journal.lifecycle import Refusal
from journal.models import AccessLink, Event, Job, Message, StandIn
from programs import memory
from proposals import writing
from proposals.lifecycle import PROPOSAL
from proposals.models import (
    Collaboration,
    CollaborationMeeting,
    CollaborationStep,
    OutcomeFigure,
    Proposal,
    ProposalVersion,
    Review,
    Suggestion,
    VersionFile,
)
from proposals.sections import with_text
from tests import cast as casting
from tests.intake.following import address, holder
from triage.models import Match, MatchRun, Meeting, NonDisclosure, PartnerWord, UnknownWord

pytestmark = [pytest.mark.django_db, pytest.mark.database]
CANARY = "Zqxkanari"
EMAIL = "zqxkanari@usine.example"
# Found by a function of its own (foundation.privacy.ERASERS), or belonging to no case.
NOT_BY_CASE = {
    "admin.LogEntry",
    "journal.BlockedAddress",
    "partners.AskedChange",
    "partners.Invitation",
    "partners.Organisation",
    "sessions.Session",
    "triage.UnknownWord",
}


def test_every_personal_field_is_found_by_its_case_or_by_a_function():
    by_hand = {
        name.rpartition(".")[0]
        for name, held in REGISTER.items()
        if held.is_personal and held.on_erase is not OnErase.KEEP and not (held.case or held.account)
    }
    assert by_hand == NOT_BY_CASE
    assert set(ERASERS) == {
        "intake.people",
        "journal.exports",
        "journal.mails",
        "triage.memory",
        "triage.queue",
    }


@pytest.fixture
def lean(db):
    """A case with a colleague, words both ways and files; its contact has an account and a form under way."""
    cast = casting.everybody(work=False)
    cast.irritant = case = casting.irritant(
        email=EMAIL,
        name=f"Nom {CANARY}",
        phone="",
        company_name=f"Usine {CANARY}",
        text=f"{casting.WORDS} {CANARY}",
        tried=CANARY,
    )
    mine = holder(case)
    people.add_colleague(case, email=f"{CANARY}2@usine.example", name=f"Collègue {CANARY}", actor=mine)
    for number in range(2):
        file = SimpleUploadedFile(f"{CANARY}-{number}.txt", f"secret {CANARY} {number}".encode())
        conversation.say(case, CANARY, [file], actor=mine, form_token=f"t{number}")
    cast.person = casting.person(EMAIL, full_name=f"Nom {CANARY}")
    Draft.objects.create(answers={"email": EMAIL.upper(), "text": CANARY})
    return cast


@pytest.fixture
def cast(lean):
    """The same with every row there is: partners asked, one accepted, a proposal sent, questions, notes."""
    cast, case = lean, lean.irritant
    jobs.run_owed()
    cast.referrals = casting.accepted(cast)
    by = coordinator(cast.coordinator)
    case.qualification.versions.create(number=1, said={"reformulated": CANARY}, by=cast.coordinator)
    store.receive(SimpleUploadedFile(f"{CANARY}.txt", f"secret {CANARY}".encode()), case.public_id)
    Post.objects.create(irritant=case, author_role="coordinator", text=CANARY, internal=True)
    post = Post.objects.create(irritant=case, author_role=PARTNER, organisation=cast.lab, text=CANARY)
    Question.objects.create(post=post, text=CANARY, answer=CANARY)
    Call.objects.create(irritant=case, slots=[], how=CANARY, note=CANARY)
    JoinedCompany.objects.create(company=case.company, public_id=uuid4(), name=CANARY, numbers=CANARY)
    JoinedContact.objects.create(contact=case.contact, public_id=uuid4(), name=CANARY, email=f"j{EMAIL}")
    _collaborated(case)
    cast.proposal = writing.prepare(case, actor=by)
    said = with_text(cast.proposal.sections, need=CANARY)
    writing.edit(cast.proposal, {"sections": said}, version=cast.proposal.version, actor=by)
    version = writing.freeze(cast.proposal, actor=by)
    jobs.run_owed()
    casting.agreed_and_sent(cast.proposal, version, by=by)
    Suggestion.objects.create(document=version, paragraph="need-1", name=CANARY, text=CANARY)
    VersionFile.objects.create(version=version, variant="archive", sha256="0" * 64, size=1)
    NonDisclosure.objects.create(
        irritant=case, organisation=cast.other_lab, signed_on=clock.today(), note=CANARY
    )
    Meeting.objects.create(referral=cast.referrals[0], how=CANARY)
    PartnerWord.objects.create(referral=cast.referrals[0], author_role=PARTNER, text=CANARY)
    StandIn.objects.create(case=case.public_id, by=cast.coordinator, reason=CANARY, ends_at=clock.now())
    UnknownWord.objects.create(language="fr", key=CANARY, words=CANARY, examples=[[case.pk, 0, 5]])
    LogEntry.objects.create(
        user=cast.coordinator,
        content_type=ContentType.objects.get_for_model(Contact),
        object_id=str(case.contact_id),
        object_repr=f"Nom {CANARY}",
        action_flag=CHANGE,
    )
    for message in Message.objects.filter(recipient=EMAIL):
        Job.objects.filter(key=f"message:{message.pk}").update(last_error=f"refused: {EMAIL}")
    plant()
    case.refresh_from_db()
    return cast


def _collaborated(case) -> None:
    """An earlier collaboration that was abandoned: nobody relies on what is left of it."""
    earlier = Proposal.objects.create(
        irritant=case, stage="withdrawn", title=CANARY, target=CANARY, valid_until=clock.today()
    )
    row = Collaboration.objects.create(irritant=case, proposal=earlier, stage="abandoned")
    CollaborationStep.objects.create(collaboration=row, number=1, title=CANARY)
    CollaborationMeeting.objects.create(collaboration=row, title=CANARY, starts_at=clock.now())
    about = {"collaboration": row}
    OutcomeFigure.objects.create(kind="jobs", on=clock.today(), source=CANARY, by="partner", **about)
    Review.objects.create(moment="end", satisfaction="very", alone="no", comment=CANARY, **about)


def plant() -> None:
    """The canary in every personal text field of every row that the register finds by the case."""
    [case] = Irritant.objects.filter(contact__email=EMAIL)
    subject = Subject(case.public_id, frozenset({EMAIL}))
    planted = set()
    for name, held in REGISTER.items():
        model, _dot, field_name = name.rpartition(".")
        if not held.case:
            continue
        field = apps.get_model(model)._meta.get_field(field_name)
        rows = rows_of(model, subject)
        assert rows.exists(), f"no {model} to erase: the test would prove nothing"
        if (
            isinstance(field, models.EmailField)
            or field.choices
            or name.endswith(("siren", "siret", "token"))
        ):
            continue
        if name in {"intake.Draft.answers", "proposals.ProposalVersion.snapshot"}:
            continue  # they hold it by themselves, or are read back as they were
        value = [CANARY] if isinstance(field, models.JSONField) else CANARY
        planted.add(name)
        rows.update(**{field_name: value})
    assert len(planted) > 20


def sightings() -> set[str]:
    """Where the canary is: models of the database, files on the disk."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        rows = serializers.serialize("json", model._base_manager.all(), ensure_ascii=False)
        if CANARY.casefold() in rows.casefold():
            found.add(model._meta.label)
    return found


def on_disk(folder) -> list[str]:
    needle = CANARY.casefold().encode()
    return [
        str(path)
        for path in Path(folder).rglob("*")
        if needle in str(path).casefold().encode() or (path.is_file() and needle in path.read_bytes().lower())
    ]


def signed_in(user) -> Client:
    browser = Client()
    browser.force_login(user, backend="accounts.backends.RoleBackend")
    return browser


def test_the_canary_is_nowhere_afterwards(cast, settings):
    case, browser = cast.irritant, signed_in(cast.person)
    before = sightings()
    assert {"intake.Irritant", "triage.Referral", "proposals.ProposalVersion", "journal.Message"} <= before
    assert len(before) > 20 and on_disk(settings.MEDIA_ROOT)
    page = browser.get(address(case, "erase"))
    assert "Ce qui reste, et pourquoi" in page.content.decode() and sightings() == before
    assert browser.post(address(case, "erase")).status_code == 422, "not without the tick"
    done = browser.post(address(case, "erase"), {"sure": "oui"})
    assert done.status_code == 200 and "C’est effacé." in done.content.decode()

    assert sightings() == {"journal.Message"}, "the last mail, until it has left"
    mail.outbox.clear()
    jobs.run_owed()
    goodbye = [letter for letter in mail.outbox if letter.to == [EMAIL]]
    assert [case.reference in letter.subject for letter in goodbye] == [True]
    assert sightings() == set() and on_disk(settings.MEDIA_ROOT) == []
    assert list(broken_links()) == [], "the chain of events holds"
    case.refresh_from_db()
    assert (case.stage, case.outcome, case.site_city, case.sector_id, case.company.organisation_type) == (
        "closed",
        "withdrawn",
        "Metz",
        "foundry-metals",
        "PME",
    )


def test_partners_are_told_politely_and_nothing(cast):
    jobs.run_owed()
    mail.outbox.clear()
    erasing.erase(cast.irritant, actor=holder(cast.irritant))
    jobs.run_owed()
    told = [letter for letter in mail.outbox if "recherche" in letter.to[0] or "labo" in letter.to[0]]
    assert {row.stage for row in cast.irritant.referrals.all()} == {"cancelled"}
    assert told
    for letter in told:
        assert "Vous n’avez plus à y répondre" in letter.body
        assert CANARY not in letter.body + letter.subject + letter.alternatives[0][0]


def test_every_door_is_shut_and_nothing_can_be_reopened(lean):
    case, path = lean.irritant, address(lean.irritant)
    erasing.erase(case, actor=holder(case))
    assert Client().get(path).status_code == 404
    assert not AccessLink.objects.filter(subject_id=case.public_id).exists()
    assert not Colleague.objects.exists()
    case.refresh_from_db()
    staff = coordinator(lean.coordinator)
    with pytest.raises(Refusal):
        IRRITANT.perform(case, "reopen", actor=staff)
    with pytest.raises(Refusal):
        conversation.say(case, "x", actor=staff, form_token="")
    workbench = signed_in(lean.coordinator)
    html = workbench.get(reverse("admin:workbench_irritant", args=[case.public_id])).content.decode()
    assert "L’entreprise a effacé ses données" in html
    for page in (reverse("admin:index") + "?file=all", reverse("admin:proposals_proposal_changelist")):
        assert workbench.get(page).status_code == 200
    assert (
        workbench.post(reverse("admin:workbench_note", args=[case.public_id]), {"text": "x"}).status_code
        == 422
    )


def test_twice_is_once_and_by_the_contact_only(lean):
    case = lean.irritant
    with pytest.raises(Refusal):
        erasing.erase(case, actor=holder(case, f"{CANARY}2@usine.example".casefold()))
    mine = holder(case)
    assert erasing.erase(case, actor=mine) and not erasing.erase(case, actor=mine)
    assert Event.objects.filter(name="irritant.erased").count() == 1


def test_a_link_alone_erases_the_case_but_no_account_nor_form(lean):
    """Whoever types somebody's address gets a link: enough for what was sent with it, not for what lies beyond."""
    case = lean.irritant
    page = Client().post(address(case, "erase"), {"sure": "oui"})
    assert page.status_code == 200
    assert User.objects.filter(email=EMAIL).exists() and Draft.objects.of_email(EMAIL).count() == 1
    assert not Contact.objects.filter(email=EMAIL).exists()


def test_a_contact_with_another_request_stays_for_it(lean):
    other = casting.irritant(email=EMAIL, company_name="Autre usine")
    signed_in(lean.person).post(address(lean.irritant, "erase"), {"sure": "oui"})
    jobs.run_owed()
    other.refresh_from_db()
    assert other.contact.email == EMAIL and EmailAddress.objects.filter(email=EMAIL).exists()
    assert not Message.objects.filter(case=lean.irritant.public_id, recipient=EMAIL).exists()
    assert Message.objects.filter(case=other.public_id, recipient=EMAIL).exists()
    mine = signed_in(lean.person).get(reverse("intake:mine")).content.decode()
    assert other.reference in mine


def agree(cast) -> Collaboration:
    proposal = cast.proposal
    proposal.refresh_from_db()
    PROPOSAL.perform(proposal, "accept", actor=Actor("company"))
    jobs.run_owed()
    cast.irritant.refresh_from_db()
    return Collaboration.objects.exclude(stage="abandoned").get()


def test_what_a_collaboration_rests_on_stays_five_years(cast, settings):
    case = cast.irritant
    agree(cast)
    page = Client().get(address(case, "erase")).content.decode()
    assert "article 2224" in page
    erasing.erase(case, actor=holder(case), proven=True)
    jobs.run_owed()
    assert sightings() == {
        "proposals.Proposal",
        "proposals.ProposalVersion",
        "proposals.VersionFile",
        "proposals.AgreementRecord",  # who agreed to it
        "intake.Company",
    }
    version = ProposalVersion.objects.get()
    assert version.snapshot["need"] and version.path.exists()
    assert RULES["proposals.erase_kept"]() == 0
    with clock.at(clock.now() + timedelta(days=5 * 365 + 3)):
        assert RULES["proposals.erase_kept"]() == 1
        assert RULES["proposals.erase_kept"]() == 0
        jobs.run_owed()
    assert sightings() == set() and not version.path.exists()


def test_ranking_forgets_what_it_learnt(cast):
    from triage.memory import Decisions

    source = Decisions()
    key = str(cast.irritant.public_id)
    assert key in {decision.key for decision in source.decisions()}
    sequence = source.sequence()
    erasing.erase(cast.irritant, actor=holder(cast.irritant))
    assert key not in {decision.key for decision in source.decisions()}
    assert key in source.changes(sequence).removed, "and running processes are told"
    memory.forget()


def test_work_under_way_does_not_bring_it_back(cast):
    """A ranking and a document computed from what was read before the erasure store nothing after it."""
    from proposals.jobs import render
    from triage.ranking import compute

    case = cast.irritant
    ranked = compute({"irritant": case.pk, "cause": "late"})
    ProposalVersion.objects.update(rendered_at=None)
    version = ProposalVersion.objects.get()
    drawn = render({"version": version.pk})
    erasing.erase(case, actor=holder(case), proven=True)
    ranked()
    drawn()
    assert not MatchRun.objects.filter(key__endswith="late").exists()
    assert all(match.reasons == [] for match in Match.objects.filter(irritant=case))
    assert sightings() <= {"journal.Message"}


def test_a_failure_undoes_the_whole(cast, monkeypatch):
    before = sightings()

    def stop(name):
        if name == "erase.before_commit":
            raise ZeroDivisionError

    monkeypatch.setattr(erasing, "failpoint", stop)
    with pytest.raises(ZeroDivisionError):
        erasing.erase(cast.irritant, actor=holder(cast.irritant))
    assert sightings() == before
    cast.irritant.refresh_from_db()
    assert cast.irritant.stage == "oriented"
    assert not Event.objects.filter(name="irritant.erased").exists()


def test_the_last_mail_forgets_its_address_even_when_it_cannot_leave(lean):
    erasing.erase(lean.irritant, actor=holder(lean.irritant))
    [message] = Message.objects.filter(template=erasing.TEMPLATE, recipient=EMAIL)
    jobs.GIVE_UP["message.send"]({"message": str(message.pk)}, "refused")
    message.refresh_from_db()
    assert message.status == Message.FAILED and message.recipient.endswith("@erased.invalid")


def test_an_unticked_box_is_said_on_top_and_beside_it(lean):
    page = address(lean.irritant, "erase")
    assert "data-error-summary" not in Client().get(page).content.decode()
    refused = Client().post(page, {})
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "<title>Erreur" in html
    summary = html[html.index("data-error-summary") : html.index("</ul>", html.index("data-error-summary"))]
    assert 'href="#id_sure"' in summary and "Cochez la case" in summary
    assert re.search(r'id="id_sure_error"[\s\S]*Cochez la case', html) and 'id="id_sure"' in html
    lean.irritant.refresh_from_db()
    assert lean.irritant.erased_at is None
