"""The chat page in real Chromium, over the sample reports: asked, read, followed, broken."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.http.app import create_app
from api.http.serving_settings import ServingSettings
from rag.limits import MAX_QUESTION_CHARACTERS
from rag.pipeline import Assistant
from tests.chromium import (
    PHONE,
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

SUPERVISION = "What did the inspectors say about supervision in Wrenmoor Constabulary?"
KENT = "What is the 999 answer time in Kent?"
SENTENCE = {"text": "It has two boats.", "citations": [1], "kind": "verbatim"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def feedback(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "feedback.jsonl"


@pytest.fixture(scope="module")
def origin(sample_assistant: Assistant, feedback: Path) -> Iterator[str]:
    with serving(
        create_app(sample_assistant, serving=ServingSettings(feedback=feedback))
    ) as origin:
        yield origin


@pytest.fixture
def page(browser: Browser, origin: str) -> Iterator[Page]:
    page = new_page(browser)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(origin)
    page.wait_for_selector(".welcome .examples")
    yield page
    page.context.close()
    assert broken == []


def spoken(page: Page) -> list[str]:
    """Return what a screen reader was given to say, in order."""
    return page.locator("[role=log] p").all_text_contents()


def test_an_answer_opens_its_quotes_beside_their_sentences(page):
    ask(page, SUPERVISION)
    first = page.locator(".sentence").first
    marker = first.locator(".cite")
    assert marker.get_attribute("aria-expanded") == "false"
    marker.click()
    quote = first.locator(".quote")
    expect(quote).to_be_visible()
    expect(quote.locator("mark")).to_have_text(
        first.locator("p").first.inner_text().rpartition(" ")[0]
    )
    expect(quote).to_contain_text("Wrenmoor PEEL 2018 – Effectiveness")
    expect(quote).to_contain_text("Investigation quality")
    expect(quote).to_contain_text("invented sample")
    expect(quote).to_contain_text("A later report has replaced this one.")
    shoot(page, "page-quote-open")


def test_a_quote_leads_to_the_place_in_the_report(page):
    ask(page, SUPERVISION)
    page.locator(".cite").first.click()
    quote = page.locator(".quote mark").first.inner_text()
    page.locator(".quote:visible a").first.click()
    page.wait_for_url("**/reports/**")
    marked = page.locator("mark").first
    expect(marked).to_be_in_viewport()
    assert quote.startswith(marked.inner_text()[:20])
    shoot(page, "report-from-quote")
    page.go_back()
    expect(page.locator(".turn h2")).to_have_text(SUPERVISION)


def test_every_first_question_is_answered(page):
    for index, question in enumerate(page.locator(".welcome .as-link").all_text_contents(), 1):
        ask(page, question)
        expect(page.locator(f"#turn-{index} .sentence").first).to_be_visible()
        page.click(".chip .shut")


def test_a_follow_up_leans_on_the_question_before_until_that_is_taken_away(page):
    ask(page, "What grade was Osterfell Police given for investigating crime?")
    expect(page.locator(".chip")).to_contain_text("Osterfell Police")
    ask(page, "And Wrenmoor Constabulary in 2021/22?")
    expect(page.locator("#turn-2 .answer")).to_contain_text("Wrenmoor Constabulary")
    page.click("role=button[name='Ask without the earlier questions']")
    expect(page.locator(".chip")).to_have_count(0)
    with page.expect_request("**/v1/answers") as sent:
        ask(page, SUPERVISION)
    assert sent.value.post_data_json["history"] == []


def test_a_limit_is_a_chip_that_can_be_removed(page):
    page.click("text=Only some reports")
    page.select_option("#body", "Osterfell Police")
    expect(page.locator(".chip")).to_contain_text("Only Osterfell Police")
    with page.expect_request("**/v1/answers") as sent:
        ask(page, "What grade was given for investigating crime?")
    assert sent.value.post_data_json["scope"] == {"bodies": ["Osterfell Police"], "cycles": []}
    shoot(page, "page-limited")
    page.click("role=button[name='Remove Osterfell Police']")
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator("#question")).to_be_focused()


def test_a_refusal_says_why_in_plain_english_and_what_there_is(page):
    ask(page, KENT)
    turn = page.locator("#turn-1")
    expect(turn).to_contain_text("No such report in this library")
    expect(turn).to_contain_text("No report about Kent is in this library.")
    expect(turn).to_contain_text("Wrenmoor Constabulary")
    expect(turn.locator(".as-link")).to_have_count(4)
    shoot(page, "page-refusal")


def test_related_passages_are_shown_where_the_reports_do_not_say(page):
    ask(page, "What did the inspectors say about facial recognition in Osterfell Police?")
    turn = page.locator("#turn-1")
    expect(turn).to_contain_text("The reports do not say")
    expect(turn).to_contain_text("1 report in scope, 1 searched, 0 cited.")
    turn.locator(".nearest summary").first.click()
    expect(turn.locator(".nearest a").first).to_be_visible()
    shoot(page, "page-nearest-passages")


def test_a_comparison_says_that_grades_of_two_cycles_are_not_one_scale(page):
    ask(
        page, "Compare the 2018 and 2021/22 grades for investigating crime in Wrenmoor Constabulary"
    )
    expect(page.locator("#turn-1 .caution").first).to_contain_text("comparable")
    shoot(page, "page-warning")


def test_a_reload_keeps_the_conversation_and_what_was_being_written(page):
    ask(page, SUPERVISION)
    page.fill("#question", "And in Oster")
    page.reload()
    expect(page.locator(".turn h2")).to_have_text(SUPERVISION)
    expect(page.locator(".turn .cite").first).to_be_visible()
    expect(page.locator("#question")).to_have_value("And in Oster")
    page.click("#new")
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator(".welcome .examples")).to_be_visible()


def test_a_question_that_the_page_was_left_on_is_there_again(page):
    page.route("**/v1/answers", lambda _: None)
    page.fill("#question", SUPERVISION)
    page.press("#question", "Enter")
    expect(page.locator("#stop")).to_be_visible()
    shoot(page, "page-waiting")
    page.reload()
    expect(page.locator(".problem")).to_contain_text("left before the answer came")
    expect(page.locator("#question")).to_have_value(SUPERVISION)


def test_an_answer_can_be_stopped(page):
    page.route("**/v1/answers", lambda _: None)
    page.fill("#question", SUPERVISION)
    page.press("#question", "Enter")
    page.click("#stop")
    expect(page.locator("#turn-1")).to_contain_text("You stopped this answer.")
    expect(page.locator("#question")).to_be_focused()
    page.unroute("**/v1/answers")
    page.click("#again-1")
    ended(page, 1)
    expect(page.locator(".turn .sentence").first).to_be_visible()


def test_offline_the_question_waits_for_the_network(page):
    page.context.set_offline(True)
    ask(page, SUPERVISION)
    expect(page.locator(".problem")).to_contain_text("You are offline.")
    expect(page.locator("#question")).to_have_value(SUPERVISION)
    shoot(page, "page-offline")
    page.context.set_offline(False)
    page.click("#again-1")
    ended(page, 1)
    expect(page.locator(".turn .sentence").first).to_be_visible()
    expect(page.locator("#question")).to_have_value("")


def test_a_wait_is_counted_down_and_then_the_question_is_taken(page):
    busy = problem(429, "rate-limited", "Too many requests")
    answers_with(page, busy, status=429, Retry_After="2")
    ask(page, SUPERVISION)
    expect(page.locator(".problem")).to_contain_text("more than may be asked for now")
    expect(page.locator(".problem")).to_contain_text("You can ask again in 2 seconds.")
    assert page.get_attribute("#again-1", "aria-disabled") == "true"
    shoot(page, "page-rate-limited")
    page.unroute("**/v1/answers")
    expect(page.locator(".problem")).to_contain_text("You can ask again now.")
    page.click("#again-1")
    ended(page, 1)
    expect(page.locator(".turn .sentence").first).to_be_visible()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (503, problem(503, "busy", "Busy"), "Many people are asking at once."),
        (500, problem(500, "internal", "Something broke"), "Something broke on the server."),
        (502, {"not": "a problem"}, "Something broke on the server."),
        (401, problem(401, "key-missing", "No key"), "does not take this page’s key"),
        (422, problem(422, "x", "No", "It holds a phone number."), "It holds a phone number."),
    ],
)
def test_an_error_is_told_in_words_and_the_question_kept(page, status, body, words):
    answers_with(page, body, status=status)
    ask(page, SUPERVISION)
    expect(page.locator(".problem")).to_contain_text(words)
    expect(page.locator("#question")).to_have_value(SUPERVISION)
    assert words in " ".join(spoken(page))


def test_a_server_that_went_away_loses_nothing(page):
    page.route("**/v1/answers", lambda route: route.abort("connectionrefused"))
    ask(page, SUPERVISION)
    expect(page.locator(".problem")).to_contain_text("The server cannot be reached.")
    expect(page.locator("#question")).to_have_value(SUPERVISION)


def test_a_stream_that_breaks_off_is_never_shown_as_a_whole_answer(page):
    cut = event("passages", {"passages": [{}, {}]}) + event(
        "sentence", {"sentence": SENTENCE, "citations": [citation()]}
    )
    answers_with(page, cut)
    ask(page, "How many boats?")
    expect(page.locator(".sentence")).to_contain_text("It has two boats.")
    expect(page.locator(".problem")).to_contain_text("lost before the answer was whole")
    expect(page.locator(".actions")).to_have_count(0)
    shoot(page, "page-cut-off")


def test_a_stream_that_ends_in_a_problem_says_which(page):
    cut = event("sentence", {"sentence": SENTENCE, "citations": [citation()]}) + event(
        "problem", problem(500, "unproven-sentence", "It could not be proven")
    )
    answers_with(page, cut)
    ask(page, "How many boats?")
    expect(page.locator(".problem")).to_contain_text("more may be missing")


def test_the_last_event_takes_the_place_of_what_was_shown(page):
    other = answer(
        sentences=[{"text": "It has one boat.", "citations": [1], "kind": "verbatim"}],
        degraded="The language model broke off.",
    )
    answers_with(
        page,
        event("sentence", {"sentence": SENTENCE, "citations": [citation()]})
        + event("answer", other),
    )
    ask(page, "How many boats?")
    expect(page.locator(".sentence")).to_have_count(1)
    expect(page.locator(".sentence")).to_contain_text("It has one boat.")
    expect(page.locator("#turn-1 .caution")).to_have_text("The language model broke off.")
    assert spoken(page)[-2:] == ["It has one boat.", "End of the answer, with 1 source."]


def test_a_publishers_page_is_offered_where_it_is_known(page):
    url = "https://example.org/plover#:~:text=two%20boats"
    answers_with(page, answer(citations=[citation(url=url, note="carried_over")]))
    ask(page, "How many boats?")
    page.click(".cite")
    expect(page.locator(".quote")).to_contain_text("carried over from an earlier inspection")
    expect(page.locator(".quote")).to_contain_text("page 4")
    expect(page.locator(".quote")).to_contain_text("published 2 May 2019")
    assert page.locator("role=link[name=/publisher/]").get_attribute("href") == url


def test_a_question_too_long_is_counted_before_it_is_sent(page):
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.fill("#question", "x" * (MAX_QUESTION_CHARACTERS - 20))
    expect(page.locator("#question-count")).to_have_text("20 characters left")
    page.fill("#question", "\U0001f600" * MAX_QUESTION_CHARACTERS)
    expect(page.locator("#question-count")).to_have_text("0 characters left")
    page.fill("#question", "x" * (MAX_QUESTION_CHARACTERS + 3))
    page.press("#question", "Enter")
    expect(page.locator("#question-error")).to_have_text("The question is 3 characters too long")
    expect(page.locator("#question")).to_be_focused()
    shoot(page, "page-too-long")
    assert sent == []


def test_whole_sentences_are_spoken_each_once(page):
    stream = (
        event("sentence", {"sentence": SENTENCE, "citations": [citation()]})
        + event("sentence", {"sentence": {**SENTENCE, "text": "They are old."}, "citations": []})
        + event("answer", answer(sentences=[SENTENCE, {**SENTENCE, "text": "They are old."}]))
    )
    answers_with(page, stream)
    ask(page, "How many boats?")
    assert spoken(page) == [
        "Reading the reports",
        "It has two boats.",
        "They are old.",
        "End of the answer, with 1 source.",
    ]


def test_what_is_open_stays_open_while_the_answer_comes_in(page):
    ask(page, SUPERVISION)
    page.locator(".cite").first.focus()
    page.keyboard.press("Enter")
    page.click("#useful-1")
    expect(page.locator(".quote:visible")).to_have_count(1)


def test_feedback_says_which_citation_is_wrong_and_why(page, feedback):
    ask(page, SUPERVISION)
    page.click("#not-1")
    form = page.locator(".feedback")
    expect(form.locator("h3")).to_be_focused()
    form.locator("role=checkbox[name='2']").check()
    form.locator("textarea").fill("It is about detectives.")
    shoot(page, "page-feedback")
    with page.expect_response("**/v1/feedback") as answered:
        form.locator("role=button[name='Send']").click()
    assert answered.value.status == 201
    expect(page.locator(".thanks")).to_be_visible()
    expect(page.locator("#not-1")).to_be_focused()
    kept = json.loads(feedback.read_text("utf-8").splitlines()[-1])
    assert (kept["question"], kept["verdict"], kept["wrong_citations"], kept["comment"]) == (
        SUPERVISION,
        "not_useful",
        [2],
        "It is about detectives.",
    )


def test_feedback_that_is_not_kept_is_not_thanked_for(page):
    page.route("**/v1/feedback", lambda route: route.abort())
    ask(page, SUPERVISION)
    page.click("#useful-1")
    expect(page.locator(".feedback .error")).to_contain_text("This could not be kept")
    expect(page.locator(".thanks")).to_have_count(0)


def test_an_answer_is_copied_with_its_citations(browser, origin):
    page = new_page(browser, permissions=["clipboard-read", "clipboard-write"])
    page.goto(origin)
    ask(page, SUPERVISION)
    page.click("#copy-1")
    expect(page.locator("#copy-1")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"Question: {SUPERVISION}\n")
    assert f"{origin}/reports/sample-wrenmoor-peel-2018-effectiveness#" in copied
    assert "The sample reports are invented" in copied
    page.context.close()


def test_everything_is_done_by_keyboard_alone(page):
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type(SUPERVISION)
    page.keyboard.press("Enter")
    ended(page, 1)
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.locator(".cite").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".quote:visible")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator(".quote:visible .shut")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".quote:visible a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".quote:visible")).to_have_count(0)
    expect(page.locator(".cite").first).to_be_focused()
    page.locator("#copy-1").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#useful-1")).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator("#not-1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".feedback h3")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#not-1")).to_be_focused()


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_window(browser, origin, width):
    # 1280 at 400 % is a window of 320 by 256.
    size = PHONE if width == 320 else {"width": 320, "height": 256}
    page = new_page(browser, viewport=size)
    page.goto(origin)
    ask(page, SUPERVISION)
    page.locator(".cite").first.click()
    page.click("#not-1")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0
    page.locator(".cite").first.scroll_into_view_if_needed()
    shoot(page, f"page-phone-{size['height']}")
    page.context.close()


def test_a_question_in_the_address_is_asked(browser, origin):
    page = new_page(browser)
    page.goto(f"{origin}/?question=What+must+Osterfell+Police+improve%3F")
    ended(page, 1)
    expect(page.locator(".turn h2")).to_have_text("What must Osterfell Police improve?")
    page.context.close()
