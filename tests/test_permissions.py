"""Every page and every action of the staff, with rows that exist, as everybody: each declared here, or this fails.

tests/test_access.py walks all URLs about nothing; here a case at its end is walked, inside and outside of a limit.
"""

import uuid
from itertools import product

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.core.cache import cache
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.access import rule_of
from accounts.models import Absence, Role
from foundation import clock
from intake.models import Call, Destination, Draft
from journal import links
from journal.models import AccessRecord, Export, Message
from partners.models import Membership
from programs import thesaurus
from programs.management.commands.load_reference import DATA
from programs.models import Pillar, ThesaurusAddition, ThesaurusRetirement
from programs.schemes.loading import load as load_schemes
from proposals.models import CollaborationMeeting
from tests import cast as casting
from tests.test_access import ALL
from tests.triage.partner.helpers import sign
from tests.walls import STAGES, a_case, reach_stage
from triage.models import CannedAnswer, HoldRule, SavedView, UnknownWord
from triage.reasons import VERDICT_REASONS
from triage.workbench.bulk import ACTS

pytestmark = pytest.mark.django_db

STAFF = {"coordinator", "inside", "outside", "administrator"}
NOT_STAFF = {
    "anonymous",
    "link_holder",
    "company",
    "partner_reader",
    "partner_editor",
    "partner_administrator",
}
ROLES = sorted(STAFF | NOT_STAFF | {"funder"})

# Pages about one case: whoever is limited to elsewhere is told that it does not exist.
CASE = {
    *(
        "irritant",
        "address",
        "send_again",
        "take",
        "sleep",
        "wake",
        "reopen",
        "close",
        "ask_company",
        "write",
    ),
    *("mark_read", "note", "lift_hold", "qualify", "seen", "file", "recompute", "add_offer", "decide"),
    *("agreements", "revoke_agreement", "call", "call_calendar", "call_move", "pass_on", "ask"),
    *(
        "ask_suggested",
        "cancel_referral",
        "reply",
        "choose",
        "autosave",
        "merge",
        "beat",
        "take_over",
        "see_moves",
        "read_mention",
    ),
}
CASE_OF_PROPOSALS = {
    "prepare",
    "edit",
    "document",
    "freeze",
    "retry",
    "send",
    "revise",
    "withdraw",
    "pdf",
    "file",
    "ask_files",
    "differences",
    "submit",
    "collaboration",
    "collaboration_file",
    "collaboration_calendar",
}
# Pages about no case, or about all that the reader sees (tests/accounts/test_limits.py looks at what they hold).
ANY = {
    *("bulk", "bulk_undo", "save_view", "retry", "clock", "chasing", "chased", "rules", "rule", "rule_mode"),
    *(
        "vocabulary",
        "vocabulary_edit",
        "words",
        "words_collect",
        "word_ignore",
        "concept",
        "letters",
        "letter",
    ),
    *("letter_html", "absences", "pass_all_on", "remove_absence", "enter", "take_back_entry", "answers"),
    *("reviews", "review", "review_decide"),  # offers of new partners belong to no case
    *("members", "new_answer", "answer_order", "answer_retire", "answer", "figures", "exports"),
}
OF_ADMINISTRATORS = {"trust", "verify", "as_member", "as_company"}
OWN = {  # of whoever saved or asked for it
    *("remove_view", "export", "fetch_export", "cancel_export", "export_again"),
}
JOINING = {"join"}  # needs both contacts: one of them is inside
OF_THE_SITE = {
    *("index", "data", "password_change", "password_change_done", "jsi18n", "app_list"),
    *(
        f"data_of_{label}"
        for label in ("accounts", "intake", "journal", "partners", "programs", "proposals", "triage")
    ),
}
NOT_WALKED = {
    "login",
    "logout",
    "autocomplete",
    "view_on_site",
    "admin/(?P<url>.*)$",
}  # Django's own: test_access

