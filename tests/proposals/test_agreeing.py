"""Partners read the document that names them, agree to it, change it, refuse it; the company gets what all said."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from foundation import clock
from intake.models import Turn
from journal import jobs
from journal.clockwork import RULES
from journal.events import broken_links
from journal.lifecycle import Refusal
from journal.models import Event, Message
from partners.models import PartnerAbsence
from proposals import comparing, paths, writing
from proposals.agreeing import records, suggesting
from proposals.agreeing.lifecycle import SUGGESTION
from proposals.agreeing.paragraphs import current, paragraphs, placed
from proposals.agreeing.suggesting import Typed
from proposals.lifecycle import PROPOSAL
from proposals.models import AgreementRecord, Collaboration, ProposalStage, Suggestion
from proposals.sections import with_text
from tests import cast as casting
from tests.proposals.agreeing import COMPANY, drafted, frozen, page, says, submitted, word, write
from tests.proposals.test_screens import posted
from tests.triage.partner.helpers import leaks
from triage.chasing import lines
from triage.lifecycle import REFERRAL

pytestmark = pytest.mark.django_db
NEXT = "next_steps-talk"  # the portal's own paragraph on the first conversation


@pytest.fixture
def read(cast):
    """One partner has the document, and knows the company."""
    return submitted(drafted(cast))


def refused(call) -> str:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.code


def send(cast, **more):
    PROPOSAL.perform(cast.proposal, "send", actor=cast.by, proposal_version=cast.version, **more)


def owed(cast, template: str) -> list[str]:
    rows = Message.objects.filter(case=cast.irritant.public_id, template=template)
    return sorted(rows.values_list("recipient", flat=True))


def fresh(cast):
    cast.proposal.refresh_from_db()
    cast.irritant.refresh_from_db()
    return cast.proposal.stage, cast.irritant.turn


def test_saying_yes_to_a_question_is_not_agreeing_to_the_document(cast):
    drafted(cast)
    version = frozen(cast)

    def send(**more):
        return lambda: PROPOSAL.perform(
            cast.proposal, "send", actor=cast.by, proposal_version=version, **more
        )

    assert refused(send()) == "parties"
    assert refused(send(without="because")) == "parties"
    send(without="deadline")()
    version.refresh_from_db()
    assert version.sent_without == "deadline"
    event = Event.objects.get(name="proposal.send")
    assert event.payload == {"proposal_version": str(version.public_id), "without": "deadline"}
    # Not waiting for them is no way around them: they are asked now, and conclude.
    assert owed(cast, "partner_proposal") == [cast.editor.email]
    assert refused(lambda: PROPOSAL.perform(cast.proposal, "accept", actor=COMPANY)) == "awaited"
    PROPOSAL.perform(cast.proposal, "agree", actor=COMPANY, person="Direction de la fonderie")
    assert fresh(cast) == (ProposalStage.SENT, Turn.PARTNER)
    assert refused(lambda: PROPOSAL.perform(cast.proposal, "agree", actor=COMPANY)) == "said"
    says(cast, cast.lab, "agree")
    assert fresh(cast)[0] == ProposalStage.ACCEPTED
    assert list(Collaboration.objects.get().organisations.all()) == [cast.lab]
    assert list(broken_links()) == []


def test_partners_are_asked_once_and_the_last_yes_brings_it_back_to_us(cast):
    submitted(drafted(cast, both=True))
    assert fresh(cast) == (ProposalStage.SUBMITTED, Turn.PARTNER)
    assert owed(cast, "partner_proposal") == [cast.editor.email, cast.other_editor.email]
    says(cast, cast.lab, "agree")
    assert fresh(cast) == (ProposalStage.SUBMITTED, Turn.PARTNER)
    says(cast, cast.other_lab, "agree")
    assert fresh(cast) == (ProposalStage.SUBMITTED, Turn.COORDINATOR)
    assert owed(cast, "coordinator_all_agreed") == [cast.coordinator.email]
    assert owed(cast, "company_proposal") == []
    jobs.run_owed()
    told = [letter.subject for letter in mail.outbox if letter.to == [cast.coordinator.email]]
    assert [subject for subject in told if "tous les partenaires sont d’accord" in subject]


def test_it_leaves_by_itself_once_all_agreed_when_that_was_wanted(cast):
    submitted(drafted(cast), sends_itself=True)
    says(cast, cast.lab, "agree")
    assert fresh(cast) == (ProposalStage.SENT, Turn.COMPANY)
    assert owed(cast, "company_proposal") == [casting.SECRET_EMAIL]
    assert owed(cast, "coordinator_all_agreed") == []


def test_what_was_said_is_kept_with_who_when_and_which_hash_and_never_changed(read):
    says(read, read.lab, "agree", person="Équipe A", role="Directrice")
    record = AgreementRecord.objects.get()
    assert (record.name, record.role, record.said) == ("Équipe A", "Directrice", "agreed")
    assert record.sha256 == read.version.sha256 != ""
    for change in (
        lambda: AgreementRecord.objects.update(name="Autre"),
        lambda: AgreementRecord.objects.all().delete(),
        record.save,
        record.delete,
    ):
        with pytest.raises(TypeError):
            change()
    says(read, read.lab, "withdraw", reason="capacity")
    assert [row.said for row in AgreementRecord.objects.all()] == ["agreed", "withdrawn"]
    assert [(row["state"], row["sha256"] == record.sha256) for row in records.as_json(read.version)[:2]] == [
        ("agreed", True),
        ("withdrawn", True),
    ]


def test_the_partners_page_says_whose_turn_it_is(read):
    def next_steps() -> str:
        answer = read.anyone.get(reverse("triage:answer", args=[read.partner_token])).content.decode()
        return answer.partition('class="next-steps"')[2].partition("</ol>")[0]

    assert "lisez la proposition et donnez votre réponse" in next_steps()
    assert "La coordination" not in next_steps()
    says(read, read.lab, "agree")
    assert "donnez votre réponse" not in next_steps()
    assert "La coordination" in next_steps()


def test_a_word_that_never_came_is_no_longer_awaited(read):
    PROPOSAL.perform(read.proposal, "send", actor=read.by, proposal_version=read.version, without="deadline")
    PROPOSAL.perform(read.proposal, "decline", actor=COMPANY, reason="budget", person="Direction")
    labels = {row.organisation_id: (row.label, row.pill) for row in records.table(read.version)}
    assert labels[read.lab.pk] == ("sans réponse", "info")


def test_an_agreement_is_taken_back_until_the_company_accepts(read):
    says(read, read.lab, "agree")
    PROPOSAL.perform(read.proposal, "send", actor=read.by, proposal_version=read.version)
    assert refused(lambda: says(read, read.lab, "withdraw", reason="")) == "reason"
    says(read, read.lab, "withdraw", reason="dates")
    assert fresh(read) == (ProposalStage.SENT, Turn.COORDINATOR)
    assert owed(read, "coordinator_partner_word") == [read.coordinator.email]
    assert refused(lambda: PROPOSAL.perform(read.proposal, "accept", actor=COMPANY)) == "parties"
    PROPOSAL.perform(read.proposal, "take_back", actor=read.by)
    assert owed(read, "company_proposal_taken_back") == [casting.SECRET_EMAIL]
    assert refused(lambda: frozen(read)) == "unchanged"  # it said no to these very words
    write(read, next_steps="En mars.")
    submitted(read)
    says(read, read.lab, "agree")
    PROPOSAL.perform(read.proposal, "send", actor=read.by, proposal_version=read.version)
    PROPOSAL.perform(read.proposal, "accept", actor=COMPANY)
    assert refused(lambda: says(read, read.lab, "withdraw", reason="dates")) == "accepted"


def test_what_the_company_reads_is_not_taken_back_without_a_reason(read):
    says(read, read.lab, "agree")
    PROPOSAL.perform(read.proposal, "send", actor=read.by, proposal_version=read.version)
    assert refused(lambda: PROPOSAL.perform(read.proposal, "take_back", actor=read.by)) == "reading"


def test_a_refusal_has_its_reason_and_stops_this_version(read):
    assert refused(lambda: says(read, read.lab, "decline")) == "reason"
    says(read, read.lab, "decline", reason="budget", comment="Sans cofinancement, non.")
    assert fresh(read) == (ProposalStage.SUBMITTED, Turn.COORDINATOR)
    move = {one.name: why for one, why in PROPOSAL.available(read.proposal, read.by)}
    assert "pas d’accord" in move["send"]
    assert read.referrals[0].stage == "accepted"  # the question keeps its yes


def test_a_partner_changes_a_paragraph_and_reads_what_became_of_it(read):
    before = current(read.proposal, NEXT)
    with pytest.raises(Refusal):
        says(read, read.lab, "request_changes")
    suggesting.keep(
        read.version,
        read.lab,
        "Équipe A",
        {
            NEXT: Typed("Nous écrivons dans la semaine.", ""),
            "need-understood": Typed("", "Le four 7, pas tous."),
            "nowhere": Typed("x", ""),
        },
    )
    says(read, read.lab, "request_changes")
    assert fresh(read)[1] == Turn.COORDINATOR
    wording, remark = Suggestion.objects.order_by("-paragraph")
    assert refused(lambda: SUGGESTION.perform(wording, "take", actor=read.by)) == "state"
    PROPOSAL.perform(read.proposal, "recall", actor=read.by)
    SUGGESTION.perform(wording, "take", actor=read.by)
    assert refused(lambda: SUGGESTION.perform(remark, "take", actor=read.by)) == "remark"
    assert refused(lambda: SUGGESTION.perform(remark, "turn_down", actor=read.by, answer=" ")) == "answer"
    SUGGESTION.perform(remark, "turn_down", actor=read.by, answer="Le besoin reste entier.")
    read.proposal.refresh_from_db()
    assert current(read.proposal, NEXT) == "Nous écrivons dans la semaine." != before
    first = read.version
    submitted(read)
    assert (read.version.number, word(read, read.lab).state) == (2, "pending")
    [part] = comparing.differences(first.snapshot, read.version.snapshot)
    assert part.title == "Prochaines étapes et validité" and len(part.changes) == 1
    text = read.anyone.get(page(read, "partner_document")).content.decode()
    assert "Le besoin reste entier." in text and "Ce qui a changé depuis la version 1" in text
    jobs.run_owed()
    letter = [one for one in mail.outbox if one.to == [read.editor.email]][-1]
    assert "Prochaines étapes" in letter.body and "reprise" in letter.body


def test_a_paragraph_that_changed_meanwhile_is_looked_at_first(read):
    for lab, text in ((read.lab, "Version A."), (None, "Version B.")):
        suggesting.keep(read.version, lab, "X", {NEXT: Typed(text, "")})
    PROPOSAL.perform(read.proposal, "recall", actor=read.by)
    first, second = Suggestion.objects.all()
    SUGGESTION.perform(first, "take", actor=read.by)
    assert refused(lambda: SUGGESTION.perform(second, "take", actor=read.by)) == "changed"
    SUGGESTION.perform(second, "take", actor=read.by, over=True)
    read.proposal.refresh_from_db()
    assert current(read.proposal, NEXT) == "Version B."
    assert refused(lambda: SUGGESTION.perform(second, "take", actor=read.by)) == "state"


def test_the_same_document_is_asked_about_again_when_no_change_was_taken(read):
    says(read, read.lab, "request_changes", comment="Plus tard")
    PROPOSAL.perform(read.proposal, "recall", actor=read.by)
    PROPOSAL.perform(read.proposal, "submit", actor=read.by, proposal_version=read.version)
    assert (word(read, read.lab).state, fresh(read)[1]) == ("pending", Turn.PARTNER)
    assert len(owed(read, "partner_proposal")) == 2


def test_a_partner_that_leaves_the_case_no_longer_agrees(read):
    says(read, read.lab, "agree")
    REFERRAL.perform(read.referrals[0], "withdraw", actor=casting.Actor("partner"))
    assert word(read, read.lab).state == "withdrawn"
    assert owed(read, "coordinator_partner_word") == []  # its withdrawal is told by its own mails
    assert fresh(read)[1] == Turn.COORDINATOR
    assert read.anyone.get(page(read, "partner_document")).status_code == 404


def test_it_runs_out_while_a_partner_is_awaited(read):
    with clock.at(clock.now() + writing.VALIDITY), casting.at_work():
        assert RULES["proposal.expire"]() == 1
    assert fresh(read) == (ProposalStage.EXPIRED, Turn.COORDINATOR)
    assert owed(read, "company_proposal_expired") == []  # it never read one
    assert owed(read, "partner_proposal_ended") == [read.editor.email]


# Reminders


def reminders(cast) -> list[str]:
    return list(
        Message.objects.filter(template__startswith="partner_proposal")
        .exclude(template="partner_proposal")
        .order_by("created_at")
        .values_list("template", flat=True)
    )


def day_by_day(until: int):
    """The clock runs every working day at ten, twice."""
    for number in range(1, until + 1):
        with casting.at_work(number):
            for _twice in range(2):
                RULES["agreement.remind"]()
            jobs.run_owed()


def test_a_silent_partner_is_reminded_twice_and_then_called(read):
    day_by_day(2)
    assert reminders(read) == []
    day_by_day(12)
    assert reminders(read) == ["partner_proposal_waits"] * 2
    with casting.at_work(7):
        assert "agreement" in [line.basket for line in lines(read.coordinator)]
    says(read, read.lab, "agree")
    with casting.at_work(8):
        assert "agreement" not in [line.basket for line in lines(read.coordinator)]


def test_nobody_is_reminded_while_away_nor_after_a_word(read):
    away = PartnerAbsence.objects.create(
        organisation=read.lab, since=clock.today(), until=clock.today() + timedelta(days=40)
    )
    day_by_day(10)
    assert reminders(read) == []
    away.delete()
    says(read, read.lab, "request_changes", comment="Plus tard")
    day_by_day(10)
    assert reminders(read) == []


# Pages and walls


def test_a_partner_that_does_not_know_the_company_reads_the_document_without_it(cast):
    drafted(cast, shared=False)
    [option] = cast.proposal.options
    theirs = paths.blank_step("s2", title="Audit", leads="company", organisation=casting.SECRET_COMPANY)
    first = {**option["steps"][0], "summary": f"Chez {casting.SECRET_COMPANY}, sur le four."}
    values = {
        "options": [{**option, "steps": [first, theirs]}],
        "sections": with_text(
            cast.proposal.sections,
            next_steps=f"Écrire à {casting.SECRET_EMAIL}.",
            baseline="Rebuts à 7 %.",
        ),
    }
    writing.edit(cast.proposal, values, version=cast.proposal.version, actor=cast.by)
    frozen(cast)
    seen = cast.ours.get(f"/propositions/{cast.proposal.public_id}/soumettre/").content.decode()
    assert "ne connaît pas encore l’entreprise" in seen and casting.SECRET_COMPANY.split()[-1] in seen
    PROPOSAL.perform(cast.proposal, "submit", actor=cast.by, proposal_version=cast.version)
    text = cast.anyone.get(page(cast, "partner_document")).content.decode()
    assert leaks(text) == [] and "L’entreprise" in text and "Rebuts à 7" not in text
    assert "Une fonderie cherche à prévoir ses rebuts" in text  # the summary that it was sent
    assert cast.anyone.get(page(cast, "partner_pdf", cast.version.public_id)).status_code == 404
    for answer in ("accepter", "modifier", "decliner"):
        one = cast.anyone.get(page(cast, "partner_answer", cast.version.public_id, answer))
        assert (one.status_code, leaks(one.content.decode())) == (200, [])
    jobs.run_owed()
    for letter in mail.outbox:
        if letter.to == [cast.editor.email]:
            assert leaks(letter.subject + letter.body) == []


def test_what_changed_and_what_others_said_goes_no_further_than_the_document(cast):
    """A second version, a suggestion on a text that names the company, and everybody's remarks."""
    drafted(cast, shared=False)
    naming = f"Chez {casting.SECRET_COMPANY}, dès mars."
    write(cast, next_steps=naming)
    submitted(cast)
    suggesting.keep(cast.version, cast.lab, "Équipe A", {"next_steps-1": Typed("Dès avril.", "")})
    says(cast, cast.lab, "request_changes", comment="Entre nous")
    PROPOSAL.perform(cast.proposal, "recall", actor=cast.by)
    write(cast, next_steps=f"{naming} Puis en mai.", conditions="Autres.")
    submitted(cast)
    PROPOSAL.perform(cast.proposal, "send", actor=cast.by, proposal_version=cast.version, without="deadline")
    PROPOSAL.perform(
        cast.proposal, "agree", actor=COMPANY, person=casting.SECRET_PERSON, comment="Pour ENACT seul"
    )
    text = cast.anyone.get(page(cast, "partner_document")).content.decode()
    assert leaks(text) == [] and "Dès avril." in text and "Pour ENACT seul" not in text
    jobs.run_owed()
    for letter in mail.outbox:
        if letter.to == [cast.editor.email]:
            assert leaks(letter.subject + letter.body) == []
    follow = cast.anyone.get(f"/suivi/{cast.company_token}/").content.decode()
    assert "Pour ENACT seul" in follow and "Entre nous" not in follow


