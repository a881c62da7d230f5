"""Canned answers: checked, versioned, inserted in the company's language, read before they leave, counted."""

import pytest
from django.core import mail
from django.urls import reverse

from intake.models import Destination, Post
from journal import jobs
from journal.actors import coordinator
from journal.lifecycle import Refusal
from journal.texts import LANGUAGES
from programs.importing import REFERENCE
from tests import cast as casting
from triage import canned
from triage.models import CannedAnswer, CannedText
from triage.workbench.forms import CloseForm

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    REFERENCE["canned answers"]()
    REFERENCE["destinations"]()


def address(code="supplier", language="fr"):
    return reverse("admin:workbench_answer", args=[code, language])


def test_the_first_set_passes_its_own_check_and_covers_every_clean_exit(loaded):
    exits = {row.code: row.outcome for row in CannedAnswer.objects.all()}
    assert exits == {
        **dict.fromkeys(
            ["supplier", "diagnosis", "regional-aid", "innovation-hub", "call-for-projects"], "redirected"
        ),
        **dict.fromkeys(["other-cluster", "cross-border"], "redirected"),
        **dict.fromkeys(["out-of-scope", "prohibited", "commercial", "application"], "out_of_scope"),
        "training": "training",
        "no-match": "no_match",
        "call-back": "",
        "frame-first": "",
    }
    texts = list(CannedText.objects.select_related("answer"))
    assert {(text.answer.code, text.language) for text in texts} == {
        (code, language) for code in exits for language in LANGUAGES
    }
    assert [(text, found) for text in texts if (found := canned.problems(text.body))] == []
    assert [text for text in texts if "$" in canned.fill(text.body, canned.examples())] == []
    hello = ("Bonjour", "Guten Tag", "Hello")  # as the mail says already
    assert [text for text in texts if text.body.startswith(hello)] == []
    french = [text.body for text in texts if text.language == "fr"]
    assert not [body for body in french if any(f" {sign}" in body for sign in ";:!?»") or "'" in body]


def test_loading_again_keeps_what_people_changed(cast, loaded):
    answer = CannedAnswer.objects.get(code="supplier")
    actor = coordinator(cast.coordinator)
    canned.save(answer, "fr", title="Le marché", body="Bonjour $name.", actor=actor, seen=1)
    CannedText.objects.filter(answer=answer, language="de").update(body="Ein älteres Wort.")
    canned.retire(CannedAnswer.objects.get(code="training"))
    REFERENCE["canned answers"]()
    assert canned.latest(answer, "fr").body == "Bonjour $name."
    assert (canned.latest(answer, "de").number, canned.latest(answer, "de").original) == (2, True)
    assert "training" not in [one.code for one in canned.choices()]
    assert CannedAnswer.objects.count() == 15


