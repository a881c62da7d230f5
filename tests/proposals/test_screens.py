"""The pages: the coordinator's editor, the company's answers, who may read which document."""

import re
from uuid import uuid4

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse

from journal import jobs, links
from journal.actors import Actor, coordinator
from journal.models import Job
from proposals import paths, sections, writing
from proposals.lifecycle import PROPOSAL
from proposals.models import Collaboration, Proposal, ProposalStage, ProposalVersion
from tests import cast as casting
from triage.lifecycle import REFERRAL


@pytest.fixture
def case(cast):
    """An accepted referral, a proposal begun, and signed-in people."""
    cast.referrals = casting.accepted(cast)
    cast.actor = coordinator(cast.coordinator)
    cast.proposal = writing.prepare(cast.irritant, actor=cast.actor)
    cast.ours, cast.theirs, cast.anyone = Client(), Client(), Client()
    cast.ours.force_login(cast.coordinator)
    cast.theirs.force_login(cast.editor)
    cast.token = links.give(links.FOLLOW, cast.irritant.public_id, cast.irritant.contact.email).token
    return cast


def url(case, name):
    return reverse(f"proposals:{name}", args=[case.proposal.public_id])


def posted(case, **changes) -> dict:
    """What the browser sends when the editor is saved as it stands."""
    return sent_by(case.ours.get(url(case, "edit")).content.decode()) | {"action": "save"} | changes


def sent_by(page: str) -> dict:
    """Names and values of the editor's form in this page."""
    form = lxml.html.fromstring(page).get_element_by_id("proposal-form")
    found: dict = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value.replace("\r\n", "\n").removeprefix("\n"))
    return found


def row(case, step_id: str) -> str:
    """The prefix of a step's fields in the page."""
    data = posted(case)
    return next(
        key.removesuffix("-id")
        for key, value in data.items()
        if key.startswith("step-") and value == [step_id]
    )


def save(case, **changes):
    response = case.ours.post(url(case, "edit"), posted(case, **changes))
    case.proposal.refresh_from_db()
    return response


def titles(case):
    return [step["title"] for step in case.proposal.options[0]["steps"]]


def free(case, *names: str) -> list[str]:
    """Free steps of these titles at the end of the first option; their ids."""
    for name in names:
        save(case, action=f"free:{case.proposal.options[0]['id']}")
        made = case.proposal.options[0]["steps"][-1]["id"]
        save(case, **{f"{row(case, made)}-title": name})
    return [step["id"] for step in case.proposal.options[0]["steps"][-len(names) :]]


def send(case) -> ProposalVersion:
    case.ours.post(url(case, "freeze"))
    jobs.run_owed()
    version = case.proposal.versions.first()
    given(case, "submit", version)
    casting.partners_agree(version)
    given(case, "send", version)
    case.proposal.refresh_from_db()
    version.refresh_from_db()
    return version


def given(case, name, version, **more):
    case.proposal.refresh_from_db()
    data = {"seen_version": case.proposal.version, "document": str(version.public_id), **more}
    return case.ours.post(url(case, name), data, follow=True)


def answer_url(case, version, answer):
    return reverse("proposals:answer", args=[case.token, version.public_id, answer])


def answer(case, version, name, comment="", seen=None, **more):
    data = {"seen_version": seen or case.proposal.version, "comment": comment, **more}
    data |= {"person": "Responsable Zirkonia", "role": "Direction"}
    response = case.anyone.post(answer_url(case, version, name), data, follow=True)
    case.proposal.refresh_from_db()
    return response


# -- the editor


def test_preparing_opens_the_editor_and_twice_is_once(case):
    PROPOSAL.perform(case.proposal, "withdraw", actor=case.actor)
    address = reverse("proposals:prepare", args=[case.irritant.public_id])
    first = case.ours.post(address)
    again = case.ours.post(address, follow=True)
    assert first.status_code == 303
    assert again.redirect_chain == [(first.url, 303)]
    assert "déjà ouverte" in again.content.decode()
    assert Proposal.objects.open().count() == 1


def test_saving_writes_the_text(case):
    response = save(case, **{"text-0-text": "Un besoin <b>précis</b>."}, title="Titre")
    assert (response.status_code, response.url) == (303, url(case, "edit"))
    assert (case.proposal.need, case.proposal.title) == ("Un besoin <b>précis</b>.", "Titre")
    page = case.ours.get(url(case, "edit")).content.decode()
    assert "<b>précis</b>" not in page