S, A, NOBODY = STAFF, {"administrator"}, set()
# model → who may view, add, change, delete; whether its rows belong to cases.
MODELS = {
    "accounts.SecondFactor": (A, NOBODY, NOBODY, A, False),
    "accounts.User": (A, A, A, NOBODY, False),
    "journal.AccessRecord": (A, NOBODY, NOBODY, NOBODY, False),
    "journal.Event": (S, NOBODY, NOBODY, NOBODY, True),
    "journal.Job": (S, NOBODY, NOBODY, NOBODY, False),
    "journal.Message": (S, NOBODY, NOBODY, NOBODY, True),
    "partners.Membership": (S, NOBODY, NOBODY, NOBODY, False),
    "partners.Organisation": (S, S, S, NOBODY, False),
    "programs.Offer": (S, NOBODY, NOBODY, NOBODY, False),
    "programs.Pillar": (S, NOBODY, NOBODY, NOBODY, False),
    "programs.Scheme": (S, NOBODY, A, NOBODY, False),
    "programs.SchemeRule": (S, A, A, NOBODY, False),
    "programs.Sector": (S, NOBODY, NOBODY, NOBODY, False),
    "programs.ThesaurusAddition": (A, NOBODY, NOBODY, NOBODY, False),
    "programs.ThesaurusRetirement": (A, NOBODY, NOBODY, NOBODY, False),
    "programs.Topic": (S, NOBODY, NOBODY, NOBODY, False),
    "intake.Company": (S, NOBODY, S, NOBODY, True),
    "intake.Contact": (S, NOBODY, S, NOBODY, True),
    "intake.Destination": (S, S, S, NOBODY, False),
    "intake.Irritant": (S, NOBODY, NOBODY, NOBODY, True),
    "triage.HoldRule": (A, NOBODY, NOBODY, NOBODY, False),
    "triage.Referral": (S, NOBODY, NOBODY, NOBODY, True),
    "proposals.Collaboration": (S, NOBODY, NOBODY, NOBODY, True),
    "proposals.Proposal": (S, NOBODY, NOBODY, NOBODY, True),
}
# model → actions of its list; every action that is not here fails.
ACTIONS: dict[str, set[str]] = {}


def named(names, prefix: str = "workbench_") -> set[str]:
    return {f"admin:{prefix}{name}" for name in names}


def test_every_page_and_action_of_the_staff_is_declared():
    declared = named(CASE | ANY | OF_ADMINISTRATORS | OWN | JOINING) | named(OF_THE_SITE | NOT_WALKED, "")
    found = {name for name, _entry in ALL if name.startswith("admin:")}
    of_models = {
        name
        for name in found
        for label in MODELS
        if name.startswith(f"admin:{label.replace('.', '_').lower()}_")
    }
    catch_all = {
        name for name in found if name.startswith("admin:admin/") and name.endswith("<path:object_id>/")
    }
    assert found - of_models - catch_all == declared
    staff = {name for name, entry in ALL if rule_of(entry.callback, name) in ("coordinator", "administrator")}
    proposals = {f"proposals:{name}" for name in CASE_OF_PROPOSALS}
    assert {name for name in staff if not name.startswith("admin:")} <= proposals
    assert {model._meta.label for model in admin.site._registry} == MODELS.keys()


@pytest.fixture
def world():
    """A case of the Moselle at its end, a row of everything else, and everybody's browser."""
    cast = a_case("summary")
    for stage in STAGES:
        reach_stage(cast, stage)
    cast.inside = casting.person("moselle@enact.example", Role.COORDINATOR, departments=["57"])
    cast.outside = casting.person("vosges@enact.example", Role.COORDINATOR, departments=["88"])
    for role in (Membership.READER, Membership.EDITOR):
        user = casting.person(f"{role}@recherche.example")
        Membership.objects.create(organisation=cast.lab, user=user, role=role)
        setattr(cast, f"partner_{role}", user)
    cast.partner_administrator = cast.editor
    cast.ids = _rows(cast)
    cast.clients = {role: Client(raise_request_exception=True) for role in ROLES}
    for role in set(ROLES) - {"anonymous", "link_holder"}:
        cast.clients[role].force_login(getattr(cast, role), backend="accounts.backends.RoleBackend")
    token = links.give(links.FOLLOW, cast.irritant.public_id, cast.irritant.contact.email).token
    assert cast.clients["link_holder"].get(reverse("intake:follow", args=[token])).status_code == 200
    cache.clear()
    return cast


