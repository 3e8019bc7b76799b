"""The states of the chat before axe-core, and what colours, motion and zoom ask of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from api.http.app import create_app
from rag.pipeline import Assistant
from tests.chromium import (
    PHONE,
    answer,
    answers_with,
    ask,
    chromium,
    citation,
    event,
    new_page,
    problem,
    serving,
    shoot,
)

SUPERVISION = "What did the inspectors say about supervision in Wrenmoor Constabulary?"
SILENT = "What did the inspectors say about facial recognition in Osterfell Police?"
NOTED = answer(
    citations=[citation(note="carried_over", url="https://example.org/plover")],
    warnings=["Mind the year."],
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def origin(sample_assistant: Assistant) -> Iterator[str]:
    with serving(create_app(sample_assistant)) as origin:
        yield origin


def faults(page: Page) -> list[str]:
    """Return what axe-core calls serious or critical, with the element it means."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{one['id']}: {one['nodes'][0]['html']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def first(page: Page) -> None:
    """Leave the page as it opens."""


def waiting(page: Page) -> None:
    page.route("**/v1/answers", lambda _: None)
    page.fill("#question", SUPERVISION)
    page.press("#question", "Enter")
    expect(page.locator("#stop")).to_be_visible()


def quoted(page: Page) -> None:
    ask(page, SUPERVISION)
    page.locator(".cite").first.click()
    page.locator(".sources summary").click()


def noted(page: Page) -> None:
    answers_with(page, NOTED)
    ask(page, "How many boats?")
    page.click(".cite")


def refused(page: Page) -> None:
    ask(page, "What is the 999 answer time in Kent?")


def silent(page: Page) -> None:
    ask(page, SILENT)
    page.locator(".nearest summary").first.click()


def busy(page: Page) -> None:
    answers_with(page, problem(503, "busy", "Busy"), status=503, Retry_After="30")
    ask(page, SUPERVISION)


def cut_off(page: Page) -> None:
    said = {"text": "It has two boats.", "citations": [1], "kind": "verbatim"}
    answers_with(page, event("sentence", {"sentence": said, "citations": [citation()]}))
    ask(page, "How many boats?")


def too_long(page: Page) -> None:
    page.fill("#question", "x" * 1001)
    page.press("#question", "Enter")


def complained(page: Page) -> None:
    answers_with(page, NOTED)
    ask(page, "How many boats?")
    page.click("#not-1")


def limited(page: Page) -> None:
    answers_with(page, NOTED)
    page.click("text=Only some reports")
    page.select_option("#body", "Osterfell Police")
    ask(page, "How many boats?")


STATES = (
    first,
    waiting,
    quoted,
    noted,
    refused,
    silent,
    busy,
    cut_off,
    too_long,
    complained,
    limited,
)
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE},
}


def examined(browser: Browser, address: str, state: Callable[[Page], None], look: str) -> list[str]:
    page = new_page(browser, reduced_motion="reduce", **LOOKS[look])
    page.goto(address)
    page.wait_for_selector(".welcome .examples")
    state(page)
    found = faults(page)
    shoot(page, f"axe-{state.__name__}-{look}")
    page.context.close()
    return found


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing_serious_on_the_page(browser, origin, state):
    assert examined(browser, origin, state, "light") == []


@pytest.mark.parametrize("look", ["dark", "phone"])
def test_axe_finds_nothing_serious_in_the_frame(browser, origin, look):
    assert examined(browser, f"{origin}/embed", complained if look == "dark" else noted, look) == []


@pytest.mark.full
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing_serious_in_any_look_of_the_frame(browser, origin, state, look):
    assert examined(browser, f"{origin}/embed", state, look) == []


def test_nothing_moves_for_whoever_asked_for_no_motion(browser, origin):
    page = new_page(browser, reduced_motion="reduce")
    page.goto(origin)
    waiting(page)
    assert page.evaluate("document.getAnimations().length") == 0
    scrolling = "getComputedStyle(document.documentElement).scrollBehavior"
    assert page.evaluate(scrolling) == "auto"
    page.context.close()


def test_what_is_open_or_marked_is_seen_in_forced_colours(browser, origin):
    page = new_page(browser, forced_colors="active")
    page.goto(origin)
    quoted(page)
    backgrounds = page.evaluate(
        "() => ['.cite[aria-expanded=true]', '.cite[aria-expanded=false]', '.quote mark', '.quote']"
        ".map(one => getComputedStyle(document.querySelector(one)).backgroundColor)"
    )
    assert backgrounds[0] != backgrounds[1]
    assert backgrounds[2] != backgrounds[3]
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    shoot(page, "page-forced-colours")
    page.context.close()


@pytest.mark.parametrize("selector", [".cite", ".shut", ".actions button", ".as-link", "#ask"])
def test_what_is_pressed_is_large_enough(browser, origin, selector):
    # WCAG 2.2, 2.5.8: 24 by 24 CSS pixels.
    page = new_page(browser, viewport=PHONE)
    page.goto(f"{origin}/embed?key=")
    page.wait_for_selector(".welcome .examples")
    if selector != ".as-link":
        ask(page, SUPERVISION)
        page.locator(".cite").first.click()
    sizes = page.locator(selector).evaluate_all(
        "all => all.filter(one => one.offsetParent).map(one => one.getBoundingClientRect())"
        ".map(({width, height}) => Math.min(width, height))"
    )
    assert sizes
    assert min(sizes) >= 24
    page.context.close()


def test_what_has_the_focus_is_not_behind_the_question(browser, origin):
    page = new_page(browser, reduced_motion="reduce")
    page.goto(origin)
    ask(page, "What must Osterfell Police improve?")
    hidden = []
    for marker in page.locator(".cite").all():
        marker.focus()
        under = marker.evaluate(
            "one => { const { x, y, width, height } = one.getBoundingClientRect();"
            " return document.elementFromPoint(x + width / 2, y + height / 2) === one }"
        )
        hidden += [] if under else [marker.inner_text()]
    assert hidden == []
    page.context.close()
