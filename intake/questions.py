"""At most three questions whose answers would change the result most: which, why they help, what was answered.

The engine (programs.engine.questions) says which facts would change the ranking: `code` is "sector",
"organisation_type", "data_maturity", "territory", "kinds" or "topic:<code>", with `options`. Words live here.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.communes import commune_of, department_of_site
from intake.models import Draft
from programs import engine
from programs.models import OfferKind, Topic

log = logging.getLogger(__name__)
MOST = 3
# Fields of the context step that answer a question; "topic:…" has a field of its own.
FIELDS = {
    "sector": "sector",
    "organisation_type": "organisation_type",
    "data_maturity": "data_maturity",
    "territory": "site_postcode",
    "kinds": "kinds_wished",
}
LABELS = {
    "sector": gettext_lazy("le secteur"),
    "organisation_type": gettext_lazy("le type et la taille de l’organisation"),
    "data_maturity": gettext_lazy("les données disponibles"),
    "territory": gettext_lazy("le lieu"),
    "kinds": gettext_lazy("la forme d’aide souhaitée"),
}
_TOPIC = "topic:"
YES, NO = "oui", "non"


@dataclass(frozen=True)
class Asked:
    """One question. `field`: the field of the context step that answers it, "" for a topic."""

    code: str
    options: tuple[str, ...]
    field: str
    topic: str
    label: str

    @property
    def name(self) -> str:
        """What the topic's answer is called in the form."""
        return f"sujet-{self.topic}"


def for_need(need: dict) -> list[Asked]:
    """The questions for a need given as the engine reads it; [] when the engine cannot say.

    They are a help, never a condition: whatever goes wrong, the form and the screen go on without them.
    """
    if not need["text"].strip():
        return []
    try:
        found = engine.questions(need)
    except Exception:
        log.exception("no questions for this need")
        return []
    codes = [question.code.removeprefix(_TOPIC) for question in found if question.code.startswith(_TOPIC)]
    labels = {topic.code: topic.label for topic in Topic.objects.filter(code__in=codes)} if codes else {}
    return [asked for question in found if (asked := _asked(question, labels))][:MOST]


def _asked(question, labels: Mapping[str, str]) -> Asked | None:
    options = tuple(str(option) for option in question.options)
    if question.code.startswith(_TOPIC):
        code = question.code.removeprefix(_TOPIC)
        return Asked(question.code, options, "", code, labels[code]) if code in labels else None
    if question.code not in FIELDS:
        return None
    return Asked(question.code, options, FIELDS[question.code], "", str(LABELS[question.code]))


def spoken(asked: Asked) -> str:
    """The question about a topic as a sentence to the company, in the active language."""
    return _("Votre besoin touche-t-il aussi à ce sujet : %(topic)s ?") % {"topic": asked.label}


def need_of(draft: Draft) -> dict:
    """What the engine may read of a draft, as it stands: nothing has been judged yet."""
    answers = draft.answers
    country = answers.get("country") or "FR"
    maturity = str(answers.get("data_maturity", ""))
    postcode = answers.get("site_postcode", "")
    commune = commune_of(postcode, answers.get("site_commune", ""))
    return {
        "text": "\n".join(part for part in (answers.get("text", ""), answers.get("tried", "")) if part),
        "language": "",
        "sector": answers.get("sector") or "",
        "organisation_type": answers.get("organisation_type") or "",
        "territory": department_of_site(postcode, commune.code if commune else "")
        if country == "FR"
        else country,
        "data_maturity": int(maturity) if maturity in ("0", "1", "2", "3", "4") else None,
        "topics": list(answers.get("topics_confirmed", [])),
        "excluded_topics": list(answers.get("topics_removed", [])),
        "kinds": tuple(answers.get("kinds_wished", [])),
    }


def for_draft(draft: Draft) -> list[Asked]:
    return for_need(need_of(draft))


def answered(post, answers: Mapping) -> dict:
    """What the context step was told in answer: kinds of help, and topics confirmed or removed."""
    told = {}
    if "kinds_asked" in post:
        told["kinds_wished"] = [kind for kind in post.getlist("kinds_wished") if kind in OfferKind.values]
    asked = [name.removeprefix("sujet-") for name in post if name.startswith("sujet-")]
    known = set(Topic.objects.filter(code__in=asked).values_list("code", flat=True)) if asked else set()
    confirmed, removed = list(answers.get("topics_confirmed", [])), list(answers.get("topics_removed", []))
    for code in asked:
        if code not in known or post[f"sujet-{code}"] not in (YES, NO):
            continue
        yes = post[f"sujet-{code}"] == YES
        confirmed = [one for one in confirmed if one != code] + [code] * yes
        removed = [one for one in removed if one != code] + [code] * (not yes)
        told |= {"topics_confirmed": confirmed, "topics_removed": removed}
    return told
