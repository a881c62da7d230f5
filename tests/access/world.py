"""Two cases at their end that share nobody, a row of everything else on both sides, and everybody's browser.

A is of one company and its laboratory, B of another company and another laboratory: what is one's own is the other's
foreign object. Built once for the whole package (tests/access/conftest.py).
"""

from types import SimpleNamespace
from uuid import UUID, uuid4

from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Absence, Role
from files.store import receive
from foundation import clock
from intake.models import Call, Colleague, Contact, Draft, Irritant
from journal import jobs, links
from journal.actors import PARTNER, Actor
from journal.models import Export, Message
from partners.members import acts
from partners.models import JoinRequest, Membership, Organisation
from programs import thesaurus
from programs.api import keys
from programs.exchange_views import WHAT
from programs.models import ApiScope, CatalogueImport, ImportStage, Offer
from proposals.models import CollaborationMeeting
from tests import cast as casting
from tests.access.people import PEOPLE
from tests.access.rows_of_models import row_of_everything
from tests.triage.partner.helpers import sign
from tests.walls import STAGES, a_case, reach_stage
from triage.models import CannedAnswer, SavedView, UnknownWord
from triage.reasons import VERDICT_REASONS

NO_TOKEN = "A" * 43


def build() -> SimpleNamespace:
    """The cast with `a` and `b` (argument of a URL → what it is on that side), `users` by person, `cases` by side."""
    world = SimpleNamespace()
    a = world.case_a = a_case("summary")
    # Laboratory C is asked in both cases and declines: A's and B's know nothing of each other.
    b = world.case_b = SimpleNamespace(**vars(a))
    offers = a.offers
    of_both = Offer.objects.get(external_id="c-1")
    a.offers, b.offers = [*offers[:2], of_both], [*offers[2:], of_both]
    a.other_lab = b.other_lab = a.sibling
    b.irritant, b.strangers_irritant = a.strangers_irritant, a.irritant
    b.lab, b.editor = Organisation.objects.get(external_id="labo-b"), a.other_editor
    Irritant.objects.filter(pk=b.irritant.pk).update(department="88", site_postcode="88000")
    b.irritant = Irritant.objects.get(pk=b.irritant.pk)
    Contact.objects.filter(pk=b.irritant.contact_id).update(phone="03 29 00 00 00")
    b.file = receive(SimpleUploadedFile("autre.csv", b"a;b\n1;2\n"), b.irritant.public_id)
    for case in (a, b):
        for stage in STAGES:
            reach_stage(case, stage)
    people(world, a)
    world.a, world.b = side(world, a, "a"), side(world, b, "b")
    row_of_everything(a)
    jobs.run_owed()
    return world


def people(world, a) -> None:
    a.partner_editor = casting.person("redaction@recherche.example", full_name="Rédactrice A")
    Membership.objects.create(organisation=a.lab, user=a.partner_editor, role=Membership.EDITOR)
    world.users = {
        "company": a.company,
        "stranger": a.stranger,
        "partner_editor": a.partner_editor,
        "partner_administrator": a.editor,
        "other_partner": a.other_editor,
        "coordinator": a.coordinator,
        # Limited to where B is: A is foreign to them.
        "limited": casting.person("vosges@enact.example", Role.COORDINATOR, departments=["88"]),
        "funder": a.funder,
        "administrator": a.administrator,
    }
    assert {"anonymous", "by_link", *world.users} == set(PEOPLE)


