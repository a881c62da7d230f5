"""A coordinator's questions: answers of the form opened again, and free questions; nothing else can be changed.

Inputs, words and checks are those of the form (intake.forms): nothing is written twice. The company's own text is
never opened again: the company adds to it by a message.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django import forms
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.models import StoredFile
from foundation import clock
from foundation.communes import communes_of, department_of_site, meant
from foundation.failpoints import failpoint
from intake.choices import COUNTRIES, DATA_MATURITY, DEADLINE, KINDS
from intake.conversation import keep_files, taken
from intake.forms import AnswerForm, ContextForm, FreeAnswer, IrritantForm, YouForm
from intake.identity import identify, tidy
from intake.lifecycle import IRRITANT
from intake.models import Irritant, OrganisationType, Question, Reopened, Stage
from journal.actors import Actor
from journal.events import lock_case
from journal.lifecycle import Refusal
from programs.engine import tongue
from programs.models import Sector

FREE_AT_MOST = 5
# What is asked → the form that asks it, and its inputs there.
INPUTS: dict[str, tuple[type[forms.Form], tuple[str, ...]]] = {
    Reopened.SECTOR: (ContextForm, ("sector",)),
    Reopened.SITE: (ContextForm, ("site_postcode", "site_commune", "site_city")),
    Reopened.DATA: (ContextForm, ("data_maturity",)),
    Reopened.KINDS: (ContextForm, ("kinds_wished",)),
    Reopened.DEADLINE: (ContextForm, ("deadline",)),
    Reopened.TRIED: (IrritantForm, ("tried",)),
    Reopened.ORGANISATION_TYPE: (ContextForm, ("organisation_type",)),
    Reopened.COMPANY: (YouForm, ("country", "siren_or_siret", "foreign_id")),
    Reopened.DOCUMENTS: (ContextForm, ("attachments",)),
}
# What is asked, where one label of the form does not say it as a question.
_ASKED = {
    Reopened.SECTOR: gettext_lazy("Dans quel secteur travaillez-vous ?"),
    Reopened.SITE: gettext_lazy("Dans quelle commune se trouve le site concerné ?"),
    Reopened.COMPANY: gettext_lazy("Sous quel numéro votre organisation est-elle enregistrée ?"),
    Reopened.DOCUMENTS: gettext_lazy("Pouvez-vous joindre des documents ?"),
}
_SEVERAL = {Reopened.SITE, Reopened.COMPANY, Reopened.DOCUMENTS}
_COLUMNS = {"sector", "data_maturity", "kinds_wished", "deadline", "tried", "site_city", "site_postcode"}


def asked_as(code: str) -> str | Promise:
    """The question of a field as the company reads it, in the active language."""
    form, names = INPUTS[code]
    return _ASKED.get(code) or form.base_fields[names[0]].label


def words_of(question: Question) -> str | Promise:
    return asked_as(question.field) if question.field else question.text


@dataclass
class Asked:
    """One question as the page shows it: `fields` are bound fields; `files` those already joined to it."""

    question: Question
    words: str | Promise
    fields: list = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)

    @property
    def needs_title(self) -> bool:
        """Whether its fields do not say by their own label what is asked."""
        return self.question.field in _SEVERAL


class Sheet:
    """What a company may answer now: exactly the fields that were asked, prefilled, and a word of its own."""

    def __init__(self, irritant: Irritant, data=None, files=None):
        self.irritant = irritant
        questions = list(Question.objects.open().filter(post__irritant=irritant))
        draft = irritant.answer_draft
        names = defaultdict(list)
        for question in questions:
            if question.field:
                form, inputs = INPUTS[question.field]
                names[form] += inputs
        self.fields = {
            form: _only(
                form(data, files, initial={**_current(irritant), **draft}, **_of(form, irritant)), inputs
            )
            for form, inputs in names.items()
        }
        self.free = {
            question: _free(question, data, draft.get(_name(question), ""))
            for question in questions
            if not question.field
        }
        self.word = AnswerForm(data, files, needed=not questions, initial={"text": draft.get("text", "")})
        self.documents = next((q for q in questions if q.field == Reopened.DOCUMENTS), None)
        if self.documents:
            del self.word.fields["attachments"]  # the same input: they answer the question
        self.asked = [self._asked(question) for question in questions]

    def _asked(self, question: Question) -> Asked:
        if not question.field:
            return Asked(question, question.text, [self.free[question]["answer"]])
        form, inputs = INPUTS[question.field]
        kept = (
            list(StoredFile.objects.filter(subject=question.public_id)) if question == self.documents else []
        )
        return Asked(question, asked_as(question.field), [self.fields[form][name] for name in inputs], kept)

    @property
    def site(self) -> ContextForm | None:
        """The form in which the site is asked, if it is."""
        form = self.fields.get(ContextForm)
        return form if form and "site_postcode" in form.fields else None

    @property
    def forms(self) -> list[forms.Form]:
        return [*self.fields.values(), *self.free.values(), self.word]

    @property
    def begun(self) -> bool:
        """Whether a part of the answer was kept to be finished later."""
        return bool(self.irritant.answer_draft) or any(asked.files for asked in self.asked)

    def is_valid(self) -> bool:
        """Every field right, and something said: an answer to one question at least, a word or a file."""
        if [form for form in self.forms if not form.is_valid()]:  # each is judged: errors are shown together
            return False
        if self.answered() or self.word.uploads or self.word.cleaned_data["text"]:
            return True
        self.word.add_error("text", _("Répondez à une question au moins, ou écrivez-nous un mot."))
        return False

    def answered(self) -> list[Asked]:
        """The questions that have an answer, once the forms were judged."""
        return [asked for asked in self.asked if asked.files or any(_value(bound) for bound in asked.fields)]

    def values(self) -> dict:
        """What the answers fill: input → cleaned value. An empty answer leaves what was there."""
        found = {}
        for asked in self.answered():
            if asked.question.field and asked.question != self.documents:
                found |= {bound.name: _value(bound) for bound in asked.fields}
        return found

    def typed(self) -> dict:
        """What was typed, right or wrong, as `Irritant.answer_draft` keeps it."""
        data = {"text": self.word.data.get("text", "")}
        for form in self.fields.values():
            for name, one in form.fields.items():
                if name == "attachments":
                    continue
                many = isinstance(one, forms.MultipleChoiceField)
                data[name] = form.data.getlist(name) if many else form.data.get(name, "")
        data |= {_name(q): form.data.get(form.add_prefix("answer"), "") for q, form in self.free.items()}
        kept = {name: _storable(value) for name, value in data.items()}
        return kept if any(kept.values()) else {}


def _of(form: type[forms.Form], irritant: Irritant) -> dict:
    return {"country": irritant.company.country} if form is ContextForm else {}


def _only(form: forms.Form, names: Iterable[str]) -> forms.Form:
    """The form reduced to these inputs."""
    for name in list(form.fields):
        if name not in names:
            del form.fields[name]
    form.use_required_attribute = False
    return form


def _name(question: Question) -> str:
    return f"q{question.public_id.hex[:12]}"


def _free(question: Question, data, draft: str) -> FreeAnswer:
    form = FreeAnswer(data, prefix=_name(question), initial={"answer": draft})
    form.fields["answer"].label = question.text
    form.fields["answer"].spoken = tongue(question.text)  # the label’s own language (bootstrap5/field.html)
    return form


def _value(bound):
    """The cleaned value of a bound field; None when it was left empty or refused."""
    value = getattr(bound.form, "cleaned_data", {}).get(bound.name)
    return None if value in ("", [], None) else value


def _storable(value):
    if isinstance(value, list):
        return [one.replace("\x00", "")[:100] for one in value[:50]]
    return value.replace("\x00", "")[:8000]  # PostgreSQL's JSON has no place for NUL


def _current(irritant: Irritant) -> dict:
    company = irritant.company
    served = communes_of(irritant.site_postcode) if company.country == "FR" else []
    commune = meant(served, irritant.site_commune, irritant.site_city)
    return {
        "sector": irritant.sector_id or "",
        "site_commune": commune.code if commune else "",
        "site_city": irritant.site_city,
        "site_postcode": irritant.site_postcode,
        "data_maturity": irritant.data_maturity,
        "kinds_wished": irritant.kinds_wished,
        "deadline": irritant.deadline,
        "tried": irritant.tried,
        "organisation_type": company.organisation_type,
        "country": company.country,
        "siren_or_siret": company.siret or company.siren,
        "foreign_id": company.foreign_id,
    }


def keep(irritant: Irritant, sheet: Sheet, uploads=()) -> None:
    """Keep what was typed of an answer, whatever it is worth, and the documents that were asked for.

    Raises conversation.FilesRefused when one of the documents may not be kept; what was typed is kept all the same.
    """
    asked = Irritant.objects.filter(pk=irritant.pk, stage=Stage.NEEDS_INFO)
    typed = sheet.typed()
    if not asked.update(answer_draft=typed):
        return
    irritant.answer_draft = typed
    uploads = list(uploads)
    if sheet.documents and uploads:
        with taken(uploads, irritant.public_id, sheet.documents.public_id) as files, transaction.atomic():
            lock_case(irritant.public_id)
            if asked.exists():  # else answered, closed or erased while they came in
                keep_files(files)


def was_sent(irritant: Irritant, form_token: str) -> bool:
    """Whether this very form already became a word of the conversation: a double click, a reload."""
    return bool(form_token) and irritant.posts.filter(form_token=form_token).exists()


def answer(irritant: Irritant, sheet: Sheet, *, actor: Actor) -> bool:
    """Perform the move « répondre » with a valid sheet; False when this very form was already sent.

    Raises Refusal when nothing is asked any more, FilesRefused when a file may not be kept: nothing happened then.
    """
    post_id = uuid4()
    with taken(sheet.word.uploads, irritant.public_id, post_id) as files:
        return _answer(irritant, sheet, actor, post_id, files)


@transaction.atomic
def _answer(irritant: Irritant, sheet: Sheet, actor: Actor, post_id: UUID, files: list[StoredFile]) -> bool:
    lock_case(irritant.public_id)
    token = sheet.word.cleaned_data["jeton"]
    if was_sent(irritant, token):
        return False
    answered, values = sheet.answered(), sheet.values()
    now = clock.now()
    for asked in answered:
        text = "" if asked.question.field else sheet.free[asked.question].cleaned_data["answer"]
        open_one = Question.objects.open().filter(pk=asked.question.pk)
        if not open_one.update(answered_at=now, answer=text):
            raise Refusal(_("Ces questions ne sont plus posées : voici où en est votre demande."), "state")
    keep_files(files)
    before = irritant.company
    IRRITANT.perform(
        irritant,
        "answer",
        actor=actor,
        text=sheet.word.cleaned_data["text"],
        post_id=post_id,
        form_token=token,
        values=_columns(irritant, sheet, values),
        fields=sorted(asked.question.field for asked in answered if asked.question.field),
    )
    tidy(before)
    failpoint("post.before_commit")
    return True


def _columns(irritant: Irritant, sheet: Sheet, values: dict) -> dict:
    """The columns of the irritant that the answers fill; its company is brought in line beside."""
    columns = {name: value for name, value in values.items() if name in _COLUMNS}
    if "sector" in columns:
        columns["sector"] = Sector.objects.get(code=columns["sector"])
    if "site_postcode" in columns or "site_city" in columns:
        columns |= _place(irritant, sheet.fields[ContextForm].cleaned_data)
    return columns | identify(irritant, values)


def _place(irritant: Irritant, given: dict) -> dict:
    """Postcode, commune and city belong together; in France the department follows from them."""
    postcode, commune = given["site_postcode"] or irritant.site_postcode, given["site_commune"]
    elsewhere = postcode != irritant.site_postcode or (irritant.site_commune and not commune)
    city = given["site_city"] or ("" if elsewhere else irritant.site_city)
    place = {"site_postcode": postcode, "site_city": city, "site_commune": commune}
    if any(value != getattr(irritant, name) for name, value in place.items()):
        place["site_siret"] = ""  # the establishment that was given stood somewhere else
    if irritant.company.country == "FR":
        place["department"] = department_of_site(postcode, commune) or irritant.department
    return place


def current_answer(irritant: Irritant, question: Question, files: list[StoredFile] = ()) -> str:
    """What is now known of what was asked, in words; "" when nothing is."""
    company = irritant.company
    match question.field:
        case "":
            return question.answer
        case Reopened.SECTOR:
            return irritant.sector.label if irritant.sector else ""
        case Reopened.SITE:
            return f"{irritant.site_postcode} {irritant.site_city}".strip()
        case Reopened.DATA:
            return str(DATA_MATURITY.get(irritant.data_maturity, ("",))[0])
        case Reopened.KINDS:
            return ", ".join(str(KINDS[kind][0]) for kind in irritant.kinds_wished if kind in KINDS)
        case Reopened.DEADLINE:
            return str(dict(DEADLINE).get(irritant.deadline, ""))
        case Reopened.TRIED:
            return irritant.tried
        case Reopened.ORGANISATION_TYPE:
            return str(dict(OrganisationType.choices).get(company.organisation_type, ""))
        case Reopened.COMPANY:
            abroad = f"{dict(COUNTRIES).get(company.country, '')} {company.foreign_id}".strip()
            return company.siret or company.siren or abroad
        case _:
            return ""