def test_a_wrong_form_keeps_what_was_typed(case):
    response = save(case, title="", **{"text-0-text": "Gardé"}, valid_until="2020-01-01")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Gardé" in page and "Cette date est passée." in page
    assert 'href="#id_title"' in page
    assert case.proposal.need != "Gardé"


def test_the_second_writer_is_told_and_loses_nothing(case):
    first, second = (
        posted(case, **{"text-0-text": f"Ce que dit la {which}"}) for which in ("première", "seconde")
    )
    assert case.ours.post(url(case, "edit"), first).status_code == 303
    response = case.ours.post(url(case, "edit"), second)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Quelqu’un a enregistré ce texte" in page
    assert "Ce que dit la première" in page and "Ce que dit la seconde" in page
    case.proposal.refresh_from_db()
    assert case.proposal.need == "Ce que dit la première"
    seen = re.search(r'name="seen_version" value="(\d+)"', page)[1]
    assert case.ours.post(url(case, "edit"), {**second, "seen_version": seen}).status_code == 303
    case.proposal.refresh_from_db()
    assert case.proposal.need == "Ce que dit la seconde"


def test_text_typed_while_a_colleague_sent_it_is_shown(case):
    late = posted(case, **{"text-0-text": "Écrit trop tard"})
    send(case)
    response = case.ours.post(url(case, "edit"), late)
    assert response.status_code == 409
    assert "Écrit trop tard" in response.content.decode()
    case.proposal.refresh_from_db()
    assert case.proposal.need != "Écrit trop tard"


def test_steps_move_go_and_come_without_script(case):
    [lab] = [step["id"] for step in case.proposal.options[0]["steps"]]
    option, first = case.proposal.options[0]["id"], titles(case)[0]
    visit, talk = free(case, "Visite", "Réunion")
    response = save(case, action=f"up:{talk}")
    assert response.url.endswith(f"#etape-{talk}")
    assert titles(case) == [first, "Réunion", "Visite"]
    save(case, action=f"down:{talk}")
    save(case, action=f"up:{lab}")
    save(case, action=f"down:{talk}")
    assert titles(case) == [first, "Visite", "Réunion"]
    save(case, action=f"remove:{visit}", **{f"{row(case, visit)}-title": ""})
    assert titles(case) == [first, "Réunion"]
    [left] = writing.offers_left(case.proposal)
    save(case, action=f"offer:{option}:{left.piece.offer_id}")
    assert titles(case) == [first, "Réunion", left.piece.title]
    save(case, action=f"offer:{option}:{uuid4()}")
    assert len(titles(case)) == 3
    save(case, **{f"{row(case, talk)}-kind": "meeting", f"{row(case, talk)}-leads": "company"})
    assert case.proposal.options[0]["steps"][1] == {
        **paths.blank_step(talk, title="Réunion", kind="meeting"),
        "organisation": casting.SECRET_COMPANY,
        "leads": "company",
    }


def test_a_step_says_everything_about_itself(case):
    [visit] = free(case, "Visite")
    lab, one = case.proposal.options[0]["steps"][0]["id"], row(case, visit)
    written = {
        "person": "Claire",
        "start": "2040-03-05",
        "end": "2040-03-06",
        "summary": "On regarde.",
        "after": [lab],
        "waits-contract": "2–8",
        "waits-zrr": "9",
        "deliverables": "Un relevé.",
        "decision": "On continue ?",
        "trl-from": "2",
        "trl-to": "4",
        "maturity-from": "0",
        "maturity-to": "1",
    }
    assert save(case, **{f"{one}-{name}": value for name, value in written.items()}).status_code == 303
    step = case.proposal.options[0]["steps"][1]
    assert step == {
        **paths.blank_step(visit, title="Visite", person="Claire"),
        "start": "2040-03-05",
        "end": "2040-03-06",
        "when": "du 5\xa0mars\xa02040 au 6\xa0mars\xa02040",
        "summary": "On regarde.",
        "after": [lab],
        "waits": [{"code": "contract", "weeks": [2, 8]}, {"code": "zrr", "weeks": [9, 9]}],
        "deliverables": "Un relevé.",
        "decision": "On continue ?",
        "trl": [2, 4],
        "maturity": [0, 1],
    }
    save(case)  # as it stands: nothing changes
    assert case.proposal.options[0]["steps"][1] == step
    save(case, **{f"{one}-start": "2040-03-07", f"{one}-end": "2040-03-07"})
    assert case.proposal.options[0]["steps"][1]["when"] == "le 7\xa0mars\xa02040"


