"""The widget on somebody else's page: who may frame it, what crosses its edge, what it weighs."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from api.http.app import create_app
from api.http.embed import policy_for
from api.http.serving_settings import ServingSettings
from api.keys import KeyBook, KeyKind
from rag.pipeline import Assistant
from tests.chromium import PHONE, ask, chromium, foreign_site, new_page, serving, shoot

WIDGET = Path(__file__).parents[1] / "api" / "page" / "widget.js"
QUESTION = "What did the inspectors say about supervision in Wrenmoor Constabulary?"
MOST_LOADER_BYTES = 15_000
MOST_FRAME_BYTES = 60_000

HOSTILE = """
<style>
  * { display: none !important; color: red !important; font-size: 1px !important; }
  peelback-widget, iframe, button { opacity: 0 !important; transform: scale(0) !important;
    pointer-events: none !important; position: static !important; width: 0 !important; }
  html, body { display: block !important; }
</style>
<script>
  Object.prototype.type = 'close'; Object.prototype.peelback = 1; Object.prototype.hidden = true
  Array.prototype.extra = 'x'; window.parent = null; window.name = 'x'
</script>
"""


@dataclass(frozen=True)
class Served:
    origin: str
    listed: str
    near: str
    unlisted: str
    strict: str
    key: str
    secret: str


def embedding(origin: str, key: str, head: str = "", body: str = "<h1>Parish council</h1>") -> str:
    return (
        f"<!doctype html><html lang=en><title>A council</title>{head}<body>{body}"
        f'<script src="{origin}/widget.js" data-key="{key}" defer></script>'
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def served(
    sample_assistant: Assistant, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    pages: dict[str, str] = {}
    strict: dict[str, str] = {}
    policy: dict[str, str] = {}
    path = tmp_path_factory.mktemp("keys") / "keys.db"
    with (
        foreign_site(pages) as listed,
        foreign_site(pages) as unlisted,
        foreign_site(strict, policy) as strictly,
        KeyBook.open(path, create=True) as book,
        serving(create_app(sample_assistant, serving=ServingSettings(keys=path))) as origin,
    ):
        near = listed
        # Another name is another site to a browser, not only another origin.
        listed, unlisted, strictly = (
            site.replace("127.0.0.1", "localhost") for site in (listed, unlisted, strictly)
        )
        _, key = book.create(KeyKind.PUBLISHABLE, sites=(listed, near, strictly))
        _, elsewhere = book.create(KeyKind.PUBLISHABLE, sites=("https://other.example",))
        policy["Content-Security-Policy"] = (
            f"default-src 'none'; script-src {origin}; frame-src {origin}; "
            "require-trusted-types-for 'script'"
        )
        _, secret = book.create(KeyKind.SECRET)
        frame = f'<iframe name=chat src="{origin}/embed?key={key}"></iframe>'
        pages |= {
            "/": embedding(origin, key),
            "/hostile": embedding(origin, key, HOSTILE),
            "/elsewhere": embedding(origin, elsewhere),
            "/unknown": embedding(origin, key[:-1] + ("a" if key[-1] != "a" else "b")),
            "/frame": f"<!doctype html><title>a</title>{frame}",
            "/sibling": f"<!doctype html><title>a</title>{frame}"
            f'<iframe name=other src="{unlisted}/empty"></iframe>',
            "/empty": "<!doctype html><title>empty</title>",
        }
        strict["/"] = embedding(origin, key)
        yield Served(origin, listed, near, unlisted, strictly, key, secret)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = new_page(browser)
    yield page
    page.context.close()


def opened(page: Page, address: str) -> Frame:
    """Open a page, and the widget on it by keyboard."""
    page.goto(address)
    page.wait_for_function("document.querySelector('peelback-widget')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _ in range(100):
        if len(page.frames) > 1 and page.frames[1].url not in ("", "about:blank"):
            return page.frames[1]
        page.wait_for_timeout(50)
    raise AssertionError("no frame came")


def is_open(page: Page) -> bool:
    return page.frames[1].frame_element().is_visible()


def test_a_question_is_asked_and_answered_on_somebody_elses_page(page, served):
    chat = opened(page, served.listed)
    expect(chat.locator("#question")).to_be_focused()
    shoot(page, "widget-open")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    chat.locator(".cite").first.click()
    expect(chat.locator(".quote mark").first).to_be_visible()
    shoot(page, "widget-quote")
    with page.context.expect_page() as report:
        chat.locator(".quote:visible a").first.click()
    expect(report.value.locator("mark").first).to_be_visible()
    assert report.value.evaluate("window.opener") is None


def test_escape_and_the_close_button_give_the_focus_back(page, served):
    chat = opened(page, served.listed)
    expect(chat.locator("#question")).to_be_focused()
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.tagName === 'PEELBACK-WIDGET'")
    assert not is_open(page)
    page.keyboard.press("Enter")
    expect(chat.locator("#question")).to_be_focused()
    chat.click("#close")
    page.wait_for_function("document.activeElement.tagName === 'PEELBACK-WIDGET'")
    assert not is_open(page)


def test_the_conversation_is_there_again_on_the_sites_next_page(page, served):
    # Of the same site as the server: a private window, as this is, lets no other one keep it.
    chat = opened(page, served.near)
    chat.fill("#question", QUESTION)
    chat.press("#question", "Enter")
    expect(chat.locator(".cite").first).to_be_visible()
    chat = opened(page, served.near)
    expect(chat.locator(".turn h2")).to_have_text(QUESTION)


def test_on_a_phone_the_panel_fills_the_screen(browser, served):
    page = new_page(browser, viewport=PHONE)
    chat = opened(page, served.listed)
    expect(chat.locator(".examples")).to_be_visible()
    box = page.frames[1].frame_element().bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 320, 640)
    shoot(page, "widget-phone")
    page.context.close()


@pytest.mark.parametrize("where", ["hostile", "strict"])
def test_a_hostile_page_and_a_strict_one_cannot_break_it(page, served, where):
    address = f"{served.listed}/hostile" if where == "hostile" else served.strict
    chat = opened(page, address)
    chat.fill("#question", QUESTION)
    chat.press("#question", "Enter")
    expect(chat.locator(".cite").first).to_be_visible()
    assert is_open(page)
    box = page.frames[1].frame_element().bounding_box()
    assert box["width"] > 400
    shoot(page, f"widget-{where}")


@pytest.mark.parametrize("path", ["elsewhere", "unknown"])
def test_a_page_that_the_key_is_not_for_gets_no_frame(page, served, path):
    chat = opened(page, f"{served.listed}/{path}")
    page.wait_for_timeout(500)
    assert chat.locator("#question").count() == 0


def test_a_site_that_is_not_on_the_keys_list_gets_no_frame(page, served):
    chat = opened(page, served.unlisted)
    page.wait_for_timeout(500)
    assert chat.url.startswith("chrome-error://")


def test_a_frame_that_is_not_shown_is_said_to_be_so(page, served):
    page.clock.install()
    opened(page, served.unlisted)
    page.wait_for_timeout(300)
    page.clock.fast_forward(9_000)
    for _ in range(50):
        if len(page.frames) == 1:
            break
        page.wait_for_timeout(50)
    assert len(page.frames) == 1
    shoot(page, "widget-blocked")


def test_a_key_without_sites_may_be_framed_nowhere():
    assert policy_for([]).endswith("frame-ancestors 'none'")
    assert policy_for(["https://a.example", "https://b.example"]).endswith(
        "frame-ancestors https://a.example https://b.example"
    )


def test_the_frame_page_forbids_markup_from_text(page, served):
    page.goto(f"{served.origin}/embed?key={served.key}")
    refused = page.evaluate(
        "() => { try { document.body.innerHTML = '<b>x</b>'; return null }"
        " catch (error) { return error.name } }"
    )
    assert refused == "TypeError"


FORGED = [
    {"peelback": 1, "type": "hello", "question": "x"},
    {"peelback": 2, "type": "hello"},
    {"peelback": "1", "type": "hello"},
    {"peelback": 1, "type": "ready"},
    {"peelback": 1, "type": "ask"},
    {"peelback": 1, "type": None},
    {"type": "hello"},
    {"peelback": 1},
    "hello",
    None,
    7,
    ["hello"],
    {"peelback": {"valueOf": 1}, "type": "hello"},
]


def test_forged_messages_are_not_answered_by_the_frame(page, served):
    page.goto(f"{served.listed}/sibling")
    chat = page.frame("chat")
    expect(chat.locator("#question")).to_be_visible()
    page.evaluate("() => { window.heard = []; onmessage = event => heard.push(event.data) }")
    # Wrong shapes from the page around it, and right ones from a frame beside it.
    page.evaluate("all => all.forEach(one => frames[0].postMessage(one, '*'))", FORGED * 3)
    right = [{"peelback": 1, "type": kind} for kind in ("hello", "open")] * 6
    page.frame("other").evaluate(
        "all => all.forEach(one => parent[0].postMessage(one, '*'))", right
    )
    page.wait_for_timeout(200)
    assert page.evaluate("heard") == []
    expect(chat.locator("#question")).not_to_be_focused()
    page.evaluate("frames[0].postMessage({ peelback: 1, type: 'hello' }, '*')")
    page.wait_for_function("heard.length === 1")
    assert page.evaluate("heard") == [{"peelback": 1, "type": "ready"}]


def test_forged_messages_do_not_shut_the_panel(page, served):
    opened(page, served.listed)
    page.wait_for_timeout(300)
    close = {"peelback": 1, "type": "close"}
    page.evaluate("all => all.forEach(one => window.postMessage(one, '*'))", [close, *FORGED] * 4)
    page.frames[1].evaluate(
        "all => all.forEach(one => parent.postMessage(one, '*'))",
        [one for one in FORGED if one != close],
    )
    page.wait_for_timeout(200)
    assert is_open(page)


def test_nothing_of_the_conversation_crosses_the_frames_edge(page, served):
    page.add_init_script("window.heard = []; addEventListener('message', e => heard.push(e.data))")
    chat = opened(page, served.listed)
    chat.fill("#question", QUESTION)
    chat.press("#question", "Enter")
    expect(chat.locator(".cite").first).to_be_visible()
    assert page.evaluate("heard") == [{"peelback": 1, "type": "ready"}]
    assert page.evaluate("document.querySelector('peelback-widget').shadowRoot") is None


def test_the_frame_cannot_lead_the_page_away(page, served):
    chat = opened(page, served.listed)
    expect(chat.locator("#question")).to_be_visible()
    reached = chat.evaluate(
        "() => { try { top.location = 'about:blank'; return 'navigated' }"
        " catch (error) { return error.name } }"
    )
    assert reached == "SecurityError"


def test_the_loader_is_small_and_the_frame_is_light(page, served):
    asked: list[tuple[str, int]] = []
    page.on(
        "requestfinished",
        lambda request: asked.append((request.url, request.sizes()["responseBodySize"])),
    )
    page.goto(f"{served.origin}/embed?key={served.key}")
    expect(page.locator(".examples")).to_be_visible()
    page.wait_for_load_state("networkidle")
    frame = sum(size for _, size in asked)
    loader = len(gzip.compress(WIDGET.read_bytes()))
    assert {url.split("/")[2] for url, _ in asked if url.startswith("http")} == {served.origin[7:]}
    assert loader <= MOST_LOADER_BYTES
    assert 10_000 < frame <= MOST_FRAME_BYTES, json.dumps(asked, indent=1)
    print(f"widget.js {loader} bytes gzipped; the frame {frame} bytes in {len(asked)} requests")  # noqa: T201


def test_a_page_may_check_the_loader_against_a_hash(page, served):
    page.goto(f"{served.listed}/empty")
    fetched = page.evaluate("url => fetch(url).then(r => r.text())", f"{served.origin}/widget.js")
    assert fetched == WIDGET.read_text("utf-8")


def test_the_chat_page_of_a_server_with_keys_asks_for_one(page, served):
    page.goto(served.origin)
    page.fill("#key", served.key)
    page.press("#key", "Enter")
    expect(page.locator("#key")).to_have_count(0)
    ask(page, QUESTION)
    expect(page.locator(".cite").first).to_be_visible()


def test_a_secret_key_is_refused_where_a_page_sends_it(page, served):
    page.goto(served.origin)
    page.evaluate("key => sessionStorage.setItem('peelback.key', key)", served.secret)
    page.reload()
    ask(page, QUESTION)
    expect(page.locator(".problem")).to_contain_text("does not take this page’s key")
    expect(page.locator("#question")).to_have_value(QUESTION)
