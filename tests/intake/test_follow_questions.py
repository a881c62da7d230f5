"""A coordinator's questions open exactly the fields that were asked, and answering fills them."""

import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from files.models import StoredFile
from intake.lifecycle import IRRITANT, due_in
from intake.models import Company, Post, Question, Reopened, Stage
from intake.reopening import INPUTS
from journal import jobs
from journal.actors import coordinator
from journal.models import Event, Job
from tests import cast as casting
from tests.files.corpus import PDF
from tests.intake.following import address, ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db):
    return casting.irritant()


@pytest.fixture
def staff(db):
    return coordinator(casting.person("coordination@enact.example", "coordinator", full_name="Camille Weber"))


def inputs(html: str) -> set[str]:
    """Names of the inputs of the answer form."""
    form = re.search(r'<form[^>]*id="repondre".*?</form>', html, re.S)[0]
    return set(re.findall(r'name="([^"]+)"', form)) - {"csrfmiddlewaretoken", "jeton", "action"}


def q(question) -> str:
    return f"q{question.public_id.hex[:12]}-answer"


def test_every_field_of_the_list_has_inputs_of_the_form():
    assert set(INPUTS) == set(Reopened.values)
    for form, names in INPUTS.values():
        assert set(names) <= set(form.base_fields)


@pytest.mark.parametrize("code", [code for code in Reopened.values if code != "documents"])
def test_exactly_what_is_asked_is_open_and_prefilled(client, case, staff, code):
    ask(case, staff, "", fields=[code])
    html = client.get(address(case)).content.decode()
    assert inputs(html) == {*INPUTS[code][1], "text", "attachments"}
    if code == "site":
        assert 'value="57000"' in html and '<option value="57463" selected>Metz' in html
    if code == "tried":
        assert "Des cartes de contrôle, sans succès.</textarea>" in html


def test_an_answer_fills_its_fields_and_ranks_again(client, case, staff):
    ask(case, staff, "Deux points.", fields=["site", "data_maturity"], free=["Sur quelles machines ?"])
    jobs.run_owed()
    [free] = Question.objects.filter(field="")
    before = case.text
    sent = {"site_postcode": "67000", "site_city": "Strasbourg", "data_maturity": "3", q(free): "Les <deux>."}
    assert client.post(address(case, "answer"), sent).status_code == 303
    case.refresh_from_db()
    assert (case.stage, case.site_postcode, case.site_city, case.department, case.data_maturity) == (
        Stage.IN_TRIAGE,
        "67000",
        "Strasbourg",
        "67",
        3,
    )
    assert case.text == before, "the company's words are never rewritten"
    assert case.due_at == due_in(10, "67"), "and the calendar is that of the new department"
    assert case.site_commune == "67482"
    event = Event.objects.get(case=case.public_id, name="irritant.answer")
    assert event.payload == {"fields": ["data_maturity", "site"]}
    assert Job.objects.filter(kind="match.compute", key__endswith=f"event:{event.pk}").exists()
    html = client.get(address(case)).content.decode()
    for shown in ("Les &lt;deux&gt;.", "67000 Strasbourg", "Vous avez répondu aux questions ci‑dessus."):
        assert shown in html
    assert 'id="repondre"' not in html


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"site_postcode": "57700", "site_commune": "57498"}, ("57700", "57498", "Neufchef", "57")),
        ({"site_postcode": "57700", "site_city": "Hayange"}, ("57700", "57306", "Hayange", "57")),
        ({"site_postcode": "57700", "site_commune": "57463"}, ("57700", "", "", "57")),  # Metz, of before
        ({"site_postcode": "57700"}, ("57700", "", "", "57")),
        ({"site_postcode": "57700", "site_city": "Ailleurs"}, ("57700", "", "Ailleurs", "57")),
        ({"site_postcode": "52100", "site_commune": "51478"}, ("52100", "51478", "Saint-Eulien", "51")),
        ({"site_postcode": "57000"}, ("57000", "57463", "Metz", "57")),
    ],
)
def test_the_site_is_asked_as_in_the_form(client, case, staff, typed, kept):
    ask(case, staff, "", fields=["site"])
    assert client.post(address(case, "answer"), typed).status_code == 303
    case.refresh_from_db()
    assert (case.site_postcode, case.site_commune, case.site_city, case.department) == kept


