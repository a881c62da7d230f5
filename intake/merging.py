"""Two tabs on one draft: what a page did not change overwrites nothing that another page changed since.

A page carries short marks of what it shows (`seen`); posted back, they tell what was changed on that page.
"""

from collections.abc import Mapping
from hashlib import sha256

NOT_KEPT = {"attachments", "topics", "topics_shown", "topic_added"}
_TOPIC = "topic."


def mark(value) -> str:
    """Of a text, a list or nothing: the same for all that a browser posts back unchanged."""
    if isinstance(value, (list, tuple)):
        value = ",".join(map(str, value))
    text = "" if value is None else str(value)
    return sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:8]


def seen(form, understood=()) -> str:
    """The marks of a page that shows this form, and these subjects (intake.drafts.Understood)."""
    marks = {name: mark(form[name].value()) for name in form.fields if name not in NOT_KEPT}
    marks |= {f"{_TOPIC}{one.topic.code}": str(int(one.meant)) for one in understood}
    return " ".join(f"{name}:{value}" for name, value in marks.items())


def _marks(posted: str) -> dict[str, str]:
    return dict(part.split(":", 1) for part in posted.split() if ":" in part)


def merged(answers: Mapping, typed: Mapping, posted: str) -> dict:
    """The answers with what was typed: changed on the page, or not yet answered at all."""
    marks = _marks(posted)
    return {
        **answers,
        **{
            name: value
            for name, value in typed.items()
            if name not in answers or marks.get(name) != mark(value)
        },
    }


def merged_topics(answers: Mapping, post, known: set[str]) -> dict:
    """Subjects confirmed and removed: a box counts when it was clicked on this page, or is new to the draft."""
    confirmed = dict.fromkeys(answers.get("topics_confirmed", []))
    removed = dict.fromkeys(answers.get("topics_removed", []))
    marks, checked = _marks(post.get("seen", "")), set(post.getlist("topics"))
    shown = dict.fromkeys([*post.getlist("topics_shown"), *post.getlist("topics")])
    added = post.get("topic_added", "")
    for code in [*shown, added]:
        if code not in known:
            continue
        meant = code in checked or code == added
        untouched = marks.get(f"{_TOPIC}{code}") == str(int(meant)) and code != added
        if untouched and (code in confirmed or code in removed):
            continue
        into, out = (confirmed, removed) if meant else (removed, confirmed)
        into[code] = None
        out.pop(code, None)
    return {"topics_confirmed": list(confirmed), "topics_removed": list(removed)}
