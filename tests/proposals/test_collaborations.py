"""From a frozen version to a collaboration that is over and counted, by the browsers of everybody in it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from foundation import clock
from journal import jobs, links
from journal.clockwork import RULES
from journal.events import broken_links
from journal.lifecycle import Refusal
from journal.models import Message
from proposals.collaborations import figures, reviewing
from proposals.collaborations.lifecycle import COLLABORATION, STEP
from proposals.collaborations.parties import Party
from proposals.lifecycle import PROPOSAL
from proposals.models import Collaboration, OutcomeFigure, Review, Suggestion
from tests import cast as casting
from tests.files.corpus import PDF
from tests.proposals.agreeing import COMPANY, PARTNER, drafted, frozen, page, says, submitted, word

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreed(cast):
    submitted(drafted(cast))
    says(cast, cast.lab, "agree")
    PROPOSAL.perform(cast.proposal, "send", actor=cast.by, proposal_version=cast.version)
    PROPOSAL.perform(cast.proposal, "accept", actor=COMPANY)
    cast.collaboration = Collaboration.objects.get()
    return cast


def of_staff(cast) -> str:
    return reverse("proposals:collaboration", args=[Collaboration.objects.get().public_id])


def post(client, url, **data):
    response = client.post(url, data)
    assert response.status_code in (303, 422), response.status_code
    return response


def test_the_whole_way(cast):
    """Frozen, submitted, changed, agreed, sent, accepted, signed, run, reviewed, over, counted."""
    drafted(cast)
    ours, anyone = cast.ours, cast.anyone
    base = f"/propositions/{cast.proposal.public_id}/"
    version = frozen(cast)
    data = {"seen_version": cast.proposal.version, "document": str(version.public_id)}
    post(ours, f"{base}soumettre/", **data)
    seen = word(cast, cast.lab).version
    yes = {"seen_version": seen, "person": "Équipe A", "role": "Directrice"}
    post(anyone, page(cast, "partner_answer", version.public_id, "accepter"), **yes)
    cast.proposal.refresh_from_db()
    data["seen_version"] = cast.proposal.version
    post(ours, f"{base}envoyer/", **data)
    cast.proposal.refresh_from_db()
    yes = {"seen_version": cast.proposal.version, "person": "Direction", "role": "Direction de l’usine"}
    post(anyone, page(cast, "answer", version.public_id, "accepter"), **yes)
    collaboration = Collaboration.objects.get()
    follow = anyone.get(reverse("intake:follow", args=[cast.company_token])).content.decode()
    assert "Équipe A, Directrice" in follow and "Direction de l’usine" in follow
    staff, company, partner = (
        of_staff(cast),
        page(cast, "company_collaboration"),
        page(cast, "partner_collaboration"),
    )
    assert collaboration.steps.count() == len(version.snapshot["options"][0]["steps"])

    # the contract: the laboratory brings what it and the company signed
    pdf = SimpleUploadedFile("convention.pdf", PDF, "application/pdf")
    today = clock.today().isoformat()
    signed = {"signed_by": ["company", str(cast.lab.pk)], "signed_on": today}
    post(anyone, partner, what="file", kind="contract", file=pdf, **signed)
    collaboration.refresh_from_db()
    assert collaboration.stage == "signed"
    for client, url in ((ours, staff), (anyone, company), (anyone, partner)):
        text = client.get(url).content.decode()
        assert "convention.pdf" in text and "contrat signé le" in text
        [shown] = [row["listed"][0]["url"] for row in client.get(url).context["files"]]
        assert b"".join(client.get(shown).streaming_content)[:4] == b"%PDF"

    # steps, a date, a figure
    post(ours, staff, what="stage", move="start", seen_version=collaboration.version)
    step = collaboration.steps.first()
    post(anyone, partner, what="step", step=step.public_id, move="begin", seen_version=step.version)
    moment = f"{next_working_day()}T10:00"
    post(anyone, partner, what="meeting", title="Point d’étape", moment=moment, minutes=30, how="Visio")
    figure = {
        "kind": "contracts",
        "number": 1,
        "amount": "12 500",
        "on": today,
        "source": "Convention signée",
    }
    post(anyone, partner, what="figure", **figure)
    assert OutcomeFigure.objects.confirmed().totals()["contracts"]["amount"] == 0
    row = OutcomeFigure.objects.get()
    post(ours, staff, what="settle", figure=row.public_id, move="confirm")
    assert OutcomeFigure.objects.confirmed().totals()["contracts"] == {
        "number": 1,
        "amount": Decimal("12500.00"),
        "collaborations": 1,
    }
    collaboration.refresh_from_db()
    refused = ours.post(
        staff, {"what": "stage", "move": "complete", "seen_version": collaboration.version}, follow=True
    )
    assert "est en cours" in refused.content.decode()
    step.refresh_from_db()
    post(anyone, partner, what="step", step=step.public_id, move="finish", seen_version=step.version)
    post(ours, staff, what="stage", move="complete", seen_version=collaboration.version)

    # what they think of it
    jobs.run_owed()
    with casting.at_work(8):
        RULES["collaboration.review_end"]()
        RULES["collaboration.review_end"]()
        jobs.run_owed()
        asked = Message.objects.filter(template__endswith="_collaboration_review")
        assert sorted(asked.values_list("recipient", "status")) == sorted(
            [(casting.SECRET_EMAIL, "sent"), (cast.editor.email, "sent")]
        )
        said = {"satisfaction": "very", "alone": "no", "comment": "Merci."}
        post(anyone, page(cast, "company_review"), **said)
        post(anyone, page(cast, "partner_review"), **said | {"alone": "later"})
        again = anyone.post(page(cast, "company_review"), said, follow=True).content.decode()
        assert "n’est pas, ou plus, posée" in again
    assert Review.objects.all().tally("alone") == {"no": 1, "later": 1}
    assert Review.objects.of_companies().tally("satisfaction") == {"very": 1}
    subjects = [letter.subject for letter in mail.outbox]
    assert not [subject for subject in subjects if casting.SECRET_COMPANY in subject]
    dates = [letter for letter in mail.outbox if letter.subject.startswith("Rendez-vous fixé")]
    assert {letter.to[0] for letter in dates} == {casting.SECRET_EMAIL, cast.editor.email}
    calendar = dates[0].attachments[-1].get_payload(decode=True).decode()
    assert "BEGIN:VEVENT" in calendar and casting.SECRET_COMPANY not in calendar
    assert list(broken_links()) == []


def next_working_day() -> date:
    with casting.at_work(3):
        return clock.today()


def test_nobody_else_opens_it(agreed):
    anyone, company = agreed.anyone, page(agreed, "company_collaboration")
    pdf = SimpleUploadedFile("convention.pdf", PDF, "application/pdf")
    post(anyone, company, what="file", kind="contract", file=pdf)
    [row] = anyone.get(company).context["files"]
    file_id = row["listed"][0]["url"].rstrip("/").rpartition("/")[2]
    strangers = links.give(links.FOLLOW, agreed.strangers_irritant.public_id, agreed.stranger.email).token
    from tests.triage.partner.helpers import token_of

    other = token_of(agreed.referrals[1])
    for name, token in (("company", strangers), ("partner", other)):
        assert anyone.get(reverse(f"proposals:{name}_collaboration", args=[token])).status_code == 404
        address = reverse(f"proposals:{name}_collaboration_file", args=[token, file_id])
        assert anyone.get(address).status_code == 404
    funder = Client()
    funder.force_login(agreed.funder)
    assert funder.get(of_staff(agreed)).status_code == 403


def test_each_party_does_only_what_is_its_own(agreed):
    anyone, company = agreed.anyone, page(agreed, "company_collaboration")
    step = agreed.collaboration.steps.first()
    for data in (
        {"what": "step", "step": step.public_id, "move": "begin"},
        {"what": "stage", "move": "sign"},
        {"what": "settle", "figure": step.public_id, "move": "confirm"},
        {"what": "figure"},
        {"what": "meeting"},
    ):
        assert anyone.post(company, data).status_code == 404
    assert anyone.post(company, {"what": "nothing"}).status_code == 303
    with pytest.raises(Refusal):
        STEP.perform(step, "begin", actor=COMPANY)
    with pytest.raises(Refusal):
        figures.enter(
            agreed.collaboration,
            kind="jobs",
            number=1,
            amount=None,
            on=clock.today(),
            source="x",
            party=Party(COMPANY),
        )


def test_a_contract_needs_everybody_and_a_day_that_has_come(agreed):
    company = page(agreed, "company_collaboration")
    pdf = SimpleUploadedFile("a.pdf", PDF, "application/pdf")
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    late = {"signed_by": ["company"], "signed_on": tomorrow}
    refused = post(agreed.anyone, company, what="file", kind="contract", file=pdf, **late)
    assert refused.status_code == 422
    pdf.seek(0)
    post(agreed.anyone, company, what="file", kind="contract", file=pdf, signed_by=["company"])
    agreed.collaboration.refresh_from_db()
    assert agreed.collaboration.stage == "agreed"
    COLLABORATION.perform(agreed.collaboration, "sign", actor=agreed.by)  # the coordination says so
    assert agreed.collaboration.signed_at


def test_a_program_is_not_kept(agreed):
    bad = SimpleUploadedFile("a.exe", b"MZ" + b"\0" * 90)
    response = post(
        agreed.anyone, page(agreed, "company_collaboration"), what="file", kind="document", file=bad
    )
    assert response.status_code == 422 and not agreed.collaboration.files.exists()


def test_it_is_abandoned_with_a_reason_and_everybody_hears(agreed):
    jobs.run_owed()
    staff = of_staff(agreed)
    seen = agreed.collaboration.version
    assert post(agreed.ours, staff, what="stage", move="abandon", seen_version=seen).status_code == 422
    post(agreed.ours, staff, what="stage", move="abandon", seen_version=seen, reason="funding")
    agreed.collaboration.refresh_from_db()
    assert (agreed.collaboration.stage, agreed.collaboration.abandon_reason) == ("abandoned", "funding")
    told = Message.objects.filter(template__contains="collaboration")
    assert sorted(told.values_list("template", "recipient")) == [
        ("company_collaboration_abandoned", casting.SECRET_EMAIL),
        ("partner_collaboration", agreed.editor.email),
    ]


def test_the_middle_is_asked_once_halfway(agreed):
    COLLABORATION.perform(agreed.collaboration, "sign", actor=agreed.by)
    COLLABORATION.perform(agreed.collaboration, "start", actor=agreed.by)
    step = agreed.collaboration.steps.first()
    step.planned_end = clock.today() + timedelta(days=200)
    step.save()
    ask = RULES["collaboration.review_middle"]
    with clock.at(clock.now() + timedelta(days=80)), casting.at_work():
        assert ask() == 0
    with clock.at(clock.now() + timedelta(days=101)), casting.at_work():
        assert (ask(), ask()) == (1, 0)
        party = Party(PARTNER, agreed.lab)
        collaboration = Collaboration.objects.get()
        assert reviewing.asked_of(collaboration, party) == "middle"
        reviewing.answer(collaboration, satisfaction="rather", alone="later", comment="", party=party)
        jobs.run_owed()
    statuses = Message.objects.filter(template__endswith="_review").values_list("template", "status")
    assert sorted(statuses) == [
        ("company_collaboration_review", "sent"),
        ("partner_collaboration_review", "obsolete"),
    ]


def test_it_goes_with_the_case_but_for_what_is_the_proof(agreed):
    from journal.erasing import erase_held
    from proposals.models import AgreementRecord
    from tests.files.corpus import PNG

    anyone, company = agreed.anyone, page(agreed, "company_collaboration")
    for kind, name, content in (("contract", "c.pdf", PDF), ("document", "d.png", PNG)):
        post(anyone, company, what="file", kind=kind, file=SimpleUploadedFile(name, content))
    Review.objects.create(
        collaboration=agreed.collaboration, moment="end", satisfaction="very", alone="no", comment="Secret"
    )
    Suggestion.objects.create(document=agreed.version, paragraph="need", name="X", text="Secret")
    from foundation.privacy import Subject

    erase_held(Subject(agreed.irritant.public_id))
    jobs.run_owed()
    assert Review.objects.get().comment == "" and Suggestion.objects.get().text == ""
    assert [row.name for row in AgreementRecord.objects.filter(said="agreed", way="portal")][:1] != [""]
    from files.models import StoredFile

    kept = StoredFile.objects.filter(case=agreed.irritant.public_id).values_list("name", flat=True)
    assert list(kept) == ["c.pdf"]
