"""Make foundation/data/communes.tsv and foundation/data/naf_rev2.tsv anew from two published packages.

    npm pack @etalab/decoupage-administratif @socialgouv/codes-naf      (then unpack each)
    python scripts/reference_data.py DECOUPAGE/package CODES_NAF/package

Communes: postcode, INSEE code, name, one line per pair, in the order of postcodes; from La Poste's and INSEE's lists
(Licence Ouverte 2.0), gathered by Etalab. Paris, Lyon and Marseille are one commune each. NAF: code, label.
"""

import json
import re
import sys
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "foundation" / "data"


def communes(package: Path) -> list[str]:
    rows = json.loads((package / "data" / "communes.json").read_text("utf-8"))
    arrondissements = {
        row["code"]: row["commune"] for row in rows if row["type"] == "arrondissement-municipal"
    }
    names = {row["code"]: row["nom"] for row in rows if row["type"] == "commune-actuelle"}
    pairs = {
        (postcode, arrondissements.get(row["code"], row["code"]))
        for row in rows
        for postcode in row.get("codesPostaux", [])
    }
    return [f"{postcode}\t{code}\t{_typeset(names[code])}" for postcode, code in sorted(pairs)]


def naf(package: Path) -> list[str]:
    rows = json.loads((package / "index.json").read_text("utf-8"))
    return [
        f"{row['id']}\t{_typeset(row['label'])}"
        for row in sorted(rows, key=lambda row: row["id"])
        if re.fullmatch(r"\d\d\.\d\d[A-Z]", row["id"])
    ]


def _typeset(text: str) -> str:
    return " ".join(text.replace("'", "’").split())


if __name__ == "__main__":
    for name, lines in (
        ("communes.tsv", communes(Path(sys.argv[1]))),
        ("naf_rev2.tsv", naf(Path(sys.argv[2]))),
    ):
        (DATA / name).write_text("\n".join(["", *lines, ""]), "utf-8")
        print(f"{name}: {len(lines)} lines")
