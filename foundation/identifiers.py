"""Company identifiers, territories and the human reference of an irritant."""

import re
import secrets

from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siren as _siren
from stdnum.fr import siret as _siret

# No 0/O, 1/I/L, 5/S, 8/B, U/V: a reference is read out over the telephone.
_ALPHABET = "234679ACDEFGHJKMNPQRTWXYZ"


def clean_siren_or_siret(text: str) -> tuple[str, str]:
    """(siren, siret) from what a person typed; siret is "" when only a SIREN was given.

    Spaces and dots are ignored. La Poste's SIRETs (SIREN 356 000 000) need only a digit sum divisible by 5
    (INSEE). Raises ValueError when length or key is wrong.
    """
    digits = re.sub(r"[\s.\u00a0\u202f-]", "", text)
    try:
        if len(digits) == 9:
            return _siren.validate(digits), ""
        if len(digits) == 14:
            return digits[:9], _siret.validate(digits)
    except StdnumError as error:
        raise ValueError("wrong key") from error
    raise ValueError("wrong length")


def new_reference() -> str:
    """A human reference such as ENACT-7F3K-92: random, opens nothing (25^6 ≈ 244 million)."""
    letters = [secrets.choice(_ALPHABET) for _ in range(6)]
    return f"ENACT-{''.join(letters[:4])}-{''.join(letters[4:])}"


def department_of(postcode: str) -> str:
    """French department code from a five-digit postcode ("97…" → three digits); "" when it is none."""
    if not re.fullmatch(r"\d{5}", postcode):
        return ""
    return postcode[:3] if postcode.startswith("97") else postcode[:2]


GRAND_EST = {
    "08": "Ardennes",
    "10": "Aube",
    "51": "Marne",
    "52": "Haute-Marne",
    "54": "Meurthe-et-Moselle",
    "55": "Meuse",
    "57": "Moselle",
    "67": "Bas-Rhin",
    "68": "Haut-Rhin",
    "88": "Vosges",
}
