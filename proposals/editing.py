"""The editor: head, options and text as forms. One save for the whole page, never over a newer text."""

from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from journal.actors import Actor
from journal.lifecycle import Refusal
from proposals import arranging, costs, gathering, paths, sections, writing
from proposals import path_forms as rows
from proposals.composing import plan_again
from proposals.forms import TEXT_FIELDS, ProposalForm
from proposals.models import Proposal
from proposals.posted import OPTION, STEP, TEXT, ask_for_facts, initial_steps, step_choices, without_removed
from proposals.steps import CLUSTER_LEADS, COMPANY_LEADS


@dataclass
class Editor:
    """Forms over one proposal. Bound when `data` is given; `act`, `of`: the button that was pressed, « act:of »."""

    proposal: Proposal
    form: ProposalForm
    options: Any
    steps: Any
    text: Any
    partners: dict[str, str]
    act: str = "save"
    of: str = ""

    @classmethod
    def over(cls, proposal: Proposal, data=None) -> "Editor":
        partners = {str(row.public_id): row.name for row in writing.partners_of(proposal.irritant)}
        for step in paths.all_steps(proposal.options):  # who left still shows: one sees what to change
            if step["organisation_id"]:
                partners.setdefault(step["organisation_id"], step["organisation"])
        act, _colon, of = data.get("action", "save").partition(":") if data is not None else ("save", "", "")
        if data is not None:
            data = without_removed(data, act, of)
        # A copy: validation writes what was typed into the instance, and a conflict shows the stored text.
        instance = Proposal.objects.get(pk=proposal.pk)
        form = ProposalForm(data, instance=instance, initial={"seen_version": proposal.version})
        bound, spoken = data is not None, {"language": proposal.irritant.language}
        choices = step_choices(proposal.options, data, partners)  # in the reader's language
        with translation.override(proposal.irritant.language):  # dates in words are the company's
            steps = rows.StepRows(
                data,
                prefix=STEP,
                initial=None if bound else initial_steps(proposal.options),
                form_kwargs=spoken | choices,
            )
        ask_for_facts(steps, proposal.options, data)
        texts = [
            {**row, "section": code}
            for code in sections.SECTIONS
            for row in proposal.sections.get(code) or ()
        ]
        return cls(
            proposal,
            form,
            rows.OptionRows(
                data, prefix=OPTION, initial=None if bound else proposal.options, form_kwargs=spoken
            ),
            steps,
            rows.ParagraphRows(data, prefix=TEXT, initial=None if bound else texts, form_kwargs=spoken),
            partners,
            act,
            of,
        )

    def is_valid(self) -> bool:
        found = [
            form.is_valid() for form in (self.form, self.options, self.steps, self.text)
        ]  # each, to be told
        return all(found) and not any(row.facts.errors for row in self._costed())

    def _costed(self) -> list[rows.StepForm]:
        """Rows whose answers to a calculator count: not one that goes, nor one that leaves its scheme."""
        asked = {step["id"]: step["scheme"] for step in paths.all_steps(self.proposal.options)}
        return [
            row
            for row in self.steps.forms
            if row.facts
            and row not in self.steps.deleted_forms
            and row["scheme"].value() == asked[row["id"].value()]
        ]

    def save(self, actor: Actor) -> str:
        """Write everything as the pressed button asks; the anchor to come back to. Raises Refusal."""
        values = {name: self.form.cleaned_data[name] for name in TEXT_FIELDS}
        options, text = self.typed_options(), self.typed_text()
        version = self.form.cleaned_data["seen_version"]
        try:
            options, text, anchor, undo = self._acted(options, text)
        except arranging.Full:
            raise Refusal(_("Trois options au plus, de douze étapes au plus chacune."), "path") from None
        writing.edit(
            self.proposal,
            {**values, "options": paths.tidy(options), "sections": text},
            version=version,
            actor=actor,
            undo=undo and {**undo, "what": self.act, "of": self.of, "at": version + 1},
        )
        return anchor

    def typed_options(self) -> list[paths.Option]:
        """The options as the page has them, before any button."""
        irritant = self.proposal.irritant
        offers = irritant.matches.filter(offer__illustrative=True).values_list("offer__public_id", flat=True)
        examples = {str(offer) for offer in offers}
        others = {COMPANY_LEADS: irritant.company.name, CLUSTER_LEADS: "ENACT"}
        stored = {step["id"]: step for step in paths.all_steps(self.proposal.options)}
        found = [
            paths.blank_option(row["id"], **{key: row[key] for key in ("title", "why", "limits")})
            for row in rows.kept(self.options)
        ]
        placed = sorted(rows.kept(self.steps), key=lambda row: row["position"] or 0)
        facts = {
            row["id"].value(): costs.answers(row.facts)
            for row in self.steps.forms
            if row.facts and row.facts.is_valid()
        }
        with translation.override(irritant.language):
            for row in placed:
                if option := paths.option_of(found, row["option"]):
                    step = rows.step_of(
                        row, stored.get(row["id"], {}), facts.get(row["id"]), self.partners, examples, others
                    )
                    option["steps"].append(step)
        return paths.tidy(found)

    def typed_text(self) -> dict[str, list[sections.Paragraph]]:
        found: dict[str, list] = {}
        for row in rows.kept(self.text):
            if row["text"].strip():
                found.setdefault(row["section"], []).append(sections.paragraph(row["id"], row["text"]))
        return {code: found[code] for code in sections.SECTIONS if code in found}

    def _acted(self, options: list[paths.Option], text: dict) -> tuple[list, dict, str, dict | None]:
        """Options, text, anchor, and what to keep for « annuler », after the pressed button."""
        new_id = paths.identities(paths.ids_in(options) | paths.ids_in(self.proposal.options))
        irritant = self.proposal.irritant
        with translation.override(irritant.language):
            match self.act:
                case "up" | "down":
                    return *_text(
                        text, arranging.moved(options, self.of, 1 if self.act == "down" else -1)
                    ), None
                case "offer":
                    option_id, _colon, offer_id = self.of.partition(":")
                    step = writing.step_from(self.proposal, offer_id, options)
                    if step:
                        return *_text(text, arranging.added(options, option_id, step)), None
                case "free":
                    step = paths.blank_step(new_id(), title=_("Nouvelle étape"))
                    return *_text(text, arranging.added(options, self.of, step)), None
                case "copy":
                    old = paths.option_of(options, self.of)
                    title = _("%(title)s (copie)") % {"title": old["title"][:110]} if old else ""
                    return *_text(text, arranging.duplicated(options, self.of, new_id, title)), None
                case "option":
                    option = paths.blank_option(new_id(), title=_("Nouvelle option"))
                    return *_text(text, arranging.with_option(options, option)), None
                case "dates":
                    need, pieces = gathering.need_of(irritant), gathering.pieces_of(irritant)
                    return plan_again(options, need, pieces), text, "#chemin", {"options": options}
                case "paths":
                    taken = paths.ids_in(options) | paths.ids_in(self.proposal.options)
                    return writing.composed(irritant, taken), text, "#chemin", {"options": options}
                case "section" if self.of in sections.SECTIONS:
                    fresh = writing.composed_section(self.proposal, self.of, options)
                    return (
                        options,
                        sections.rewritten(text, self.of, fresh),
                        f"#texte-{self.of}",
                        {"sections": text},
                    )
                case "paragraph" if self.of in sections.SECTIONS:
                    taken = sections.ids_in(text) | sections.ids_in(self.proposal.sections)
                    fresh = sections.paragraph(paths.identities(taken)(), "")
                    return options, _longer(text, self.of, fresh), f"#texte-{self.of}", None
                case "undo":
                    return *self._undone(options, text), None
        return options, text, "" if self.act == "save" else "#chemin", None

    def _undone(self, options: list[paths.Option], text: dict) -> tuple[list, dict, str]:
        undo = self.undo
        if undo.get("what") == "dates":
            return arranging.with_dates_of(options, undo["options"]), text, "#chemin"
        if undo.get("what") == "paths":
            return undo["options"], text, "#chemin"
        if undo.get("what") == "section":
            code = undo["of"]
            return options, {**text, code: undo["sections"].get(code, [])}, f"#texte-{code}"
        return options, text, "#chemin"

    @property
    def undo(self) -> dict:
        """What the portal's last rewriting replaced, while nobody has written since."""
        undo = self.proposal.undo
        return undo if undo.get("at") == self.proposal.version else {}

    def differences(self) -> list[dict]:
        """Field by field, what is stored now and what was typed, where they differ."""
        stored = Proposal.objects.get(pk=self.proposal.pk)
        found = [
            {"label": self.form.fields[name].label, "stored": getattr(stored, name), "typed": typed}
            for name in TEXT_FIELDS
            if (typed := self.form.cleaned_data.get(name)) != getattr(stored, name)
        ]
        typed_options = self.typed_options()
        if typed_options != stored.options:
            label = _("les chemins proposés")
            found.append({"label": label, "stored": _told(stored.options), "typed": _told(typed_options)})
        typed_text = self.typed_text()
        for code, label in sections.SECTIONS.items():
            before, now = (sections.text_of(text, code) for text in (stored.sections, typed_text))
            if before != now:
                found.append({"label": label, "stored": before, "typed": now})
        return found

    def rebase(self) -> None:
        """Next save replaces what somebody else stored: the writer has seen it."""
        data = self.form.data.copy()
        data["seen_version"] = str(
            Proposal.objects.values_list("version", flat=True).get(pk=self.proposal.pk)
        )
        self.form.data = data


def _text(text: dict, arranged: arranging.Arranged) -> tuple[list, dict, str]:
    options, anchor = arranged
    return options, text, anchor


def _longer(text: dict, code: str, fresh: sections.Paragraph) -> dict:
    """With one more paragraph at the end of a section, as long as it is not full."""
    found = text.get(code, [])
    return {**text, code: [*found, fresh]} if len(found) < sections.MOST_PARAGRAPHS else text


def _told(options: list[paths.Option]) -> str:
    """Options as lines, to be compared by eye."""
    lines = []
    for option in options:
        lines += [option["title"], option["why"], option["limits"]]
        for number, step in enumerate(option["steps"], 1):
            words = (step["title"], step["organisation"], step["when"], step["summary"], step["deliverables"])
            lines.append(f"{number}. " + " · ".join(filter(None, (*words, step["decision"]))))
    return "\n".join(filter(None, lines))
