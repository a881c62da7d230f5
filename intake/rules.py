"""What time does to drafts that were left."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake import resuming
from intake.models import Draft
from journal.clockwork import rule


@rule(
    "intake.purge_drafts",
    title=_("Formulaires : effacer ceux que personne n’a envoyés"),
    who=lambda: Draft.objects.expired().order_by("expires_at"),
    stops=_("le formulaire est envoyé ou repris"),
)
def purge_drafts(draft: Draft) -> bool:
    """Delete an expired draft and the files that came with it, if it was never sent."""
    draft = Draft.objects.expired().select_for_update().filter(pk=draft.pk).first()
    if draft is None:
        return False  # sent, or prolonged, a moment ago
    resuming.erase(draft)
    return True


def _with_an_old_origin():
    past = clock.now() - timedelta(hours=2)
    rows = Draft.objects.exclude(origin="").filter(touched_at__lt=past)
    return rows.filter(Q(submitted_at=None) | Q(submitted_at__lt=past))


@rule(
    "intake.forget_origins",
    title=_("Formulaires : effacer l’adresse d’où ils ont été commencés"),
    who=_with_an_old_origin,
    in_bulk=True,
)
def forget_origins(rows) -> int:
    """Limits are per hour: what they counted by is not kept for longer."""
    return rows.update(origin="")
