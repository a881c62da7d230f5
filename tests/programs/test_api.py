"""The API: what the public reads, what a key may do, and what no key ever reaches."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from foundation import clock
from journal.actors import PARTNER, Actor
from journal.models import Event
from partners.models import Membership
from programs.api import keys, limits
from programs.exchange.records import owned
from programs.models import ApiKey, CatalogueChange, Offer, OfferStatus
from tests import cast as casting
from tests.programs.offers import Caller, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def labs(db):
    casting.vocabulary()
    made = []
    for name in "ab":
        editor = casting.person(f"labo-{name}@recherche.example")
        lab = casting.laboratory(f"labo-{name}", editor)
        lab.editor = editor
        made.append(lab)
    return made


@pytest.fixture
def caller(labs, client):
    return Caller(client, labs[0], labs[0].editor)


@pytest.fixture
def other(labs, client):
    return Caller(client, labs[1], labs[1].editor)


def problem(response) -> tuple:
    assert response["Content-Type"] == "application/problem+json"
    said = response.json()
    assert said["status"] == response.status_code and said["detail"] and said["title"]
    return response.status_code, said["type"].rpartition("#")[2]


# -- the public catalogue


def test_only_what_is_published_is_public(labs, client):
    shown = casting.offer(labs[0], "visible")
    hidden = [
        casting.offer(labs[0], status, status=status)
        for status in OfferStatus.values
        if status != "published"
    ]
    page = client.get("/api/v1/catalogue/offers").json()
    assert ([one["id"] for one in page["items"]], page["next"]) == ([str(shown.public_id)], None)
    for row in hidden:
        assert problem(client.get(f"/api/v1/catalogue/offers/{row.public_id}")) == (404, "not-found")
    organisations = client.get("/api/v1/catalogue/organisations").json()["items"]
    assert [one["code"] for one in organisations] == ["labo-a"]
    assert client.get("/api/v1/catalogue/organisations/labo-b").status_code == 404


def test_pages_follow_each_other_without_a_gap(labs, client, settings, django_assert_max_num_queries):
    settings.API_PACE = 0  # counting in a cache that lies in the database is queries, too
    codes = [casting.offer(labs[0], f"o{number}").public_id for number in range(5)]
    found, url = [], "/api/v1/catalogue/offers?limit=2&lang=en"
    while url:
        with django_assert_max_num_queries(8):
            response = client.get(url.removeprefix("http://localhost:8000"))
        page = response.json()
        found += [one["id"] for one in page["items"]]
        assert len(page["items"]) <= 2 and ('rel="next"' in response.headers.get("Link", "")) == bool(
            page["next"]
        )
        url = page["next"]
    assert found == [str(code) for code in codes]


def test_filters(labs, client):
    casting.offer(labs[0], "un", country="DE")
    casting.offer(labs[1], "deux", content_updated_on=clock.today() - timedelta(days=400))

    def found(query: str) -> int:
        return len(client.get(f"/api/v1/catalogue/offers?{query}").json()["items"])

    assert found("organisation=labo-a") == found("country=DE") == found("country=FR") == 1
    assert found("country=DE&country=FR") == found("topic=anomaly-detection&kind=laboratory") == 2
    assert found("kind=training") == found("topic=ai-literacy") == 0
    assert found(f"updated_since={clock.today()}") == 1
    for wrong in (
        "kind=x",
        "limit=0",
        "limit=101",
        "limit=x",
        "after=x",
        "topic=%00",
        "updated_since=hier",
        "lang=it",
    ):
        assert problem(client.get(f"/api/v1/catalogue/offers?{wrong}")) == (400, "parameter")


def test_language_of_texts_and_messages(labs, client):
    casting.offer(labs[0], "un", title_de="Prozessdrift erkennen")

    def title(query="", **headers):
        response = client.get(f"/api/v1/catalogue/offers{query}", headers=headers)
        one = response.json()["items"][0]
        return response["Content-Language"], one["title"], one["language"]

    assert title("?lang=de") == ("de", "Prozessdrift erkennen", "de")
    assert title(**{"accept-language": "it, de-AT;q=0.9, fr;q=0.5"}) == ("de", "Prozessdrift erkennen", "de")
    assert title("?lang=en", **{"accept-language": "de"}) == (
        "en",
        "Détection de dérives de procédé (un)",
        "fr",
    )
    client.cookies["django_language"] = "de"
    assert title()[0] == "fr"
    said = client.get("/api/v1/catalogue/offers?kind=x", headers={"accept-language": "en"}).json()
    assert said["detail"] == "“kind” has an unknown value."


def test_nothing_is_sent_twice(labs, client):
    row = casting.offer(labs[0], "un")
    for url in (
        "/api/v1/catalogue/offers",
        f"/api/v1/catalogue/offers/{row.public_id}",
        "/api/v1/openapi.json",
    ):
        first = client.get(url)
        again = client.get(url, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert client.get(f"{url}?lang=de", headers={"if-none-match": first["ETag"]}).status_code in (
            200,
            304,
        )
    first = client.get("/api/v1/catalogue/offers")
    assert (
        client.get(
            "/api/v1/catalogue/offers", headers={"if-modified-since": first["Last-Modified"]}
        ).status_code
        == 304
    )
    with clock.at(clock.now() + timedelta(minutes=1)):
        casting.offer(labs[0], "deux")
    later = client.get("/api/v1/catalogue/offers", headers={"if-modified-since": first["Last-Modified"]})
    assert later.status_code == 200 and later["ETag"] != first["ETag"]


# -- keys


def test_a_key_is_kept_as_a_digest_and_shown_once(labs, client):
    client.force_login(labs[0].editor)
    made = client.post(
        reverse("partner_key_make", args=["labo-a"]), {"nom": "Site", "droits": "write", "duree": "90"}
    )
    key = ApiKey.objects.get()
    token = made.content.decode().partition("<code>enact_")[2].partition("</code>")[0]
    assert made.status_code == 201 and made["Cache-Control"] == "no-store, private"
    assert keys.holder_of(f"Bearer enact_{token}") == key
    kept = json.dumps(list(ApiKey.objects.values()), default=str)
    assert token.rpartition("_")[2] not in kept and len(key.digest) == 64
    assert (
        token.partition("_")[2]
        not in client.get(reverse("partner_exchange", args=["labo-a"])).content.decode()
    )
    assert [event.payload for event in Event.objects.filter(case=key.public_id)] == [
        {"scope": "write", "days": 90}
    ]
    client.post(reverse("partner_key_revoke", args=["labo-a", key.public_id]))
    assert keys.holder_of(f"Bearer enact_{token}") is None


def test_only_administrators_make_and_revoke_keys(labs, client):
    key = Caller(client, labs[0], labs[0].editor).key
    for role, status in ((Membership.EDITOR, 403), (Membership.READER, 403)):
        Membership.objects.filter(user=labs[0].editor).update(role=role)
        client.force_login(labs[0].editor)
        data = {"nom": "x", "droits": "read", "duree": "30"}
        assert client.post(reverse("partner_key_make", args=["labo-a"]), data).status_code == status
        assert (
            client.post(reverse("partner_key_revoke", args=["labo-a", key.public_id])).status_code == status
        )
    client.force_login(labs[1].editor)
    assert client.post(reverse("partner_key_revoke", args=["labo-a", key.public_id])).status_code == 404
    assert client.post(reverse("partner_key_revoke", args=["labo-b", key.public_id])).status_code == 404
    assert ApiKey.objects.usable().count() == 1


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic {token}", "Bearer {token}x", "Bearer {cut}", "{token}"]
)
def test_what_is_no_key_opens_nothing(caller, client, header):
    said = header.format(
        token=caller.token, cut=caller.token[:-1] + ("A" if caller.token[-1] != "A" else "B")
    )
    response = client.get("/api/v1/offers", headers={"authorization": said})
    assert problem(response) == (401, "key") and response["WWW-Authenticate"].startswith("Bearer")


def test_revoked_expired_and_unknown_keys_are_alike(caller):
    assert caller.ask("GET", "/offers").status_code == 200
    with clock.at(clock.now() + timedelta(days=31)):
        expired = caller.ask("GET", "/offers")
    keys.revoke(caller.key, actor=Actor(PARTNER, user=caller.key.created_by))
    revoked = caller.ask("GET", "/offers")
    caller.token = "enact_00000000_" + "A" * 43
    unknown = caller.ask("GET", "/offers")
    assert problem(expired) == problem(revoked) == problem(unknown) == (401, "key")
    assert expired.content == revoked.content == unknown.content


def test_secrets_are_compared_in_constant_time_also_without_a_row(caller, monkeypatch):
    compared = []
    monkeypatch.setattr(
        keys, "constant_time_compare", lambda one, two: compared.append((len(one), len(two))) or False
    )
    for token in (caller.token, "enact_00000000_" + "A" * 43):
        assert keys.holder_of(f"Bearer {token}") is None
    assert compared == [(64, 64)] * 2


def test_a_session_is_no_key(labs, client):
    client.force_login(labs[0].editor)
    assert client.get("/api/v1/offers").status_code == 401
    assert client.put("/api/v1/offers/x", record(), content_type="application/json").status_code == 401


def test_last_use_is_noted_once_in_a_while(caller):
    caller.ask("GET", "/offers")
    caller.key.refresh_from_db()
    first = caller.key.last_used_at
    assert first is not None
    with clock.at(first + timedelta(minutes=5)):
        caller.ask("GET", "/offers")
    caller.key.refresh_from_db()
    assert caller.key.last_used_at == first


def test_a_key_that_reads_does_not_write(labs, client):
    reader = Caller(client, labs[0], labs[0].editor, scope="read")
    assert reader.ask("GET", "/offers").status_code == 200
    assert problem(reader.put("x", record())) == (403, "scope")
    assert problem(reader.ask("DELETE", "/offers/x")) == (403, "scope")
    assert Offer.objects.count() == 0


# -- one's own offers


def test_put_creates_then_changes_nothing_then_replaces_whole(caller):
    made = caller.put("vision-1", record())
    assert (made.status_code, made["Location"], made.json()["status"]) == (
        201,
        "/api/v1/offers/vision-1",
        "draft",
    )
    row = Offer.objects.get()
    changes = CatalogueChange.objects.count()
    again = caller.put("vision-1", record())
    row.refresh_from_db()
    assert (again.status_code, again["ETag"], row.version, row.history.count()) == (200, made["ETag"], 1, 1)
    read = caller.ask("GET", "/offers/vision-1")
    assert read["ETag"] == made["ETag"] and read.json() == made.json()
    same = caller.put("vision-1", read.json())  # what was read may be put as it is
    assert (same.status_code, same["ETag"]) == (200, made["ETag"])
    less = {
        name: value for name, value in record(title="Autre titre").items() if name not in ("city", "keywords")
    }
    replaced = caller.put("vision-1", less)
    assert (
        replaced.status_code,
        replaced.json()["title"],
        replaced.json()["city"],
        replaced.json()["keywords"],
    ) == (
        200,
        "Autre titre",
        "",
        [],
    )
    row.refresh_from_db()
    assert (row.version, row.history.count(), CatalogueChange.objects.count()) == (2, 2, changes)


def test_nobody_overwrites_what_they_have_not_seen(caller):
    first = caller.put("vision-1", record())
    assert problem(caller.put("vision-1", record(), **{"if-none-match": "*"})) == (412, "changed")
    changed = caller.put("vision-1", record(city="Nancy"), **{"if-match": first["ETag"]})
    assert changed.status_code == 200
    assert problem(caller.put("vision-1", record(), **{"if-match": first["ETag"]})) == (412, "changed")
    assert problem(caller.ask("DELETE", "/offers/vision-1", **{"if-match": first["ETag"]})) == (
        412,
        "changed",
    )
    assert problem(caller.put("neuf", record(), **{"if-match": "*"})) == (412, "changed")
    assert Offer.objects.get().city == "Nancy"


def test_what_is_wrong_is_named_and_nothing_is_written(caller):
    wrong = record(title=" ", topics=["alchimie"], inconnu=1, translations={"fr": {}})
    wrong["details"] |= {
        "duration_hours": "14",
        "sessions": [{"start": "2027-03-16", "end": "2027-03-15", "seats": 1, "seats_left": 1}],
    }
    response = caller.put("vision-1", wrong, **{"accept-language": "en"})
    assert problem(response) == (422, "invalid")
    assert {one["pointer"]: one["detail"] for one in response.json()["errors"]} == {
        "/inconnu": "There is no such field for this kind of offer.",
        "/title": "Something is missing here.",
        "/translations/fr": "One of these values is expected: de, en.",
        "/topics": "Unknown values: alchimie.",
        "/details/duration_hours": "A whole number from 0 to 2147483647 is expected.",
        "/details/sessions/0/end": "The end comes before the beginning.",
    }
    assert Offer.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"{", "application/json", (400, "body")),
        (b"[1]", "application/json", (422, "invalid")),
        (b"NaN", "application/json", (400, "body")),
        (b"[" * 100_000, "application/json", (400, "body")),
        (b"1" * 5_000, "application/json", (400, "body")),
        (b"\xff", "application/json", (400, "body")),
        (b"{}", "text/plain", (415, "format")),
        (b" " * 1_100_000, "application/json", (413, "too-long")),
    ],
)
def test_bodies_that_are_none(caller, client, body, kind, expected):
    headers = {"authorization": f"Bearer {caller.token}"}
    response = client.generic("PUT", "/api/v1/offers/x", body, content_type=kind, headers=headers)
    assert problem(response) == expected


def test_signs_that_are_not_seen_are_no_text(caller):
    response = caller.put("x", record(title="\u200b\ud800\x00"))
    assert problem(response) == (422, "invalid")
    assert caller.put("x", record(title="Vi\x00sion\u202e")).json()["title"] == "Vision"


def test_first_publication_is_reviewed_later_texts_are_public_at_once(caller, labs):
    first = caller.put("vision-1", record(publish=True))
    assert (first.status_code, first.json()["status"], first.json()["url"]) == (201, "in_review", None)
    Offer.objects.update(status=OfferStatus.PUBLISHED)  # as a coordinator does
    changes = CatalogueChange.objects.count()
    changed = caller.put("vision-1", record(city="Nancy"))
    assert (changed.json()["status"], CatalogueChange.objects.count()) == ("published", changes + 1)
    assert changed.json()["url"].endswith(f"/catalogue/{Offer.objects.get().public_id}/")
    assert [event.actor for event in Event.objects.filter(name="offer.submit")] == [f"key:{caller.key.pk}"]


def test_delete_archives_once_and_for_good(caller):
    caller.put("vision-1", record())
    assert [caller.ask("DELETE", "/offers/vision-1").status_code for _time in range(2)] == [204, 204]
    assert Offer.objects.get().status == OfferStatus.ARCHIVED
    assert Event.objects.filter(name="offer.archive").count() == 1
    assert problem(caller.put("vision-1", record(city="Nancy"))) == (409, "archived")
    assert problem(caller.ask("DELETE", "/offers/nulle-part")) == (404, "not-found")


def test_the_kind_of_an_offer_does_not_change(caller):
    caller.put("vision-1", record())
    laboratory = record(kind="laboratory", details={})
    assert problem(caller.put("vision-1", laboratory)) == (409, "kind")


def test_a_key_of_one_never_reaches_anothers_offers(caller, other, labs):
    """Same identifier on both sides: each has its own, and neither learns of the other's."""
    other.put("secret", record(title="Brouillon de B"))
    theirs = owned(labs[1]).get()
    assert caller.ask("GET", "/offers").json()["items"] == []
    for method in ("GET", "DELETE"):
        assert problem(caller.ask(method, "/offers/secret")) == (404, "not-found")
        assert problem(caller.ask(method, f"/offers/{theirs.public_id}")) == (404, "not-found")
    assert problem(caller.ask("GET", "/offers?after=secret")) == (400, "parameter")
    assert caller.put("secret", record(title="Brouillon de A")).status_code == 201
    theirs.refresh_from_db()
    assert (theirs.title_fr, theirs.version, theirs.status) == ("Brouillon de B", 1, "draft")
    assert [one["title"] for one in caller.ask("GET", "/offers").json()["items"]] == ["Brouillon de A"]
    body = record(organisation="labo-b", title="Déplacée")
    assert problem(caller.put("autre", body)) == (422, "invalid")


