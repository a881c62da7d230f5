"""French communes by postcode, from data carried with the portal (foundation/data/README.md).

A postcode is no commune: one serves several, and a commune may be served by the post office of another department
(Saint-Eulien, 51478, has the postcode 52100). So the department comes from the INSEE code.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from foundation.identifiers import department_of
from foundation.names import plain_name

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Commune:
    """`code`: INSEE, five signs ("57306", "2A004")."""

    code: str
    name: str
    postcode: str

    @property
    def department(self) -> str:
        return department_of_commune(self.code)


@cache
def _file() -> bytes:
    """The file as it is (a megabyte): searched by bytes, a postcode is found in well under a millisecond."""
    return (DATA / "communes.tsv").read_bytes()


def communes_of(postcode: str) -> list[Commune]:
    """The communes that a postcode serves, by name; [] for CEDEX, unknown and foreign ones."""
    if not (len(postcode) == 5 and postcode.isascii() and postcode.isdigit()):
        return []
    return list(_communes_of(postcode))


@lru_cache(maxsize=1000)
def _communes_of(postcode: str) -> tuple[Commune, ...]:
    data, mark = _file(), f"\n{postcode}\t".encode()
    found, at = [], data.find(mark)
    while at >= 0:
        end = data.index(b"\n", at + 1)
        _postcode, code, name = data[at + 1 : end].decode().split("\t")
        found.append(Commune(code, name, postcode))
        at = end if data.startswith(mark, end) else -1
    return tuple(sorted(found, key=lambda commune: commune.name))


def commune_of(postcode: str, code: str) -> Commune | None:
    """The commune of this INSEE code, if the postcode serves it."""
    return next((commune for commune in communes_of(postcode) if commune.code == code), None)


def department_of_commune(code: str) -> str:
    """ "57" from "57306", "2A" from "2A004", "974" from "97411"; "" from anything else."""
    if len(code) != 5:
        return ""
    return code[:3] if code[:2] in ("97", "98") else code[:2]


def department_of_site(postcode: str, commune_code: str = "") -> str:
    """By the commune where it is known; else by its postcode, the same for all but some hundred communes."""
    return department_of_commune(commune_code) or department_of(postcode)


def meant(served: list[Commune], code: str, city: str) -> Commune | None:
    """The commune that is meant, of those a postcode serves. A city typed that is none of them is never overruled."""
    named = next((commune for commune in served if plain_name(commune.name) == plain_name(city)), None)
    if city and named is None:
        return None
    chosen = next((commune for commune in served if commune.code == code), None)
    return chosen or named or (served[0] if len(served) == 1 else None)
