"""An administrator reads in somebody's name: with a reason, half an hour at most, seen by them, and never acting."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from foundation import clock
from intake.models import Irritant, Post
from journal import links, standing_in
from journal.actors import Actor
from journal.events import broken_links
from journal.lifecycle import Refusal
from journal.models import AccessRecord, Event, StandIn
from journal.timeline import COMPANY, PARTNER, tell
from partners.models import Membership
from tests import cast as casting

pytestmark = pytest.mark.django_db
REASON = "Un appel : la page ne s’affiche pas."


def browser(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.RoleBackend")
    return client


def open_company(cast, client) -> str:
    """The address at which the administrator reads the follow-up page."""
    url = reverse("admin:workbench_as_company", args=[cast.irritant.public_id])
    return client.post(url, {"reason": REASON})["Location"]


def open_member(cast, client) -> str:
    url = reverse("admin:workbench_as_member", args=[cast.lab.public_id])
    return client.post(url, {"reason": REASON, "person": cast.editor.pk})["Location"]


def stop(client) -> None:
    client.post(reverse("triage:stand_in_stop"))


def test_the_page_of_the_company_is_read_and_told(cast):
    client = browser(cast.administrator)
    where = open_company(cast, client)
    own = links.give(links.FOLLOW, cast.irritant.public_id, cast.company.email)
    assert own.token not in where
    page = client.get(where).content.decode()
    assert casting.SECRET_WORDS in page and "Vous lisez au nom d’une entreprise" in page
    assert own.token not in page, "the administrator is not given the company's key"
    assert "Vous lisez au nom" in client.get(reverse("admin:index")).content.decode()
    told = [entry.title for entry in tell(cast.irritant.public_id, COMPANY)]
    assert told[-1] == f"L’administration a ouvert cette page en votre nom, pour la lire : {REASON}"
    stop(client)
    told = [entry.title for entry in tell(cast.irritant.public_id, COMPANY)]
    assert told[-2:] == [
        "L’administration a lu en votre nom : la page de suivi",
        "L’administration a cessé de lire en votre nom",
    ]
    assert REASON in Client().get(reverse("intake:follow", args=[own.token])).content.decode()
    assert client.get(where).status_code == 404
    assert "Vous lisez au nom" not in client.get(reverse("admin:index")).content.decode()
    assert list(broken_links()) == []


def test_nothing_is_done_in_the_name_of_the_company(cast):
    client = browser(cast.administrator)
    token = open_company(cast, client).split("/")[2]
    for name, data in (
        ("intake:withdraw", {}),
        ("intake:message", {"text": "Bonjour"}),
        ("intake:erase", {"sure": "on"}),
        ("intake:download_data", {}),
        ("triage:level", {"level": "open"}),
    ):
        response = client.post(reverse(name, args=[token]), data)
        assert (name, response.status_code) == (name, 403)
        assert "Vous ne faites que lire" in response.content.decode()
    fresh = Irritant.objects.get(pk=cast.irritant.pk)
    assert (fresh.stage, fresh.version, fresh.confidentiality) == (
        "submitted",
        cast.irritant.version,
        "summary",
    )
    assert not Post.objects.exists()


def test_its_address_opens_nothing_to_anybody_else(cast):
    client = browser(cast.administrator)
    where = open_company(cast, client)
    other = casting.person("autre-admin@enact.example", "administrator")
    for somebody in (Client(), browser(cast.coordinator), browser(cast.stranger), browser(other)):
        assert somebody.get(where).status_code == 404
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert client.get(where).status_code == 404
        assert standing_in.end_what_has_run_out() == 1
        assert standing_in.end_what_has_run_out() == 0
    last = Event.objects.filter(case=cast.irritant.public_id).order_by("-seq").first()
    assert (last.name, last.actor) == ("stand_in.company_end", "clock")


def test_the_space_and_the_page_of_a_partner(cast):
    referral = casting.asked(cast)[0]
    client = browser(cast.administrator)
    assert open_member(cast, client) == reverse("partner_space")
    space = client.get(reverse("partner_space")).content.decode()
    assert "Vous lisez au nom de Éditrice A" in space and referral.irritant.reference in space
    answer = client.post(reverse("triage:open_referral", args=[referral.public_id]))["Location"]
    own = links.give(links.ANSWER, referral.public_id, cast.editor.email)
    assert own.token not in answer
    page = client.get(answer)
    assert page.status_code == 200 and own.token not in page.content.decode()
    token = answer.strip("/").split("/")[-1]
    for name in ("accept", "decline", "question"):
        response = client.post(reverse(f"triage:{name}", args=[token]), {"version": referral.version})
        assert response.status_code == 403
    referral.refresh_from_db()
    assert referral.stage == "asked"
    assert client.get(reverse("admin:index")).status_code in (302, 403), "it is the member's eyes"
    assert client.post(reverse("set_language"), {"language": "de"}).status_code == 403
    stop(client)
    assert [entry.title for entry in tell(cast.lab.public_id, PARTNER)] == [
        f"L’administration a ouvert cette page en votre nom, pour la lire : {REASON}",
        "L’administration a lu en votre nom : l’espace du partenaire",
        "L’administration a lu en votre nom : la page de réponse du partenaire",
        "L’administration a cessé de lire en votre nom",
    ]
    assert (
        "Lu en votre nom par l’administration"
        in browser(cast.editor).get(reverse("partner_space")).content.decode()
    )
    assert client.get(reverse("admin:index")).status_code == 200


def test_what_is_read_in_a_partners_name_is_the_administrators_reading(cast):
    referral = casting.accepted(cast)[0]
    from triage.disclosure import open_it
    from triage.sharing import share

    share(referral, actor=Actor("company"))
    open_it(referral, actor=Actor("partner"))
    client = browser(cast.administrator)
    open_member(cast, client)
    client.get(reverse("partner_space"))
    readers = set(AccessRecord.objects.filter(what="contact").values_list("reader", "role"))
    assert readers == {(f"user:{cast.administrator.pk}", "coordinator")}


def test_only_an_administrator_with_a_reason_and_for_a_member_alone(cast):
    for person in (cast.coordinator, cast.funder, cast.editor, cast.company):
        client = browser(person)
        for name, key in (("as_company", cast.irritant.public_id), ("as_member", cast.lab.public_id)):
            response = client.post(reverse(f"admin:workbench_{name}", args=[key]), {"reason": REASON})
            assert response.status_code in (302, 403)
        with pytest.raises(Refusal):
            standing_in.begin(person, reason=REASON, case=cast.irritant.public_id)
    client = browser(cast.administrator)
    url = reverse("admin:workbench_as_company", args=[cast.irritant.public_id])
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": " "}).status_code == 422
    url = reverse("admin:workbench_as_member", args=[cast.lab.public_id])
    assert client.post(url, {"reason": REASON, "person": cast.other_editor.pk}).status_code == 422
    Membership.objects.create(organisation=cast.lab, user=cast.coordinator)
    response = client.post(url, {"reason": REASON, "person": cast.coordinator.pk})
    assert response.status_code == 422 and "au nom de cette personne" in response.content.decode()
    assert not StandIn.objects.exists()
    cast.administrator.role = "coordinator"
    open_member(cast, client)
    cast.administrator.save()
    assert "Vous lisez au nom" not in client.get(reverse("admin:index")).content.decode(), "no longer one"


@pytest.mark.shows("S-17")
@pytest.mark.parametrize(
    "name", ["mfa_view_recovery_codes", "mfa_activate_totp", "mfa_index", "my_sessions", "account_email"]
)
def test_the_keys_of_a_person_are_read_by_nobody_else(cast, name):
    client = browser(cast.administrator)
    open_member(cast, client)
    assert client.get(reverse(name)).status_code == 403
    stop(client)
    assert client.get(reverse(name)).status_code in {200, 404}
