"""What people type is shown as they typed it and is never anything but text: pages, mails, documents."""

import importlib
import unicodedata
from html.parser import HTMLParser

import pytest
from django import forms
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from files.models import StoredFile
from foundation import plain
from foundation.forms import Line, LongText
from intake.models import Company, Contact, Draft, Irritant, Post
from journal import messages
from journal.models import Message
from partners.models import Organisation
from programs.models import Offer
from proposals.models import Agreement, Proposal, ProposalVersion
from proposals.rendering import render_pdf
from proposals.sections import SECTIONS, with_text
from tests import walls
from triage.models import Match, NonDisclosure, Qualification, Referral, UnknownWord

OURS = ("accounts", "files", "partners", "programs", "intake", "triage", "proposals", "insights", "demo")

# Each begins with its own mark, so that it can be found again; "\n" only where the field has lines.
PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "</title><svg onload=alert(1)>",
    "</textarea><iframe src=//x.example>",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)//",
    "<style>*{display:none}</style>",
    "<base href=//x.example/>",
    "<meta http-equiv=refresh content=0>",
    "<!-- --><b>gras</b>",
    "{{ 7|add:7 }}{% debug %}",
    "{% load i18n %}{% csrf_token %}",
    "%(company)s %s $name ${name}",
    "[lien](http://x.example) **gras** `code`",
    "&lt;b&gt; &amp;amp; &#60;i&#62;",
    '=HYPERLINK("http://x.example")',
    "@SUM(1+1)*cmd|'/C calc'!A0",
    "Bcc: voleur@x.example",
    "\\u003cscript\\u003e \\x3cb\\x3e",
    "\u202eetressac\u202c fin",
    "\u2066isolé\u2069 \u202aa\u202c",
    "zéro\u200blargeur\ufeff \u2060",
    "בדיקה عربي مرحبا",
    "🏭🔥👩\u200d🔬 é\u0301\u0302",
    "bip\x07\x1b[31mrouge\x08 \x9b",
    "ligne\u2028para\u2029suite\x0b\x0c",
    "x" * 60,
    "'; DROP TABLE irritant; --",
]
MARKED = [f"q{number:02}{payload}" for number, payload in enumerate(PAYLOADS)]
CONTROLS = {"Cc", "Cs", "Cn"}
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _typed_fields():
    """(form, name, field) of every form of the portal's own that takes free text."""
    for label in OURS:
        for module in ("forms", "workbench.forms", "workbench.vocabulary.forms", "admin"):
            try:
                importlib.import_module(f"{label}.{module}")
            except ModuleNotFoundError as error:
                assert error.name.startswith(label), error
    left = [forms.BaseForm]
    while left:
        for form in left.pop().__subclasses__():
            left.append(form)
            if form.__module__.split(".")[0] in OURS:
                yield from ((form.__name__, name, field) for name, field in form.base_fields.items())


def test_every_free_text_is_read_by_a_field_that_keeps_it_plain():
    careless = {
        (form, name)
        for form, name, field in _typed_fields()
        if type(field) is forms.CharField and not isinstance(field.widget, forms.HiddenInput | forms.Select)
    }
    assert careless == set()
    fields = {name for _form, name, field in _typed_fields() if isinstance(field, Line | LongText)}
    assert {"text", "name", "company_name", "partner_summary", "answer", "title", "comment"} <= fields


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Jean \t Dupont\r\nBcc: x@y.example ", "Jean Dupont Bcc: x@y.example"),
        ("a\u202eb\u202c", "ab"),
        ("a\u200bb\ufeff\u2060c\u00add", "abcd"),
        ("nul\x00 cloche\x07 \x1b[1m", "nul cloche [1m"),
        ("e\u0301te\u0301", "été"),
        ("ligne\u2028suite", "ligne suite"),
        ("👩\u200d🔬 بيت", "👩\u200d🔬 بيت"),
        ("\u200b\u202e\x00", ""),
        ("\ud800tail", "tail"),
        ("plain", "plain"),
    ],
)
def test_a_line_has_nothing_unseen(typed, kept):
    assert plain.line(typed) == kept
    assert Line(required=False).clean(typed) == kept


def test_a_text_keeps_its_words_and_its_lines():
    typed = "un\r\ndeux\rtrois\u2028quatre\n\n\tcinq \u200eשלום\u200f 👩\u200d🔬 e\u0301"
    assert plain.paragraphs(typed) == "un\ndeux\ntrois\nquatre\n\n\tcinq \u200eשלום\u200f 👩\u200d🔬 e\u0301"
    assert plain.paragraphs("a\u202eb\x00c\x1bd") == "abcd"


class Page(HTMLParser):
    """The elements with their attributes, the words, and where its links lead."""

    LINKS = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset"}

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.shape: set[tuple[str, str]] = set()
        self.words: list[str] = []
        self.targets: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.shape.add((tag, ""))
        for name, value in attributes:
            self.shape.add((tag, name))
            self.words.append(value or "")
            if name in self.LINKS:
                self.targets.append(value or "")

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def seen(text: str) -> str:
    """A payload as it can be found on a page: white space as a browser shows it."""
    return " ".join(text.split())


