"""The words of mails: the original in templates/emails/<key>/text.txt, over it what coordinators wrote.

What they write is data, never a program: `$name` from the list of the mail, nothing compiled, nothing evaluated.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from foundation.registry import Registry
from journal.actors import Actor
from journal.letters import BLOCKS, Letter, Source, compose, names_in
from journal.lifecycle import Refusal
from journal.models import Message, MessageText

LANGUAGES = tuple(code for code, _label in settings.LANGUAGES)


@dataclass(frozen=True)
class Value:
    """What a `$name` stands for: words for coordinators, and an example (or what makes one) for their preview."""

    what: str | Promise
    example: object

    def sample(self) -> object:
        """The example in the active language."""
        return self.example() if callable(self.example) else str(self.example)


@dataclass(frozen=True)
class Template:
    """A kind of mail: templates/emails/<key>/text.txt and what fills it.

    `build(message)` returns the values (with `action_url`, a fresh link), or None when the mail has lost its
    object or sense. `placeholders`: the only `$name` its text may hold; one that `build` leaves out or empty takes
    its paragraph with it. `required`: block → names that its text must hold. `when`: for coordinators, when the
    mail leaves. `base(message)`: what can be said of the case of a message in any state, for a preview.
    `forgets`: the last mail to somebody who was erased; its address goes when the mail has left, or is given up.
    """

    label: str | Promise
    build: Callable[[Message], dict | None]
    placeholders: Mapping[str, Value] = field(default_factory=dict)
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    when: str | Promise = ""
    base: Callable[[Message], dict | None] = lambda message: None
    forgets: bool = False

    def required_in(self, block: str) -> tuple[str, ...]:
        """Every subject names its case, where there is one yet: people search their mail by it."""
        case = ("reference",) if block == "subject" and "reference" in self.placeholders else ()
        return (*case, *self.required.get(block, ()))


TEMPLATES: Registry[Template] = Registry("mail template")

_HEADING = re.compile(r"^\[(\w+)\]$", re.M)


def original(key: str, language: str) -> dict[str, str]:
    """The portal's own words of a mail, block by block, with their `$name`."""
    with translation.override(language):
        written = render_to_string(f"emails/{key}/text.txt")
    _before, *rest = _HEADING.split(written)
    blocks = dict(zip(rest[::2], rest[1::2], strict=True))
    return {block: blocks.get(block, "").strip() for block in BLOCKS}


def latest(key: str, language: str) -> MessageText | None:
    """What coordinators last made of it, None when they never did."""
    return MessageText.objects.filter(key=key, language=language).order_by("-number").first()


def in_force(key: str, language: str) -> dict[str, str]:
    """The words that leave now."""
    return laid_over(original(key, language), latest(key, language))


def laid_over(blocks: Mapping[str, str], row: MessageText | None) -> dict[str, str]:
    return {block: (row and getattr(row, block).strip()) or words for block, words in blocks.items()}


def write(key: str, language: str, blocks: Mapping[str, str], context: dict) -> Letter:
    """The letter in `language`. `context`: what the mail's `build` returned."""
    values = {name: context[name] for name in TEMPLATES[key].placeholders if context.get(name)}
    with translation.override(language):
        return compose(blocks, values, {"language": language, "site_name": settings.SITE_NAME, **context})


def preview(
    key: str, language: str, blocks: Mapping[str, str], case: UUID | None
) -> tuple[Letter, list[str]]:
    """The letter as it would read for a case, and the names for which examples stand in. Writes nothing.

    Where the case already had this mail, it is that one; else what the case has to say, and examples for the rest.
    """
    template = TEMPLATES[key]
    with translation.override(language):
        context = (_context_of(key, case) if case else None) or {}
        known = {name: context[name] for name in template.placeholders if context.get(name)}
        examples = {
            name: value.sample() for name, value in template.placeholders.items() if name not in known
        }
        personal = _("lien personnel")
        link = f"{settings.SITE_URL}/… ({personal})"
        letter = write(key, language, blocks, {**context, **examples, "action_url": link})
    used = set().union(*(names_in(blocks[block]) for block in BLOCKS))
    return letter, sorted(used & examples.keys())


