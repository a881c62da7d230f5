"""The steps of a collaboration, from the path that was accepted."""

from datetime import date

from partners.models import Organisation
from proposals.models import Collaboration, CollaborationStep


def chosen_path(snapshot: dict, chosen: str = "") -> list[dict]:
    """The steps of the option that was chosen, of the only one, or of the path of older versions."""
    options = snapshot.get("options") or []
    if not options:
        return snapshot.get("path", [])
    wanted = chosen or snapshot.get("chosen", "")
    return next((one for one in options if one["id"] == wanted), options[0])["steps"]


def make_steps(collaboration: Collaboration, chosen: str = "") -> list[CollaborationStep]:
    """One row for each step, in order. `chosen`: the option that the company accepted, where there were several."""
    steps = chosen_path(collaboration.proposal.sent_version.snapshot, chosen)
    led = {str(row.public_id): row for row in Organisation.objects.filter(public_id__in=leaders_of(steps))}
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
                planned_start=_day(step.get("start")),
                planned_end=_day(step.get("end")),
            )
            for number, step in enumerate(steps, 1)
        ]
    )


def leaders_of(steps: list[dict]) -> set[str]:
    """Public ids of the partners that lead a step."""
    return {step["organisation_id"] for step in steps if step.get("organisation_id")}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
