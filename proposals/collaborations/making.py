"""The steps of a collaboration, from the option that was accepted."""

from partners.models import Organisation
from proposals import paths
from proposals.models import Collaboration, CollaborationStep


def make_steps(collaboration: Collaboration, option: paths.Option) -> list[CollaborationStep]:
    """One row for each step of the option that the company accepted, in order."""
    rows = Organisation.objects.filter(public_id__in=paths.leaders([option]))
    led = {str(row.public_id): row for row in rows}
    return CollaborationStep.objects.bulk_create(
        [
            CollaborationStep(
                collaboration=collaboration,
                number=number,
                code=step.get("id", ""),
                kind=step.get("kind", ""),
                title=step["title"][:160],
                organisation=led.get(step.get("organisation_id", "")),
                leads=step["leads"] if step.get("leads") in ("company", "cluster") else "",
                when=step.get("when", "")[:120],
                planned_start=paths.day(step.get("start", "")),
                planned_end=paths.day(step.get("end", "")),
            )
            for number, step in enumerate(option["steps"], 1)
        ]
    )