def fill(write) -> None:
    """Every text that somebody typed, wherever it is kept: `write(limit, lines)` gives what stands there now."""

    def put(rows, limit=4000, lines=False, **more):
        for model_field in more:
            rows.update(**{model_field: write(limit, lines)})

    put(Company.objects, 200, name=1)
    put(Contact.objects, 120, name=1, position=1)
    put(Contact.objects, 30, phone=1)
    put(Irritant.objects, 4000, True, text=1, tried=1)
    put(Irritant.objects, 80, site_city=1)
    put(Post.objects, 4000, True, text=1)
    put(Qualification.objects, 2000, True, reformulated=1, partner_summary=1)
    put(Qualification.objects, 300, target=1)
    put(Match.objects, 300, set_aside_note=1)
    put(Referral.objects, 1000, True, summary=1, note=1, answer=1)
    put(Referral.objects, 120, person_in_charge=1)
    put(NonDisclosure.objects, 500, note=1)
    put(StoredFile.objects, 120, name=1)
    put(Organisation.objects, 200, name=1)
    put(Organisation.objects, 80, city=1)
    put(Offer.objects, 200, title_fr=1)
    put(Offer.objects, 1000, True, summary_fr=1, description_fr=1)
    put(User.objects, 120, full_name=1)
    put(UnknownWord.objects, 120, words=1)
    put(Proposal.objects, 160, title=1)
    put(Proposal.objects, 300, target=1)
    put(Agreement.objects, 2000, True, comment=1)
    for row in Proposal.objects.all():
        said = with_text({}, **{code: write(2000, True) for code in SECTIONS})
        Proposal.objects.filter(pk=row.pk).update(options=_options(row.options, write), sections=said)
    for row in ProposalVersion.objects.all():
        texts = {name: write(2000, True) for name in ("words", "need", "conditions", "next_steps")}
        names = {"title": write(160, False), "target": write(300, False), "coordinator": write(120, False)}
        company = dict.fromkeys(("name", "contact", "city"), write(80, False))
        options = _options(row.snapshot["options"], write)
        said = with_text({}, **{code: write(2000, True) for code in SECTIONS})
        snapshot = {
            **row.snapshot,
            **texts,
            **names,
            "company": company,
            "options": options,
            "sections": said,
        }
        ProposalVersion.objects.filter(pk=row.pk).update(snapshot=snapshot)
    answers = {"text": write(4000, True), "tried": write(1000, True), "email": write(60, False)}
    answers |= dict.fromkeys(("name", "position", "company_name", "site_city", "phone"), write(80, False))
    Draft.objects.filter(submitted_at=None).update(answers=answers)


def _options(options, write) -> list[dict]:
    texts = {name: write(300, True) for name in ("why", "limits")} | {"title": write(100, False)}
    return [
        {**option, **texts, "steps": [{**step, **_step(write)} for step in option["steps"]]}
        for option in options
    ]


def _step(write) -> dict:
    return {
        **dict.fromkeys(("person", "title", "when", "organisation"), write(80, False)),
        **dict.fromkeys(("summary", "deliverables"), write(500, True)),
        "decision": write(200, True),
    }


def pages(cast) -> dict[str, str]:
    """Address → HTML of every page on which something typed is shown, as who may read it."""
    people = walls.walkers(cast)
    staff = Client()
    staff.force_login(cast.coordinator, backend="accounts.backends.RoleBackend")
    case, proposal = cast.irritant.public_id, cast.proposal.public_id
    draft = Draft.objects.get(submitted_at=None)
    follow, answer = people["by_link"].tokens[0], people["partner"].tokens[0]
    mine = [
        (people["by_link"].client, reverse("intake:follow", args=[follow])),
        (people["by_link"].client, reverse("triage:level", args=[follow])),
        (people["company"].client, reverse("intake:mine")),
        (people["partner"].client, reverse("triage:answer", args=[answer])),
        (people["partner"].client, reverse("partner_space")),
        *((Client(), reverse("intake:step", args=[draft.token, step]) + "?erreurs=1") for step in STEPS),
        (Client(), reverse("offer", args=[cast.offers[0].public_id])),
        (Client(), reverse("organisation", args=[cast.lab.external_id])),
        (Client(), reverse("catalogue")),
    ]
    row = cast.irritant
    staffs = [
        reverse("admin:index"),
        reverse("admin:index") + "?file=closed",
        reverse("admin:workbench_irritant", args=[case]),
        reverse("admin:workbench_agreements", args=[case]),
        reverse("admin:workbench_ask", args=[cast.strangers_irritant.public_id]),
        reverse("admin:workbench_words"),
        reverse("proposals:edit", args=[proposal]),
        *(reverse(f"admin:{name}_changelist") for name in LISTS),
        reverse("admin:intake_company_change", args=[row.company_id]),
        reverse("admin:intake_contact_change", args=[row.contact_id]),
        reverse("admin:partners_organisation_change", args=[cast.lab.pk]),
    ]
    found = {}
    for client, url in [*mine, *((staff, url) for url in staffs)]:
        response = client.get(url)
        assert response.status_code in (200, 302, 303), (url, response.status_code)
        found[url.split("?")[0].replace(follow, "T").replace(answer, "T")] = response.content.decode()
    return found