def test_wrong_numbers_are_said_beside_the_step(case):
    [visit] = free(case, "Visite")
    one = row(case, visit)
    for name, value in (
        ("waits-contract", "deux"),
        ("waits-contract", "2-900"),
        ("trl-from", "3"),
        ("maturity-to", "7"),
        ("start", "hier"),
    ):
        assert save(case, **{f"{one}-{name}": value}).status_code == 422
    response = save(case, **{f"{one}-trl-from": "4", f"{one}-trl-to": "2"})
    assert response.status_code == 422 and "ne peut pas être plus bas" in response.content.decode()
    response = save(case, **{f"{one}-waits-opco": "8-2"})
    assert "Le plus court d’abord" in response.content.decode()


def test_a_page_of_three_full_options_can_be_sent(case):
    steps = lambda letter: [paths.blank_step(f"{letter}{n}", title=f"Étape {n}") for n in range(12)]  # noqa: E731
    full = [paths.blank_option(letter, title=letter, steps=steps(letter)) for letter in "abc"]
    for option in full:
        for step in option["steps"][1:]:
            step["after"] = [option["steps"][0]["id"]]
    said = {code: [{"id": f"{code}{n}", "text": "Dit."} for n in range(12)] for code in sections.SECTIONS}
    Proposal.objects.filter(pk=case.proposal.pk).update(options=full, sections=said)
    assert save(case, target="Autre").status_code == 303
    assert (case.proposal.options, case.proposal.sections, case.proposal.target) == (full, said, "Autre")


def test_options_are_copied_added_filled_and_dropped(case):
    [first] = [option["id"] for option in case.proposal.options]
    save(case, action=f"copy:{first}")
    save(case, action="option")
    one, copy, new = case.proposal.options
    assert [option["title"] for option in (copy, new)] == [f"{one['title']} (copie)", "Nouvelle option"]
    assert len(paths.ids_in(case.proposal.options)) == 5
    page = case.ours.get(url(case, "edit")).content.decode()
    assert "Deux options proposent le même chemin" in page and "n’a pas d’étape" in page
    assert save(case, action=f"copy:{first}").status_code == 409  # three at the most
    moving = copy["steps"][0]["id"]
    save(case, **{f"{row(case, moving)}-option": new["id"]})
    assert [len(option["steps"]) for option in case.proposal.options] == [1, 0, 1]
    assert case.proposal.options[2]["steps"][0]["id"] == moving
    save(case, action=f"drop:{copy['id']}")
    assert [option["id"] for option in case.proposal.options] == [first, new["id"]]


def test_dates_again_shows_what_moved_and_goes_back(case):
    [visit] = free(case, "Visite")
    lab = case.proposal.options[0]["steps"][0]
    save(case, **{f"{row(case, visit)}-start": lab["start"], f"{row(case, visit)}-after": [lab["id"]]})
    save(case, **{f"{row(case, lab['id'])}-start": "2040-05-07"})
    save(case, action="dates")
    again = case.proposal.options[0]["steps"]
    assert again[0]["start"] == lab["start"] and again[1]["start"] >= lab["start"]
    page = case.ours.get(url(case, "edit")).content.decode()
    assert "Les dates sont recalculées" in page and "à partir du 7\xa0mai\xa02040 →" in page
    save(case, action="undo")
    assert case.proposal.options[0]["steps"][0]["start"] == "2040-05-07"
    assert "Les dates sont recalculées" not in case.ours.get(url(case, "edit")).content.decode()


def test_paths_are_composed_again_and_brought_back(case):
    before = case.proposal.options
    free(case, "Visite")
    mine = case.proposal.options
    save(case, action="paths")
    assert titles(case) == [before[0]["steps"][0]["title"]]
    assert not paths.ids_in(case.proposal.options) & paths.ids_in(mine)
    save(case, action="undo")
    assert case.proposal.options == mine