def test_the_communes_of_a_postcode_are_proposed_with_and_without_javascript(client, case, staff):
    ask(case, staff, "", fields=["site"], free=["Combien ?"])
    page = client.get(address(case)).content.decode()
    where = address(case, "follow_communes")
    assert f'hx-get="{where}"' in page and "Voir les communes de ce code postal" in page
    part = client.get(where, {"site_postcode": "57700"}).content.decode()
    assert [code in part for code in ("57306", "57498", "57562")] == [True] * 3 and "<form" not in part
    [free] = Question.objects.filter(field="")
    typed = {"site_postcode": "57700", "site_commune": "57463", "site_city": "", q(free): "Douze"}
    shown = client.post(address(case, "answer"), {**typed, "action": "communes"})
    assert shown["Location"] == address(case) + "#site"
    page = client.get(address(case)).content.decode()
    assert '<option value="57306">Hayange' in page and "Metz</option>" not in page and "Douze" in page
    wrong = client.post(address(case, "answer"), {**typed, "site_postcode": "577"})
    html = wrong.content.decode()
    assert (
        wrong.status_code == 422 and "Un code postal a cinq chiffres" in html and "Metz</option>" not in html
    )


def test_what_was_not_asked_cannot_be_changed(client, case, staff):
    ask(case, staff, "", fields=["deadline"])
    sent = {
        "deadline": "urgent",
        "sector": "",
        "tried": "Autre chose",
        "confidentiality": "open",
        "email": "x@y.fr",
    }
    assert client.post(address(case, "answer"), sent).status_code == 303
    case.refresh_from_db()
    assert (case.deadline, case.sector_id, case.confidentiality) == ("urgent", "foundry-metals", "summary")
    assert case.tried == "Des cartes de contrôle, sans succès."


def test_a_word_alone_answers_and_ranks_nothing(client, case, staff):
    ask(case, staff, "Depuis quand ?")
    jobs.run_owed()
    assert client.post(address(case, "answer"), {"text": "Depuis mars."}).status_code == 303
    assert Event.objects.get(case=case.public_id, name="irritant.answer").payload == {"fields": []}
    assert not Job.objects.open().filter(kind="match.compute").exists()


def test_nothing_at_all_is_no_answer(client, case, staff):
    ask(case, staff, "", free=["Combien ?"])
    response = client.post(address(case, "answer"), {"text": " "})
    assert response.status_code == 422
    assert "Répondez à une question au moins" in response.content.decode()


def test_a_wrong_answer_is_kept_and_said_as_in_the_form(client, case, staff):
    ask(case, staff, "", fields=["company"], free=["Combien ?"])
    [free] = Question.objects.filter(field="")
    sent = {"country": "FR", "siren_or_siret": "123456789", q(free): "Douze."}
    response = client.post(address(case, "answer"), sent)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Ce numéro n’existe pas" in html and "Douze." in html
    again = client.get(address(case)).content.decode()
    assert "Douze." in again and 'value="123456789"' in again, "a reload loses nothing either"


def test_a_part_may_wait(client, case, staff):
    ask(case, staff, "", fields=["kinds_wished", "documents"], free=["Combien ?"])
    [free] = Question.objects.filter(field="")
    sent = {
        "kinds_wished": ["training", "talent"],
        q(free): "Je demande\u00a0à l’atelier",
        "attachments": SimpleUploadedFile("plan.pdf", PDF),
        "action": "keep",
    }
    assert client.post(address(case, "answer"), sent).status_code == 303
    case.refresh_from_db()
    assert (case.stage, case.kinds_wished) == (Stage.NEEDS_INFO, []), "nothing is sent yet"
    html = client.get(address(case)).content.decode()
    assert "Je demande" in html and "plan.pdf" in html and "Ce que vous aviez commencé est gardé" in html
    assert re.search(r'value="training"[^>]*checked', html)
    kept = StoredFile.objects.get()
    client.post(address(case, "answer"), {**sent, "attachments": "", "action": f"remove:{kept.pk}"})
    assert not StoredFile.objects.exists()
    sent |= {"action": "", q(free): "Douze.", "attachments": SimpleUploadedFile("plan2.pdf", PDF)}
    assert client.post(address(case, "answer"), sent).status_code == 303
    case.refresh_from_db()
    assert (case.stage, case.kinds_wished, case.answer_draft) == (
        Stage.IN_TRIAGE,
        ["training", "talent"],
        {},
    )
    assert set(Question.objects.values_list("field", "answer", "dropped_at")) == {
        ("kinds_wished", "", None),
        ("documents", "", None),
        ("", "Douze.", None),
    }
    assert "plan2.pdf" in client.get(address(case)).content.decode()


