"""Irritants by the hundred thousand for the queue's benchmark, straight into the tables, and the addresses to ask for.

Run as a process with the environment of one database: `python -m benchmarks.queue_rows 1000` migrates it, fills it and
prints {"cookie": …, "addresses": {kind of address: [path, …]}}. Everything grows with the number, in the same shares.
"""

from __future__ import annotations

import json
import random
import re
import sys
import uuid
from datetime import timedelta

DAYS = 700  # over which they came in
TAKE = 2000  # rows of one INSERT
STAGES = (  # stage, turn, weight
    ("submitted", "coordinator", 15),
    ("in_triage", "coordinator", 20),
    ("needs_info", "company", 10),
    ("oriented", "partner", 10),
    ("oriented", "coordinator", 15),
    ("closed", "nobody", 30),
)
WORDS = re.findall(
    r"\w+",
    """rebuts coulée four capteurs dérive culasses découpe panneaux stratifiés chutes étiquettes saisie commandes devis
    soudure points série réglages tableur planning tournées livraison retards énergie chauffage vendange maladie
    parcelle images défauts peinture contrôle qualité convoyeur tri plastique maintenance panne presse vibration""",
)


def fill(count: int) -> dict:
    """Needs Django set up and an empty, migrated database with its reference data."""
    from django.db import transaction

    with transaction.atomic():
        people = _people()
        _irritants(count, people)
        _entries(people[0])
        _words()
        _owed()
    return {"cookie": _signed_in(people[0]), "addresses": addresses(people[0])}


def addresses(user) -> dict[str, list[str]]:
    """The default queue, each tab, each value of each filter, and searches for a rare and a frequent word."""
    from django.urls import reverse

    from triage.workbench.choice import AGES, FILTERS, TABS

    def of(**parameters) -> str:
        from urllib.parse import urlencode

        return f"{reverse('admin:index')}?{urlencode(parameters)}"

    return {
        "default": [reverse("admin:index")],
        "tabs": [of(file=tab) for tab in TABS],
        "whose": [of(suivi=whose) for whose in ("mine", "nobody", str(user.pk + 1))],
        "age": [of(age=age) for age in AGES],
        **{one.name: [of(**{one.name: value}) for value, _label in one.options()] for one in FILTERS},
        "search": [
            of(q=query) for query in ("capteurs", "pièce 42", "entreprise 7 vendange", "552100554", "ENACT-")
        ],
        "together": [of(suivi="mine", langue="fr", territoire="57"), of(q="four", secteur="wood", age="10")],
    }


def _people() -> list:
    from accounts.models import Role, User

    names = ("Première", "Deuxième", "Troisième", "Quatrième")
    return [
        User.objects.create_user(f"c{number}@enact.example", role=Role.COORDINATOR, full_name=name)
        for number, name in enumerate(names)
    ]