def test_a_section_is_rewritten_and_brought_back(case):
    save(case, action="paragraph:need")
    own = case.proposal.sections["need"][1]["id"]
    save(case, **{"text-0-text": "Autrement dit.", "text-1-text": "Et aussi."})
    assert case.proposal.need == "Autrement dit.\n\nEt aussi."
    save(case, action="section:need")
    assert [one["text"] for one in case.proposal.sections["need"]] == [
        "Prévoir la dérive d’un procédé de coulée.",
        "Et aussi.",
    ]
    save(case, action="undo")
    assert case.proposal.need == "Autrement dit.\n\nEt aussi."
    save(case, action=f"unparagraph:{own}")
    assert case.proposal.need == "Autrement dit."
    save(case, **{"text-0-text": " "})
    assert case.proposal.need == ""


def test_a_conflict_is_said_beside_its_step_and_on_top(case):
    lab = case.proposal.options[0]["steps"][0]["id"]
    save(case, **{f"{row(case, lab)}-start": "2020-01-06"})
    page = case.ours.get(url(case, "edit")).content.decode()
    assert page.count("Le début est passé.") == 2
    assert "1 point à corriger avant le document" in page
    response = case.ours.post(url(case, "freeze"), follow=True)
    assert "Le début est passé." in response.content.decode()
    assert not case.proposal.versions.exists()


def test_nobody_is_promised_who_has_not_accepted(case):
    stranger = str(case.other_lab.public_id)
    one = row(case, case.proposal.options[0]["steps"][0]["id"])
    response = save(case, **{f"{one}-leads": stranger})
    assert response.status_code == 422
    REFERRAL.perform(case.referrals[1], "accept", actor=Actor("partner"))
    save(case, **{f"{one}-leads": stranger})
    assert case.proposal.options[0]["steps"][0]["organisation"] == case.other_lab.name


def test_the_document_is_awaited_then_sent_after_a_look(case):
    case.ours.post(url(case, "freeze"))
    assert 'hx-trigger="every 1s"' in case.ours.get(url(case, "edit")).content.decode()
    fragment = case.ours.get(url(case, "document"), headers={"HX-Request": "true"}).content.decode()
    assert "en cours de préparation" in fragment and "<html" not in fragment
    assert case.ours.get(url(case, "document")).status_code == 303
    assert case.ours.get(url(case, "send")).status_code == 303  # not ready: back to the editor
    jobs.run_owed()
    fragment = case.ours.get(url(case, "document"), headers={"HX-Request": "true"}).content.decode()
    assert "Relire le PDF" in fragment and "hx-trigger" not in fragment
    look = case.ours.get(url(case, "send")).content.decode()
    assert casting.SECRET_EMAIL in look
    assert case.proposal.versions.first().sent_at is None
    save(case, target="Deux pour cent")
    fragment = case.ours.get(url(case, "document"), headers={"HX-Request": "true"}).content.decode()
    assert "Le texte a changé" in fragment
    assert send(case).number == 2
    assert case.proposal.stage == ProposalStage.SENT


def test_sending_needs_the_document_that_was_read(case):
    case.ours.post(url(case, "freeze"))
    jobs.run_owed()
    version = case.proposal.versions.first()
    for data in (
        {},
        {"document": "x", "seen_version": "y"},
        {"document": str(uuid4()), "seen_version": case.proposal.version},
        {"document": str(version.public_id), "seen_version": case.proposal.version + 1},
    ):
        data["without"] = "otherwise"
        assert case.ours.post(url(case, "send"), data).status_code == 303
        case.proposal.refresh_from_db()
        assert case.proposal.stage == ProposalStage.PREPARING


def test_a_failed_document_can_be_tried_again(case):
    case.ours.post(url(case, "freeze"))
    Job.objects.filter(kind="proposal.render").update(status=Job.DEAD)
    page = case.ours.get(url(case, "edit")).content.decode()
    assert "Réessayer" in page
    case.ours.post(url(case, "retry"))
    jobs.run_owed()
    assert case.proposal.versions.first().rendered_at


