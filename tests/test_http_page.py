"""The pages' own logic, run in Chromium without a page around it, and what pages may not do."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from api.http.pages import page_files
from rag.limits import MAX_HISTORY, MAX_QUESTION_CHARACTERS
from tests.chromium import answer, chromium, citation, new_page, serving

PAGE = Path(__file__).parents[1] / "api" / "page"
CARD = {
    "report_id": "p",
    "title": "Plover",
    "kind": "peel",
    "bodies": ["Plover Police"],
    "cycle": "2018",
    "pillar": None,
    "invented": False,
    "judgements": 3,
    "actions": 2,
}

Evaluated = Callable[[str, str], object]


@pytest.fixture(scope="module")
def evaluated() -> Iterator[Evaluated]:
    """Return the value of a JavaScript expression over what a module of the pages exports."""
    app = Starlette(
        routes=[
            Route("/", lambda _: HTMLResponse("<title>a</title>")),
            Mount("/page", page_files()),
        ]
    )
    with serving(app) as origin, chromium() as browser:
        page = new_page(browser)
        page.goto(origin)
        yield lambda module, expression: page.evaluate(
            f"async () => {{ const page = await import('/page/{module}'); return {expression} }}"
        )


def after(*messages: dict[str, object]) -> str:
    return (
        f"{json.dumps(messages)}.reduce((state, message) => page.next(state, message), page.START)"
    )


ASKED = {"event": "asked", "question": "one"}
ANSWERED = {"event": "answered", "answer": {"id": "a"}}
FAILED = {"event": "failed", "problem": {"kind": "busy"}}


def test_a_question_that_failed_is_no_part_of_the_conversation(evaluated):
    asked = [ASKED, ANSWERED, {"event": "asked", "question": "two"}, FAILED]
    assert evaluated("state.js", f"page.historyOf({after(*asked)})") == ["one"]


def test_a_question_that_is_asked_again_takes_the_place_of_its_failed_turn(evaluated):
    got = evaluated(
        "state.js", f"{after(ASKED, FAILED, ASKED)}.turns.map(turn => [turn.id, turn.phase])"
    )
    assert got == [[2, "waiting"]]


def test_one_question_is_answered_at_a_time(evaluated):
    got = evaluated(
        "state.js", f"{after(ASKED, {'event': 'asked', 'question': 'two'})}.turns.length"
    )
    assert got == 1


def test_what_the_page_does_not_know_changes_nothing(evaluated):
    assert evaluated("state.js", "page.next(page.START, {event: 'token'}) === page.START")


@pytest.mark.parametrize("message", [ANSWERED, FAILED, {"event": "sentence"}, {"event": "stopped"}])
def test_what_comes_when_nothing_was_asked_changes_nothing(evaluated, message):
    assert evaluated("state.js", f"page.next(page.START, {json.dumps(message)}) === page.START")


def test_a_long_conversation_sends_its_latest_questions(evaluated):
    asked = [
        message
        for n in range(MAX_HISTORY + 5)
        for message in ({"event": "asked", "question": f"{n}?"}, ANSWERED)
    ]
    got = evaluated("state.js", f"page.historyOf({after(*asked)})")
    assert got == [f"{n}?" for n in range(5, MAX_HISTORY + 5)]


def test_a_question_cut_loose_leans_on_none_before_it(evaluated):
    asked = [ASKED, ANSWERED, {"event": "cut loose"}, {"event": "asked", "question": "two"}]
    assert evaluated("state.js", f"{after(*asked)}.turns[1].history") == []


def test_a_limit_goes_with_each_question_until_it_is_removed(evaluated):
    limit = {"field": "bodies", "name": "Plover Police"}
    messages = [
        {"event": "limited", **limit},
        {"event": "limited", **limit},
        ASKED,
        ANSWERED,
        {"event": "unlimited", **limit},
        {"event": "asked", "question": "two"},
    ]
    got = evaluated("state.js", f"{after(*messages)}.turns.map(turn => turn.limits.bodies)")
    assert got == [["Plover Police"], []]


def test_a_reload_keeps_the_conversation_and_fails_what_was_under_way(evaluated):
    state = after(ASKED, ANSWERED, {"event": "asked", "question": "two"})
    got = evaluated(
        "state.js",
        f"page.revived(page.kept({state})).turns.map(({{phase, problem}}) => [phase, problem])",
    )
    assert got == [["answered", None], ["failed", {"kind": "reloaded"}]]


@pytest.mark.parametrize("text", [None, "", "{", "[]", "7", '{"version": 2, "turns": []}'])
def test_what_no_conversation_left_begins_a_new_one(evaluated, text):
    assert evaluated("state.js", f"page.revived({json.dumps(text)}) === page.START")


STREAM = (
    'event: sentence\r\ndata: {"a":\r\ndata: 1}\r\n\r\n'
    ": beat\n\nid: 3\ndata:x\n\nevent: answer\n\ndata: y"
)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_stream_reads_the_same_however_it_is_cut(evaluated, size):
    pieces = [STREAM[start : start + size] for start in range(0, len(STREAM), size)]
    got = evaluated(
        "client.js",
        f"(seen => {{ const read = page.eventReader((...event) => seen.push(event));"
        f" {json.dumps(pieces)}.forEach(read); return seen }})([])",
    )
    # The last event has no blank line after it: it never became whole.
    assert got == [["sentence", '{"a":\n1}'], ["message", "x"]]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("12", 12), (None, None), ("soon", None), ("Thu, 01 Jan 1970 00:00:09 GMT", 9), ("0", 1)],
)
def test_a_wait_is_whole_seconds(evaluated, value, seconds):
    assert evaluated("client.js", f"page.waitOf({json.dumps(value)}, 0)") == seconds


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({"title": "No", "detail": "Too long."}, 422, {"kind": "refused", "detail": "Too long."}),
        (
            {"title": "No", "errors": [{"detail": "Too long", "pointer": "#/scope"}]},
            422,
            {"kind": "refused", "detail": "Too long (scope)."},
        ),
        ({"title": "No"}, 401, {"kind": "key"}),
        ({"title": "No"}, 403, {"kind": "key"}),
        ({"title": "No"}, 500, {"kind": "broken"}),
        (None, 502, {"kind": "broken"}),
        ("bad gateway", 404, {"kind": "broken"}),
    ],
)
def test_a_problem_is_of_a_kind_that_has_words(evaluated, body, status, problem):
    assert evaluated("client.js", f"page.problemOf({json.dumps(body)}, {status})") == problem


def test_a_question_is_counted_as_the_server_counts_it(evaluated):
    assert evaluated("answer.js", "page.charactersIn('a\U0001f600b')") == 3
    assert evaluated("answer.js", "page.MOST_CHARACTERS") == MAX_QUESTION_CHARACTERS


def test_sentences_of_one_place_stand_together(evaluated):
    quotes = ["Plover must:\n- count [2] boats", "It has two.", "It had one."]
    sentences = [
        {"text": text, "citations": [n], "kind": "verbatim"} for n, text in enumerate(quotes, 1)
    ]
    cited = [citation(1), citation(2), citation(3, body=None, section=[])]
    got = evaluated("answer.js", f"page.placesOf({json.dumps(sentences)}, {json.dumps(cited)})")
    assert got == [
        {
            "place": "Plover Police, 2018: Boats › Counting",
            "report": "plover-2018",
            "sentences": sentences[:2],
        },
        {"place": "PEEL 2018: Plover Police", "report": "plover-2018", "sentences": sentences[2:]},
    ]


def test_a_list_in_a_sentence_is_shown_as_a_list(evaluated):
    got = evaluated(
        "answer.js", r"page.blocksOf('It must:\n• count boats\n• mend them; and\nsoon')"
    )
    assert got == [
        {"items": False, "lines": ["It must:"]},
        {"items": True, "lines": ["count boats", "mend them; and"]},
        {"items": False, "lines": ["soon"]},
    ]


def test_a_quote_is_shown_in_its_paragraph_by_code_points(evaluated):
    text = "Before.\n\n\U0001f600 One. It has two boats. Three.\n\nAfter."
    start = text.index("It has")
    cited = citation(start=100 + start, end=100 + start + len("It has two boats."))
    passage = {"report_id": "plover-2018", "start": 100, "end": 100 + len(text), "text": text}
    got = evaluated("answer.js", f"page.inPlace({json.dumps(cited)}, {json.dumps([passage])})")
    assert got == {"before": "\U0001f600 One. ", "quote": "It has two boats.", "after": " Three."}


def test_a_quote_that_is_not_where_it_is_said_to_be_is_shown_alone(evaluated):
    passage = {"report_id": "plover-2018", "start": 100, "end": 119, "text": "It has ten boats!!!"}
    got = evaluated("answer.js", f"page.inPlace({json.dumps(citation())}, {json.dumps([passage])})")
    assert got is None


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a#:~:text=two", "https://example.org/a#:~:text=two"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("/reports/plover#1-2", None),
        ("https://", None),
        (None, None),
    ],
)
def test_only_a_web_address_is_a_publishers_page(evaluated, url, link):
    assert evaluated("answer.js", f"page.publisherLink({json.dumps({'url': url})})") == link


def test_a_copied_answer_proves_itself(evaluated):
    got = evaluated(
        "answer.js",
        f"page.copyText('How many boats?', {json.dumps(answer(warnings=['Mind the year.']))},"
        " ['Quotes are HMICFRS’s.'], 'https://ask.example')",
    )
    assert got == (
        "Question: How many boats?\n\n"
        "Plover Police, 2018: Boats › Counting:\nIt has two boats. [1]\n\n"
        "Mind the year.\n\n"
        "Sources\n\n"
        "[1] “It has two boats.”\nPEEL 2018: Plover Police › Boats › Counting › page 4\n"
        "https://ask.example/reports/plover-2018#100-119\n\n"
        "Quotes are HMICFRS’s.\n"
    )


def test_questions_are_suggested_only_about_what_is_there(evaluated):
    cards = [CARD, {**CARD, "bodies": ["Dunlin Police"], "pillar": "Legitimacy", "judgements": 0}]
    assert evaluated("suggest.js", f"page.suggestions({json.dumps(cards)})") == [
        "What must Plover Police improve?",
        "What grade was Plover Police given for investigating crime?",
        "What did the inspectors say about supervision in Plover Police?",
    ]
    letter = {**CARD, "kind": "jtai", "bodies": ["Sandling"]}
    mixed = [*cards, letter, {**letter, "bodies": ["Marram"]}]
    assert evaluated("suggest.js", f"page.suggestions({json.dumps(mixed)})") == [
        "What must Plover Police improve?",
        "What grade was Plover Police given for investigating crime?",
        "When was Marram inspected, and by whom?",
        "What must Sandling improve?",
    ]
    assert evaluated("suggest.js", "page.suggestions([])") == []


@pytest.mark.parametrize(
    ("message", "ours"),
    [
        ({"peelback": 1, "type": "open"}, True),
        ({"peelback": 1, "type": "ask"}, False),
        ({"peelback": 2, "type": "open"}, False),
        ({"peelback": 1, "type": "open", "question": "x"}, False),
        ({"type": "open"}, False),
        ("open", False),
        (None, False),
        ([1, "open"], False),
    ],
)
def test_a_message_is_ours_by_its_whole_shape(evaluated, message, ours):
    assert evaluated("messages.js", f"page.isOurs({json.dumps(message)}, ['open'])") is ours


def test_the_loader_says_what_the_frame_says(evaluated):
    words = evaluated("strings.js", "page.WORDS.en")
    loader = (PAGE / "widget.js").read_text("utf-8")
    said = dict(re.findall(r"^    (\w+): '(.*)',?$", loader, re.MULTILINE))
    assert said == {name: words[f"widget.{name}"] for name in ("label", "close", "blocked")}


def test_every_word_that_is_asked_for_is_there_and_no_other(evaluated):
    words = evaluated("strings.js", "page.WORDS.en")
    scripts = " ".join(p.read_text("utf-8") for p in PAGE.glob("*.js") if p.name != "strings.js")
    # Kinds of problem, statuses and notes come from the server, the loader's words from itself.
    by_name = ("widget.", "problem.", "status.", "note.")
    asked = set(re.findall(r"'([a-z]+(?:\.[\w.]+)?)'", scripts))
    assert set(re.findall(r"\bsay\('([\w.]+)'", scripts)) - set(words) == set()
    assert {word for word in words if not word.startswith(by_name)} - asked == set()


def modules_under(name: str) -> set[str]:
    """Return the modules that a module imports, and those that they do."""
    script = (PAGE / name).read_text("utf-8")
    imported = set(re.findall(r"^import .* from '\./(\w+\.js)'$", script, re.MULTILINE))
    return imported.union(*(modules_under(one) for one in imported))


@pytest.mark.parametrize("name", ["ask", "embed"])
def test_a_page_fetches_all_its_modules_at_once(name):
    page = (PAGE / f"{name}.html").read_text("utf-8")
    fetched = re.findall(r'rel="modulepreload" href="/page/(.+?)"', page)
    assert set(fetched) == modules_under(f"{name}.js")


@pytest.mark.parametrize("path", sorted(PAGE.iterdir()), ids=lambda path: path.name)
def test_no_page_loads_anything_from_elsewhere(path):
    assert re.findall(r"(?:src|href|url|import)\W{1,3}https?:", path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", sorted(PAGE.glob("*.js")), ids=lambda path: path.name)
def test_text_of_a_report_never_becomes_markup_or_code(path):
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
        r"|DOMParser|createContextualFragment|setHTML|setTimeout\(['\"]"
    )
    assert re.findall(forbidden, path.read_text("utf-8")) == []
