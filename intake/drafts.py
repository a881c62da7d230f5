"""Drafts: what was typed is kept on the server after every step, right or wrong."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.failpoints import failpoint
from foundation.rows import find as find_row
from intake import merging, organisation, questions, submission
from intake.forms import ContextForm, IrritantForm, YouForm
from intake.judging import judging
from intake.models import Draft, Irritant
from journal import links
from programs.engine import Recognised, recognise
from programs.models import Topic

SECURE = settings.HTTPS
COOKIE = "__Host-draft" if SECURE else "draft"
KNOWN_FOR = timedelta(days=14)
CONFIRMATION_FOR = timedelta(days=2)  # the page « c’est envoyé » carries the follow-up link: not for ever
STEPS = {"irritant": IrritantForm, "vous": YouForm, "contexte": ContextForm}
_JUDGES = {step: judging(form, without=merging.NOT_KEPT) for step, form in STEPS.items()}
ORDER = (*STEPS, "verifier")
LABELS = {
    "irritant": _("L’irritant"),
    "vous": _("Vous"),
    "contexte": _("Le contexte"),
    "verifier": _("Vérifiez"),
}
_LISTS = {"kinds_wished"}  # kept by intake.questions.answered
CONTEXT_DONE = "context_done"  # nothing is required there: only the click tells that it was seen


def begin(text: str, *, tried: str = "", via: str = "", origin: str = "") -> Draft:
    """A new draft with the first words typed."""
    return Draft.objects.create(
        answers={"text": _storable(text), "tried": _storable(tried)},
        language=_language(),
        provenance=clean_provenance(via),
        origin=origin,
    )


def _language() -> str:
    """The reader's language now, which is that of the mails to come."""
    language = (get_language() or "fr")[:2]
    return language if language in dict(settings.LANGUAGES) else "fr"


def clean_provenance(code: str) -> str:
    """Where a visitor came from ("?via=cci-54"): letters, digits, dashes; the rest is dropped."""
    return re.sub(r"[^a-z0-9_-]", "", code.lower())[:60]


def find(token: str) -> Draft | None:
    """The draft at this address, being filled or already sent; None when unknown or expired."""
    draft = find_row(Draft, token=token) if _may_be(token) else None
    return draft if draft and draft.expires_at > clock.now() else None


def _may_be(token: str) -> bool:
    """Whether a text has the shape of a token: nothing else of an address reaches the database."""
    return re.fullmatch(r"[A-Za-z0-9_-]{20,40}", token) is not None


def resumable(cookies: dict) -> Draft | None:
    """The draft that this browser was filling, if it is still open."""
    token = cookies.get(COOKIE, "")
    return Draft.objects.open().filter(token=token).first() if _may_be(token) else None


def resume_offer(cookies: dict) -> dict:
    """What intake/_resume.html needs: {"resumed", "resume_url"}, both None without an open draft."""
    draft = resumable(cookies)
    url = draft and reverse("intake:step", args=[draft.token, furthest(draft)])
    return {"resumed": draft, "resume_url": url}


def keep(draft: Draft, step: str, post, *, said: bool = True) -> None:
    """Store what was typed at a step, whatever it is worth.

    said: by a click, not by the page on its own while the person still types. Only then is an e-mail known; it
    prolongs the draft, and its owner may be sent a link (intake.resuming).
    """
    typed = {
        name: _storable(post[name])
        for name in STEPS[step].base_fields
        if name in post and name not in merging.NOT_KEPT | _LISTS
    }
    topics = set(Topic.objects.values_list("code", flat=True)) if step == "vous" else set()
    with transaction.atomic():
        fresh = Draft.objects.select_for_update().get(pk=draft.pk)
        if fresh.submitted_at:
            return
        answers = fresh.answers
        if step == "vous":
            answers = answers | merging.merged_topics(answers, post, topics)
        if step == "contexte":
            told = questions.answered(post, answers)
            if typed.get("site_city", "") not in ("", answers.get("site_city", "")):
                typed["site_commune"] = ""  # written by hand: it counts before a commune that was chosen
            elif _moved(answers, typed):
                answers = answers | {"site_city": "", "site_commune": ""}  # of the place before
            typed |= {name: told.pop(name) for name in _LISTS & told.keys()}
            answers = answers | told
        fresh.answers = merging.merged(answers, typed, post.get("seen", ""))
        if said and step == "contexte" and not post.get("action"):
            fresh.answers[CONTEXT_DONE] = True
        if said and step == "vous":
            address = fresh.answers.get("email", "").strip().casefold()
            fresh.email = address if _is_email(address) else ""
        if fresh.email:
            fresh.expires_at = max(fresh.expires_at, clock.now() + KNOWN_FOR)
        fresh.touched_at, fresh.language = clock.now(), _language()
        fresh.save(update_fields=["answers", "email", "expires_at", "touched_at", "language"])
        failpoint("draft.before_commit")
    for name in ("answers", "email", "expires_at", "touched_at", "language"):
        setattr(draft, name, getattr(fresh, name))