def _rows(cast) -> dict:
    """Arguments of URLs → ids of rows that exist."""
    irritant, now = cast.irritant, clock.now()
    cast.date = CollaborationMeeting.objects.create(
        collaboration=cast.collaboration, title="x", starts_at=now
    )
    Pillar.objects.create(code="p", label_fr="p", label_de="p", label_en="p")
    load_schemes(DATA)
    HoldRule.objects.get_or_create(code=next(iter(VERDICT_REASONS)))
    ThesaurusAddition.objects.create(concept="x", language="fr", expression="x")
    ThesaurusRetirement.objects.create(item="x")
    Destination.objects.get_or_create(code="x", defaults={"name": "X", "kind": "hub", "purpose_fr": "x"})
    Authenticator.objects.create(user=cast.administrator, type="totp", data={})
    AccessRecord.objects.create(
        reader="user:1", role="coordinator", what="contact", subject="x", page="x", at=now, hour=now
    )
    sign(irritant, cast.other_lab, cast.coordinator)
    call = Call.objects.create(irritant=irritant, stage="held", starts_at=now)
    draft = Draft.objects.create(answers={"email": "x@x.example"}, entered_by=cast.coordinator)
    absence = Absence.objects.create(
        user=cast.colleague, replacement=cast.coordinator, since=clock.today(), until=clock.today()
    )
    word = UnknownWord.objects.create(language="fr", key="x", words="x")
    view = SavedView.objects.create(owner=cast.coordinator, name="x", query="?file=all")
    export = Export.objects.create(owner=cast.coordinator, what="cases", format="csv", language="fr")
    CannedAnswer.objects.get_or_create(code="redirect-x")
    return {
        "public_id": irritant.public_id,
        "irritant_id": irritant.public_id,
        "message_id": Message.objects.of_case(irritant.public_id)[0].pk,
        "file_id": cast.file.pk,
        "offer_id": cast.offers[0].public_id,
        "match_id": irritant.matches.first().public_id,
        "move": "keep",
        "agreement_id": irritant.non_disclosures.first().public_id,
        "call_id": call.public_id,
        "referral_id": cast.referral.public_id,
        "draft_id": draft.public_id,
        "absence_id": absence.public_id,
        "word_id": word.public_id,
        "view_id": view.public_id,
        "export_id": export.public_id,
        "version_id": cast.version.public_id,
        "variant": "archive",
        "collaboration_id": cast.collaboration.public_id,
        "code": "redirect-x",
        "key": "company_received",
        "language": "fr",
        "concept": next(iter(thesaurus.current().entries)),
        "app_label": "intake",
        "kind": "contact",
        "one": irritant.contact.public_id,
        "other": cast.strangers_irritant.contact.public_id,
    }


def _ids_of(cast, name: str) -> dict:
    first = next(iter(VERDICT_REASONS))
    special = {
        "admin:workbench_rule": {"code": first},
        "admin:workbench_rule_mode": {"code": first},
        "admin:workbench_call_move": {"move": "hold"},
        "admin:workbench_review_decide": {"move": "publish"},
        "admin:workbench_as_member": {"public_id": cast.lab.public_id},
        "admin:workbench_members": {"public_id": cast.lab.public_id},
    }.get(name, {})
    if name.startswith("proposals:"):
        special = {
            "public_id": cast.proposal.public_id,
            "file_id": cast.contract.pk,
            "meeting_id": cast.date.public_id,
        }
    return cast.ids | special


def outcome(client: Client, method: str, url: str, data: dict | None = None) -> str:
    """ "in", "out" (refused, or sent to sign in), "none" (does not exist). What it did is undone."""
    with transaction.atomic():
        response = getattr(client, method)(url, data or {})
        transaction.set_rollback(True)
        response.close()
    where = response.get("Location", "")
    if response.status_code in (401, 403) or "/login/" in where:
        return "out"
    of_a_row = url.endswith(("/change/", "/history/"))  # the admin sends back to its first page
    if response.status_code == 404 or (of_a_row and where == reverse("admin:index")):
        return "none"
    assert response.status_code < 500, (method, url, response.status_code)
    return "other method" if response.status_code == 405 else "in"