# -- limits, methods


def test_limits_per_address_and_per_key(caller, client, monkeypatch):
    monkeypatch.setattr(limits, "PER_WINDOW", {"address": 2, "key": 2, "refused": 2})
    with clock.at(clock.now().replace(second=10, microsecond=0)):
        left = [client.get("/api/v1/catalogue/topics") for _time in range(3)]
        assert [one.status_code for one in left] == [200, 200, 429]
        assert (
            left[0]["RateLimit"] == '"address";r=1;t=50'
            and left[0]["RateLimit-Policy"] == '"address";q=2;w=60'
        )
        assert left[2]["Retry-After"] == "50" and problem(left[2]) == (429, "too-many")
        assert client.get("/api/v1/catalogue/topics", REMOTE_ADDR="192.0.2.9").status_code == 200
        assert [caller.ask("GET", "/offers").status_code for _time in range(3)] == [200, 200, 429]
        caller.token = "enact_00000000_" + "A" * 43
        assert [caller.ask("GET", "/offers").status_code for _time in range(3)] == [401, 401, 429]
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert client.get("/api/v1/catalogue/topics").status_code == 200


def test_methods_that_are_not_there(client, caller):
    response = client.post("/api/v1/catalogue/offers")
    assert problem(response) == (405, "method") and response["Allow"] == "GET, HEAD, OPTIONS"
    assert client.options("/api/v1/catalogue/offers")["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in caller.ask("GET", "/offers")
    assert client.head("/api/v1/catalogue/offers").content == b""
    assert problem(client.get("/api/v1/nulle-part")) == (404, "not-found")


def test_the_page_for_people_names_every_address(client):
    page = client.get("/api/").content.decode()
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert all(path in page for path in document["paths"])
    assert "<script src" not in page.replace('<script type="module" src="/static/', "")
