"""Every kind of page at 1280 and 390 px, light and dark: no horizontal scroll, no complaint, no fault axe can see."""

import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

PUBLIC = (
    "/",
    "/demande/",
    "/catalogue/",
    "/catalogue/?q=fissures+soudure",
    "/catalogue/?kind=training",
    "/catalogue/?q=maintenence&kind=rnd&kind=cifre",  # a word read as another one
    "/catalogue/?q=zzzqq+maintenance&kind=training&place=88",  # nothing found
    "/catalogue/?kind=training&kind=rnd&topic=predictive-maintenance&place=54&size=PME&language=fr&format=remote",
    "/compte/login/",
    "/pages/comment-ca-marche/",
    "/pages/confidentialite/",
    "/pages/accessibilite/",
    "/pages/mentions-legales/",
    "/demo/",
    "/demo/mailbox/",
)
BOTH = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1280", "390"])


def links_to(person, pattern: str) -> list[str]:
    """Addresses on the present page that match, each once."""
    addresses = person.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    return [one for one in dict.fromkeys(addresses) if re.search(pattern, one)]


@BOTH
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages(people, viewport, scheme):
    visitor = people(viewport, color_scheme=scheme, reduced_motion="reduce")
    for path in PUBLIC:
        visitor.go(path).assert_healthy()
    visitor.go("/catalogue/?q=soudure")
    for offer in links_to(visitor, r"/catalogue/[0-9a-f-]{36}/$")[:3]:
        visitor.go(offer).assert_healthy()


@BOTH
def test_a_page_that_does_not_exist(people, viewport):
    visitor = people(viewport)
    for path in ("/nulle-part/", f"/suivi/{'A' * 43}/", f"/reponse/{'A' * 43}/"):
        visitor.go(path)
        visitor.complaints.clear()  # the browser reports the 404 itself
        visitor.assert_healthy()


@BOTH
def test_the_coordinators_pages(people, viewport):
    staff = people(viewport).become("coordination")
    staff.assert_healthy()
    staff.go("/admin/?file=tout")
    cases = links_to(staff, r"/admin/irritants/[0-9a-f-]{36}/")
    assert cases
    for case in cases:
        staff.go(case).assert_healthy()
    for page in links_to(staff, r"/propositions/[0-9a-f-]{36}/$"):
        staff.go(page).assert_healthy()
    staff.go("/chiffres/").assert_healthy()


@BOTH
def test_rules_and_vocabulary(people, viewport):
    staff = people(viewport).become("coordination")
    for path in (
        "regles/",
        "regles/health-data/",
        "vocabulaire/",
        "vocabulaire/mots/",
        "vocabulaire/?q=panne",
    ):
        staff.go(f"/admin/{path}").assert_healthy()
    staff.go(links_to(staff, r"/vocabulaire/concepts/[a-z0-9-]+/$")[0]).assert_healthy()
    staff.page.get_by_label("En français").fill("la bouillasse colle")
    staff.press("Voir ce qui change")
    staff.assert_healthy()
    assert staff.reads("Rien n’est encore enregistré.")
    staff.press("Enregistrer ce changement")
    staff.press("Annuler…")
    staff.assert_healthy()
    staff.press("Annuler ce changement")
    staff.assert_healthy()


@BOTH
def test_passages_and_why_not(people, viewport):
    staff = people(viewport).become("coordination").go("/admin/?file=all")
    staff.go(links_to(staff, r"/admin/irritants/[0-9a-f-]{36}/")[0])
    first, second = staff.page.locator("a[data-line]").nth(0), staff.page.locator("a[data-line]").nth(1)
    first.click()
    assert (
        first.get_attribute("aria-pressed") == "true" and staff.page.locator("#mots mark[data-lines]").count()
    )
    second.press("Space")
    assert staff.reads("Passages des pistes choisies")
    staff.assert_healthy()
    staff.go(staff.page.url.partition("?")[0].partition("#")[0] + "?offre=capteurs")
    staff.page.get_by_role("link", name=re.compile("^Pourquoi")).first.click()
    staff.page.wait_for_load_state()
    assert staff.page.locator("#pourquoi .wb-rule-list li").count() >= 5
    staff.assert_healthy()


@BOTH
@pytest.mark.parametrize("code", ["entreprise", "partenaire", "financeur"])
def test_the_space_of_each_role(people, viewport, code):
    person = people(viewport).become(code)
    person.assert_healthy()
    opening = person.page.locator("main form[method=post] button")
    if code != "financeur":
        opening.first.click()
        person.page.wait_for_load_state()
        person.assert_healthy()
