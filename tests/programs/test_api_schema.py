"""Schemathesis asks the API what its OpenAPI document allows, and what it does not: bounded, one seed."""

from collections import Counter

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from programs.models import ApiScope
from tests import cast as casting
from tests.programs.offers import Caller, record

load_all_checks()
EXAMPLES = 25  # of each address, of what is allowed and of what is not
# What no schema can say is refused with 422 (a start after its end, an unknown topic): not all that it allows passes.
LEFT_OUT = {"positive_data_acceptance"}


@pytest.fixture
def api(db, client, settings):
    settings.API_PACE = 0
    editor = casting.person("labo@recherche.example")
    lab = casting.laboratory("labo", editor)
    casting.offer(lab, "visible")
    caller = Caller(client, lab, editor, scope=ApiScope.WRITE)
    caller.put("vision-1", record())
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    return schema, {"Authorization": f"Bearer {caller.token}"}


OPERATIONS = [
    ("GET", "/catalogue/offers"),
    ("GET", "/catalogue/offers/{public_id}"),
    ("GET", "/catalogue/organisations"),
    ("GET", "/catalogue/organisations/{code}"),
    ("GET", "/catalogue/topics"),
    ("GET", "/offers"),
    ("GET", "/offers/{external_id}"),
    ("PUT", "/offers/{external_id}"),
    ("DELETE", "/offers/{external_id}"),
]


def test_every_operation_is_asked(api):
    schema, _headers = api
    assert sorted((one.ok().method.upper(), one.ok().path) for one in schema.get_all_operations()) == sorted(
        OPERATIONS
    )


@pytest.mark.once
@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_the_api_keeps_its_document(api, method, path, mode):
    schema, headers = api
    checks = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in LEFT_OUT]

    @seed(20261126)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def asked(case):
        keyed = "authorization" in map(str.lower, case.headers or {})  # else what is tried is to ask without
        answers[case.call_and_validate(headers=headers if keyed else {}, checks=checks).status_code] += 1

    answers = Counter()
    asked()
    assert answers.total() >= EXAMPLES // 2
    if mode == GenerationMode.POSITIVE and path in ("/catalogue/offers", "/catalogue/topics", "/offers"):
        assert answers[200] and answers.keys() <= {200, 400}
