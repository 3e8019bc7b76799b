"""The reader in Chromium: quotes gone to, stepped through and linked to; axe; hostile text."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from api.http.app import create_app
from api.http.pages import page_files
from api.http.report_pages import POLICY
from api.pages.report_view import report_page
from rag.pipeline import Assistant
from tests.chromium import PHONE, chromium, new_page, serving, shoot
from tests.made_reports import made_report

WRENMOOR = "sample-wrenmoor-peel-2018-effectiveness"
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def origin(sample_assistant: Assistant) -> Iterator[str]:
    with serving(create_app(sample_assistant)) as origin:
        yield origin


Opening = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, origin: str) -> Opening:
    def opening(path: str, **context: Any) -> Page:
        page = new_page(browser, **context)
        page.goto(f"{origin}{path}")
        return page

    return opening


@pytest.fixture(scope="module")
def text(sample_assistant: Assistant) -> str:
    return sample_assistant.library.report(WRENMOOR).text


def place(text: str, words: str) -> str:
    start = text.index(words)
    return f"{start}-{start + len(words)}"


def marked(page: Page) -> list[str]:
    return page.eval_on_selector_all("mark", "marks => marks.map(mark => mark.textContent)")


def is_shown(page: Page, selector: str = "mark") -> bool:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    assert page.viewport_size is not None
    return 0 <= box["y"] <= page.viewport_size["height"] - box["height"]


QUOTE = "neighbourhood officers were moved to response duties on 1,240 occasions."


@pytest.mark.parametrize("viewport", [{"width": 1100, "height": 850}, PHONE])
def test_the_quote_in_the_fragment_is_marked_gone_to_and_has_the_focus(opened, text, viewport):
    page = opened(f"/reports/{WRENMOOR}#{place(text, QUOTE)}", viewport=viewport)
    assert marked(page) == [QUOTE]
    assert is_shown(page)
    assert page.evaluate("document.activeElement.tagName") == "MARK"
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    shoot(page, f"reader-quote-{viewport['width']}")


@pytest.mark.parametrize("look", [{"java_script_enabled": False}, {}])
def test_the_quote_in_the_query_is_marked_and_gone_to_with_and_without_a_script(opened, text, look):
    page = opened(f"/reports/{WRENMOOR}?quote={place(text, QUOTE)}#quote-1", **look)
    assert page.locator("mark").all_text_contents() == [QUOTE]
    assert is_shown(page)


def test_quotes_are_stepped_through_by_keyboard_and_the_first_named_comes_first(opened, text):
    first, second = place(text, "Effectiveness"), place(text, QUOTE)
    page = opened(f"/reports/{WRENMOOR}#{second},{first}")
    assert marked(page) == ["Effectiveness", QUOTE]
    assert page.inner_text("#quote-count") == "Quote 2 of 2"
    page.focus("#quote-after")
    page.keyboard.press("Enter")
    assert page.inner_text("#quote-count") == "Quote 1 of 2"
    assert page.evaluate("document.activeElement.textContent") == "Effectiveness"
    page.focus("#quote-before")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == QUOTE


def test_clearing_takes_the_marks_away_and_leaves_the_text_whole(opened, text):
    page = opened(f"/reports/{WRENMOOR}#{place(text, QUOTE)}")
    page.click("#quote-clear")
    assert marked(page) == []
    assert page.is_hidden("#quote-bar")
    assert page.url.endswith(f"/reports/{WRENMOOR}")
    assert page.locator("#text p", has_text=QUOTE).count() == 1


def test_a_judgement_shows_its_place_without_loading_the_page_again(opened):
    page = opened(f"/reports/{WRENMOOR}")
    page.evaluate("window.loadedOnce = true")
    page.click(".judgements td a >> nth=0")
    page.wait_for_selector("mark")
    assert marked(page) == ["Requires improvement"]
    assert page.evaluate("window.loadedOnce") is True


def test_selected_words_can_be_linked_to_and_the_link_leads_to_them(opened, text):
    page = opened(f"/reports/{WRENMOOR}")
    page.evaluate(
        """words => {
          const text = document.querySelector('#text')
          const all = document.createTreeWalker(text, NodeFilter.SHOW_TEXT)
          while (all.nextNode()) {
            const at = all.currentNode.data.indexOf(words)
            if (at < 0) continue
            getSelection().setBaseAndExtent(all.currentNode, at, all.currentNode, at + words.length)
            return
          }
        }""",
        QUOTE,
    )
    page.click("#quote-copy")
    page.wait_for_selector("mark")
    assert page.url.partition("#")[2] == place(text, QUOTE)
    assert marked(page) == [QUOTE]


FRAGMENTS = {
    "#3-9": [{"start": 3, "end": 9}],
    "#9-20,3-9": [{"start": 9, "end": 20}, {"start": 3, "end": 9}],
    "#9-3": [],
    "#section-2": [],
    "#3-9,x": [],
    "": [],
}


def test_the_fragment_names_the_spans(opened):
    page = opened(f"/reports/{WRENMOOR}")
    code = "async all => all.map((await import('/page/report.js')).spansOf)"
    assert page.evaluate(code, list(FRAGMENTS)) == list(FRAGMENTS.values())


def test_the_sections_are_open_beside_the_text_and_closed_above_it(opened):
    path = f"/reports/{WRENMOOR}"
    assert opened(path).is_visible(".outline li")
    assert opened(path, viewport=PHONE).is_hidden(".outline li")
    assert opened(path, viewport=PHONE, java_script_enabled=False).is_visible(".outline li")


HOSTILE = (
    "<script>document.title = 'owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "<svg onload=\"document.title='owned'\">",
)


def test_hostile_text_is_shown_as_text_and_code_points_are_counted(browser):
    # An emoji is one code point and two units of a JavaScript string.
    report = made_report("tern", {f"Head \U0001f600 {HOSTILE[0]}": [*HOSTILE, "After."]})
    made = HTMLResponse(report_page(report), headers={"Content-Security-Policy": POLICY})
    app = Starlette(routes=[Route("/reports/tern", lambda _: made), Mount("/page", page_files())])
    asked: list[str] = []
    with serving(app) as origin:
        page = new_page(browser)
        page.on("request", lambda request: asked.append(request.url))
        spans = ",".join(place(report.text, words) for words in (*HOSTILE, "After."))
        page.goto(f"{origin}/reports/tern#{spans}")
        page.wait_for_selector("mark")
        shown = marked(page)
        title = page.title()
    # The words of the first one stand in the heading first.
    assert shown == [*HOSTILE, "After."]
    assert title == "Tern – Peelback"
    assert all(url.startswith(origin) or url == "data:," for url in asked)


PATHS = [f"/reports/{WRENMOOR}", "/reports", "/actions", "/reports/none"]


def faults(page: Page) -> list[tuple[str, str]]:
    found: dict[str, Any] = Axe().run(page).response
    return [
        (fault["id"], fault["nodes"][0]["html"])
        for fault in found["violations"]
        if fault["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_serious(opened, path):
    assert faults(opened(path, bypass_csp=True)) == []


@pytest.mark.full
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "look",
    [
        {"color_scheme": "dark"},
        {"forced_colors": "active"},
        {"viewport": PHONE},
        {"java_script_enabled": True, "reduced_motion": "reduce"},
    ],
    ids=["dark", "forced colours", "phone", "still"],
)
def test_axe_finds_nothing_serious_in_any_look(opened, path, look):
    page = opened(path, bypass_csp=True, **look)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
