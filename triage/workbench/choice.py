"""What somebody asks of the queue: a tab, whose, filters and words, read from the query string and written back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from foundation import clock
from foundation.identifiers import GRAND_EST
from foundation.working_days import is_working_day
from programs import terms
from programs.models import OfferKind, Pillar, Sector, Topic
from triage import fulltext
from triage.models import EVERY, OURS, Bucket

LONGEST_QUERY = 100
Codes = tuple[str, ...]  # of one kind, one of which is enough
EVERYWHERE = tuple(Bucket)


@dataclass(frozen=True)
class Tab:
    """`buckets`: what it holds, and `code`: that this must have. `asleep`: only what sleeps (True), or does not
    (False). `order`: the column of triage.models.QueueEntry whose least comes first."""

    label: str
    buckets: tuple[Bucket, ...]
    code: str = EVERY
    asleep: bool | None = None
    order: str = "at"


# Short words, so that all stand on one line of a laptop; what is waited for has an hourglass before it.
# What sleeps is not to be done today: it is in no tab of ours.
TABS = {
    "ours": Tab(_("À nous"), OURS, asleep=False),
    "to_take": Tab(_("À prendre"), (Bucket.TO_TAKE,), asleep=False),
    "to_qualify": Tab(_("À qualifier"), (Bucket.TO_QUALIFY,), asleep=False),
    "answered": Tab(_("Réponses"), (Bucket.ANSWERED,), asleep=False),
    "to_send": Tab(_("À proposer"), (Bucket.TO_SEND,), asleep=False),
    "to_close": Tab(_("À clore"), (Bucket.TO_CLOSE,), asleep=False),
    "unread": Tab(_("Non lus"), EVERYWHERE, code="flag:unread"),
    "company": Tab(_("Entreprise"), (Bucket.COMPANY,)),
    "partner": Tab(_("Partenaire"), (Bucket.PARTNER,)),
    "late": Tab(_("En retard"), EVERYWHERE, asleep=False, order="due_at"),
    "closed": Tab(_("Clos"), (Bucket.CLOSED,)),
    "asleep": Tab(_("En sommeil"), EVERYWHERE, asleep=True, order="awake_on"),
    "all": Tab(_("Tout"), EVERYWHERE),
}
AWAITED = ("company", "partner")
WHOSE = {"all": _("Tout le monde"), "mine": _("Moi"), "nobody": _("Personne")}
AGES = (3, 5, 10, 20)  # working days
FLAGS = {
    "hold": _("retenu par une règle"),
    "unread": _("nouveau message"),
    "twin": _("doublon possible"),
    "nda": _("accord de confidentialité exigé"),
    "cited": _("vous êtes cité"),
}
CITED = ("flag", "cited")  # filed under each person's own code
# The most selective kinds of code first: the first one of a choice is the range that is read.
_BY_SELECTIVITY = (
    "cited",
    "flag",
    "topic",
    "sector",
    "territory",
    "pillar",
    "who",
    "kind",
    "language",
    EVERY,
)


def _territories() -> list[tuple[str, str]]:
    known = sorted(GRAND_EST.items(), key=lambda pair: pair[1])
    return [*known, ("elsewhere", gettext("ailleurs")), ("unknown", gettext("lieu inconnu"))]


@dataclass(frozen=True)
class Filter:
    """One select of the page. `prefix`: of the codes in triage.models.QueueEntry."""

    name: str
    label: str
    prefix: str
    options: Callable[[], Iterable[tuple[str, str]]]


FILTERS = (
    Filter("territoire", _("Territoire"), "territory", _territories),
    Filter("pilier", _("Pilier"), "pillar", lambda: terms.labelled(Pillar)),
    Filter("theme", _("Thème"), "topic", lambda: terms.labelled(Topic)),
    Filter("secteur", _("Secteur"), "sector", lambda: terms.labelled(Sector)),
    Filter("aide", _("Forme d’aide"), "kind", lambda: OfferKind.choices),
    Filter("langue", _("Langue"), "language", lambda: settings.LANGUAGES),
    Filter("signal", _("Signalement"), "flag", FLAGS.items),
)


@dataclass(frozen=True)
class Choice:
    """What the reader asked to see. `whose`: "all", "mine", "nobody" or the key of a coordinator. `reader`: whose
    limits hold (accounts.limits)."""

    tab: str = "ours"
    whose: str = "all"
    query: str = ""
    age: int = 0
    filters: dict[str, str] = field(default_factory=dict)
    reader: User | None = None

    @classmethod
    def read(cls, params) -> "Choice":
        """From the query string; an unknown value falls back. A search without tab looks everywhere."""
        query = params.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
        tab = params.get("file", "")
        whose = params.get("suivi", "")
        known = whose in WHOSE or (whose.isdecimal() and len(whose) < 10)
        age = params.get("age", "")
        filters = {
            one.name: value
            for one in FILTERS
            if (value := params.get(one.name, "")) and value in dict(one.options())
        }
        return cls(
            tab if tab in TABS else ("all" if query else "ours"),
            whose if known else "all",
            query,
            int(age) if age.isdecimal() and age in map(str, AGES) else 0,
            filters,
        )

    def parameters(self, **changes) -> dict[str, str]:
        whose = "" if self.whose == "all" else self.whose
        values = {"file": self.tab, "suivi": whose, "q": self.query, "age": self.age, **self.filters}
        return {key: str(value) for key, value in {**values, **changes}.items() if value}

    def url(self, **changes) -> str:
        return "?" + urlencode(self.parameters(**changes))

    @property
    def narrowed(self) -> bool:
        """Whether anything beside the tab is set."""
        return bool(self.query or self.age or self.filters or self.whose != "all")

    def codes(self, me: Iterable[int]) -> list[Codes]:
        """Of each of these, an irritant must have one beside the tab's code; the most selective first.

        `me`: the keys of the reader and of those for whom they stand in.
        """
        codes = [self._code(one) for one in FILTERS if one.name in self.filters]
        if self.whose == "mine":
            codes.append(tuple(f"who:{key}" for key in me))
        elif self.whose != "all":
            codes.append((f"who:{self.whose}",))
        return by_selectivity(codes)

    def _code(self, one: Filter) -> Codes:
        value = self.filters[one.name]
        return (cited_code(self.reader),) if (one.prefix, value) == CITED else (f"{one.prefix}:{value}",)

    @property
    def words(self) -> list[str]:
        return fulltext.asked(self.query)

    @property
    def before(self) -> datetime | None:
        """The irritants asked for came before this instant: the beginning of the first day that is too young."""
        return day_of_age(self.age) if self.age else None


def cited_code(user: User | None) -> str:
    """Where the cases are filed in which this person was called and has not looked since."""
    return f"cited:{user.pk if user else 'nobody'}"


def by_selectivity(codes: Iterable[Codes]) -> list[Codes]:
    return sorted(set(codes), key=lambda some: _BY_SELECTIVITY.index(some[0].partition(":")[0]))


def day_of_age(working_days: int) -> datetime:
    """Whatever came before is so many working days old or more, by the national holidays."""
    day = clock.today()
    while working_days > 0:
        working_days -= is_working_day(day)
        day -= timedelta(days=1)
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def selects(choice: Choice) -> list[dict]:
    """The filters as the page shows them: name, label, options (value, label), what is chosen."""
    shown = [
        {
            "name": one.name,
            "label": one.label,
            "options": one.options(),
            "value": choice.filters.get(one.name, ""),
        }
        for one in FILTERS
    ]
    ages = [
        (str(age), ngettext("dès %(n)s jour ouvré", "dès %(n)s jours ouvrés", age) % {"n": age})
        for age in AGES
    ]
    value = str(choice.age or "")
    return [*shown, {"name": "age", "label": _("Âge"), "options": ages, "value": value}]


def whose_options(coordinators: Iterable[User], user: User) -> list[tuple[str, str]]:
    others = [(str(one.pk), str(one)) for one in coordinators if one.pk != user.pk]
    return [*WHOSE.items(), *others]
