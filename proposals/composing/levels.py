"""How far each kind of help carries: technology readiness (TRL 1 to 9), maturity of the data (0 to 4).

A rule of the house, not of a text: a prototype made by one student is a proof in the laboratory (TRL 4) whatever it
aims at; research with a laboratory leads to a demonstration in a representative environment (TRL 6), beyond which it
is industrial development; an offer that says its own range is believed. People who learn, meet or look at data change
no TRL. A path never claims more than what the qualification wants.
"""

from proposals.composing import lead_times as kinds

Levels = list[int] | None

# kind of help → (the highest level it reaches, how many levels it climbs)
TRL_REACH = {
    kinds.INTERNSHIP: (4, 2),
    kinds.APPRENTICESHIP: (6, 2),
    kinds.LABORATORY: (5, 1),
    kinds.RND: (6, 3),
    kinds.CIFRE: (6, 3),
}
MATURITY_REACH = {kinds.DIAGNOSIS: (2, 1), kinds.INTERNSHIP: (3, 1), kinds.APPRENTICESHIP: (3, 1)}
DATA_NEEDED = 2  # below: no history to learn from, the diagnosis comes first


def trl(help: str, now: int | None, wanted: int | None, own: tuple[int, int] | None = None) -> Levels:
    """[from, to] of one step, None when it changes nothing or nobody said where one stands."""
    highest, climbs = TRL_REACH.get(help, (0, 0))
    if own:
        highest, climbs = own[1], max(own[1] - own[0], 1)
    return _climb(now, min(highest, wanted or 9), climbs)


def maturity(help: str, now: int | None) -> Levels:
    highest, climbs = MATURITY_REACH.get(help, (0, 0))
    return _climb(now, highest, climbs)


def _climb(now: int | None, highest: int, climbs: int) -> Levels:
    if now is None or now >= highest:
        return None
    return [now, min(now + climbs, highest)]