def test_sent_twice_is_sent_once(client, case, staff):
    ask(case, staff, "", fields=["documents", "deadline"])
    for _twice in range(2):
        sent = {"jeton": "c1", "deadline": "soon", "attachments": SimpleUploadedFile("plan.pdf", PDF)}
        assert client.post(address(case, "answer"), sent).status_code == 303
    assert Post.objects.filter(author_role="company").count() == 1
    assert StoredFile.objects.count() == 1


def test_what_is_not_answered_is_said_so(client, case, staff):
    ask(case, staff, "", fields=["deadline"], free=["Combien ?"])
    client.post(address(case, "answer"), {"deadline": "urgent"})
    assert "sans réponse" in client.get(address(case)).content.decode()
    assert Question.objects.get(field="").dropped_at


def test_the_coordinator_goes_on_without_waiting(client, case, staff):
    ask(case, staff, "", fields=["deadline"])
    IRRITANT.perform(case, "reopen", actor=staff)
    assert case.stage == Stage.IN_TRIAGE
    assert not Question.objects.open().exists()
    late = client.post(address(case, "answer"), {"deadline": "urgent", "text": "Voilà"})
    assert late.status_code == 409 and "Voilà" in late.content.decode()
    case.refresh_from_db()
    assert case.deadline == "soon"


def test_the_company_says_which_legal_entity_it_is(client, case, staff):
    ask(case, staff, "", fields=["company", "organisation_type"])
    sent = {"country": "FR", "siren_or_siret": "732 829 320", "organisation_type": "ETI"}
    client.post(address(case, "answer"), sent)
    case.refresh_from_db()
    assert (case.company.siren, case.company.organisation_type) == ("732829320", "ETI")
    assert (case.company.name, Company.objects.count()) == (casting.SECRET_COMPANY, 1)


def test_a_known_legal_entity_is_joined_never_renamed(client, case, staff):
    known = Company.objects.create(name="Vraie Fonderie", siren="732829320", organisation_type="GE")
    ask(case, staff, "", fields=["company"])
    client.post(address(case, "answer"), {"country": "FR", "siren_or_siret": "732829320"})
    case.refresh_from_db()
    known.refresh_from_db()
    assert case.company == known
    assert (known.name, known.organisation_type) == ("Vraie Fonderie", "GE")


def test_the_workbench_asks_and_the_company_reads_it_in_its_language(client, staff):
    case = casting.irritant(language="de", email="x@firma.example")
    IRRITANT.perform(case, "take", actor=staff)
    jobs.run_owed()
    mail.outbox.clear()
    client.force_login(staff.user, backend="accounts.backends.RoleBackend")
    screen = client.get(reverse("admin:workbench_irritant", args=[case.public_id])).content.decode()
    assert 'lang="de">Bis wann brauchen Sie eine Lösung?</span>' in screen, (
        "each question is shown as it will be read"
    )
    sent = {"fields_asked": ["deadline", "sector"], "free_1": "Wie viele Anlagen?", "free_3": "Seit wann?"}
    url = reverse("admin:workbench_ask_company", args=[case.public_id])
    assert client.post(url, {**sent, "version": case.version}).status_code == 303
    assert list(Question.objects.values_list("field", "text")) == [
        ("deadline", ""),
        ("sector", ""),
        ("", "Wie viele Anlagen?"),
        ("", "Seit wann?"),
    ]
    jobs.run_owed()
    [letter] = [letter for letter in mail.outbox if letter.to == ["x@firma.example"]]
    for words in ("Wie viele Anlagen?", "Bis wann brauchen Sie eine Lösung?"):
        assert words in letter.body and words in letter.alternatives[0][0]


@pytest.mark.parametrize(
    "sent", [{}, {"fields_asked": ["text"]}, {"fields_asked": ["confidentiality"]}, {"free_1": "x" * 401}]
)
def test_the_workbench_refuses_what_may_not_be_asked(client, case, staff, sent):
    IRRITANT.perform(case, "take", actor=staff)
    client.force_login(staff.user, backend="accounts.backends.RoleBackend")
    url = reverse("admin:workbench_ask_company", args=[case.public_id])
    response = client.post(url, {**sent, "version": case.version})
    assert response.status_code == 422
    assert not Post.objects.exists()
    assert sent.get("free_1", "") in response.content.decode()


def test_what_is_asked_comes_before_who_has_seen_what(client, case, staff):
    asked = 'id="repondre"'
    ask(case, staff, "Deux points.", fields=["site"])
    html = client.get(address(case)).content.decode()
    assert html.count(asked) == html.count("Qui a vu quoi") == 1
    assert html.index(asked) < html.index("Qui a vu quoi")
