"""A catalogue folder brings organisations as they are: checked, dated, and loading it again changes nothing."""

import json
from datetime import date

import pytest

from partners.models import Affiliation, Organisation, Standing
from programs.importing import CatalogueErrors, load_catalogue
from programs.models import CatalogueState
from tests import cast as casting

pytestmark = pytest.mark.django_db

UNIVERSITY = {
    "id": "universite",
    "name": "Université",
    "kind": "university",
    "country": "FR",
    "parents": [],
    "ror_id": "https://ror.org/04vfs2w97",
    "legal_id": "130 015 506 00012",
    "founding_member": True,
}
LABORATORY = {
    "id": "laboratoire",
    "name": "Laboratoire",
    "kind": "laboratory",
    "country": "FR",
    "parents": [
        "universite",
        {"id": "ancienne", "nature": "part", "since": "2010-01-01", "until": "2019-12-31"},
    ],
    "rnsr_id": "199712570F",
    "restricted_access": True,
    "standings": [{"kind": "outside", "until": "2024-12-31"}, {"kind": "partner", "since": "2025-01-01"}],
    "signed_by": {"id": "universite", "because": "managing"},
}
FORMER = {"id": "ancienne", "name": "Ancienne", "kind": "team", "country": "DE", "parents": []}


def folder(tmp_path, *records):
    (tmp_path / "offers").mkdir(exist_ok=True)
    (tmp_path / "organisations.json").write_text(json.dumps(list(records)), "utf-8")
    return tmp_path


def test_everything_that_a_folder_says_is_kept_once(tmp_path):
    place = folder(tmp_path, UNIVERSITY, LABORATORY, FORMER)
    load_catalogue(place)
    university, lab = (Organisation.objects.get(external_id=code) for code in ("universite", "laboratoire"))
    assert (university.ror_id, university.siret, university.founding_member) == (
        "04vfs2w97",
        "13001550600012",
        True,
    )
    assert (lab.rnsr_id, lab.restricted_access, lab.standing) == ("199712570F", True, "partner")
    assert (lab.signed_by, lab.signed_by_because, lab.present_parents()) == (
        university,
        "managing",
        [university],
    )
    rows = lab.affiliations.exclude(parent=university).values_list("nature", "since", "until")
    assert list(rows) == [("part", date(2010, 1, 1), date(2019, 12, 31))]
    before = (
        CatalogueState.current(),
        Organisation.history.count(),
        Affiliation.objects.count(),
        Standing.objects.count(),
    )
    load_catalogue(place)
    after = (
        CatalogueState.current(),
        Organisation.history.count(),
        Affiliation.objects.count(),
        Standing.objects.count(),
    )
    assert after == before


def test_what_people_wrote_here_stays(tmp_path):
    place = folder(tmp_path, UNIVERSITY, {**LABORATORY, "signed_by": None, "standings": []}, FORMER)
    load_catalogue(place)
    lab, other = Organisation.objects.get(external_id="laboratoire"), casting.laboratory("mandataire")
    Organisation.objects.filter(pk=lab.pk).update(
        ror_id="02feahw73", vat_number="FR03552081317", signed_by=other, signed_by_because="mandate"
    )
    Standing.objects.create(organisation=lab, kind="founder")
    load_catalogue(folder(tmp_path, UNIVERSITY, LABORATORY, FORMER))
    lab = Organisation.objects.get(pk=lab.pk)
    assert (lab.ror_id, lab.vat_number, lab.signed_by, lab.standing) == (
        "02feahw73",
        "FR03552081317",
        other,
        "founder",
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rnsr_id": "199712570G"}, "rnsr_id '199712570G' is not valid"),
        ({"ror_id": "04vfs2w98"}, "ror_id '04vfs2w98' is not valid"),
        ({"ror_id": "04vfs2w97"}, "ror_id 04vfs2w97: used twice"),
        ({"legal_id": "13001550600013"}, "legal_id '13001550600013' is not valid"),
        ({"kind": "office"}, "unknown kind 'office'"),
        ({"parents": ["nulle-part"]}, "unknown parents ['nulle-part']"),
        ({"parents": [{"id": "universite", "nature": "friend"}]}, "unknown nature of a parent"),
        ({"parents": [{"id": "universite", "since": "janvier"}]}, "since and until are dates or null"),
        ({"standings": [{"kind": "guest"}]}, "unknown kind of a standing"),
        (
            {"signed_by": {"id": "universite", "because": "habit"}},
            "signed_by needs a known id and a known because",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(tmp_path, changes, told):
    first = {**UNIVERSITY, "ror_id": "04vfs2w97"}
    place = folder(tmp_path, first, {**LABORATORY, **changes}, FORMER)
    with pytest.raises(CatalogueErrors) as refused:
        load_catalogue(place)
    assert len(refused.value.problems) == 1 and told in refused.value.problems[0]
    assert not Organisation.objects.exists()
