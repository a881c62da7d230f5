"""What people type twice is rarely typed alike."""

from foundation.names import organisation_key, own_domain, plain_name


def test_names_are_compared_without_what_comes_and_goes():
    assert plain_name("  Châlons-en-CHAMPAGNE ") == plain_name("chalons en champagne")
    assert plain_name("St-Avold") == plain_name("SAINT AVOLD")
    same = ("S.A.R.L. Dupont & Fils", "DUPONT ET FILS", "Dupont et fils SARL", "dupont & fils, s.a.s.")
    assert {organisation_key(name) for name in same} == {"dupont et fils"}
    assert organisation_key("SAS") == "sas"  # nothing else to go by
    assert organisation_key("Müller GmbH & Co. KG") == "muller et"
    assert organisation_key("東京") == ""


def test_a_public_mailbox_says_nothing_about_the_organisation():
    addresses = (
        "a@Fonderie.example",
        "a@gmail.com",
        "a@orange.fr",
        "a@gmx.de",
        "a@yahoo.co.uk",
        "a@chru-nancy.fr",
    )
    assert [own_domain(address) for address in addresses] == [
        "fonderie.example",
        "",
        "",
        "",
        "",
        "chru-nancy.fr",
    ]
