"""The client of the company search against a real server over loopback, which fails in every way it knows."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from foundation import clock
from intake.registry import breaker, client, standin
from intake.registry.client import Answer
from intake.registry.reading import Listed, Site
from intake.registry.standin_server import FAULTS, StandinServer

pytestmark = pytest.mark.django_db
FOUNDRY = Listed(
    siren="000000117",
    name="FONDERIE EXEMPLE DE LA FENSCH",
    site=Site("00000011700010", "", "57700", "HAYANGE", "57306", is_head=True),
    legal_form="5710",
    category="PME",
    headcount="22",
    naf_rev2="24.53Z",
    naf_2025="24.53Y",
    open_sites=3,
)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def server(settings):
    with StandinServer() as server:
        settings.COMPANY_REGISTRY_URL = server.url
        yield server


def names(answer: Answer) -> list[str]:
    return [entity.name for entity in answer.found]


def test_a_company_is_found_by_name_siren_and_siret(server):
    assert client.search("fonderie exem") == Answer("ok", (FOUNDRY,), illustrative=True)
    assert client.search("000 000 117").found == (FOUNDRY,)
    assert client.lookup("000000117").found == (FOUNDRY,)
    branch = client.lookup("000 000 117 00036").found[0]
    assert (branch.number, branch.site.city, branch.site.department) == (
        "00000011700036",
        "CHARLEVILLE-MÉZIÈRES",
        "08",
    )
    assert not branch.site.is_head
    assert names(client.search("exemple saint-avold")) == ["FONDERIE EXEMPLE DE LA FENSCH"]
    assert server.seen["user-agent"].startswith("enact-portal/")


def test_what_is_not_listed_finds_nothing(server):
    assert client.search("entreprise inexistante") == Answer("ok", (), illustrative=True)
    assert client.lookup("732829320") == Answer("ok", (), illustrative=True)
    assert names(client.search("exemple absente")) == []  # undisclosed
    assert names(client.search("dominique exemple")) == []
    assert client.lookup("000002097").found == ()  # disclosed in part: without a name it cannot be shown


def test_a_masked_address_is_unknown(server):
    discreet = client.search("exemple discrete").found[0]
    assert (discreet.site.postcode, discreet.site.commune) == ("", "54528")  # its address is masked


def test_short_and_off_ask_nobody(server, settings):
    assert client.search(" ab ") == Answer("short")
    settings.COMPANY_REGISTRY_URL = ""
    assert client.search("fonderie") == Answer("off")
    assert server.requests == 0


def test_an_answer_is_remembered(server):
    assert client.search("Fonderie  Exemple") == client.search("fonderie exemple")
    assert server.requests == 1
    server.fault = "500"
    assert client.search("FONDERIE EXEMPLE").state == "ok"
    assert client.search("menuiserie").state == "unavailable"


@pytest.mark.parametrize("fault", FAULTS)
def test_every_failure_is_unavailable_within_two_seconds_and_then_cured(server, fault):
    server.fault = fault
    began = time.monotonic()
    assert client.search("fonderie exemple") == Answer("unavailable")
    assert time.monotonic() - began < client.TIMEOUT + 0.6
    server.fault = ""
    with clock.at(clock.now() + timedelta(seconds=60)):
        assert names(client.search("fonderie exemple")) == ["FONDERIE EXEMPLE DE LA FENSCH"]


def test_nobody_there_is_unavailable(settings):
    settings.COMPANY_REGISTRY_URL = "http://127.0.0.1:9"
    assert client.search("fonderie exemple") == Answer("unavailable")


def test_a_query_the_registry_refuses_is_no_failure(server):
    status, _headers, body = standin.answer("/search", "q=ab")
    assert (status, b"erreur" in body) == (400, True)
    for _time in range(breaker.FAILURES + 1):
        cache.delete(client._key("..."))
        assert client._ask("ab") == ([], False)
    assert client.search("fonderie exemple").state == "ok"


def test_the_breaker_opens_lets_one_try_and_closes(server):
    with clock.at(NOON):
        server.fault = "500"
        for turn in range(breaker.FAILURES):
            assert client.search(f"fonderie {turn}").state == "unavailable"
        assert server.requests == breaker.FAILURES
        server.fault = ""
        assert client.search("fonderie exemple").state == "unavailable"
        assert server.requests == breaker.FAILURES  # open: nobody is asked
    with clock.at(NOON + timedelta(seconds=breaker.OPEN_FOR + 1)):
        assert breaker.may_ask()  # half open: one process tries…
        assert not breaker.may_ask()  # …the others wait for what it finds
        breaker.failed()
        assert not breaker.may_ask()
    with clock.at(NOON + timedelta(seconds=2 * breaker.OPEN_FOR + 2)):
        assert client.search("fonderie exemple").state == "ok"
        assert client.search("menuiserie exemple").state == "ok"


def test_retry_after_is_honoured_at_once(server):
    with clock.at(NOON):
        server.fault = "429"
        assert client.search("fonderie exemple").state == "unavailable"
    server.fault = ""
    with clock.at(NOON + timedelta(seconds=2)):
        assert client.search("fonderie exemple").state == "unavailable"
    with clock.at(NOON + timedelta(seconds=4)):
        assert client.search("fonderie exemple").state == "ok"
    assert server.requests == 2


def test_the_whole_portal_stays_under_the_rate_of_the_registry(server):
    with clock.at(NOON):
        states = [client.search(f"exemple {turn}").state for turn in range(breaker.PER_SECOND + 3)]
    assert states == ["ok"] * breaker.PER_SECOND + ["unavailable"] * 3
    assert server.requests == breaker.PER_SECOND
    with clock.at(NOON + timedelta(seconds=1)):
        assert client.search("fonderie exemple").state == "ok"  # it was no failure


def test_without_the_cache_the_search_goes_on(server, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9/0",
        }
    }
    assert names(client.search("fonderie exemple")) == ["FONDERIE EXEMPLE DE LA FENSCH"]
    server.fault = "500"
    for _time in range(breaker.FAILURES + 1):
        assert client.search("fonderie exemple").state == "unavailable"
    server.fault = ""
    assert client.search("fonderie exemple").state == "ok"


def test_in_this_process_the_stand_in_answers_the_same(server, settings):
    over_http = client.search("exemple")
    settings.COMPANY_REGISTRY_URL = standin.ADDRESS
    assert client.search("exemple") == over_http
    assert len(over_http.found) == client.SHOWN
    assert client.is_illustrative()


def test_from_the_change_of_nomenclature_on_the_first_field_is_naf_2025(settings):
    settings.COMPANY_REGISTRY_URL = standin.ADDRESS
    with clock.at(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):  # already 2027 in Paris
        entity = client.search("fonderie exemple").found[0]
    assert (entity.naf_rev2, entity.naf_2025) == ("", "24.53Y")
