"""What time does to drafts."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from foundation import clock
from intake import resuming
from intake.models import Draft
from journal.clockwork import RULES

AT_ONCE = 200


@RULES.register("intake.purge_drafts")
def purge_drafts() -> int:
    """Delete expired drafts and the files that came with those never sent. Returns how many drafts went."""
    return sum(
        _purge(pk)
        for pk in Draft.objects.expired().order_by("expires_at").values_list("pk", flat=True)[:AT_ONCE]
    )


def _purge(pk: int) -> bool:
    """One draft, in a transaction of its own: it may have been sent, or prolonged, a moment ago."""
    with transaction.atomic():
        draft = Draft.objects.expired().select_for_update().filter(pk=pk).first()
        if draft is None:
            return False
        resuming.erase(draft)
    return True


@RULES.register("intake.forget_origins")
def forget_origins() -> int:
    """Limits are per hour: what they counted by is not kept for longer."""
    past = clock.now() - timedelta(hours=2)
    rows = Draft.objects.exclude(origin="").filter(touched_at__lt=past)
    return rows.filter(Q(submitted_at=None) | Q(submitted_at__lt=past)).update(origin="")
