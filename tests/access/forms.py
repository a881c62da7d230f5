"""The forms of the portal as pages carry them: which fields, with which values, posted to where."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve

# What a person might type where nothing stands yet.
TYPED = {
    "email": "autre@x.example",
    "number": "1",
    "date": "2027-01-14",
    "time": "10:00",
    "datetime-local": "2027-01-14T10:00",
    "url": "https://x.example/",
    "tel": "03 87 00 00 00",
}
VOID = ("password", "file", "search", "image", "reset", "button")


@dataclass
class Form:
    """`fields`: name → values as they stand; `empty`: name → what may be typed; `required`: names of those that must;
    `closed`: names of what is chosen, not typed; `options`: name → what there is to choose; `buttons`: (name, value)
    of what sends it.
    """

    method: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    empty: dict[str, str] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    options: dict[str, set[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {*self.fields, *self.empty, *(name for name, _value in self.buttons)}

    def filled(self) -> Iterator[dict[str, list[str]]]:
        """What may be sent: what stands there with what is required, and all; by each of its buttons."""
        required = {name: [typed] for name, typed in self.empty.items() if name in self.required}
        everything = {name: [typed] for name, typed in self.empty.items()}
        for button in self.buttons or [("", "")]:
            sent = {button[0]: [button[1]]} if button[0] else {}
            yield self.fields | required | sent
            if everything != required:
                yield self.fields | everything | sent


class _Pages(HTMLParser):
    """All forms of one page, and where its links lead."""

    def __init__(self):
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.links: set[str] = set()
        self.now: Form | None = None
        self.select: tuple[Form, str, bool, list] | None = None
        self.area: tuple[Form, str, bool, list] | None = None

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "a":
            self.links.add(said.get("href") or "")
        if tag == "form":
            self.now = self.by_id.setdefault(said.get("id") or f"#{len(self.forms)}", Form("", ""))
            self.now.method, self.now.action = (said.get("method") or "get").lower(), said.get("action") or ""
            self.forms.append(self.now)
        into = self.by_id.setdefault(said["form"], Form("", "")) if said.get("form") else self.now
        name = said.get("name")
        if tag == "option" and self.select:
            self.select[3].append((said.get("value") or "", "selected" in said))
        if into is None or not name or "disabled" in said:
            return
        if tag == "input":
            self._input(into, name, said)
        elif tag == "button" and (said.get("type") or "submit") == "submit":
            into.buttons.append((name, said.get("value") or ""))
        elif tag == "select":
            self.select = (into, name, "multiple" in said, [])
        elif tag == "textarea":
            self.area = (into, name, "required" in said, [])

    def _input(self, into: Form, name: str, said: dict) -> None:
        kind, value = (said.get("type") or "text").lower(), said.get("value")
        if kind == "submit":
            into.buttons.append((name, value or ""))
        elif kind in ("checkbox", "radio"):
            into.closed.add(name)
            into.options.setdefault(name, set()).add(value or "on")
            if "checked" in said:
                into.fields.setdefault(name, []).append(value or "on")
                into.empty.pop(name, None)
            elif name not in into.fields:
                into.empty.setdefault(name, value or "on")
                into.required |= {name} if "required" in said or kind == "radio" else set()
        elif kind not in VOID:
            if kind == "hidden":
                into.closed.add(name)
            if value or kind == "hidden":
                into.fields.setdefault(name, []).append(value or "")
            else:
                into.empty.setdefault(name, TYPED.get(kind, said.get("min") or "Texte"))
                into.required |= {name} if "required" in said else set()

    def handle_data(self, data):
        if self.area:
            self.area[3].append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.now = None
        elif tag == "textarea" and self.area:
            into, name, required, words = self.area
            if text := "".join(words).strip():
                into.fields.setdefault(name, []).append(text)
            else:
                into.empty.setdefault(name, "Des mots de plus, assez longs pour être lus.")
                into.required |= {name} if required else set()
            self.area = None
        elif tag == "select" and self.select:
            into, name, several, options = self.select
            into.closed.add(name)
            into.options.setdefault(name, set()).update(value for value, _selected in options)
            chosen = [value for value, selected in options if selected]
            possible = [value for value, _selected in options if value]
            if any(chosen):
                into.fields.setdefault(name, []).extend(chosen)
            elif possible:
                into.empty.setdefault(name, possible[0])
                into.required |= set() if several else {name}
            self.select = None


def of_page(url: str, body: str) -> tuple[list[Form], set[str]]:
    """(forms that are posted, each with its whole address; addresses of the portal that the page leads to)."""
    page = _Pages()
    page.feed(body)
    forms = [one for one in page.forms if one.method == "post"]
    for one in forms:
        one.action = urljoin(url, one.action)
        one.fields.pop("csrfmiddlewaretoken", None)
    links = {urljoin(url, link).split("#")[0] for link in page.links if not urlsplit(link).scheme}
    return forms, {link for link in links if link.startswith("/")}


def name_of(url: str) -> str:
    """The name of the URL that this address belongs to; "" for none."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""