def test_the_partner_answers_from_its_page(read):
    version = read.version
    assert "attend votre accord" in read.anyone.get(page(read, "partner_document")).content.decode()
    document = read.anyone.get(page(read, "partner_pdf", version.public_id))
    assert b"".join(document.streaming_content)[:4] == b"%PDF"
    address = page(read, "partner_answer", version.public_id, "accepter")
    seen = word(read, read.lab).version
    empty = read.anyone.post(address, {"seen_version": seen, "person": ""})
    assert (empty.status_code, word(read, read.lab).state) == (422, "pending")
    data = {"seen_version": seen, "person": "Équipe A", "role": "Directrice"}
    assert read.anyone.post(address, data).status_code == 303
    again = read.anyone.post(address, data, follow=True).content.decode()
    assert "déjà" in again  # polite, and nothing twice
    record = AgreementRecord.objects.get()
    assert (record.way, record.name) == ("link", "Équipe A")
    shown = read.anyone.get(page(read, "partner_document")).content.decode()
    assert "Équipe A, Directrice" in shown and version.sha256[:4] in shown
    workbench = read.ours.get(f"/admin/irritants/{read.irritant.public_id}/").content.decode()
    assert "Équipe A, Directrice" in workbench


def test_changes_are_typed_paragraph_by_paragraph_and_taken_by_one_click(read):
    address = page(read, "partner_answer", read.version.public_id, "modifier")
    form = read.anyone.get(address).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    assert read.anyone.post(address, data).status_code == 422  # nothing was changed
    step = read.proposal.options[0]["steps"][0]["id"]
    rewritten, remark = "conditions-principles", f"remark-{step}"
    data |= {f"text-{rewritten}": "Les données restent sur site.", remark: "Plutôt en avril"}
    assert read.anyone.post(address, {**data, "person": "Équipe A"}).status_code == 303
    rows = Suggestion.objects.values_list("paragraph", "text", "comment")
    assert set(rows) == {
        (rewritten, "Les données restent sur site.", ""),
        (step, "", "Plutôt en avril"),
    }
    editor = f"/propositions/{read.proposal.public_id}/"
    fresh(read)
    read.ours.post(f"{editor}reviser/", {"seen_version": read.proposal.version})
    fresh(read)
    text = read.ours.get(editor).content.decode()
    assert "Reprendre ce texte" in text and "Plutôt en avril" in text
    one = Suggestion.objects.get(paragraph=rewritten)
    sent = posted(read, action=f"take:{one.public_id}")
    need = next(name for name, value in sent.items() if value == ["need-understood"])
    done = read.ours.post(editor, {**sent, need.replace("-id", "-text"): "Typed before the click."})
    assert done.status_code == 303
    read.proposal.refresh_from_db()
    assert current(read.proposal, rewritten) == "Les données restent sur site."
    assert read.proposal.need == "Typed before the click."


