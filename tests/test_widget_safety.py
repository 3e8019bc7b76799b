"""Sixty payloads through everything that the chat shows: none runs, none asks elsewhere."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from api.http.app import create_app
from rag.pipeline import Assistant
from tests.chromium import (
    answer,
    answers_with,
    ask,
    chromium,
    citation,
    ended,
    event,
    new_page,
    problem,
    serving,
    shoot,
)

RUN = "window.ran=1"
"""What every payload would do if it ran."""
ELSEWHERE = "https://elsewhere.example/x"

PAYLOADS = (
    f"<script>{RUN}</script>",
    f"<ScRiPt>{RUN}</sCrIpT>",
    f"<scr<script>ipt>{RUN}</script>",
    f"<script src={ELSEWHERE}></script>",
    f"<script type=module>import '{ELSEWHERE}'</script>",
    f"<img src=x onerror={RUN}>",
    f"<img src={ELSEWHERE}>",
    f"<img srcset={ELSEWHERE}>",
    f'<img src="x" onerror="{RUN}">',
    f"<img/src/onerror={RUN}>",
    f"<image href=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x></svg>",
    f"<svg><use href='{ELSEWHERE}#x'/></svg>",
    f"<svg><a xlink:href='javascript:{RUN}'><text y=9>x</text></a></svg>",
    f"<math><mi xlink:href='javascript:{RUN}'>x</mi></math>",
    f"<body onload={RUN}>",
    f"<iframe src=javascript:{RUN}></iframe>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe src={ELSEWHERE}></iframe>",
    f"<object data={ELSEWHERE}></object>",
    f"<embed src={ELSEWHERE}>",
    f"<video src={ELSEWHERE} onerror={RUN}></video>",
    f"<video poster={ELSEWHERE}></video>",
    f"<audio src=x onerror={RUN}>",
    f"<source onerror={RUN}>",
    f"<link rel=stylesheet href={ELSEWHERE}>",
    f"<link rel=prefetch href={ELSEWHERE}>",
    f"<link rel=preload as=image href={ELSEWHERE}>",
    f"<link rel=dns-prefetch href={ELSEWHERE}>",
    f"<style>@import '{ELSEWHERE}'</style>",
    f"<style>*{{background:url({ELSEWHERE})}}</style>",
    f"<div style=background:url({ELSEWHERE})>x</div>",
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<base href={ELSEWHERE}>",
    f"<form action={ELSEWHERE}><input autofocus onfocus={RUN}></form>",
    f"<input autofocus onfocus={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<marquee onstart={RUN}>",
    f"<select autofocus onfocus={RUN}>",
    f"<textarea autofocus onfocus={RUN}>",
    f"</textarea><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"<template><script>{RUN}</script></template>",
    f"<!--><script>{RUN}</script>-->",
    f"<a href=javascript:{RUN}>x</a>",
    f"[x](javascript:{RUN})",
    f"![x]({ELSEWHERE})",
    f"[x]: {ELSEWHERE}\n![x][x]",
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f"java\tscript:{RUN}",
    f"\x01javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"vbscript:{RUN}",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"${{{RUN}}}",
    f"'-({RUN})-'",
    f'"onmouseover="{RUN}',
    f"&lt;img src=x onerror={RUN}&gt;",
    f"\u202e<img src=x onerror={RUN}>",
)

ELEMENTS = """
    HTML HEAD META TITLE LINK SCRIPT BODY A HEADER DIV MAIN H1 H2 H3 P BUTTON SECTION UL OL LI
    ARTICLE SPAN STRONG B BR BLOCKQUOTE MARK DL DT DD DETAILS SUMMARY FIELDSET LEGEND LABEL INPUT
    TEXTAREA SELECT OPTION FOOTER NOSCRIPT NAV
"""
OURS = set(ELEMENTS.split())
"""Every element that the chat makes. One more would have come out of a text."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def origin(sample_assistant: Assistant) -> Iterator[str]:
    with serving(create_app(sample_assistant)) as origin:
        yield origin


class Watched:
    """A chat page, and everything that it did which it should not do."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("dialog", lambda dialog: self.faults.append(f"dialog {dialog.message}"))
        page.on("request", lambda r: None if r.url.startswith(origin) else self._asked(r.url))
        page.on("popup", lambda popup: self.faults.append(f"popup {popup.url}"))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(origin)
        page.wait_for_selector(".welcome .examples")
        self._scripts = self._count("script")

    def _asked(self, url: str) -> None:
        if url != "data:,":
            self.faults.append(f"request {url}")

    def _count(self, selector: str) -> int:
        return self.page.locator(selector).count()

    def check(self) -> None:
        """Fail unless no payload ran, asked for anything, or became an element or a link."""
        for marker in self.page.locator(".cite").all():
            marker.dispatch_event("click")
        self.page.locator("summary").evaluate_all("all => all.forEach(one => { one.open = true })")
        tags = set(self.page.evaluate("[...document.querySelectorAll('*')].map(e => e.tagName)"))
        links = self.page.evaluate("[...document.links].map(a => a.protocol)")
        handlers = self.page.evaluate(
            "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes])"
            ".filter(a => /^on|^style$|^srcdoc$/.test(a.name)).map(a => a.name)"
        )
        assert self.page.evaluate("window.ran") is None
        assert (tags - OURS, set(links) - {"http:", "https:"}, handlers) == (set(), set(), [])
        assert (self._count("script"), self.faults) == (self._scripts, [])


@pytest.fixture
def watched(browser: Browser, origin: str) -> Iterator[Watched]:
    page = new_page(browser)
    yield Watched(page, origin)
    page.context.close()


def test_there_are_sixty_payloads_and_each_is_another():
    assert len(set(PAYLOADS)) >= 60


def test_no_payload_runs_from_a_question(watched):
    answers_with(watched.page, answer())
    for payload in PAYLOADS[::12]:
        ask(watched.page, payload)
    expect(watched.page.locator(".turn h2").first).to_have_text(PAYLOADS[0])
    watched.check()


def test_no_payload_runs_from_a_question_that_was_kept(watched):
    answers_with(watched.page, answer())
    ask(watched.page, "How many boats?")
    watched.page.evaluate(
        """payloads => {
          const kept = JSON.parse(sessionStorage['peelback.conversation'])
          const [turn] = kept.turns
          kept.turns = payloads.map((question, id) => ({ ...turn, id, question }))
          sessionStorage['peelback.conversation'] = JSON.stringify(kept)
        }""",
        list(PAYLOADS),
    )
    watched.page.reload()
    expect(watched.page.locator(".turn h2")).to_have_count(len(PAYLOADS))
    watched.check()


def everywhere(payload: str, number: int) -> dict[str, object]:
    """Return a citation that holds the payload wherever a report's words can stand."""
    return citation(
        number,
        report_id=payload,
        report_title=payload,
        publisher=payload,
        body=payload,
        cycle=payload,
        section=[payload, payload],
        quote=payload,
        note=payload,
        url=payload,
    )


