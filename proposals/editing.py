"""The editor: text and path as forms. One save for the whole page, never over a newer text."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from journal.actors import Actor
from journal.lifecycle import Refusal
from proposals import writing
from proposals.forms import TEXT_FIELDS, PathFormSet, ProposalForm, initial_of, leader_choices
from proposals.models import Proposal
from proposals.steps import CLUSTER_LEADS, COMPANY_LEADS, MAX_STEPS

PREFIX = "step"
_LABEL_OF_PATH = _("le chemin proposé")


@dataclass
class Editor:
    """Forms over one proposal. Bound when `data` is given; `action` is the button that was pressed."""

    proposal: Proposal
    form: ProposalForm
    path: PathFormSet
    partners: dict[str, str]
    action: str = "save"

    @classmethod
    def over(cls, proposal: Proposal, data=None) -> "Editor":
        partners = {str(row.public_id): row.name for row in writing.partners_of(proposal.irritant)}
        for step in proposal.path:  # who left still shows: the coordinator sees what to change
            if step.get("organisation_id"):
                partners.setdefault(step["organisation_id"], step["organisation"])
        action = data.get("action", "save") if data is not None else "save"
        if data is not None and (row := re.fullmatch(r"remove:(\d+)", action)):
            data = data.copy()
            data[f"{PREFIX}-{row[1]}-DELETE"] = "on"
        # A copy: validation writes what was typed into the instance, and a conflict shows the stored text.
        instance = Proposal.objects.get(pk=proposal.pk)
        form = ProposalForm(data, instance=instance, initial={"seen_version": proposal.version})
        path = PathFormSet(
            data,
            prefix=PREFIX,
            initial=None if data is not None else [initial_of(step) for step in proposal.path],
            form_kwargs={"leaders": leader_choices(partners)},
        )
        return cls(proposal, form, path, partners, action)

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.path.is_valid()])

    def save(self, actor: Actor) -> str:
        """Write text and path as the pressed button asks; the anchor to come back to. Raises Refusal."""
        steps, anchor = self._arranged()
        values = {name: self.form.cleaned_data[name] for name in TEXT_FIELDS}
        writing.edit(
            self.proposal,
            {**values, "path": steps},
            version=self.form.cleaned_data["seen_version"],
            actor=actor,
        )
        return anchor

    def _steps(self) -> list[dict]:
        irritant = self.proposal.irritant
        offers = irritant.matches.filter(offer__illustrative=True).values_list("offer__public_id", flat=True)
        others = {COMPANY_LEADS: irritant.company.name, CLUSTER_LEADS: "ENACT"}
        return self.path.steps(self.partners, {str(offer) for offer in offers}, others)

    def _arranged(self) -> tuple[list[dict], str]:
        """The steps after a move up or down or an added offer, and the anchor of what was moved."""
        steps = self._steps()
        if match := re.fullmatch(r"(up|down):(\d{1,3})", self.action):
            here = int(match[2])
            there = here + (-1 if match[1] == "up" else 1)
            if here < len(steps) and 0 <= there < len(steps):
                steps[here], steps[there] = steps[there], steps[here]
                return steps, f"#etape-{there + 1}"
        elif self.action.startswith("offer:"):
            if len(steps) >= MAX_STEPS:
                raise Refusal(_("Un chemin compte douze étapes au plus."), "path")
            step = writing.step_from(self.proposal, self.action.removeprefix("offer:"))
            if step:
                return [*steps, step], f"#etape-{len(steps) + 1}"
        elif self.action != "save":
            return steps, "#chemin"
        return steps, ""

    def differences(self) -> list[dict]:
        """Field by field, what is stored now and what was typed, where they differ."""
        stored = Proposal.objects.get(pk=self.proposal.pk)
        rows = [
            {"label": self.form.fields[name].label, "stored": getattr(stored, name), "typed": typed}
            for name in TEXT_FIELDS
            if (typed := self.form.cleaned_data.get(name)) != getattr(stored, name)
        ]
        typed = self._steps()
        if typed != stored.path:
            rows.append({"label": _LABEL_OF_PATH, "stored": _titles(stored.path), "typed": _titles(typed)})
        return rows

    def rebase(self) -> None:
        """Next save replaces what somebody else stored: the writer has seen it."""
        data = self.form.data.copy()
        data["seen_version"] = str(
            Proposal.objects.values_list("version", flat=True).get(pk=self.proposal.pk)
        )
        self.form.data = data


def _titles(steps: list[dict]) -> str:
    return "\n".join(f"{number}. {step['title']}" for number, step in enumerate(steps, 1))
