"""A version as text on a page: its paragraphs in order, each step with who, when and of which kind."""

from dataclasses import dataclass

from django.utils import translation

from proposals.agreeing.paragraphs import Paragraph, paragraphs, steps_of
from proposals.steps import kind_label


@dataclass(frozen=True)
class Block:
    """`facts`: what stands under the heading of a step, in the language of the document."""

    paragraph: Paragraph
    facts: tuple[str, ...] = ()
    is_step: bool = False


def blocks(snapshot: dict) -> list[Block]:
    steps = dict(steps_of(snapshot))
    with translation.override(snapshot.get("language")):
        facts = {code: _facts(step) for code, step in steps.items()}
    return [Block(one, facts.get(one.id, ()), one.id in steps) for one in paragraphs(snapshot)]


def _facts(step: dict) -> tuple[str, ...]:
    who = ", ".join(filter(None, (step.get("organisation"), step.get("person"))))
    dates = " → ".join(filter(None, (step.get("start"), step.get("end"))))
    return tuple(filter(None, (str(kind_label(step.get("kind", ""))), step.get("when") or dates, who)))
