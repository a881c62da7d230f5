"""The editor of a proposal by hand and by keys: what is moved stays moved once it is saved, and nothing before."""

import pytest

from scripts.pages import become, press

pytestmark = pytest.mark.browser
SAVE = "#proposal-form .save-bar .btn-primary"


@pytest.fixture
def page(browser, portal, doors):
    context = browser.new_context(locale="fr", viewport={"width": 1280, "height": 1200})
    page = context.new_page()
    page.set_default_timeout(60_000)  # the first page of a portal that has just begun takes long
    become(page, portal.address, "administration")
    page.goto(portal.address + doors("fr")["proposal_write"])
    yield page
    context.close()


def order(page) -> list[list[str]]:
    """Ids of the steps, option by option, as they are seen."""
    lists = "[...document.querySelectorAll('[data-steps]')]"
    return page.evaluate(f"{lists}.map((list) => [...list.children].map((one) => one.dataset.step))")


def test_keys_move_a_step_and_saving_keeps_it(page):
    quick, complete, research = order(page)
    step = page.locator(f"[data-step='{complete[0]}']")
    step.locator("summary").first.focus()
    page.keyboard.press("Alt+ArrowDown")
    moved = [complete[1], complete[0], *complete[2:]]
    assert order(page) == [quick, moved, research]
    assert step.locator("[data-number]").inner_text() == "2"
    assert page.evaluate("document.activeElement.closest('[data-step]').dataset.step") == complete[0]
    assert page.locator("#live").inner_text().startswith("2 · ")
    press(page, SAVE)
    assert order(page) == [quick, moved, research]
    page.locator(
        f"[data-step='{complete[0]}'] [data-move='-1']"
    ).click()  # the same by its button, and not saved
    assert order(page) == [quick, complete, research]
    page.once("dialog", lambda dialog: dialog.accept())  # something was moved: leaving is asked about
    page.reload()
    assert order(page) == [quick, moved, research]


def test_a_step_is_dragged_to_another_option(page):
    quick, _complete, research = order(page)
    page.set_viewport_size(
        {"width": 1280, "height": 3600}
    )  # both in sight: scrolling would lose what is held
    held, over = (
        page.locator(f"[data-step='{one}'] summary").first.bounding_box() for one in (quick[0], research[-1])
    )
    page.mouse.move(held["x"] + 60, held["y"] + 20)
    page.mouse.down()
    page.mouse.move(held["x"] + 70, held["y"] + 30, steps=3)  # the first move begins the drag
    page.mouse.move(over["x"] + 60, over["y"] + over["height"] - 4, steps=5)
    page.mouse.up()
    assert order(page)[0] == quick[1:] and set(order(page)[2]) == {*research, quick[0]}
    press(page, SAVE)
    assert order(page)[0] == quick[1:] and set(order(page)[2]) == {*research, quick[0]}


def test_bars_follow_the_dates_that_are_typed(page):
    step = next(
        one for option in order(page) for one in option if page.locator(f"[data-bar='{one}']").count()
    )
    bar = page.locator(f"[data-bar='{step}'] .bar-step")
    before = bar.get_attribute("x")
    row = page.locator(f"[data-step='{step}']")
    row.locator("summary").first.click()
    row.locator("input[name$=-end]").fill("2028-06-30")
    row.locator("input[name$=-start]").fill("2028-01-03")
    assert float(bar.get_attribute("x")) > float(before)