def test_another_partner_and_a_stranger_read_nothing(read):
    from tests.triage.partner.helpers import token_of

    read.partner_token = token_of(read.referrals[1])  # asked, and not of this document
    assert read.anyone.get(page(read, "partner_document")).status_code == 404
    assert read.anyone.get(page(read, "partner_pdf", read.version.public_id)).status_code == 404
    read.partner_token = "A" * 43
    assert read.anyone.get(page(read, "partner_document")).status_code == 404


def test_the_space_lists_what_waits_and_opens_it(read):
    from django.test import Client

    theirs = Client()
    theirs.force_login(read.editor)
    assert "Propositions à lire" in theirs.get("/espace/partenaire/").content.decode()
    opened = theirs.post(f"/espace/partenaire/proposition/{read.referrals[0].public_id}/")
    assert opened.status_code == 302 and "/reponse/" in opened.url
    says(read, read.lab, "agree")
    assert "Propositions à lire" not in theirs.get("/espace/partenaire/").content.decode()


# The one adapter to the text


def test_paragraphs_are_read_from_both_schemas():
    old = {
        "need": "Besoin",
        "target": "",
        "path": [{"title": "Visite", "summary": "Voir."}],
        "conditions": "C",
        "next_steps": "S",
    }
    assert [one.id for one in paragraphs(old)] == ["need-1", "a1", "conditions-1", "next_steps-1"]
    new = {
        "need": "Besoin",
        "target": "Moins de 3 %",
        "sections": {
            "need": [{"id": "n1", "text": "Besoin"}],
            "data": [{"id": "d1", "text": "Deux ans."}],
            "risks": [{"id": "r1", "text": "Peu."}],
        },
        "options": [{"id": "A", "steps": [{"id": "s9", "title": "Thèse", "summary": "Trois ans."}]}],
    }
    assert [(one.id, one.text) for one in paragraphs(new)] == [
        ("n1", "Besoin"),
        ("target", "Moins de 3 %"),
        ("s9", "Trois ans."),
        ("d1", "Deux ans."),
        ("r1", "Peu."),
    ]
    assert paragraphs({}) == []  # once erased


