from datetime import date, timedelta
from math import ceil
from pathlib import Path

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandError
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone, translation

from accounts.models import User
from demo import living, offers, records
from demo.cast import MEMBERS
from demo.stories import Teller, tell_all
from demo.team import COLLEAGUE, gather
from partners.models import Kind, Organisation, PartnerAbsence
from programs.importing import CatalogueErrors, load_catalogue
from triage.filing import refile_all, unfiled

CATALOGUE = Path(__file__).resolve().parents[2] / "catalogue"
CATALOGUE_AS_OF = date(2026, 11, 22)


class Command(BaseCommand):
    help = "Load the demonstration: catalogue, cast, six illustrative irritants. Safe to repeat; keeps what is there."

    def handle(self, *args, **options):
        # Dates move forward with the calendar so that sessions and starts lie ahead; by whole weeks, so that a
        # course keeps its working days.
        shift = timedelta(weeks=max(0, ceil((timezone.localdate() - CATALOGUE_AS_OF).days / 7)))
        if not Organisation.objects.filter(illustrative=True).exists():
            try:
                load_catalogue(CATALOGUE, shift=shift)
            except CatalogueErrors as errors:
                raise CommandError(str(errors)) from errors
            Organisation.objects.filter(illustrative=True, contact_email="").update(
                contact_email=Concat(Value("contact@"), F("external_id"), Value(".example"))
            )
            self._say_what_they_can_take()
        people = {member.code: self._person(member) for member in MEMBERS}
        with translation.override("fr"):
            tell_all(Teller(staff=people["coordination"], partner=people["partenaire"]))
            offers.tell(people["partenaire"])
            gather(people["partenaire"], self._account(COLLEAGUE, "Responsable scientifique"))
            records.keep(people["partenaire"])
        living.verify_all_but(people["partenaire"])
        living.open_pages()
        refile_all([row for row, _filed in unfiled()])  # what an earlier version of the portal told

    @staticmethod
    def _say_what_they_can_take() -> None:
        """Laboratories take three questions a month; one school is away for the next ten days."""
        partners = Organisation.objects.filter(illustrative=True).order_by("external_id")
        partners.filter(kind=Kind.LABORATORY).update(monthly_capacity=3)
        today = timezone.localdate()
        for away in partners.filter(external_id="mines-nancy"):
            PartnerAbsence.objects.create(organisation=away, since=today, until=today + timedelta(days=10))

    def _person(self, member) -> User:
        return self._account(member.email, member.full_name, role=member.role)

    @staticmethod
    def _account(email: str, full_name: str, **more) -> User:
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, full_name=full_name, **more)
        EmailAddress.objects.get_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
        return user
