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


LONGEST = 40  # of any identifier, as it is kept


@dataclass(frozen=True)
class Identifier:
    """`kind`: "vat", "hr" (Handelsregister), "rcs", "bce", "uid", "rna", "other" (of nobody for sure)."""

    kind: str
    value: str


class WrongIdentifier(ValueError):
    """No number of that country. `kind`: "shape" when it is written like none of them, else that of which it has the
    shape and whose check digits say that it is wrong."""

    def __init__(self, kind: str):
        super().__init__(kind)
        self.kind = kind


def foreign_identifier(country: str, text: str) -> Identifier:
    """What an organisation in `country` gave as its number, normalised; normalising twice changes nothing.

    "DE", "LU", "BE" and "CH" are read as their registers write (raises WrongIdentifier for anything else); what
    another country writes we do not know: kept as it is, as "other".
    """
    text = " ".join(text.split())
    read = _READERS.get(country)
    if read is None:
        return Identifier("other", text)
    found = read(text)
    if found is None:
        raise WrongIdentifier("shape")
    return found


def _checked(kind: str, validate: Callable[[str], str], number: str, prefix: str = "") -> Identifier:
    try:
        return Identifier(kind, prefix + validate(number))
    except StdnumError as error:
        raise WrongIdentifier(kind) from error


# The registers of German courts: commercial A and B, cooperatives, partnerships, associations, and companies under
# civil law (§ 707 BGB, since 2024). Some courts write a letter or two behind the number: « HRB 11223 B » in Berlin.
_COURT_REGISTER = re.compile(
    r"\b(?P<register>HR\s?[AB]|GnR|PR|VR|GsR)(?:[\s-]*Nr\.?:?)?\s*(?P<number>\d{1,6})(?:\s?(?P<more>[A-Z]{1,3}))?(?!\w)",
    re.I,
)
_REGISTERS = {"hra": "HRA", "hrb": "HRB", "gnr": "GnR", "pr": "PR", "vr": "VR", "gsr": "GsR"}


def _german(text: str) -> Identifier | None:
    """A VAT number, alone or as W-IdNr (the same number with five digits more, § 139c AO), or a court's register."""
    if vat := re.fullmatch(r"(DE\d{9})(\d{5})?", compact(text).upper()):
        return _checked("vat", _ust.validate, vat[1], "DE")
    found = _COURT_REGISTER.search(text)
    if not found:
        return None
    court = text[: found.start()] + " " + text[found.end() :]
    court = " ".join(re.sub(r"\b(Amtsgericht|AG|Registergericht)\b|[,;:]", " ", court).split())
    if not re.fullmatch(r"[^\W\d_][^\d_]{1,40}|", court):
        return None
    register = _REGISTERS[found["register"].replace(" ", "").casefold()]
    value = " ".join(filter(None, [court, register, found["number"], (found["more"] or "").upper()]))
    if len(value) > LONGEST:
        return None
    if not court:  # every court counts from one: such a number alone is that of many
        return Identifier("other", value)
    return Identifier("hr", _handelsregister.validate(value) if _handelsregister.is_valid(value) else value)


def _luxembourgish(text: str) -> Identifier | None:
    """A VAT number, or one of the RCS: the letter of the section and up to six digits."""
    number = compact(text).upper()
    if re.fullmatch(r"LU\d{8}", number):
        return _checked("vat", _tva_lu.validate, number, "LU")
    trade = re.fullmatch(r"(?:RCS)?(?:LUXEMBOURG)?(?:RCS)?([A-Z][1-9]\d{0,5})", number)
    return Identifier("rcs", trade[1]) if trade else None


def _belgian(text: str) -> Identifier | None:
    """The number of the Banque-Carrefour: ten digits, the first 0 or 1 (that 0 is missing in old ones)."""
    number = re.sub(r"^(BCE|KBO|ZUD|RPM|RPR|TVA|BTW|BE)+", "", compact(text).upper())
    if re.fullmatch(r"[01]\d{9}|[2-9]\d{8}", number):
        return _checked("bce", _bce.validate, number)
    return None


def _swiss(text: str) -> Identifier | None:
    """The UID; what stands behind it (MWST, HR, …) says for what it is used."""
    number = re.sub(r"(MWST|TVA|IVA|VAT|HR|RC)+$", "", compact(text).upper().replace("/", ""))
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
