"""Names to compare with one another, and which e-mail domains belong to everybody."""

import re
import unicodedata

_PUNCTUATION = re.compile(r"[^a-z0-9]+")
_SHORT = {"st": "saint", "ste": "sainte"}
# Legal forms come and go in what people type.
_LEGAL = """
    sa sas sasu sarl eurl sci scop scic snc gaec earl scea gie ei selarl ste gmbh ag kg ohg ug mbh co se ev
    bv bvba nv srl sprl asbl vzw inc ltd llc
"""
# Providers of mailboxes for anybody: an address there says nothing about the organisation.
_PUBLIC = """
    gmail googlemail hotmail outlook live msn yahoo ymail aol icloud me mac gmx web t-online freenet arcor orange
    wanadoo free sfr neuf cegetel bbox numericable laposte aliceadsl club-internet proton protonmail pm tutanota bluewin
    sunrise hispeed skynet telenet proximus pt internet vo voila mailo posteo mailbox zoho yandex mail
"""
LEGAL_FORMS, PUBLIC_PROVIDERS = frozenset(_LEGAL.split()), frozenset(_PUBLIC.split())


def plain_name(text: str) -> str:
    """Without accents, case and punctuation; "st" is "saint"."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(_SHORT.get(word, word) for word in _PUNCTUATION.sub(" ", folded).split())


def organisation_key(name: str) -> str:
    """A name of an organisation without its legal form: "S.A.R.L. Dupont & Fils" and "DUPONT ET FILS" are one."""
    dotted = re.sub(r"\b(?:\w\.){2,}", lambda found: found[0].replace(".", "") + " ", name)
    words = [word for word in plain_name(dotted.replace("&", " et ")).split() if word not in LEGAL_FORMS]
    return " ".join(words) or plain_name(name)


def own_domain(email: str) -> str:
    """The domain of an address when it is an organisation's own; "" for public providers."""
    domain = email.rpartition("@")[2].casefold()
    return "" if domain.split(".")[0] in PUBLIC_PROVIDERS else domain