def test_revising_and_withdrawing(case):
    version = send(case)
    answer(case, version, "modifier", "Plus court")
    page = case.ours.get(url(case, "edit")).content.decode()
    assert "Plus court" in page and "Réviser" in page
    case.ours.post(url(case, "revise"), {"seen_version": case.proposal.version})
    case.proposal.refresh_from_db()
    assert case.proposal.stage == ProposalStage.PREPARING
    assert case.ours.get(url(case, "withdraw")).status_code == 200
    case.ours.post(url(case, "withdraw"), {"seen_version": case.proposal.version})
    case.proposal.refresh_from_db()
    assert case.proposal.stage == ProposalStage.WITHDRAWN


# -- the company


def follow(case) -> str:
    return case.anyone.get(reverse("intake:follow", args=[case.token])).content.decode()


def test_the_company_sees_nothing_before_it_is_sent(case):
    assert "Notre proposition" not in follow(case)
    case.ours.post(url(case, "freeze"))
    jobs.run_owed()
    assert "Notre proposition" not in follow(case)


def test_the_company_reads_and_accepts(case):
    version = send(case)
    page = follow(case)
    assert "Notre proposition" in page and "Rebuts sous 3\u00a0%" in page
    assert answer_url(case, version, "accepter") in page
    look = case.anyone.get(answer_url(case, version, "accepter")).content.decode()
    assert (
        "vous partagez votre nom, vos coordonnées, votre texte et vos fichiers" in look
        and case.lab.name in look
    )
    assert not Collaboration.objects.exists()  # reading changes nothing
    page = answer(case, version, "accepter").content.decode()
    assert Collaboration.objects.count() == 1
    assert "Collaboration convenue" in page and case.editor.email in page and "Équipe A" in page


def test_the_company_chooses_one_of_several_options(case):
    REFERRAL.perform(case.referrals[1], "accept", actor=Actor("partner"))
    [option] = case.proposal.options
    save(case, action=f"copy:{option['id']}")
    copy = case.proposal.options[1]
    one = row(case, copy["steps"][0]["id"])
    save(
        case,
        **{
            f"{one}-leads": str(case.other_lab.public_id),
            f"{one}-offer_id": "",
            "option-1-title": "Ailleurs",
        },
    )
    version = send(case)
    page = follow(case)
    assert "Les chemins possibles" in page and "Ailleurs" in page
    look = case.anyone.get(answer_url(case, version, "accepter")).content.decode()
    assert f"Ailleurs, avec {case.other_lab.name}" in look
    missing = answer(case, version, "accepter")
    assert missing.status_code == 422 and "Dites quelle option vous choisissez." in missing.content.decode()
    answer(case, version, "accepter", option=copy["id"])
    assert case.proposal.chosen == copy["id"]
    assert list(Collaboration.objects.get().organisations.all()) == [case.other_lab]
    case.referrals[0].refresh_from_db()
    assert case.referrals[0].stage == "released"
    assert "celui que vous avez choisi" in follow(case)
    assert "choisie par l’entreprise" in case.ours.get(url(case, "edit")).content.decode()


def test_a_partner_of_one_option_that_leaves_does_not_stop_the_other(case):
    REFERRAL.perform(case.referrals[1], "accept", actor=Actor("partner"))
    save(case, action=f"copy:{case.proposal.options[0]['id']}")
    one = row(case, case.proposal.options[1]["steps"][0]["id"])
    save(case, **{f"{one}-leads": str(case.other_lab.public_id), f"{one}-offer_id": ""})
    version = send(case)
    REFERRAL.perform(case.referrals[1], "release", actor=case.actor)
    first, second = (option["id"] for option in case.proposal.options)
    answer(case, version, "accepter", option=second)
    assert case.proposal.stage == ProposalStage.SENT
    answer(case, version, "accepter", option=first)
    assert case.proposal.chosen == first
    assert list(Collaboration.objects.get().organisations.all()) == [case.lab]


def test_accepting_twice_is_polite(case):
    version = send(case)
    seen = case.proposal.version
    answer(case, version, "accepter", seen=seen)
    page = answer(case, version, "accepter", seen=seen)
    assert page.status_code == 200
    assert "Vous l’avez déjà fait le " in page.content.decode()
    assert Collaboration.objects.count() == 1
    late = case.anyone.get(answer_url(case, version, "decliner"), follow=True)
    assert "n’attend pas, ou plus, votre réponse" in late.content.decode()


