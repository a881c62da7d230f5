"""A row of what belongs to no side: reference data, rules, second factors, the log of who read."""

from allauth.mfa.models import Authenticator

from foundation import clock
from intake.models import Destination
from journal.models import AccessRecord
from programs.management.commands.load_reference import DATA
from programs.models import Pillar, ThesaurusAddition, ThesaurusRetirement
from programs.schemes.loading import load as load_schemes
from triage.models import HoldRule
from triage.reasons import VERDICT_REASONS


def row_of_everything(cast) -> None:
    now = clock.now()
    Pillar.objects.create(code="p", label_fr="p", label_de="p", label_en="p")
    load_schemes(DATA)
    for code in list(VERDICT_REASONS)[:2]:
        HoldRule.objects.get_or_create(code=code)
    ThesaurusAddition.objects.create(concept="x", language="fr", expression="x")
    ThesaurusRetirement.objects.create(item="x")
    Destination.objects.get_or_create(code="x", defaults={"name": "X", "kind": "hub", "purpose_fr": "x"})
    Authenticator.objects.create(user=cast.administrator, type="totp", data={})
    AccessRecord.objects.create(
        reader="user:1", role="coordinator", what="contact", subject="x", page="x", at=now, hour=now
    )
