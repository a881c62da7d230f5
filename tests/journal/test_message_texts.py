"""The words that coordinators give to mails: checked, versioned, never a program."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from intake.lifecycle import IRRITANT
from journal import jobs, texts
from journal.actors import coordinator
from journal.letters import BLOCKS
from journal.lifecycle import Refusal
from journal.models import AccessLink, MessageText
from tests import cast as casting

pytestmark = pytest.mark.django_db

KEY = "company_taken"
MINE = {
    "subject": "$reference est entre de bonnes mains",
    "preheader": "",
    "body": "Bonjour $name,\n\nC’est parti :\n- un\n- deux\n\nÀ bientôt, au plus tard $due.",
    "button": "Voir",
}


@pytest.fixture
def staff(db):
    return casting.person("c@enact.example", "coordinator", full_name="Camille Weber")


@pytest.fixture
def browser(staff):
    client = Client()
    client.force_login(staff, backend="accounts.backends.RoleBackend")
    return client


def address(language="fr", key=KEY, name="workbench_letter"):
    return reverse(f"admin:{name}", args=[key, language])


def save(staff, blocks=MINE, language="fr", seen=0, key=KEY):
    return texts.save(key, language, blocks, actor=coordinator(staff), seen=seen)


def taken(staff, **changes):
    case = casting.irritant(**changes)
    mail.outbox.clear()
    IRRITANT.perform(case, "take", actor=coordinator(staff))
    jobs.run_owed()
    return mail.outbox[-1]


def test_what_is_saved_is_what_leaves_in_text_and_html(staff):
    save(staff)
    letter = taken(staff)
    assert letter.subject.endswith("est entre de bonnes mains")
    assert f"Bonjour {casting.SECRET_PERSON},\n\nC’est parti :\n- un\n- deux\n\nÀ bientôt" in letter.body
    html = letter.alternatives[0][0]
    assert "<ul><li>un</li><li>deux</li></ul>" in html and ">Voir</a>" in html
    assert "/suivi/" in letter.body and "/suivi/" in html


def test_another_language_keeps_the_original(staff):
    save(staff)
    assert "best" not in taken(staff, language="de").subject
    assert texts.in_force(KEY, "de") == texts.original(KEY, "de")


INERT = ["<script>alert(1)</script>", "$$reference", "[…]", "50 % (net) [1] <b> a < b > c"]
REFUSED = ["{{settings.SECRET_KEY}}", "{% load x %}", "{# x #}", "${reference}", "${reference.__class__}",
           "$settings", "$reference.__class__ $Reference", "5 $ par mois", "$__class__",
           "{x.__class__}", "%(name)s", "{0.__init__.__globals__}"]  # fmt: skip
FOREIGN = [
    "{prenom}",
    "{{ prenom }}",
    "${name}",
    "%(prenom)s",
    "%prenom%",
    "[prénom]",
    "<name>",
    "{",
    "{name",
]


@pytest.mark.parametrize("code", INERT)
def test_code_is_only_words(staff, code):
    """S-14: nothing is compiled or evaluated from what is stored."""
    save(staff, {**MINE, "body": f"Avant {code} après $reference"})
    letter = taken(staff)
    assert f"Avant {code.replace('$$', '$')} après ENACT-" in letter.body
    assert "<script>" not in letter.alternatives[0][0]


@pytest.mark.parametrize("code", REFUSED)
def test_code_and_unknown_names_are_refused_beside_the_field(staff, browser, code):
    with pytest.raises(Refusal) as caught:
        save(staff, {**MINE, "body": f"Bonjour {code}"})
    assert caught.value.code == "body"
    answer = browser.post(address(), {**MINE, "body": f"Bonjour {code}", "seen": 0, "act": "save"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["body"]
    assert MessageText.objects.count() == 0


@pytest.mark.parametrize("written", FOREIGN)
def test_what_other_programs_would_fill_in_is_refused_and_the_known_names_are_said(browser, written):
    answer = browser.post(
        address(), {**MINE, "body": f"Bonjour {written} à vous, $reference", "seen": 0, "act": "save"}
    )
    [sentence] = answer.context["form"].errors["body"]
    assert answer.status_code == 422
    assert written.partition(" à")[0] in sentence
    assert all(f"${name}" in sentence for name in texts.TEMPLATES[KEY].placeholders)


def test_no_box_is_called_optional_and_what_an_empty_one_means_is_said_once(browser):
    page = browser.get(address()).content.decode()
    form = page[page.index('id="letter-form"') : page.index('id="apercu"')]
    assert "(facultatif)" not in form
    assert form.count("Une case laissée vide reprend le texte d’origine.") == 1


@pytest.mark.parametrize("code", REFUSED)
def test_even_a_row_written_by_hand_runs_nothing(staff, code, settings):
    """The negative twin: the check at saving is not what protects."""
    MessageText.objects.create(key=KEY, language="fr", number=1, body=f"Avant {code}", subject="x $reference")
    letter = taken(staff)
    assert settings.SECRET_KEY not in letter.body + letter.alternatives[0][0]
    assert "class '" not in letter.body


def test_what_a_mail_cannot_do_without(staff):
    with pytest.raises(Refusal) as caught:
        save(staff, {**MINE, "subject": "Sans référence"})
    assert caught.value.code == "subject"
    with pytest.raises(Refusal) as caught:
        save(staff, {"body": "Une question."}, key="company_question")
    assert (caught.value.code, "$words" in str(caught.value)) == ("body", True)


def test_the_second_editor_is_told_and_overwrites_nothing(staff, browser):
    save(staff)
    answer = browser.post(address(), {**MINE, "body": "Le mien, $reference", "seen": 0, "act": "save"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Le mien, $reference" in page and "C’est parti" in page and "Camille Weber" in page
    assert texts.in_force(KEY, "fr")["body"] == MINE["body"]
    seen = answer.context["form"]["seen"].value()
    answer = browser.post(address(), {**MINE, "body": "Le mien, $reference", "seen": seen, "act": "save"})
    assert answer.status_code == 303
    assert texts.in_force(KEY, "fr")["body"] == "Le mien, $reference"


def test_back_to_the_original_and_who_changed_what(staff, browser):
    save(staff)
    assert browser.post(address(), {**MINE, "seen": 1, "act": "original"}).status_code == 303
    assert texts.in_force(KEY, "fr") == texts.original(KEY, "fr")
    assert [(row.number, row.by, row.body) for row in MessageText.objects.all()] == [
        (2, staff, ""),
        (1, staff, MINE["body"]),
    ]
    page = browser.get(address()).content.decode()
    assert "Camille Weber" in page and "retour au texte d’origine" in page
    assert MINE["body"].split("\n")[0] in browser.get(address() + "?version=1").content.decode()


def test_a_block_that_says_the_original_follows_it(staff):
    row = save(staff, {**texts.original(KEY, "fr"), "button": "Autre"})
    assert (row.subject, row.body, row.button) == ("", "", "Autre")


def test_the_other_languages_are_side_by_side_and_what_is_missing_is_said(staff, browser):
    mark = ">à relire<"  # the menu speaks of offers to read again
    assert mark not in browser.get(reverse("admin:workbench_letters")).content.decode()
    save(staff)
    assert browser.get(reverse("admin:workbench_letters")).content.decode().count(mark) == 2
    page = browser.get(address("de")).content.decode()
    assert "Une autre langue a été modifiée depuis" in page and MINE["subject"] in page
    assert "Une autre langue a été modifiée depuis" not in browser.get(address("fr")).content.decode()


def test_preview_on_a_real_irritant_and_on_an_example_writes_nothing(staff, browser):
    case = casting.irritant()
    AccessLink.objects.all().delete()
    page = browser.get(address(), {"irritant": case.reference.lower()}).content.decode()
    assert case.reference in page and "lien personnel" in page
    example = browser.get(address()).content.decode()
    assert "ENACT-7F3K-92" in example
    assert (
        "Aucun irritant ne porte cette référence"
        in browser.get(address(), {"irritant": "X"}).content.decode()
    )
    typed = {**MINE, "body": "Essai <b>$name</b>", "seen": 0, "irritant": case.reference}
    assert (
        f"Essai &lt;b&gt;{casting.SECRET_PERSON}&lt;/b&gt;" in browser.post(address(), typed).content.decode()
    )
    html = browser.post(address(name="workbench_letter_html"), typed)
    assert f"<p>Essai &lt;b&gt;{casting.SECRET_PERSON}&lt;/b&gt;</p>" in html.content.decode()
    assert (
        "default-src 'none'" in html["Content-Security-Policy"]
        and "sandbox" in html["Content-Security-Policy"]
    )
    assert (MessageText.objects.count(), AccessLink.objects.count()) == (0, 0)


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("key", sorted(texts.TEMPLATES))
def test_every_original_text_would_pass_its_own_check(key, language):
    first = texts.original(key, language)
    assert all(first[block] for block in BLOCKS)
    assert [said for block in BLOCKS for said in texts.problems(key, block, first[block])] == []
    letter, _examples = texts.preview(key, language, first, None)
    text = letter.text + letter.html + letter.subject
    assert "$" not in text and not re.search(r"\bNone\b(?! of)", text) and "{{" not in text
    assert letter.text.count("http") == letter.text.count("http://localhost:8000/")
    named = (
        "reference" in texts.TEMPLATES[key].placeholders
    )  # a form that was never sent has no reference yet
    assert ("ENACT-7F3K-92" in letter.subject) is named


def test_the_pages_cost_the_same_however_many_texts(staff, browser, django_assert_max_num_queries):
    for number in range(1, 8):
        MessageText.objects.create(key=KEY, language="de", number=number, by=staff, button=f"n {number}")
    with django_assert_max_num_queries(6):
        browser.get(reverse("admin:workbench_letters"))
    with django_assert_max_num_queries(12):
        browser.get(address("de"))


def test_saving_what_was_shown_changes_nothing(browser):
    """Not even the narrow spaces of French."""
    shown = browser.get(address(key="company_proposal")).context["form"].initial
    assert "\u202f" in shown["subject"]
    answer = browser.post(address(key="company_proposal"), {**shown, "act": "save"})
    assert answer.status_code == 303
    row = MessageText.objects.get()
    assert (row.subject, row.preheader, row.body, row.button) == ("", "", "", "")