def expected(name: str, role: str) -> str:
    short = name.removeprefix("admin:").removeprefix("workbench_")
    if name.startswith("proposals:") or short in CASE | JOINING:
        return {"outside": "none"}.get(role, "in" if role in STAFF else "out")
    if short in OF_ADMINISTRATORS:
        return "in" if role == "administrator" else "out"
    if short in OWN:
        return "out" if role not in STAFF else "in" if role == "coordinator" else "none"
    return "in" if role in STAFF else "out"


@pytest.mark.once
def test_every_page_of_the_staff_as_everybody(world):
    walked = named(CASE | ANY | OF_ADMINISTRATORS | OWN | JOINING) | named(OF_THE_SITE, "")
    wrong = []
    for name, entry in ALL:
        rule = rule_of(entry.callback, name)
        if name not in walked and not (name.startswith("proposals:") and rule == "coordinator"):
            continue
        arguments = {*entry.pattern.converters, *entry.pattern.regex.groupindex}
        kwargs = {key: _ids_of(world, name)[key] for key in arguments}
        url = reverse(name, kwargs=kwargs)
        for method, role in product(("get", "post"), ROLES):
            answer = outcome(world.clients[role], method, url, {"acte": next(iter(ACTS))})
            right = (expected(name, role), "other method") if role in STAFF else (expected(name, role),)
            if answer not in right:
                wrong.append((method, name, role, answer, right))
    assert wrong == []


@pytest.mark.once
def test_every_list_of_rows_as_everybody(world):
    wrong = []
    for label, (viewers, adders, changers, deleters, of_cases) in MODELS.items():
        model = apps.get_model(label)
        row = _row_of(world, model) if of_cases else model._default_manager.first()
        assert row is not None, label
        base = f"admin:{label.replace('.', '_').lower()}"
        for role in ROLES:
            gone = of_cases and role == "outside"
            for page, may in (
                ("changelist", viewers),
                ("add", adders),
                ("change", viewers | changers),
                ("delete", deleters),
                ("history", viewers),
            ):
                url = reverse(f"{base}_{page}", args=[] if page in ("changelist", "add") else [row.pk])
                right = "in" if role in may else "out"
                if gone and page in ("change", "history"):
                    right = "none"
                answer = outcome(world.clients[role], "get", url)
                if answer != right and not (answer == "none" and right == "out"):
                    wrong.append((url, role, answer, right))
            before = model._default_manager.count()
            asked = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
            outcome(world.clients[role], "post", reverse(f"{base}_changelist"), asked)
            assert model._default_manager.count() == before
    assert wrong == []


def _row_of(cast, model):
    irritant = cast.irritant
    return {
        "Event": lambda: model.objects.filter(case=irritant.public_id).first(),
        "Message": lambda: model.objects.of_case(irritant.public_id).first(),
        "Company": lambda: irritant.company,
        "Contact": lambda: irritant.contact,
        "Irritant": lambda: irritant,
    }.get(model.__name__, lambda: model.objects.filter(irritant=irritant).first())()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_no_list_has_an_action_that_is_not_declared(role):
    request = RequestFactory().get("/")
    request.user = casting.person(f"{uuid.uuid4()}@enact.example", role)
    for model, of_model in admin.site._registry.items():
        actions = set(of_model.get_actions(request)) if of_model.actions is not None else set()
        assert actions == ACTIONS.get(model._meta.label, set()), model._meta.label


@pytest.mark.once
def test_the_funder_sees_figures_and_nothing_else_of_the_staff(world):
    client = world.clients["funder"]
    assert client.get(reverse("insights:figures")).status_code == 200
    opened = []
    for name, entry in ALL:
        if rule_of(entry.callback, name) not in ("coordinator", "administrator"):
            continue
        arguments = {*entry.pattern.converters, *entry.pattern.regex.groupindex}
        known = _ids_of(world, name)
        if not arguments <= known.keys():
            continue
        url = reverse(name, kwargs={key: known[key] for key in arguments})
        opened += [url for method in ("get", "post") if outcome(client, method, url) != "out"]
    assert opened == []
    page = client.get(reverse("insights:figures")).content.decode()
    assert world.irritant.reference not in page and casting.SECRET_COMPANY not in page
