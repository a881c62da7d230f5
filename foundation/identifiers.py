"""Company identifiers, territories and the human reference of an irritant."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from stdnum.be import vat as _bce
from stdnum.ch import uid as _uid
from stdnum.de import handelsregisternummer as _handelsregister
from stdnum.de import vat as _ust
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siren as _siren
from stdnum.fr import siret as _siret
from stdnum.fr import tva as _tva_fr
from stdnum.lu import tva as _tva_lu

# No 0/O, 1/I/L, 5/S, 8/B, U/V: a reference is read out over the telephone.
_ALPHABET = "234679ACDEFGHJKMNPQRTWXYZ"


def compact(text: str) -> str:
    """Without the signs that people put between digits: spaces of every kind, dots, dashes."""
    return re.sub(r"[\s.\u00a0\u202f-]", "", text)


def clean_siren_or_siret(text: str) -> tuple[str, str]:
    """(siren, siret) from what a person typed; siret is "" when only a SIREN was given.

    A French VAT number ("FR03552081317") holds the SIREN and is read as one. La Poste's SIRETs (SIREN 356 000 000)
    need only a digit sum divisible by 5 (INSEE). Raises ValueError when length or key is wrong. Nobody is obliged to
    have a number: associations under the local law of Alsace-Moselle, projects and foreign organisations have none.
    """
    digits = compact(text).upper()
    try:
        if re.fullmatch(r"FR[0-9A-Z]{2}\d{9}", digits):
            return _siren.validate(_tva_fr.validate(digits)[2:]), ""
        if len(digits) == 9:
            return _siren.validate(digits), ""
        if len(digits) == 14:
            return digits[:9], _siret.validate(digits)
    except StdnumError as error:
        raise ValueError("wrong key") from error
    raise ValueError("wrong length")


def association_number(text: str) -> str:
    """An RNA number ("W543001234"), normalised; "" when it is none. It has no key to check."""
    number = compact(text).upper()
    return number if re.fullmatch(r"W\d[0-9A-Z]\d{7}", number) else ""


@dataclass(frozen=True)
class Identifier:
    """`kind`: "vat", "hr" (Handelsregister), "rcs", "bce", "uid", "rna", "other" (of a shape we do not check)."""

    kind: str
    value: str


class WrongIdentifier(ValueError):
    """The shape says what the number is, and its check digits say that it is wrong."""

    def __init__(self, kind: str):
        super().__init__(kind)
        self.kind = kind


def foreign_identifier(country: str, text: str) -> Identifier:
    """What an organisation in `country` ("DE", "LU", "BE", "CH"; any other: unchecked) gave as its number, normalised.

    Raises WrongIdentifier only where the shape is beyond doubt: a number that we do not know is kept as it is.
    """
    text = " ".join(text.split())
    read = _READERS.get(country)
    return (read(text) if read else None) or Identifier("other", text)


def _checked(kind: str, validate: Callable[[str], str], number: str, prefix: str = "") -> Identifier:
    try:
        return Identifier(kind, prefix + validate(number))
    except StdnumError as error:
        raise WrongIdentifier(kind) from error


def _german(text: str) -> Identifier | None:
    if re.fullmatch(r"DE\d{9}", number := compact(text).upper()):
        return _checked("vat", _ust.validate, number, "DE")
    register = re.search(r"\b(HRA|HRB|PR|GnR|VR)\s*(\d{1,7})\b", text, re.I)
    if register:
        court = text[: register.start()] + " " + text[register.end() :]
        court = " ".join(re.sub(r"\b(Amtsgericht|AG|Registergericht)\b|[,;:()]", " ", court).split())
        value = f"{court} {register[1].upper()} {register[2]}".strip()
        return Identifier(
            "hr", _handelsregister.validate(value) if _handelsregister.is_valid(value) else value
        )
    return None


def _luxembourgish(text: str) -> Identifier | None:
    number = compact(text).upper()
    if re.fullmatch(r"LU\d{8}", number):
        return _checked("vat", _tva_lu.validate, number, "LU")
    trade = re.fullmatch(r"(?:RCS)?(?:LUXEMBOURG)?(?:RCS)?([A-Z]\d{1,6})", number)
    return Identifier("rcs", trade[1]) if trade else None


def _belgian(text: str) -> Identifier | None:
    number = re.sub(r"^(BCE|KBO|TVA|BTW)", "", compact(text).upper())
    if re.fullmatch(r"(BE)?[01]?\d{9}", number):
        return _checked("bce", _bce.validate, number)
    return None


def _swiss(text: str) -> Identifier | None:
    number = re.sub(r"(MWST|TVA|IVA|HR)$", "", compact(text).upper())
    return _checked("uid", _uid.validate, number) if re.fullmatch(r"CHE\d{9}", number) else None


_READERS: dict[str, Callable[[str], Identifier | None]] = {
    "DE": _german,
    "LU": _luxembourgish,
    "BE": _belgian,
    "CH": _swiss,
}


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
