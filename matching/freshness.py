"""How long an offer may be taken at its word before somebody must say again that it is still true.

Declared, by kind of help: what an offer promises ages as fast as what it depends on. The portal tells partners these
periods with the reasons (programs/freshness.py), and the ranking goes by the same ones.
"""

from collections.abc import Mapping

VALID_DAYS: Mapping[str, int] = {
    "training": 180,  # sessions, seats and prices are those of a half-year
    "talent": 180,  # a school places its students twice a year
    "cifre": 270,  # a subject finds its doctoral student within an academic year, or changes
    "rnd": 365,  # what a team can take on is planned by the year
    "laboratory": 540,  # equipment and themes change slowly: a year and a half
}