def test_a_change_must_be_said(case):
    version = send(case)
    response = answer(case, version, "modifier", "   ")
    assert response.status_code == 422
    assert "Dites ce qu’il faut changer" in response.content.decode()
    assert case.proposal.stage == ProposalStage.SENT
    answer(case, version, "modifier", "Commencer <i>en mars</i>")
    assert case.proposal.stage == ProposalStage.CHANGES_REQUESTED
    page = follow(case)
    assert "Commencer &lt;i&gt;en mars" in page and "nous la revoyons" in page


def test_declining(case):
    version = send(case)
    answer(case, version, "decliner")
    assert case.proposal.stage == ProposalStage.DECLINED
    assert "vous l’avez déclinée" in follow(case)
    assert answer_url(case, version, "accepter") not in follow(case)


# -- who may read which document


def test_documents_are_downloads_named_by_the_reference(case):
    version = send(case)
    for client, address in (
        (case.ours, reverse("proposals:pdf", args=[version.public_id])),
        (case.anyone, reverse("proposals:company_pdf", args=[case.token, version.public_id])),
    ):
        response = client.get(address)
        assert response.status_code == 200
        assert response["Content-Type"] == "application/pdf"
        assert f'filename="{case.irritant.reference}-v1.pdf"' in response["Content-Disposition"]
        assert "no-store" in response["Cache-Control"]
        assert b"".join(response.streaming_content) == version.path.read_bytes()


def test_documents_that_do_not_exist_for_the_reader(case):
    case.ours.post(url(case, "freeze"))
    jobs.run_owed()
    unsent = case.proposal.versions.first()
    strangers = links.give(links.FOLLOW, case.strangers_irritant.public_id, case.stranger.email).token
    other_purpose = links.give(links.ANSWER, case.irritant.public_id, case.irritant.contact.email).token

    def status(token, version):
        response = case.anyone.get(reverse("proposals:company_pdf", args=[token, version.public_id]))
        response.getvalue()  # read to its end: closing it here would close the test's connection on PostgreSQL
        return response.status_code

    assert status(case.token, unsent) == 404
    assert case.anyone.get(answer_url(case, unsent, "accepter")).status_code == 404
    version = send(case)
    assert status(case.token, version) == 200
    assert status(strangers, version) == 404
    assert status(other_purpose, version) == 404
    assert status("A" * 43, version) == 404
    assert status(case.token[:-2] + "AA", version) == 404
    assert case.anyone.get(answer_url(case, version, "voler")).status_code == 404
    link = links.read(case.token, links.FOLLOW)
    links.revoke(link)
    assert status(case.token, version) == 404  # a revoked token is worth no more than a forged one


def test_only_coordinators_reach_the_workshop(case):
    version = send(case)
    addresses = [url(case, name) for name in ("edit", "document", "send", "withdraw")]
    addresses.append(reverse("proposals:pdf", args=[version.public_id]))
    company, funder = Client(), Client()
    company.force_login(case.company)
    funder.force_login(case.funder)
    for address in addresses:
        assert case.anyone.get(address).status_code == 302
        assert {client.get(address).status_code for client in (case.theirs, company, funder)} == {403}
    for name in ("freeze", "retry", "revise"):
        assert case.ours.get(url(case, name)).status_code == 405
        assert case.theirs.post(url(case, name)).status_code == 403


# -- panels


def test_the_workbench_offers_the_next_act(case):
    address = reverse("admin:workbench_irritant", args=[case.irritant.public_id])
    assert "Écrire la proposition" in case.ours.get(address).content.decode()
    send(case)
    assert "Ouvrir la proposition" in case.ours.get(address).content.decode()
    assert "Propositions à envoyer" not in case.ours.get(reverse("admin:index")).content.decode()


def test_the_partner_finds_its_collaboration(case):
    version = send(case)
    space = reverse("partner_space")
    assert "Vos collaborations" not in case.theirs.get(space).content.decode()
    answer(case, version, "accepter")
    page = case.theirs.get(space).content.decode()
    assert "Vos collaborations" in page and casting.SECRET_COMPANY in page
    others = Client()
    others.force_login(case.other_editor)
    assert "Vos collaborations" not in others.get(space).content.decode()