def _signed_in(user) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.sessions import now

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "accounts.backends.RoleBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["began"] = session["seen"] = now()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _irritants(count: int, people: list) -> None:
    from foundation import clock
    from foundation.identifiers import GRAND_EST
    from intake.models import Company, Contact, Irritant
    from programs.models import Sector

    draw, now = random.Random(1), clock.now()
    companies = Company.objects.bulk_create(
        [Company(name=f"Entreprise {number}") for number in range(max(1, count // 3))], TAKE
    )
    contacts = Contact.objects.bulk_create(
        [
            Contact(email=f"p{number}@entreprise{number}.example", name=f"Personne {number}")
            for number in range(len(companies))
        ],
        TAKE,
    )
    sectors = [*Sector.objects.values_list("pk", flat=True)]
    places = [*GRAND_EST, "DE-BW", ""]
    ways, weights = [way[:2] for way in STAGES], [way[2] for way in STAGES]

    def irritant(number: int) -> Irritant:
        (stage, turn), who = draw.choices(ways, weights)[0], number % len(companies)
        came = now - timedelta(days=DAYS) * (1 - number / count) - timedelta(hours=1)
        open_now = stage != "closed"
        return Irritant(
            reference=f"ENACT-{number // 100:04}-{number % 100:02}",  # random ones meet among so many
            form_token=uuid.uuid4().hex,
            company=companies[who],
            contact=contacts[who],
            text=f"Pièce {number} : {' '.join(draw.choices(WORDS, k=40))}.",
            language=draw.choices(["fr", "de", "en"], [90, 7, 3])[0],
            sector_id=draw.choice(sectors),
            department=draw.choice(places),
            site_city="Metz",
            confidentiality="nda" if number % 20 == 0 else "summary",
            consent_at=came,
            consent_version="1",
            stage=stage,
            turn=turn,
            outcome="" if open_now else "no_match",
            due_at=came + timedelta(days=draw.randint(5, 900)) if open_now else None,
            coordinator=None if stage == "submitted" else people[number % len(people)],
            unread_since=came if number % 30 == 0 else None,
            created_at=came,
        )

    for start in range(0, count, TAKE):
        Irritant.objects.bulk_create([irritant(number) for number in range(start, min(count, start + TAKE))])


def _entries(reader) -> None:
    """As triage.filing files them, without asking for each."""
    from programs.models import OfferKind, Pillar, Topic

    bucket = """CASE WHEN i.stage = 'closed' THEN 'closed' WHEN i.turn IN ('company', 'partner') THEN i.turn
        WHEN i.stage = 'submitted' THEN 'to_take' WHEN i.stage = 'in_triage' THEN 'to_qualify'
        WHEN i.id % 3 = 0 THEN 'answered' WHEN i.id % 3 = 1 THEN 'to_send' ELSE 'to_close' END"""

    def one_of(prefix: str, values) -> str:
        """A value in turn for each irritant: of a vocabulary, whose codes need no quoting."""
        values = list(values)
        whens = " ".join(f"WHEN {place} THEN '{prefix}:{value}'" for place, value in enumerate(values))
        return f"CASE (i.id / 7) % {len(values)} {whens} END"

    place = "CASE i.department WHEN '' THEN 'unknown' WHEN 'DE-BW' THEN 'elsewhere' ELSE i.department END"
    codes = {
        "''": "1 = 1",
        "'who:' || COALESCE(CAST(i.coordinator_id AS varchar(9)), 'nobody')": "1 = 1",
        f"'territory:' || {place}": "1 = 1",
        "'language:' || i.language": "1 = 1",
        "'sector:' || i.sector_id": "1 = 1",
        one_of("topic", Topic.objects.values_list("pk", flat=True)): "1 = 1",
        one_of("kind", OfferKind.values): "i.id % 2 = 0",
        one_of("pillar", Pillar.objects.values_list("pk", flat=True)): "i.stage NOT IN ('submitted')",
        "'flag:unread'": "i.unread_since IS NOT NULL",
        "'flag:nda'": "i.confidentiality = 'nda'",
        "'flag:hold'": "i.id % 8 = 0",
        "'flag:twin'": "i.id % 25 = 0",
        f"'cited:{reader.pk}'": "i.id % 200 = 0",
    }
    for code, condition in codes.items():
        _execute(
            "INSERT INTO triage_queueentry (irritant_id, code, bucket, at, due_at) "  # nosec B608
            f"SELECT i.id, {code}, {bucket}, i.created_at, i.due_at FROM intake_irritant i WHERE {condition}"
        )


def _words() -> None:
    from intake.models import Irritant
    from triage import fulltext

    rows = Irritant.objects.values_list("pk", "reference", "company__name", "contact__email", "text")
    for key, *texts in rows.iterator():
        fulltext.write(key, fulltext.tokens(" ".join(texts)))


def _owed() -> None:
    """A ranking, a mail and two jobs that are done, for each."""
    from journal.models import Job, Message
    from triage.models import MatchRun

    public, key = "i.public_id", "CAST(i.id AS varchar(9))"
    _copies(MatchRun(verdict="match", language="fr"), irritant_id="i.id", key=key, at="i.created_at")
    _copies(
        Message(template="company_received", language="fr", status=Message.SENT),
        id=public,
        case=public,
        subject_id=public,
        cause=key,
        recipient=f"'p' || {key} || '@entreprise.example'",
        created_at="i.created_at",
    )
    for kind in ("message.send", "match.compute"):
        _copies(Job(kind=kind, status=Job.DONE), key=f"'{kind}:' || {key}", created_at="i.created_at")


def _copies(template, **expressions: str) -> None:
    """One such row for each irritant, with these expressions (names of columns) over the irritant `i`."""
    from django.db import connection

    columns, values, parameters = [], [], []
    for field in template._meta.concrete_fields:
        if field.column in expressions:
            values.append(expressions[field.column])
        elif field.primary_key:
            continue
        else:
            values.append("%s")
            parameters.append(field.get_db_prep_save(field.pre_save(template, add=True), connection))
        columns.append(connection.ops.quote_name(field.column))
    _execute(
        f"INSERT INTO {template._meta.db_table} ({', '.join(columns)}) "  # nosec B608
        f"SELECT {', '.join(values)} FROM intake_irritant i",
        parameters,
    )


def _execute(statement: str, parameters: list | None = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def main(arguments: list[str]) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    for command in ("migrate", "createcachetable", "load_reference"):
        call_command(command, verbosity=0)
    told = fill(int(arguments[0]))
    if connection.vendor == "postgresql":  # as it does by itself in time; SQLite serves the portal without
        _execute("VACUUM ANALYZE")
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
