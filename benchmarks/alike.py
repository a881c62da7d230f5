"""Does the time of an answer say whether an address has an account? `python -m benchmarks.alike [--pairs 200]`

Pairs of requests, one for a known address and one for an unknown one, in random order, on a database in memory, mail
included: asking for a code, and trying a password. Prints one JSON object: for each, the Mann-Whitney p of the two
samples and the difference of their medians. Exit code 1 when p <= 0.01 or the difference is 5 % or more (GS10).
"""

import argparse
import json
import os
import random
import sys
import tempfile
from math import erfc, sqrt
from statistics import median
from time import perf_counter

P, DIFFERENCE = 0.01, 0.05
KNOWN, UNKNOWN = "connue@enact.example", "autre1@enact.example"  # as long, so that bodies are too


def mann_whitney(one: list[float], other: list[float]) -> float:
    """Two-sided p by the normal approximation (no ties: times), for samples of twenty and more."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(rank for rank, (_, group) in enumerate(ranked, 1) if group == 0)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    return erfc(abs(u - n * m / 2) / sqrt(n * m * (n + m + 1) / 12) / sqrt(2))


def timed(act) -> float:
    start = perf_counter()
    answer = act()
    took = perf_counter() - start
    assert answer.status_code in {200, 302}, answer.status_code
    return took


def measured(act, pairs: int, warm: int = 10) -> dict:
    """act(email) for both addresses, `pairs` times."""
    times = {KNOWN: [], UNKNOWN: []}
    for number in range(pairs + warm):
        for email in random.sample([KNOWN, UNKNOWN], 2):
            took = timed(lambda email=email: act(email))
            if number >= warm:
                times[email].append(took)
    known, unknown = median(times[KNOWN]), median(times[UNKNOWN])
    p, difference = mann_whitney(times[KNOWN], times[UNKNOWN]), abs(known - unknown) / min(known, unknown)
    return {
        "known_ms": round(known * 1000, 3),
        "unknown_ms": round(unknown * 1000, 3),
        "p": round(p, 4),
        "difference": round(difference, 4),
        "alike": p > P and difference < DIFFERENCE,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=200)
    pairs = parser.parse_args().pairs
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(ENACT_VAR=folder, DJANGO_SETTINGS_MODULE="enact_portal.settings", LOG_LEVEL="ERROR")
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("REDIS_URL", None)
        import django

        django.setup()
        from django.conf import settings
        from django.test.utils import get_runner, setup_test_environment

        setup_test_environment()  # mail is kept in memory
        settings.STORAGES["staticfiles"] = {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
        runner = get_runner(settings)(verbosity=0, interactive=False)
        databases = runner.setup_databases()
        try:
            said = run(pairs)
        finally:
            runner.teardown_databases(databases)
    print(json.dumps(said))
    return 0 if all(one["alike"] for one in said.values() if isinstance(one, dict)) else 1


def run(pairs: int) -> dict:
    from allauth.account.models import EmailAddress
    from django.core import mail
    from django.test import Client
    from django.urls import reverse

    from accounts import throttles
    from accounts.models import User

    throttles.too_many = lambda *arguments: False  # the same four hundred visitors would be too many
    person = User.objects.create_user(KNOWN, "une phrase assez longue")
    EmailAddress.objects.create(user=person, email=KNOWN, verified=True, primary=True)

    def code(email):
        mail.outbox.clear() if hasattr(mail, "outbox") else None
        return Client().post(reverse("account_request_login_code"), {"email": email})

    def password(email):
        return Client().post(reverse("account_login"), {"login": email, "password": "fausse phrase de passe"})

    return {"pairs": pairs, "code": measured(code, pairs), "password": measured(password, pairs)}


if __name__ == "__main__":
    sys.exit(main())
