"""Real Chromium over real sockets, for the tests of the pages and the widget."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Route, sync_playwright
from starlette.types import ASGIApp

CHROMIUM = shutil.which("chromium")
FLAGS = [
    f"--{name}"
    for name in (
        "headless",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    )
]
SCREENSHOTS = Path(__file__).parents[1] / "build" / "screenshots"
PATIENCE_MS = 10_000
DESKTOP = {"width": 1100, "height": 850}
PHONE = {"width": 320, "height": 640}


@contextmanager
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve ``app`` on a port of its own; yield its origin."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    listener.close()


@contextmanager
def foreign_site(
    pages: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Serve somebody else's HTML pages, from an origin of their own."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path)
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write((page or "").encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


def new_page(browser: Browser, **context: Any) -> Page:
    """Return a page of a profile of its own."""
    page = browser.new_context(**{"viewport": DESKTOP, **context}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def shoot(page: Page, name: str) -> None:
    """Keep a picture of what is shown, to be looked at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def ask(page: Page, question: str) -> None:
    """Ask on a chat page, and wait for what comes of it."""
    turns = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    ended(page, turns + 1)


def ended(page: Page, turns: int) -> None:
    """Wait until the latest of so many turns is not being answered any more."""
    page.wait_for_function(
        "turns => document.querySelectorAll('.turn').length === turns"
        " && document.querySelector('#stop').hidden",
        arg=turns,
    )


def answers_with(
    page: Page, body: Mapping[str, Any] | str, *, status: int = 200, **headers: str
) -> None:
    """Let the network answer every question with ``body``: JSON, or the text of a stream."""
    stream = isinstance(body, str)
    kind = "text/event-stream" if stream else "application/json"
    sent = body if stream else json.dumps(body)

    def fulfil(route: Route) -> None:
        route.fulfill(
            status=status,
            body=cast("str", sent),
            headers={"Content-Type": kind, **{n.replace("_", "-"): v for n, v in headers.items()}},
        )

    page.unroute("**/v1/answers")
    page.route("**/v1/answers", fulfil)


def problem(status: int, slug: str, title: str, detail: str = "") -> dict[str, Any]:
    return {
        "type": f"urn:peelback:problem:{slug}",
        "title": title,
        "status": status,
        "detail": detail or title,
    }


def event(name: str, data: Mapping[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def citation(number: int = 1, **other: Any) -> dict[str, Any]:
    return {
        "number": number,
        "passage_id": "7",
        "report_id": "plover-2018",
        "report_title": "PEEL 2018: Plover Police",
        "publisher": "HMICFRS",
        "body": "Plover Police",
        "cycle": "2018",
        "published": "2019-05-02",
        "section": ["Boats", "Counting"],
        "page": 4,
        "start": 100,
        "end": 119,
        "quote": "It has two boats.",
        "note": None,
        "url": None,
        **other,
    }


def answer(**other: Any) -> dict[str, Any]:
    """Return an answer of one sentence about an invented force."""
    return {
        "id": "a1",
        "question": "How many boats?",
        "status": "answered",
        "reason": None,
        "text": "It has two boats. [1]",
        "sentences": [{"text": "It has two boats.", "citations": [1], "kind": "verbatim"}],
        "citations": [citation()],
        "passages": [],
        "scope": {"bodies": [], "cycles": [], "kinds": [], "reports": [], "stated": []},
        "coverage": {"in_scope": 3, "searched": 3, "cited": 1},
        "warnings": [],
        "confidence": 0.9,
        "mode": "extractive",
        "degraded": None,
        "library": {"reports": 3, "revision": 3, "digest": "d"},
        "timings_ms": {"embed": 0, "retrieve": 0, "read": 0, "total": 0},
        **other,
    }
