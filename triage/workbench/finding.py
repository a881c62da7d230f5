"""Which irritants a choice shows, and how many each tab holds: one statement however many there are.

No count reads more than MOST entries of an index, so that a tab says « 999+ » beyond. Irritants that are not filed
yet (triage.filing.unfiled) are the newest: they come last, read from their own columns.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from foundation import clock
from foundation.together import Part, sql_of, together
from intake.scope import followed_by
from triage import fulltext
from triage.filing import Filed, unfiled
from triage.models import EVERY, OURS, Bucket, QueueEntry, territories_of
from triage.workbench.choice import TABS, Choice, Codes, by_selectivity, cited_code

PER_PAGE = 30
MOST = 1000


@dataclass(frozen=True)
class Found:
    """`counts`: tab → how many, MOST meaning as many or more. `page`: Django's, its object_list the keys of
    irritants in any order. `cut`: a search found more than it looks at, which are the newest. `cited`: in how many
    cases the reader was called and has not looked since, whatever the filters; a search does not count them."""

    counts: Mapping[str, int]
    page: object
    cut: bool = False
    cited: int = 0


def find(choice: Choice, me: Iterable[int], page: str | None) -> Found:
    """The page of that number; one that does not exist falls back to the first or the last. `me`: as Choice.codes."""
    codes, words = choice.codes(me), choice.words
    waiting = [(row.pk, filed) for row, filed in unfiled(choice.reader) if _fits(filed, codes, choice, words)]
    if choice.query:
        keys = fulltext.find(words, MOST + 1)
        rows = [*_searched(keys[:MOST], codes, choice), *waiting]
        counts = {tab: sum(_in_tab(filed, tab) for _key, filed in rows) for tab in TABS}
        first = attrgetter(TABS[choice.tab].order)
        there = sorted((first(filed), key) for key, filed in rows if _in_tab(filed, choice.tab))
        return Found(counts, _page(page, [key for _at, key in there]), len(keys) > MOST)
    return _filtered(choice, codes, waiting, page)


def _page(number: str | None, keys: Sequence[int]):
    return Paginator(keys, PER_PAGE).get_page(number)


def _fits(filed: Filed, codes: Iterable[Codes], choice: Choice, words: list[str]) -> bool:
    if choice.query and not words:  # signs alone are no word
        return False
    old_enough = choice.before is None or filed.at < choice.before
    known = all(not filed.codes.isdisjoint(some) for some in codes)
    return old_enough and known and fulltext.matches(filed.words, words)


def _in_tab(filed: Filed, name: str) -> bool:
    tab = TABS[name]
    late = name != "late" or bool(filed.due_at and filed.due_at < clock.now())
    asleep = bool(filed.awake_on and filed.awake_on > clock.today())
    rests = tab.asleep is None or tab.asleep == asleep
    return late and rests and filed.bucket in tab.buckets and tab.code in filed.codes


def _searched(keys: list[int], codes: list[Codes], choice: Choice) -> list[tuple[int, Filed]]:
    unread = Exists(QueueEntry.objects.filter(irritant=OuterRef("irritant"), code="flag:unread"))
    rows = _narrowed(QueueEntry.objects.filter(irritant__in=keys, code=EVERY).also(codes), choice)
    values = rows.annotate(unread=unread).values_list(
        "irritant_id", "unread", "bucket", "at", "due_at", "awake_on"
    )
    return [
        (key, Filed(*filed, codes=frozenset({EVERY, "flag:unread"} if new else {EVERY})))
        for key, new, *filed in values
    ]


def _narrowed(rows: QuerySet, choice: Choice) -> QuerySet:
    rows = rows.seen_by(choice.reader)
    return rows.filter(at__lt=choice.before) if choice.before else rows


def _filtered(choice: Choice, codes: list[Codes], waiting: list, page: str | None) -> Found:
    number = int(page) if page and page.isdecimal() and len(page) < 6 and int(page) > 1 else 1
    counted = {name: _ranges(name, codes, choice) for name in TABS if name not in ("ours", "all")}
    counted["resting"] = [rows.filter(bucket__in=OURS) for rows in counted["asleep"]]  # in no tab of ours
    parts = [_count(name, rows) for name, ranges in counted.items() for rows in ranges]
    calls = QueueEntry.objects.filter(code=cited_code(choice.reader)).seen_by(choice.reader)
    parts += [_keys(choice.tab, codes, choice, (number - 1) * PER_PAGE), _count("cited", calls)]
    answer = together(parts)
    counts = Counter()
    for name, value in answer:
        counts[name] += value if name != "page" else 0
    cited, counts["ours"] = counts["cited"], sum(counts[bucket] for bucket in OURS)
    counts["all"] = counts["resting"] + sum(counts[bucket] for bucket in Bucket)
    counts = {tab: min(MOST, counts[tab]) for tab in TABS}
    newest = [key for key, filed in waiting if _in_tab(filed, choice.tab)]
    older = counts[choice.tab]
    for tab in TABS:
        counts[tab] = min(MOST, counts[tab] + sum(_in_tab(filed, tab) for _key, filed in waiting))
    shown = _page(page, range(min(MOST, older + len(newest))))
    first = max(0, shown.start_index() - 1)  # Django counts from 1, and from 0 where there is nothing
    keys = [value for name, value in answer if name == "page"]
    if shown.number != number:  # a page that does not exist
        keys = [value for _name, value in together([_keys(choice.tab, codes, choice, first)])]
    rest = newest[max(0, first - older) :] if older < MOST else []
    shown.object_list = [*keys, *rest][:PER_PAGE]
    return Found(counts, shown, cited=cited)


def _entries(codes: list[Codes], choice: Choice) -> list[QuerySet]:
    """For each of the most selective codes, of which an irritant has one: its entries that have the others too."""
    if not codes and choice.reader and choice.reader.is_limited and choice.reader.departments:
        return _of_places(choice)
    driver, *others = codes or [(EVERY,)]
    return [_narrowed(QueueEntry.objects.filter(code=code).also(others), choice) for code in driver]


def _of_places(choice: Choice) -> list[QuerySet]:
    """What a coordinator limited to departments sees, each irritant once: by place, then what they follow elsewhere."""
    places = territories_of(choice.reader)
    mine = QueueEntry.objects.filter(code__in=[f"who:{key}" for key in followed_by(choice.reader)])
    rows = [*(QueueEntry.objects.filter(code=code) for code in places), mine.without(places)]
    return [_narrowed(one, choice) for one in rows]


def _ranges(name: str, codes: list[Codes], choice: Choice) -> list[QuerySet]:
    """What the tab holds, as ranges of an index in the order of the page: one for each of its buckets."""
    tab, today = TABS[name], clock.today()
    ranges = _entries(by_selectivity([*codes, (tab.code,)]) if tab.code else codes, choice)
    if tab.asleep is not None:
        ranges = [rows.asleep(today) if tab.asleep else rows.awake(today) for rows in ranges]
    if name == "late":
        ranges = [rows.filter(due_at__lt=clock.now()) for rows in ranges]
    elif tab.asleep is not True and tab.code == EVERY:
        ranges = [rows.filter(bucket=bucket) for bucket in tab.buckets for rows in ranges]
    return [rows.order_by(tab.order, "irritant_id") for rows in ranges]


def _count(name: str, rows: QuerySet) -> Part:
    sql, params = sql_of(rows.order_by().values("irritant_id")[:MOST])
    return f"SELECT '{name}' AS part, COUNT(*) AS value FROM ({sql}) AS t", params  # nosec B608


def _keys(tab: str, codes: list[Codes], choice: Choice, start: int) -> Part:
    """Of the first MOST alone, as the counts."""
    column = TABS[tab].order
    stop = min(MOST, start + PER_PAGE)
    pieces, values = [], []
    for rows in _ranges(tab, codes, choice):
        sql, params = sql_of(rows.values(column, "irritant_id")[:stop])
        pieces.append(f"SELECT * FROM ({sql}) AS t")  # nosec B608
        values += params
    inner = f"SELECT irritant_id FROM ({' UNION ALL '.join(pieces)}) AS u ORDER BY {column}, irritant_id"  # nosec B608
    limits = f"LIMIT {max(0, stop - start)} OFFSET {start}"
    return f"SELECT 'page' AS part, irritant_id AS value FROM ({inner} {limits}) AS v", values  # nosec B608


def all_of(choice: Choice, me: Iterable[int]) -> Q:
    """The condition on irritants that a choice makes, however many they are; its words are not asked. `me`: as find."""
    codes = choice.codes(me)
    waiting = [
        row.pk for row, filed in unfiled() if _fits(filed, codes, choice, []) and _in_tab(filed, choice.tab)
    ]
    condition = Q(pk__in=waiting)
    for rows in _ranges(choice.tab, codes, choice):
        condition |= Q(pk__in=rows.order_by().values("irritant"))
    return condition
