"""What each form of help costs: dated, sourced rules as rows, and one small pure calculator per scheme.

`estimate` is the door of the other apps. What counts knows no table (`reading`, `loading`, `views` and `admin` do):
rules come as a `RuleBook`, facts as a dictionary, and an `Estimate` goes out (docs/schemes.md, decision 0039).
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from programs.schemes.estimating import Estimate


def estimate(code: str, facts: Mapping[str, Any], *, on: date, language: str) -> "Estimate":
    """What a scheme costs an employer before and after aid, by the rules of the portal's tables.

    `facts`: inputs by name (JSON values; what is not known is left out and widens the range), `on`: the day of the
    calculation, also the day of signing where the facts name none. Words come in `language`. Raises UnknownScheme for
    a code without a row, FactErrors (fact → sentences in `language`) for facts that make no sense.
    """
    from programs.schemes import reading  # the tables import this package's words

    return reading.estimate(code, facts, on=on, language=language)