def _context_of(key: str, case: UUID) -> dict | None:
    template = TEMPLATES[key]
    sent = Message.objects.filter(template=key, case=case).order_by("-created_at").first()
    context = template.build(sent) if sent else None
    return context or template.base(Message(template=key, case=case, subject_id=case))


def problems(key: str, block: str, text: str) -> list[str]:
    """What keeps this text from being a block of this mail, as sentences; an empty block is the original."""
    if not text.strip():
        return []
    template = TEMPLATES[key]
    known = _listed(sorted(template.placeholders))
    foreign = _written_otherwise(text, template.placeholders.keys())
    if foreign:
        return [
            _("Ceci partirait tel quel, rien ne le remplace : %(written)s. Possibles ici : %(known)s.")
            % {"written": ", ".join(foreign), "known": known}
        ]
    said = []
    if not Source(text).is_valid():
        said.append(
            _(
                "Un $ n’est suivi d’aucun nom connu. Possibles : %(known)s. Pour écrire ce signe, doublez-le : $$."
            )
            % {"known": known}
        )
    unknown = sorted(names_in(text) - template.placeholders.keys())
    if unknown:
        said.append(
            _("Inconnu ici : %(unknown)s. Possibles : %(known)s.")
            % {"unknown": _listed(unknown), "known": known}
        )
    missing = [name for name in template.required_in(block) if name not in names_in(text)]
    if missing:
        said.append(
            _("Il manque %(missing)s : ce courriel ne peut pas s’en passer.") % {"missing": _listed(missing)}
        )
    if block != "body" and len(text.strip().splitlines()) > 1:
        said.append(_("Ce texte tient sur une seule ligne."))
    return said


# How other programs write what is to be filled in: {name}, {{name}}, ${name}, {% … %}, %(name)s, %name%, [name].
_OTHERWISE = re.compile(
    r"\$?\{+[^{}\n]*(?:\}+|$)|%\([^()\n]*\)[sd]|%[^\W\d]\w*%|\[[^\W\d]\w*\]|<(?P<angle>\w+)>", re.M
)


def _written_otherwise(text: str, known: Collection[str]) -> list[str]:
    """What looks like a name to be replaced and is none here; a <tag> is a word like any other, but a name."""
    found = _OTHERWISE.finditer(text)
    return list(dict.fromkeys(one.group() for one in found if not one["angle"] or one["angle"] in known))


def _listed(names: list[str]) -> str:
    return ", ".join(f"${name}" for name in names)


def save(key: str, language: str, blocks: Mapping[str, str], *, actor: Actor, seen: int) -> MessageText:
    """Make these words those of the mail. `seen`: the version that the editor had before their eyes, 0 for none.

    A block that says what the original says is kept empty, so that it follows the original when that is mended.
    Raises Refusal: "version" when somebody else was quicker, the block's name when its text cannot be.
    """
    for block in BLOCKS:
        if found := problems(key, block, blocks.get(block, "")):
            raise Refusal(" ".join(found), block)
    first = original(key, language)
    kept = {block: _kept(blocks.get(block, ""), first[block]) for block in BLOCKS}
    row = latest(key, language)
    late = Refusal(
        _("Quelqu’un d’autre vient de changer ce texte. Voici le sien ; le vôtre est gardé."), "version"
    )
    if (row.number if row else 0) != seen:
        raise late
    try:
        with transaction.atomic():
            return MessageText.objects.create(
                key=key, language=language, number=seen + 1, by=actor.user, **kept
            )
    except IntegrityError as error:  # in the same instant
        raise late from error


def _kept(words: str, first: str) -> str:
    words = "\n".join(line.rstrip() for line in words.replace("\r\n", "\n").strip().split("\n"))
    return "" if words == first else words