def side(world, case, letter: str) -> dict:
    """Arguments of URLs → rows and codes of this side; `key of a pattern`: what one view takes otherwise."""
    irritant, lab, now = case.irritant, case.lab, clock.now()
    staff = {"a": case.coordinator, "b": world.users["limited"]}[letter]
    partner = Actor(PARTNER, user=case.editor)
    case.date = CollaborationMeeting.objects.create(
        collaboration=case.collaboration, title="x", starts_at=now
    )
    other_lab = case.other_lab
    sign(irritant, other_lab, case.coordinator)
    call = Call.objects.create(irritant=irritant, stage="held", starts_at=now)
    begun = {"email": f"brouillon-{letter}@x.example", "name": letter, "company_name": letter}
    draft = Draft.objects.create(answers=casting.answers(**begun, text=casting.WORDS), email=begun["email"])
    entered = Draft.objects.create(answers={"email": "x@x.example"}, entered_by=staff)
    absence = Absence.objects.create(
        user=staff, replacement=case.colleague, since=clock.today(), until=clock.today()
    )
    word = UnknownWord.objects.create(language="fr", key=letter, words=letter)
    view = SavedView.objects.create(owner=staff, name=letter, query="?file=all")
    export = Export.objects.create(owner=staff, what="cases", format="csv", language="fr")
    theirs = Export.objects.create(
        owner=case.editor, what=WHAT, format="csv", language="fr", choices={"organisation": lab.external_id}
    )
    imported = CatalogueImport.objects.create(
        organisation=lab, owner=case.editor, language="fr", stage=ImportStage.CHECKED, report={"lines": []}
    )
    key, secret = keys.issue(lab, name="x", scope=ApiScope.WRITE, days=keys.DAYS[0], actor=partner)
    colleague = Colleague.objects.create(irritant=irritant, name="x", email=f"collegue-{letter}@x.example")
    invitation = acts.invite(
        lab, f"invite-{letter}@x.example", role=Membership.READER, language="fr", actor=partner
    )
    newcomer = casting.person(f"nouveau-{letter}@recherche.example")
    Membership.objects.create(organisation=case.lab, user=newcomer, role=Membership.READER)
    asking = JoinRequest.objects.create(
        organisation=lab, user=case.company if letter == "a" else case.stranger
    )
    first = list(VERDICT_REASONS)[0 if letter == "a" else 1]
    codes = list(thesaurus.current().entries)
    CannedAnswer.objects.get_or_create(code=f"redirect-{letter}")
    email = irritant.contact.email
    world.secrets = getattr(world, "secrets", {}) | {letter: secret}
    follow = links.give(links.FOLLOW, irritant.public_id, email).token
    answer = links.give(links.ANSWER, case.referral.public_id, case.editor.email).token
    ids = {
        "public_id": irritant.public_id,
        "irritant_id": irritant.public_id,
        "message_id": Message.objects.of_case(irritant.public_id)[0].pk,
        "file_id": case.file.pk,
        "offer_id": case.offers[0].public_id,
        "match_id": irritant.matches.first().public_id,
        "agreement_id": irritant.non_disclosures.first().public_id,
        "call_id": call.public_id,
        "referral_id": case.referral.public_id,
        "meeting_id": case.meeting.public_id,
        "colleague_id": colleague.public_id,
        "draft_id": entered.public_id,
        "absence_id": absence.public_id,
        "word_id": word.public_id,
        "view_id": view.public_id,
        "export_id": export.public_id,
        "version_id": case.version.public_id,
        "collaboration_id": case.collaboration.public_id,
        "invitation_id": invitation.public_id,
        "request_id": asking.public_id,
        "member_id": Membership.objects.get(organisation=lab, user=newcomer).public_id,
        "external_id": case.offers[0].external_id,
        "code": lab.external_id,
        "concept": codes[0 if letter == "a" else 1],
        "one": irritant.contact.public_id,
        "other": Contact.objects.create(email=f"second-{letter}@x.example").public_id,
    }
    tokens = {
        "suivi/": follow,
        "reponse/": answer,
        "demande/": draft.token,
        "received": irritant.form_token,
        "reprendre/": links.give(links.RESUME, draft.public_id, draft.email).token,
        "offres/a-verifier/": links.give(links.VERIFY, lab.public_id, case.editor.email).token,
        "invitation/": links.give(links.INVITE, invitation.public_id, invitation.email).token,
    }
    special = {
        "admin:workbench_rule": {"code": first},
        "admin:workbench_rule_mode": {"code": first},
        "admin:workbench_as_member": {"public_id": lab.public_id},
        "admin:workbench_members": {"public_id": lab.public_id},
        "admin:workbench_answer": {"code": f"redirect-{letter}"},
        "admin:workbench_answer_order": {"code": f"redirect-{letter}"},
        "admin:workbench_answer_retire": {"code": f"redirect-{letter}"},
        "partner_import": {"public_id": imported.public_id},
        "partner_import_confirm": {"public_id": imported.public_id},
        "partner_import_discard": {"public_id": imported.public_id},
        "partner_export_fetch": {"public_id": theirs.public_id},
        "partner_key_revoke": {"public_id": key.public_id},
        "scheme": {"code": "x"},
        "proposals:verified": {"code": case.version.verify_number},
        **{
            name: {"public_id": case.offers[0].public_id}
            for name in ("offer", "offer_calendar", "offer_viewed", "api_catalogue_offer")
        },
    }
    proposals = {
        "public_id": case.proposal.public_id,
        "file_id": case.contract.pk,
        "meeting_id": case.date.public_id,
    }
    return SimpleNamespace(
        ids=ids, tokens=tokens, special=special, proposals=proposals, row=lambda model: row(case, model)
    )


