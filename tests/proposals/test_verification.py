"""The page that says whether a paper is genuine and current, and tells nothing else."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from foundation import clock
from journal import jobs
from journal.actors import Actor, coordinator
from proposals import verification, writing
from proposals.lifecycle import PROPOSAL
from proposals.models import Proposal, ProposalVersion
from tests import cast as casting

COMPANY = Actor("company")


@pytest.fixture
def case(cast):
    cache.clear()
    casting.accepted(cast)
    cast.actor = coordinator(cast.coordinator)
    cast.proposal = writing.prepare(cast.irritant, actor=cast.actor)
    return cast


def frozen(case) -> ProposalVersion:
    writing.freeze(case.proposal, actor=case.actor)
    jobs.run_owed()
    return case.proposal.versions.first()


def send(case) -> ProposalVersion:
    version = frozen(case)
    casting.agreed_and_sent(case.proposal, version, by=case.actor)
    jobs.run_owed()
    version.refresh_from_db()
    return version


def code(version) -> str:
    return version.snapshot["verify"]["url"].rstrip("/").rpartition("/")[2]


def test_what_is_printed_is_what_is_asked(case):
    version = frozen(case)
    verify = version.snapshot["verify"]
    assert verify["number"] == version.verify_number
    assert verify["check"] == version.seal == version.input_hash[:8]
    assert verify["url"].endswith(f"/verifier/{version.verify_number}-{version.seal}/")
    assert re.fullmatch(r"[2-9A-Z]{10}-[0-9a-f]{8}", code(version))
    assert len({verification.new_number() for _try in range(200)}) == 200


def test_current_replaced_ended(case):
    first = send(case)
    assert verification.verdict(code(first)) == verification.Verdict("current", first.sent_at)
    PROPOSAL.perform(case.proposal, "request_changes", actor=COMPANY, comment="Plus court")
    assert verification.verdict(code(first)).code == "current"
    PROPOSAL.perform(case.proposal, "revise", actor=case.actor)
    writing.edit(case.proposal, {"target": "Autre"}, version=case.proposal.version, actor=case.actor)
    assert verification.verdict(code(first)).code == "current"  # until another one leaves
    second = send(case)
    assert verification.verdict(code(first)).code == "replaced"
    assert verification.verdict(code(second)).code == "current"
    PROPOSAL.perform(case.proposal, "withdraw", actor=case.actor)
    assert verification.verdict(code(second)).code == "ended"
    assert verification.verdict(code(first)).code == "replaced"


def test_a_paper_is_known_from_the_moment_partners_have_it(case):
    first = frozen(case)
    assert verification.verdict(code(first)).code == "unknown"
    PROPOSAL.perform(case.proposal, "submit", actor=case.actor, proposal_version=first)
    first.refresh_from_db()
    assert verification.verdict(code(first)) == verification.Verdict("current", first.submitted_at)
    PROPOSAL.perform(case.proposal, "recall", actor=case.actor)
    writing.edit(case.proposal, {"target": "Autre"}, version=case.proposal.version, actor=case.actor)
    second = send(case)
    assert [verification.verdict(code(one)).code for one in (first, second)] == ["replaced", "current"]


def test_after_its_last_day_unless_it_was_accepted(case):
    version = send(case)
    Proposal.objects.update(valid_until=clock.today() - timedelta(days=1))
    assert verification.verdict(code(version)).code == "ended"
    Proposal.objects.update(stage="accepted")
    assert verification.verdict(code(version)).code == "current"


def test_unknown_is_one_answer(case):
    version = frozen(case)  # never sent
    number, check = code(version).split("-")
    wrong = [code(version), f"{number}-00000000", f"{number}-{check[:7]}", "AAAAAAAAAA-00000000", "x", "-", number,
             f"{number.lower()}-{check}", f"{number}-{check}'--", "é" * 40]  # fmt: skip
    pages = set()
    for said in wrong:
        response = Client().get(reverse("proposals:verified", args=[said]))
        assert response.status_code == 200
        page = response.content.decode()
        assert "Inconnu" in page
        pages.add(re.sub(r'name="next" value="[^"]*"|nonce="[^"]*"|csrfmiddlewaretoken.*?>', "", page))
    assert len({page.partition("<h1")[2].partition("</main>")[0] for page in pages}) == 1


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_it_tells_the_day_and_nothing_else(case, language):
    version = send(case)
    client = Client(headers={"accept-language": language})
    response = client.get(reverse("proposals:verified", args=[code(version)]))
    page = response.content.decode()
    assert {"fr": "Authentique et à jour", "de": "Echt und aktuell", "en": "Genuine and current"}[
        language
    ] in page
    for secret in (casting.SECRET_COMPANY, casting.SECRET_EMAIL, case.irritant.reference, case.proposal.title,
                   case.lab.name, str(version.public_id)):  # fmt: skip
        assert secret not in page
    assert response["X-Robots-Tag"] == "noindex" and response["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page


def test_the_form_takes_what_a_person_types(case):
    version = send(case)
    number, check = code(version).split("-")
    address = reverse("proposals:verify")
    typed = {
        "numero": f" {number[:5].lower()} {number[5:].lower()} ",
        "empreinte": f"{check[:4].upper()} {check[4:]}…",
    }
    typed["empreinte"] = typed["empreinte"].rstrip("…")
    response = Client().get(address, typed)
    assert (response.status_code, response.url) == (303, reverse("proposals:verified", args=[code(version)]))
    whole = Client().get(address, {"numero": number, "empreinte": version.input_hash})
    assert whole.url == response.url
    assert "Inconnu" in Client().get(address, {"numero": "x", "empreinte": ""}).content.decode()
    empty = Client().get(address).content.decode()
    assert "Inconnu" not in empty and "Numéro" in empty


def test_whoever_guesses_is_stopped_and_others_are_not(case):
    version = send(case)
    guess = reverse("proposals:verified", args=["AAAAAAAAAA-00000000"])
    here, there = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "198.51.100.9"}
    for _try in range(verification.WRONG):
        assert Client(**here).get(guess).status_code == 200
    stopped = Client(**here).get(reverse("proposals:verified", args=[code(version)]))
    assert stopped.status_code == 429 and stopped["Retry-After"]
    assert "Authentique" not in stopped.content.decode()
    assert Client(**there).get(guess).status_code == 200


def test_the_seal_changes_nothing_of_what_a_version_says(case):
    version = frozen(case)
    assert writing.says_the_same(version, case.proposal)
    assert writing.freeze(case.proposal, actor=case.actor).pk == version.pk