def test_a_wording_goes_back_to_where_it_came_from(cast):
    drafted(cast)
    step = cast.proposal.options[0]["steps"][0]["id"]
    assert placed(cast.proposal, "target", "Un \n chiffre") == {"target": "Un chiffre"}
    assert placed(cast.proposal, step, "X")["options"][0]["steps"][0]["summary"] == "X"
    assert placed(cast.proposal, "nowhere", "X") is None
    cast.proposal.sections = {"data": [{"id": "d1", "text": "a"}, {"id": "d2", "text": "b"}]}
    assert placed(cast.proposal, "d1", "X") == {
        "sections": {"data": [{"id": "d1", "text": "X"}, {"id": "d2", "text": "b"}]}
    }


def two_options(cast) -> None:
    """A document with one path for each laboratory."""
    drafted(cast, both=True)
    options = [
        paths.blank_option(
            key,
            title=f"Chemin {key}",
            steps=[
                paths.blank_step(
                    f"s{key}",
                    title=f"Étude {key}",
                    organisation=lab.name,
                    organisation_id=str(lab.public_id),
                    leads=str(lab.public_id),
                    start="2027-03-01",
                    end="2027-06-30",
                )
            ],
        )
        for key, lab in (("A", cast.lab), ("B", cast.other_lab))
    ]
    writing.edit(cast.proposal, {"options": options}, version=cast.proposal.version, actor=cast.by)
    submitted(cast)


