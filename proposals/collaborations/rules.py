"""What time does to a collaboration: each party is asked twice what it thinks, by link, and once only each time."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.people import people_of
from intake.reactions import owe_company_mail
from journal.clockwork import rule
from journal.messages import chased_lately
from proposals.collaborations.reactions import owe_partners
from proposals.collaborations.reviewing import moment_of
from proposals.models import Collaboration, CollaborationStage, ReviewMoment

LATE_BY = timedelta(days=90)  # an end that long ago is no longer asked about


def to_be_asked(moment: str):
    """Collaborations of which somebody has not said yet what it thinks at this moment."""
    rows = Collaboration.objects.filter(irritant__erased_at=None)
    if moment == ReviewMoment.END:
        rows = rows.over().filter(ended_at__gte=clock.now() - LATE_BY)
    else:
        rows = rows.filter(stage=CollaborationStage.RUNNING)
    rows = rows.select_related("irritant__contact", "proposal").prefetch_related("organisations", "steps")
    return [row for row in rows if moment_of(row) == moment and _silent(row, moment)]


def _silent(collaboration: Collaboration, moment: str) -> set[int | None]:
    parties = {None, *(row.pk for row in collaboration.organisations.all())}
    said = collaboration.reviews.filter(moment=moment).values_list("organisation_id", flat=True)
    return parties - set(said)


def _ask(collaboration: Collaboration, moment: str) -> bool:
    irritant = collaboration.irritant
    silent = _silent(collaboration, moment)
    cause = f"clock:collaboration.review:{collaboration.pk}:{moment}"
    if None in silent:
        if chased_lately(irritant.public_id, [person.email for person in people_of(irritant)]):
            return False
        owe_company_mail(
            "company_collaboration_review",
            irritant,
            cause,
            proposal=str(collaboration.proposal.public_id),
            moment=moment,
        )
    owe_partners("partner_collaboration_review", collaboration, cause, only=silent, moment=moment)
    return True


for _moment, _title in (
    (ReviewMoment.MIDDLE, _("Collaboration : demander à chacun son avis à mi-parcours")),
    (ReviewMoment.END, _("Collaboration : demander à chacun son avis cinq jours ouvrés après la fin")),
):
    rule(
        f"collaboration.review_{_moment}",
        title=_title,
        who=lambda moment=_moment: to_be_asked(moment),
        once=lambda collaboration, moment=_moment: str(moment),
        of="irritant",
        to_people=True,
        stops=_("chacun a répondu, ou la collaboration a changé d’état"),
    )(lambda collaboration, moment=_moment: _ask(collaboration, moment))
