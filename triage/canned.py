"""Canned answers: texts that coordinators choose, read again and send. What they write is data, never a program.

Their words stand in the database in three languages (triage.models.CannedText); `$name` from one list, checked when
they are saved. A paragraph in which a value is missing for an irritant is left out, as in mails.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import F, Max, OuterRef, Subquery
from django.utils import translation
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake.mails import catalogue_address
from intake.models import Irritant
from journal.actors import Actor
from journal.letters import fill
from journal.lifecycle import Refusal
from journal.texts import Value, wrong_names
from programs.importing import REFERENCE
from triage.models import CannedAnswer, CannedText

DATA = Path(__file__).resolve().parent / "data" / "answers.json"
VALUES = {
    "name": Value(_("le nom du contact de l’entreprise"), _("Responsable méthodes")),
    "company": Value(_("le nom de l’entreprise"), _("Entreprise d’exemple")),
    "reference": Value(_("la référence de la demande"), "ENACT-7F3K-92"),
    "city": Value(_("la ville du site concerné"), "Épinal"),
    "sector": Value(_("le secteur de l’entreprise"), _("Métallurgie")),
    "coordinator": Value(_("votre nom"), _("Une personne de la coordination du cluster")),
    "catalogue": Value(_("l’adresse du catalogue public"), lambda: catalogue_address()),
}


def values_of(irritant: Irritant, user) -> dict[str, str]:
    """What each `$name` stands for, in the active language; "" where the irritant does not say."""
    return {
        "name": irritant.contact.name,
        "company": irritant.company.name,
        "reference": irritant.reference,
        "city": irritant.site_city,
        "sector": irritant.sector.label if irritant.sector else "",
        "coordinator": user.full_name,
        "catalogue": str(catalogue_address()),
    }


def examples() -> dict[str, str]:
    return {name: str(value.sample()) for name, value in VALUES.items()}


def latest(answer: CannedAnswer, language: str) -> CannedText | None:
    return answer.texts.filter(language=language).order_by("-number").first()


def words(code: str, irritant: Irritant, *, user) -> str:
    """The text of an answer for this irritant, in the language its company reads; "" for one that is unknown.

    Where nobody has written it in that language, French stands in, for the coordinator to translate.
    """
    answer = CannedAnswer.objects.in_use().filter(code=code).first()
    text = answer and (latest(answer, irritant.language) or latest(answer, "fr"))
    if not text:
        return ""
    with translation.override(irritant.language):
        return fill(text.body, values_of(irritant, user))


@dataclass(frozen=True)
class Choice:
    """A line of the list from which a coordinator chooses. `outcome`: what it closes with, "" for nothing."""

    code: str
    title: str
    outcome: str


def choices() -> list[Choice]:
    """Those in use, in their order, named in the reader's language; one query."""
    rows = titled(CannedAnswer.objects.in_use())
    return [Choice(row.code, row.title or row.fallback or row.code, row.outcome) for row in rows]


def titled(rows):
    """Rows with their `title` in the reader's language and in French."""
    texts = CannedText.objects.filter(answer=OuterRef("pk")).order_by("-number").values("title")
    return rows.annotate(
        title=Subquery(texts.filter(language=(get_language() or "fr")[:2])[:1]),
        fallback=Subquery(texts.filter(language="fr")[:1]),
    )


def problems(text: str) -> list[str]:
    """What keeps this from being the text of an answer, as sentences."""
    return wrong_names(text, VALUES)


def _late() -> Refusal:
    return Refusal(
        gettext("Quelqu’un d’autre vient de changer ce texte. Voici le sien ; le vôtre est gardé."), "version"
    )


@transaction.atomic
def save(
    answer: CannedAnswer, language: str, *, title: str, body: str, actor: Actor, seen: int
) -> CannedText:
    """Make these the words of the answer in `language`. `seen`: the version that was on the screen, 0 for none.

    Raises Refusal: "version" when somebody else was quicker, "body" when the text cannot be.
    """
    if found := problems(body):
        raise Refusal(" ".join(found), "body")
    row = latest(answer, language)
    if (row.number if row else 0) != seen:
        raise _late()
    try:
        with transaction.atomic():
            return CannedText.objects.create(
                answer=answer, language=language, number=seen + 1, title=title, body=body, by=actor.user
            )
    except IntegrityError as error:  # in the same instant
        raise _late() from error


@transaction.atomic
def make(code: str, *, outcome: str, language: str, title: str, body: str, actor: Actor) -> CannedAnswer:
    """A new answer, last in the order. Raises Refusal: "code" when there is one of that name, "body"."""
    if CannedAnswer.objects.filter(code=code).exists():
        raise Refusal(gettext("Une réponse porte déjà ce nom court."), "code")
    last = CannedAnswer.objects.aggregate(last=Max("position"))["last"] or 0
    answer = CannedAnswer.objects.create(code=code, outcome=outcome, position=last + 1)
    save(answer, language, title=title, body=body, actor=actor, seen=0)
    return answer


@transaction.atomic
def shift(answer: CannedAnswer, step: int) -> None:
    """One place up (-1) or down (1) among those in use."""
    rows = list(CannedAnswer.objects.in_use().select_for_update())
    at = rows.index(answer) if answer in rows else -len(rows)
    if 0 <= at + step < len(rows):
        rows[at], rows[at + step] = rows[at + step], rows[at]
    for position, row in enumerate(rows, start=1):
        row.position = position
    CannedAnswer.objects.bulk_update(rows, ["position"])


def retire(answer: CannedAnswer, *, back: bool = False) -> None:
    """Offer it no more, or again; its words and its count stay."""
    CannedAnswer.objects.filter(pk=answer.pk).update(retired_at=None if back else clock.now())


def count_use(code: str) -> None:
    """It was sent: called in the transaction of the sending."""
    CannedAnswer.objects.filter(code=code).update(used=F("used") + 1, used_at=clock.now())


@REFERENCE.register("canned answers")
def load() -> None:
    """Make what is missing and mend the portal's own words; what coordinators wrote, ordered or retired stays."""
    for position, entry in enumerate(json.loads(DATA.read_text("utf-8")), start=1):
        facts = {
            "outcome": entry["outcome"],
            "source": entry.get("source", ""),
            "verified_on": entry.get("verified_on") and date.fromisoformat(entry["verified_on"]),
        }
        answer, _made = CannedAnswer.objects.get_or_create(
            code=entry["code"], defaults={**facts, "position": position}
        )
        for language, text in entry["texts"].items():
            row = latest(answer, language)
            if row is None or (row.original and (row.title, row.body) != (text["title"], text["body"])):
                number = row.number + 1 if row else 1
                CannedText.objects.create(
                    answer=answer, language=language, number=number, original=True, **text
                )