def chooses(cast, key: str):
    cast.proposal.refresh_from_db()
    address = page(cast, "answer", cast.version.public_id, "accepter")
    data = {"seen_version": cast.proposal.version, "person": "Direction", "role": "Usine", "option": key}
    return cast.anyone.post(address, data).status_code


def test_the_option_that_was_chosen_makes_the_collaboration(cast):
    two_options(cast)
    for lab in (cast.lab, cast.other_lab):
        says(cast, lab, "agree")
    send(cast)
    assert chooses(cast, "") == 422
    assert chooses(cast, "B") == 303
    collaboration = Collaboration.objects.get()
    assert (collaboration.proposal.chosen, list(collaboration.organisations.all())) == ("B", [cast.other_lab])
    [row] = collaboration.steps.all()
    assert (row.code, row.organisation, str(row.planned_end)) == ("sB", cast.other_lab, "2027-06-30")
    assert AgreementRecord.objects.get(agreement__organisation=None).option == "B"


def test_a_no_stops_the_options_of_that_partner_alone(cast):
    """The other option is still the company's to take, and its own partner concludes."""
    two_options(cast)
    send(cast, without="deadline")
    says(cast, cast.lab, "decline", reason="dates")
    assert fresh(cast) == (ProposalStage.SENT, Turn.COMPANY)
    assert chooses(cast, "A") == 422
    assert chooses(cast, "B") == 303
    assert fresh(cast) == (ProposalStage.SENT, Turn.PARTNER) and cast.proposal.chosen == ""
    says(cast, cast.other_lab, "agree")
    assert fresh(cast)[0] == ProposalStage.ACCEPTED and cast.proposal.chosen == "B"
    assert list(Collaboration.objects.get().organisations.all()) == [cast.other_lab]


def test_whom_the_company_waits_for_is_of_the_option_that_it_takes(cast):
    two_options(cast)
    send(cast, without="deadline")
    says(cast, cast.lab, "agree")
    assert chooses(cast, "A") == 303  # the other laboratory is silent, and not of this option
    assert list(Collaboration.objects.get().organisations.all()) == [cast.lab]
