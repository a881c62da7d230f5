"""Identifiers of research: RNSR, ROR, unit numbers; and the legal ones of an organisation, by its country.

Sources: RNSR, open data of the ministry of research (« numéro national de structure », copy of February 2022: all of
the 75 numbers in our catalogue have the key below); ROR, ror.org, « ROR identifier pattern », 2024; SIRET and VAT as
foundation.identifiers and python-stdnum read them.
"""

import re

from stdnum.ch import vat as _vat_ch
from stdnum.eu import vat as _vat_eu
from stdnum.exceptions import ValidationError as StdnumError

from foundation.identifiers import WrongIdentifier, clean_siren_or_siret, compact, foreign_identifier

# No I, O, Q: as in the numbers of schools (UAI), of which the RNSR took its key.
_RNSR_KEYS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"  # base 32 without i, l, o, u
# Kinds of units: CNRS, Inserm (U, UMR_S), INRAE (UMR_A, USC), universities (UR, formerly EA), and services.
_UNITS = frozenset(
    {
        *(
            "UMR",
            "UMR_A",
            "UMR_D",
            "UMR_I",
            "UMR_M",
            "UMR_P",
            "UMR_S",
            "UMR_T",
            "UPR",
            "UPS",
            "UR",
            "EA",
            "EMR",
        ),
        *(
            "ERL",
            "ESR",
            "FR",
            "FRE",
            "GDR",
            "IRL",
            "IRP",
            "UMI",
            "UAR",
            "UMS",
            "US",
            "USR",
            "USC",
            "UM",
            "U",
            "CIC",
        ),
    }
)
_UNIT = re.compile(
    r"(?P<kind>[A-Z]{1,3}(?:_[A-Z])?)[\s.\-]*(?P<host>[A-Za-z]{2,12}\s+)?(?P<number>\d{1,5})", re.I
)


def clean_rnsr(text: str) -> str:
    """A number of the RNSR ("199712570F"), normalised: year, five digits, a key (the nine digits modulo 23).

    Raises WrongIdentifier: kind "shape", or "rnsr" when the key is wrong.
    """
    number = compact(text).upper()
    if not re.fullmatch(r"(19|20)\d{7}[A-Z]", number, re.ASCII):
        raise WrongIdentifier("shape")
    if _RNSR_KEYS[int(number[:9]) % 23] != number[9]:
        raise WrongIdentifier("rnsr")
    return number


def clean_ror(text: str) -> str:
    """A ROR identifier, alone or as its address, normalised to its nine signs ("02feahw73").

    A leading 0, six signs of base 32, two check digits (ISO 7064 MOD 97-10). Raises WrongIdentifier: kind "shape", or
    "ror" when the check digits are wrong.
    """
    number = re.sub(r"^(https?://)?(www\.)?ror\.org/", "", text.strip().casefold()).strip("/ ")
    if not re.fullmatch(rf"0[{_CROCKFORD}]{{6}}\d\d", number, re.ASCII):
        raise WrongIdentifier("shape")
    value = 0
    for sign in number[:7]:
        value = value * 32 + _CROCKFORD.index(sign)
    if 98 - value * 100 % 97 != int(number[7:]):
        raise WrongIdentifier("ror")
    return number


def clean_unit_number(text: str) -> str:
    """« umr7503 » as « UMR 7503 », « UR UTT 004 » as it is. Raises WrongIdentifier; there is no key to check."""
    found = _UNIT.fullmatch(" ".join(text.split()))
    if found is None or found["kind"].upper() not in _UNITS:
        raise WrongIdentifier("shape")
    return " ".join(filter(None, [found["kind"].upper(), (found["host"] or "").strip(), found["number"]]))


def clean_vat(country: str, text: str) -> str:
    """A VAT number of the Union or of Switzerland, normalised with its letters ("FR40303265045").

    `country`: that of the organisation; the number may do without its letters then. Raises WrongIdentifier: kind
    "shape" without a country that has such numbers, else "vat".
    """
    number = compact(text).upper()
    if not re.match(r"[A-Z]{2}", number):
        number = ("CHE" if country == "CH" else country) + number
    try:
        if number.startswith("CHE"):
            return _vat_ch.validate(number)
        if number[:2] not in _EUROPE:
            raise WrongIdentifier("shape")
        return number[:2] + _vat_eu.validate(number)[2:]
    except StdnumError as error:
        raise WrongIdentifier("vat") from error


_EUROPE = {code.upper().replace("GR", "EL") for code in _vat_eu.MEMBER_STATES}


def clean_legal_id(country: str, text: str) -> str:
    """The number under which an organisation is registered: in France its SIRET, elsewhere as its register writes it.

    Raises WrongIdentifier: kind "shape", "siret", or that of foundation.identifiers.foreign_identifier.
    """
    if country != "FR":
        return foreign_identifier(country, text).value
    try:
        siret = clean_siren_or_siret(text)[1]
    except ValueError as error:
        raise WrongIdentifier("siret") from error
    if not siret:
        raise WrongIdentifier("shape")  # a SIREN: of the whole legal person, not of an establishment
    return siret
