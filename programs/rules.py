"""Clock rules of the catalogue: asking whether offers are still true, hiding those that nobody answers for."""

from django.utils.translation import gettext_lazy as _

from foundation import clock
from journal import messages
from journal.actors import CLOCK_ACTOR
from journal.clockwork import After, mark, rule
from partners.models import Organisation
from programs import freshness
from programs.lifecycle import OFFER
from programs.mails import HIDDEN, TO_VERIFY
from programs.models import Offer

_HIDE_AFTER = After("last_reminded", days=freshness.HIDE_WORKING_DAYS)


def _tell(template: str, organisation: Organisation, offers: list[Offer], *, cause: str) -> None:
    """One mail to each person who answers for the organisation, about all these offers."""
    for email, language in organisation.recipients():
        messages.owe(
            template,
            to=email,
            language=language,
            cause=cause,
            case=organisation.public_id,
            subject_id=organisation.public_id,
            payload={"offers": [str(row.public_id) for row in offers]},
        )


@rule(
    freshness.REMIND,
    title=_("Offres à vérifier : le demander au partenaire, deux fois, une fois par semaine au plus"),
    who=freshness.to_remind,
    of="",
    to_people=True,
    stops=_("le partenaire dit « toujours d’actualité », corrige ou masque ; il est absent"),
)
def ask_whether_they_are_true(organisation: Organisation) -> bool:
    """One mail for all its offers that are past their period; it is a reminder of each that still lacks one."""
    rows = list(freshness.reminded().filter(organisation=organisation).order_by("pk"))
    today = clock.today().isoformat()
    for row in rows:
        if row.reminders < freshness.REMINDERS:  # a mail for others' sake does not give it more time
            mark(freshness.REMIND, row.public_id, today)
    _tell(TO_VERIFY, organisation, rows, cause=f"clock:{freshness.REMIND}:{organisation.public_id}:{today}")
    return mark(freshness.REMIND, organisation.public_id, today)


@rule(
    "offers.hide",
    title=_(
        "Offres à vérifier : les masquer dix jours ouvrés après le second rappel, et le dire au partenaire"
    ),
    who=freshness.to_hide,
    when=_HIDE_AFTER,
    of="organisation",
    to_people=True,
    stops=_("le partenaire dit « toujours d’actualité », corrige ou masque ; il est absent"),
)
def hide_what_nobody_answers_for(offer: Offer) -> bool:
    """With it all of its partner's offers whose time has come, so that one mail tells of them."""
    organisation = offer.organisation
    rows = [
        row
        for row in freshness.to_hide().filter(organisation=organisation)
        if _HIDE_AFTER.moment(row, organisation.department, None) <= clock.now()
    ]
    if not organisation.recipients():
        return False  # nobody to tell: never in silence
    for row in rows:
        OFFER.perform(row, "hide", actor=CLOCK_ACTOR)
    _tell(HIDDEN, organisation, rows, cause=f"clock:offers.hide:{offer.public_id}:{offer.verified_on}")
    return True