def row(case, model) -> str:
    """The key of a row of this model on this side; of no side: the first one there is."""
    irritant, rows = case.irritant, model._default_manager
    found = {
        "Event": lambda: rows.filter(case=irritant.public_id),
        "Message": lambda: rows.of_case(irritant.public_id),
        "Company": lambda: rows.filter(pk=irritant.company_id),
        "Contact": lambda: rows.filter(pk=irritant.contact_id),
        "Irritant": lambda: rows.filter(pk=irritant.pk),
        **{one: lambda: rows.filter(irritant=irritant) for one in ("Referral", "Proposal", "Collaboration")},
    }.get(model.__name__, rows.all)()
    return str(found.values_list("pk", flat=True)[0])


# Arguments that name no object, and their values where a page shows the object that is one's own.
FIXED = {
    "step": "irritant",
    "format": "csv",
    "move": "keep",
    "language": "fr",
    "key": "company_received",
    "kind": "contact",
    "variant": "archive",
    "answer": "accepter",
    "app_label": "intake",
    "provider": "brevo",
    "section": "pages",
    "slug": "confidentialite",
    "uidb36": "1",
    "url": "rien",
    "rest": "rien",
    "pk": "1",
}
FIXED_OF_VIEW = {
    "admin:workbench_call_move": {"move": "hold"},
    "admin:workbench_review_decide": {"move": "publish"},
    "partner_template": {"format": "xlsx"},
    "partner_offer_move": {"move": "submit"},
    "proposals:partner_answer": {"answer": "accord"},
    "account_reset_password_from_key": {"key": "forged"},
}


def value(side, name: str, route: str, argument: str):
    """What this argument of a URL is on this side."""
    if argument in side.special.get(name, {}):
        return side.special[name][argument]
    if argument == "token":
        if name == "intake:received":
            return side.tokens["received"]
        return next(token for start, token in side.tokens.items() if route.startswith(start))
    of_collaboration = name.startswith("proposals:") and argument in side.proposals
    if of_collaboration and (argument == "public_id" or "collaboration" in name):
        return side.proposals[argument]
    return side.ids[argument]


def unknown(argument: str, known) -> str | UUID:
    """Of the same form as what exists, and nothing."""
    if argument == "token":
        return NO_TOKEN
    return uuid4() if isinstance(known, UUID) else "999999" if str(known).isdecimal() else "inconnu"


def of_another_purpose(side, route: str) -> str:
    """A genuine token of the same person for another page."""
    return side.tokens["reponse/" if route.startswith("suivi/") else "suivi/"]


def address(name: str, arguments: dict) -> str:
    return reverse(name, kwargs=arguments)


def rows_of(own, other, name: str) -> tuple[dict, dict]:
    """`object_id` of a page of the admin on both sides; a row that belongs to no side is both's own."""
    label = name.removeprefix("admin:admin/").removeprefix("admin:")
    found = next(
        model
        for model in admin.site._registry
        if label.replace("/", "_").startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
    )
    return {"object_id": own.row(found)}, {"object_id": other.row(found)}