STEPS = ("irritant", "vous", "contexte", "verifier")
LISTS = (
    "intake_irritant",
    "intake_company",
    "intake_contact",
    "partners_organisation",
    "programs_offer",
    "triage_referral",
    "proposals_proposal",
)


def echoes(payload: str) -> dict[str, str]:
    """Pages that repeat what stands in their address."""
    client, found = Client(), {}
    for url, key in ((reverse("catalogue"), "q"), (reverse("intake:start"), "text")):
        found[url] = client.get(url, {key: payload}).content.decode()
    return found


def mails() -> list:
    """Every mail that was ever owed, as it would leave now, each in the three languages by turns."""
    sent = []
    for number, message in enumerate(Message.objects.order_by("created_at")):
        message.language = ("fr", "de", "en")[number % 3]
        sent.append(messages.render(message))
    return [one for one in sent if one is not None]


def _groups() -> list[list[str]]:
    return [MARKED[start : start + 10] for start in range(0, len(MARKED), 10)]


def _writer(marked: list[str]):
    """Long texts hold all of these, short ones one after the other."""
    turn = iter(range(10**6))

    def write(limit: int, lines: bool) -> str:
        if lines:
            return "\n".join(marked)[:limit]
        chosen = ""
        for _try in marked:
            candidate = marked[next(turn) % len(marked)]
            if len(chosen) + len(candidate) < limit:
                chosen = f"{chosen} {candidate}".strip()
        return chosen[:limit]

    return write


ORDINARY = [f"q{number:02} mots ordinaires" for number in range(10)]


@pytest.fixture
def full(db):
    """A case with everything in it, a form begun, a word to learn."""
    cast = walls.a_case("nda")
    for stage in walls.STAGES:
        walls.reach_stage(cast, stage)
    Draft.objects.create(answers={"confidentiality": "summary", "topics_confirmed": [], "topics_removed": []})
    UnknownWord.objects.create(language="fr", key="x", words="x", irritants=3)
    fill(_writer(ORDINARY))
    return cast


def shapes(cast, group: list[str]) -> tuple[set, set]:
    """Elements and attributes of the pages, and of the mails."""
    html = [*pages(cast).values(), *echoes(group[0] + group[1]).values()]
    sent = [one.alternatives[0][0] for one in mails()]
    return tuple(set().union(*(Page(one).shape for one in some)) for some in (html, sent))


@pytest.mark.once
def test_hostile_text_is_text_on_every_page_in_every_mail_and_document(full):
    usual, usual_mail = shapes(full, ORDINARY)
    assert not [name for _tag, name in usual | usual_mail if name.startswith("on")]
    for group in _groups():
        fill(_writer(group))
        told = ""
        for url, html in {**pages(full), **echoes(group[0] + group[1])}.items():
            page = Page(html)
            assert (url, page.shape - usual) == (url, set())
            for target in page.targets:
                assert not target.strip().casefold().startswith(("javascript:", "data:", "vbscript:")), url
            told += page.text + " "
        assert [payload for payload in group if seen(payload) not in told] == []
        for sent in mails():
            _check_mail(sent, usual_mail)
        for version in ProposalVersion.objects.all():
            with translation.override("fr"):
                printed = walls.pdf_words(render_pdf(version.snapshot).content)
            assert [payload for payload in group if payload[:3] not in printed] == []
            assert unwanted_signs(printed) == set()


def unwanted_signs(text: str) -> set[str]:
    return {sign for sign in text if unicodedata.category(sign) in CONTROLS} - {"\n", "\t"} | (
        TURNING & set(text)
    )


def _check_mail(sent, usual: set) -> None:
    html = sent.alternatives[0][0]
    assert Page(html).shape - usual == set()
    assert unwanted_signs(sent.subject + sent.body + html) == set()
    assert "\n" not in sent.subject
    assert (
        sent.message().get_all("Bcc") is None and b"\nBcc:" not in sent.message().as_bytes().split(b"\n\n")[0]
    )


@pytest.mark.once
def test_the_walk_sees_text_that_became_markup(full, monkeypatch):
    """The negative twin: without the escaping of templates, the same walk finds elements and handlers."""
    usual, usual_mail = shapes(full, ORDINARY)
    fill(_writer(MARKED[:10]))
    monkeypatch.setattr("django.template.base.conditional_escape", lambda value: value)
    found, found_mail = shapes(full, MARKED[:10])
    assert {("img", "onerror"), ("svg", "onload"), ("iframe", "src")} <= found - usual
    assert found_mail - usual_mail


def test_apps_are_all_walked():
    ours = {
        config.label for config in apps.get_app_configs() if not config.name.startswith(("django", "allauth"))
    }
    assert set(OURS) - {"demo"} <= ours