def poisoned() -> dict[str, object]:
    """Return one answer that holds every payload in every field that a report or model fills."""
    cited = [everywhere(payload, number) for number, payload in enumerate(PAYLOADS, 1)]
    return answer(
        status="partial",
        reason=" ".join(PAYLOADS),
        sentences=[
            {"text": f"{payload}\n• {payload}", "citations": [number], "kind": "paraphrase"}
            for number, payload in enumerate(PAYLOADS, 1)
        ],
        citations=cited,
        warnings=list(PAYLOADS),
        degraded=PAYLOADS[0],
        mode="llm",
        scope={
            "bodies": list(PAYLOADS),
            "cycles": list(PAYLOADS),
            "kinds": [],
            "reports": [],
            "stated": [],
        },
    )


def test_no_payload_runs_from_a_report_title_passage_or_address(watched):
    answers_with(watched.page, poisoned())
    ask(watched.page, "What is in it?")
    expect(watched.page.locator(".sentence")).to_have_count(len(PAYLOADS))
    watched.check()
    watched.page.locator("#turn-1").scroll_into_view_if_needed()
    shoot(watched.page, "page-poisoned")
    watched.page.reload()
    expect(watched.page.locator(".sentence")).to_have_count(len(PAYLOADS))
    watched.check()


def test_no_payload_runs_from_a_sentence_that_is_streamed(watched):
    sentences = "".join(
        event(
            "sentence",
            {
                "sentence": {"text": payload, "citations": [number], "kind": "verbatim"},
                "citations": [everywhere(payload, number)],
            },
        )
        for number, payload in enumerate(PAYLOADS, 1)
    )
    answers_with(watched.page, sentences + event("problem", problem(500, "x", PAYLOADS[0])))
    ask(watched.page, "What is in it?")
    watched.check()


def test_no_payload_runs_from_passages_beside_no_answer(watched):
    everything = "\n".join(PAYLOADS)
    passage = {
        "passage_id": "1",
        "report_id": everything,
        "section": list(PAYLOADS),
        "page": None,
        "start": 0,
        "end": 9,
        "text": everything,
        "score": 1.0,
    }
    answers_with(
        watched.page,
        answer(
            status="not_in_reports",
            reason=everything,
            sentences=[],
            citations=[],
            passages=[passage],
        ),
    )
    ask(watched.page, "What is in it?")
    expect(watched.page.locator(".nearest blockquote")).to_contain_text(PAYLOADS[5])
    watched.check()


def test_no_payload_runs_from_an_error(watched):
    errors = [{"detail": payload, "pointer": f"#/{payload}"} for payload in PAYLOADS]
    for said in ({"errors": errors}, {"detail": "\n".join(PAYLOADS)}):
        body = {**problem(422, "x", PAYLOADS[0]), **said}
        answers_with(watched.page, body, status=422)
        ask(watched.page, f"Is it {len(body)}?")
    expect(watched.page.locator(".problem").first).to_contain_text(PAYLOADS[5])
    watched.check()


def test_no_payload_runs_from_the_library(browser, origin):
    page = new_page(browser)
    card = {"kind": "peel", "pillar": None, "invented": True, "judgements": 3, "actions": 2}
    page.route(
        "**/embed/library",
        lambda route: route.fulfill(
            json={
                "wants_key": True,
                "reports": len(PAYLOADS),
                "bodies": PAYLOADS,
                "subjects": PAYLOADS,
                "cycles": PAYLOADS,
                "publishers": PAYLOADS[:1],
                "licensed": True,
                "samples": True,
                "cards": [
                    {**card, "report_id": p, "title": p, "bodies": [p], "cycle": p}
                    for p in PAYLOADS
                ],
            }
        ),
    )
    watched = Watched(page, origin)
    watched.check()
    page.context.close()


def test_no_payload_runs_from_the_address(watched, origin):
    answers_with(watched.page, answer())
    for payload in PAYLOADS[::12]:
        watched.page.evaluate("sessionStorage.clear()")
        query = watched.page.evaluate("text => encodeURIComponent(text)", payload)
        watched.page.goto(f"{origin}/?question={query}")
        ended(watched.page, 1)
        watched.check()