@pytest.mark.parametrize("body", ["Bonjour $prenom", "{{ settings }}", "${name}", "5 $ par mois", "$Name"])
def test_an_unknown_name_is_refused_with_the_list_of_the_known_ones(cast, browser, loaded, body):
    answer = CannedAnswer.objects.get(code="supplier")
    with pytest.raises(Refusal) as caught:
        canned.save(answer, "fr", title="x", body=body, actor=coordinator(cast.coordinator), seen=1)
    assert caught.value.code == "body"
    page = browser.post(address(), {"title": "x", "body": body, "seen": 1, "act": "save"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["body"])
    if body == "Bonjour $prenom":
        assert "$catalogue, $city, $company, $coordinator, $name, $reference, $sector" in str(caught.value)
    assert answer.texts.filter(language="fr").count() == 1


def test_the_second_editor_is_told_and_overwrites_nothing(cast, browser, loaded):
    answer = CannedAnswer.objects.get(code="supplier")
    canned.save(answer, "fr", title="Sien", body="Le sien.", actor=coordinator(cast.colleague), seen=1)
    mine = {"title": "Mien", "body": "Le mien.", "seen": 1, "act": "save"}
    page = browser.post(address(), mine)
    assert (page.status_code, canned.latest(answer, "fr").body) == (409, "Le sien.")
    assert "Le sien." in page.content.decode() and "Le mien." in page.content.decode()
    again = browser.post(address(), {**mine, "seen": page.context["form"]["seen"].value()})
    assert (again.status_code, canned.latest(answer, "fr").body) == (303, "Le mien.")


def test_preview_on_a_real_irritant_writes_nothing(cast, browser, loaded):
    typed = {"title": "x", "body": "Pour $company.\n\nÀ $city, $sector.", "seen": 1, "act": "preview"}
    page = browser.post(address(), {**typed, "irritant": cast.irritant.reference.lower()})
    assert page.context["shown"] == f"Pour {casting.SECRET_COMPANY}.\n\nÀ Metz, Fonderie."
    assert (
        browser.post(address(), typed).context["shown"]
        == "Pour Entreprise d’exemple.\n\nÀ Épinal, Métallurgie."
    )
    assert CannedText.objects.exclude(original=True).count() == 0
    assert browser.get(address(language="de")).status_code == browser.get(address()).status_code == 200
    assert browser.get(address(language="xx")).status_code == 404


def test_new_order_and_retire(cast, browser, loaded):
    made = {"code": "later", "outcome": "no_match", "title": "Plus tard", "body": "Bonjour $name.", "seen": 0}
    assert (
        browser.post(reverse("admin:workbench_new_answer"), {**made, "code": "supplier"}).status_code == 422
    )
    assert browser.post(reverse("admin:workbench_new_answer"), made).status_code == 303
    order = reverse("admin:workbench_answer_order", args=["later"])
    assert [one.code for one in canned.choices()][-2:] == ["frame-first", "later"]
    browser.post(order, {"step": "up"})
    assert [one.code for one in canned.choices()][-2:] == ["later", "frame-first"]
    browser.post(order, {"step": "down"})
    browser.post(order, {"step": "down"})
    assert [one.code for one in canned.choices()][-2:] == ["frame-first", "later"]
    retire = reverse("admin:workbench_answer_retire", args=["later"])
    browser.post(retire, {"act": "retire"})
    assert "later" not in [one.code for one in canned.choices()]
    assert "Plus tard" in browser.get(reverse("admin:workbench_answers")).content.decode()
    browser.post(retire, {"act": "back"})
    assert canned.choices()[-1] == canned.Choice("later", "Plus tard", "no_match")


def test_inserted_in_the_language_of_the_company_below_what_was_typed_and_sent_only_then(
    cast, browser, at, loaded
):
    case = casting.irritant(language="de", email="x@werk.example", company_name="Werk Beispiel")
    url, typed = at("close", case), {"version": case.version, "text": "Vorab.", "answer": "supplier"}
    page = browser.post(url, {**typed, "act": "insert"})
    form = page.context["close_form"]
    assert (page.status_code, form["outcome"].value()) == (200, "redirected")
    text = form["text"].value()
    assert text.startswith("Vorab.\n\nWas Sie beschreiben") and "Produkt" in text
    case.refresh_from_db()
    assert case.stage == "submitted" and not case.posts.exists()
    unread = browser.post(url, {**typed, "text": "", "outcome": "redirected"})  # chosen, never read
    assert unread.status_code == 200 and unread.context["close_form"]["text"].value().startswith(
        "Was Sie beschreiben"
    )
    twice = browser.post(url, {**typed, "text": text, "act": "insert"})
    assert twice.context["close_form"]["text"].value() == text
    assert CannedAnswer.objects.get(code="supplier").used == 0
    edited = f"{text}\n\nBis bald."
    assert browser.post(url, {**typed, "text": edited, "outcome": "redirected"}).status_code == 303
    case.refresh_from_db()
    answer = CannedAnswer.objects.get(code="supplier")
    assert (case.outcome, case.posts.get().text, answer.used) == ("redirected", edited, 1)
    assert answer.used_at is not None


def test_a_refused_closing_counts_nothing(cast, browser, at, loaded):
    case = casting.qualified(cast)
    late = {"version": case.version - 1, "text": "x", "answer": "no-match", "outcome": "no_match"}
    assert browser.post(at("close", case), late).status_code == 409
    assert CannedAnswer.objects.get(code="no-match").used == 0


def test_answering_and_asking_from_a_canned_answer(cast, browser, at, loaded):
    case = casting.qualified(cast)
    for where, name in (("write", "message_form"), ("ask_company", "ask_form")):
        page = browser.post(at(where, case), {"answer": "call-back", "text": "", "free_1": "Où ?"})
        text = page.context[name]["text"].value()
        assert page.status_code == 200 and text.startswith("Nous avons lu votre demande")
        sent = {"answer": "call-back", "text": text, "version": case.version}
        if where == "write":
            sent["jeton"] = page.context[name]["jeton"].value()
            browser.post(at(where, case), sent)
        assert browser.post(at(where, case), sent).status_code == 303  # the same word twice counts once
    assert CannedAnswer.objects.get(code="call-back").used == 2
    assert Post.objects.filter(irritant=case).count() == 2


def test_handed_over_is_named_in_the_mail_on_the_page_and_in_the_history(cast, browser, at, loaded, client):
    case, code = cast.irritant, "pui-polaris"
    closing = {"version": case.version, "outcome": "no_match", "text": "", "destinations": [code]}
    wrong = browser.post(at("close", case), closing)
    assert (wrong.status_code, list(wrong.context["close_form"].errors)) == (422, ["destinations"])
    mail.outbox.clear()
    assert browser.post(at("close", case), {**closing, "outcome": "redirected"}).status_code == 303
    jobs.run_owed()
    letter = mail.outbox[-1].body
    row = Destination.objects.get(code=code)
    assert f"- {row.name}. {row.purpose} {row.where}".rstrip() in letter
    follow = letter[letter.index("/suivi/") :].split()[0]
    page = client.get(follow).content.decode()
    assert "Vers qui vous tourner" in page and row.purpose_fr.replace("’", "’") in page
    assert f"Nous vous avons indiqué à qui vous adresser\u202f: {row.name}" in page
    assert f"Orienté vers\u202f: {row.name}" in browser.get(at("irritant", case)).content.decode()
    case.refresh_from_db()
    browser.post(at("reopen", case), {"version": case.version})
    assert not case.hand_overs.exists()


def test_an_address_that_is_only_a_home_page_is_said_to_be_one_and_none_is_said_too(
    cast, browser, at, loaded, client
):
    case, codes = cast.irritant, ["bpifrance-diag-data-ia", "pui-alsace", "satt-sayens"]
    mail.outbox.clear()
    closing = {"version": case.version, "outcome": "redirected", "text": "", "destinations": codes}
    browser.post(at("close", case), closing)
    jobs.run_owed()
    letter = mail.outbox[-1].body
    page = client.get(letter[letter.index("/suivi/") :].split()[0]).content.decode()
    assert "https://www.bpifrance.fr (page d’accueil)" in letter
    assert "https://www.unistra.fr/pui-a\n" in letter
    assert page.count("(page d’accueil)") == letter.count("(page d’accueil)") == 1
    unknown = "Nous n’avons pas son adresse exacte\u202f: demandez-la à la coordination."
    assert page.count(unknown) == letter.count(unknown) == 1


def test_the_nearest_come_first_and_what_nobody_checked_says_so(cast, loaded):
    form = CloseForm(irritant=cast.irritant)  # in Moselle
    codes = list(form.relays)
    assert codes[:3] == ["pui-polaris", "satt-sayens", "bpifrance-diag-data-ia"]
    assert codes[-5:] == [
        "dfki",
        "luxembourg-ai-factory",
        "pui-alsace",
        "satt-conectus",
        "interreg-rhin-superieur",
    ]
    abroad = casting.irritant(email="x@werk.example", company_name="Werk", country="DE", region="DE")
    assert list(CloseForm(irritant=abroad).relays)[:2] == ["dfki", "interreg-rhin-superieur"]
    labels = dict(form.fields["destinations"].choices)
    assert (
        "à vérifier" in labels["satt-sayens"] and "vérifié le 22\xa0novembre\xa02026" in labels["pui-polaris"]
    )
    Destination.objects.filter(code="dfki").update(verified_on="2024-01-01")
    labels = dict(CloseForm(irritant=cast.irritant).fields["destinations"].choices)
    assert "à relire" in labels["dfki"]


def test_what_a_coordinator_changed_of_a_destination_stays(cast, browser, loaded):
    row = Destination.objects.get(code="cci-grand-est")
    url = reverse("admin:intake_destination_change", args=[row.pk])
    shown = browser.get(url).context["adminform"].form.initial
    posted = {**{name: value or "" for name, value in shown.items()}, "territories": "67, de", "name": "CCI"}
    assert browser.post(url, {**posted, "territories": '{"a": 1}'}).status_code == 200
    assert browser.post(url, posted).status_code == 302
    REFERENCE["destinations"]()
    row.refresh_from_db()
    assert (row.name, row.territories, row.changed_by) == ("CCI", ["67", "DE"], cast.coordinator)
    assert "67, DE" in browser.get(url).content.decode()


def test_the_list_costs_the_same_however_many(cast, browser, loaded, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        browser.get(reverse("admin:workbench_answers"))