def speak(cookies: dict, language: str) -> None:
    """The language was switched in the middle of the form: the mails follow."""
    token = cookies.get(COOKIE, "")
    if _may_be(token):
        Draft.objects.open().filter(token=token).update(language=language)


def _moved(answers: dict, typed: dict) -> bool:
    """Whether another postcode or commune was given than the one that the city came with."""
    commune, postcode = answers.get("site_commune", ""), answers.get("site_postcode", "")
    elsewhere = typed.get("site_postcode", postcode).strip() != postcode.strip()
    return commune != "" and (elsewhere or typed.get("site_commune", "") not in ("", commune))


def _storable(text: str) -> str:
    return text.replace("\x00", "")  # PostgreSQL's JSON has no place for it, and nobody types it


def _is_email(text: str) -> bool:
    try:
        validate_email(text.strip())
    except ValidationError:
        return False
    return True


@dataclass(frozen=True)
class Understood:
    """A subject as the form mirrors it: still meant or unchecked, and the company's own words behind it.

    words: () for a subject that the company added, or whose words it has changed since.
    """

    topic: Topic
    meant: bool
    words: tuple[str, ...] = ()


def understood(draft: Draft) -> list[Understood]:
    """« Ce que nous avons compris »: subjects recognised in the text or added by the company."""
    answers = draft.answers
    confirmed, removed = answers.get("topics_confirmed", []), answers.get("topics_removed", [])
    words = {found.topic: found.words for found in recognised(draft)}
    codes = dict.fromkeys([*words, *confirmed, *removed])
    topics = Topic.objects.in_bulk(list(codes))
    return [
        Understood(topics[code], code not in removed, words.get(code, ())) for code in codes if code in topics
    ]


def recognised(draft: Draft) -> list[Recognised]:
    """Topics found in the text; its language is guessed, not taken from the page's."""
    text = draft.answers.get("text", "").strip()
    return recognise(text) if text else []


def unseen_topics(draft: Draft) -> bool:
    """Whether the text, changed since, now speaks of something the company has not been shown."""
    answers = draft.answers
    seen = {*answers.get("topics_confirmed", []), *answers.get("topics_removed", [])}
    return "topics_confirmed" in answers and not {found.topic for found in recognised(draft)} <= seen


def bound(draft: Draft, step: str, forms=STEPS):
    """The form of a step, judged on what the draft holds."""
    answers = draft.answers
    data = {name: answers[name] for name in STEPS[step].base_fields if answers.get(name) is not None}
    if step == "contexte":
        data.setdefault("confidentiality", ContextForm.base_fields["confidentiality"].initial)
        return forms[step](data=data, country=answers.get("country") or "FR")
    return forms[step](data=data)


def blank(draft: Draft, step: str):
    """The form of a step with what the draft holds, not judged."""
    answers = draft.answers
    initial = {name: value for name, value in answers.items() if name in STEPS[step].base_fields}
    if step == "contexte":
        return ContextForm(initial=initial, country=answers.get("country") or "FR")
    return STEPS[step](initial=initial)


@dataclass
class Review:
    """What the steps together are worth. `missing`: the first step that is not complete, "" when all are."""

    missing: str = ""
    cleaned: dict = field(default_factory=dict)


def review(draft: Draft) -> Review:
    answer = Review()
    for step in STEPS:
        form = bound(draft, step, _JUDGES)
        if not form.is_valid():
            answer.missing = answer.missing or step
        answer.cleaned |= {
            name: value for name, value in form.cleaned_data.items() if name not in merging.NOT_KEPT
        }
    answer.cleaned |= {name: draft.answers.get(name, []) for name in ("topics_confirmed", "topics_removed")}
    answer.cleaned |= organisation.kept(draft.answers)
    country = answer.cleaned.get("country", "FR")
    answer.cleaned["region"] = country if country not in ("FR", "ZZ") else ""
    return answer


def furthest(draft: Draft) -> str:
    """Where somebody who comes back goes on: the first step that is not complete, else the check."""
    for step in STEPS:
        if not bound(draft, step, _JUDGES).is_valid():
            return step
    return "verifier" if CONTEXT_DONE in draft.answers else "contexte"


def send(draft: Draft, cleaned: dict, *, origin: str = "", proven: bool = False) -> Irritant:
    """Make the irritant of a reviewed draft, once, and its follow-up link. Draft.DoesNotExist: purged.

    One transaction, one wait for the disk.
    """
    draft.answers, draft.origin, draft.proven, draft.language = cleaned, origin, proven, _language()
    with transaction.atomic():
        irritant, made = submission.submit(draft)
        give = links.give_first if made else links.give
        give(links.FOLLOW, irritant.public_id, irritant.contact.email)
        failpoint("submit.linked")
    failpoint("submit.after_commit")
    return irritant


def sent(token: str) -> Irritant | None:
    """The irritant that this draft became, as long as its confirmation may be shown."""
    if not _may_be(token):
        return None
    known = Draft.objects.filter(token=token, submitted_at__gt=clock.now() - CONFIRMATION_FOR).exists()
    rows = Irritant.objects.select_related("contact", "company")
    return rows.filter(form_token=token).first() if known else None
