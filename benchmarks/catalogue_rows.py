"""Offers by the hundred thousand for the public catalogue's benchmark, straight into the tables, and what to ask for.

Run as a process with the environment of one database: `python -m benchmarks.catalogue_rows 1000` migrates it, fills it,
indexes it and prints {"cookie": "", "addresses": {kind of address: [path, …]}}. The texts are those of
benchmarks/synthetic.py; sessions lie ahead of today.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

DEMO = Path(__file__).resolve().parent.parent / "demo" / "catalogue"
TAKE = 2_000  # offers at a time
VALUES = 2  # of each facet, the first ones
SEARCHES = ("vision", "maintenence prédictive", "qualitätskontrolle", "capteurs four dérive rebuts", "zzzqq")


def fill(count: int) -> dict:
    """Needs Django set up and an empty, migrated database with its reference data."""
    from django.db import transaction

    from benchmarks import synthetic
    from matching import Catalogue
    from programs import index, serving
    from programs.models import CatalogueState

    with transaction.atomic():
        made = synthetic.offers(Catalogue.from_dir(DEMO), count)
        while taken := list(islice(made, TAKE)):  # (itertools.batched comes with Python 3.12)
            _write(taken, random.Random(taken[0].reference))
        CatalogueState.advance()
    index.build(serving.thesaurus())
    return {"cookie": "", "addresses": addresses()}


def _write(offers: Sequence, draw: random.Random) -> None:
    from foundation import clock
    from partners.models import Organisation
    from programs.models import Offer, OfferStatus, Session, TrainingDetail

    codes = {offer.organisation for offer in offers}
    Organisation.objects.bulk_create(
        [Organisation(external_id=code[:80], name=code, kind="laboratory") for code in codes],
        ignore_conflicts=True,
    )
    partners = dict(
        Organisation.objects.filter(external_id__in=[code[:80] for code in codes]).values_list(
            "external_id", "pk"
        )
    )
    today = clock.today()

    def row(offer) -> Offer:
        texts = {
            f"{name}_{offer.language}": getattr(offer, name)[:most]
            for name, most in (("title", 110), ("summary", 300), ("description", 4000))
        }
        return Offer(
            organisation_id=partners[offer.organisation[:80]],
            external_id=offer.id,
            kind=offer.kind,
            status=OfferStatus.PUBLISHED,
            language=offer.language,
            keywords=list(offer.keywords),
            city=offer.city,
            postcode=offer.postcode,
            country=offer.country,
            remote_possible=offer.remote_possible,
            company_sizes=list(offer.company_sizes),
            content_updated_on=today - timedelta(days=draw.randint(0, 300)),
            **texts,
        )

    rows = Offer.objects.bulk_create([row(offer) for offer in offers])
    for name in ("topics", "sectors", "pillars"):
        through = getattr(Offer, name).through
        column = f"{name.removesuffix('s')}_id"
        through.objects.bulk_create(
            through(offer_id=made.pk, **{column: code})
            for made, offer in zip(rows, offers, strict=True)
            for code in getattr(offer, name)
        )
    courses = TrainingDetail.objects.bulk_create(
        TrainingDetail(
            offer=made,
            duration_hours=14,
            modality=offer.details.get("modality") or "onsite",
            price_eur=offer.details.get("price_eur"),
            fundings=["plan"],
        )
        for made, offer in zip(rows, offers, strict=True)
        if offer.kind == "training"
    )
    Session.objects.bulk_create(
        Session(training=course, start=day, end=day, seats=12, seats_left=draw.randint(0, 12), city="Metz")
        for course in courses
        for day in (today + timedelta(days=draw.randint(1, 360)) for _number in range(2))
    )


def addresses() -> dict[str, list[str]]:
    """The first page, one far behind it, searches, values of every facet, the map."""
    from django.http import QueryDict
    from django.urls import reverse

    from programs.browsing import Browser

    catalogue = reverse("catalogue")
    of = lambda **query: f"{catalogue}?{urlencode(query)}"  # noqa: E731
    facets = Browser(QueryDict("")).catalogue(None).facets
    return {
        "default": [catalogue],
        "page 20": [of(page=20)],
        "search": [of(q=words) for words in SEARCHES],
        "facets": [of(**{facet.name: value.code}) for facet in facets for value in facet.values[:VALUES]],
        "other": [  # a full page of few offers too, or what is measured is how many of them are shown
            of(q="données", kind="training", place="54"),
            of(kind="laboratory", topic="computer-vision"),
            reverse("catalogue_map"),
        ],
    }


def main(arguments: list[str]) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    for command in ("migrate", "createcachetable", "load_reference"):
        call_command(command, verbosity=0)
    told = fill(int(arguments[0]))
    if connection.vendor == "postgresql":
        connection.cursor().execute("VACUUM ANALYZE")
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
