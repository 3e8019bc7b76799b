"""The pages' own logic, run by Node where it is installed, and what the pages may not do."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rag.limits import MAX_HISTORY, MAX_QUESTION_CHARACTERS

PAGE = Path(__file__).parents[1] / "api" / "page"
NODE = shutil.which("node")

needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")


def evaluated(module: str, expression: str) -> object:
    """Return the value of a JavaScript expression over what ``module`` exports."""
    code = (
        f"import * as page from {json.dumps((PAGE / module).as_uri())};"
        f"console.log(JSON.stringify({expression}))"
    )
    done = subprocess.run(  # noqa: S603  # our own code
        [str(NODE), "--input-type=module", "-e", code], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@needs_node
def test_a_span_counts_code_points_and_not_utf_16_units():
    got = evaluated(
        "reader.js",
        "page.pieces(Array.from('a\U0001f600bcd'), {start: 0, end: 5}, {start: 1, end: 3})",
    )
    assert got == [
        {"text": "a", "marked": False},
        {"text": "\U0001f600b", "marked": True},
        {"text": "cd", "marked": False},
    ]


@needs_node
def test_a_span_that_runs_over_two_parts_is_marked_in_both():
    span = "{start: 1, end: 3}"
    first = evaluated("reader.js", f"page.pieces(Array.from('abcd'), {{start: 0, end: 2}}, {span})")
    second = evaluated(
        "reader.js", f"page.pieces(Array.from('abcd'), {{start: 2, end: 4}}, {span})"
    )
    assert first == [{"text": "a", "marked": False}, {"text": "b", "marked": True}]
    assert second == [{"text": "c", "marked": True}, {"text": "d", "marked": False}]


@needs_node
@pytest.mark.parametrize(
    ("fragment", "span"),
    [
        ("#3-9", {"start": 3, "end": 9}),
        ("#9-3", None),
        ("#section-2", None),
        ("", None),
    ],
)
def test_the_fragment_names_the_span(fragment, span):
    assert evaluated("reader.js", f"page.spanOf({json.dumps(fragment)})") == span


@needs_node
def test_a_question_that_failed_is_no_part_of_the_conversation():
    got = evaluated(
        "ask.js",
        "[['asked', 'one'], ['answered', {}], ['asked', 'two'], ['failed', 'Busy.']]"
        ".reduce((state, [event, data]) => page.next(state, {event, data}), page.START)",
    )
    assert got == {"phase": "failed", "asked": ["one"], "answer": None, "problem": "Busy."}


@needs_node
def test_an_event_that_the_page_does_not_know_changes_nothing():
    assert evaluated("ask.js", "page.next(page.START, {event: 'token'}) === page.START")


def cited(number: int, body: str | None, section: list[str]) -> dict[str, object]:
    title = "PEEL 2018: Plover Police"
    return {
        "number": number,
        "body": body,
        "cycle": "2018",
        "report_title": title,
        "section": [title, *section],
    }


@needs_node
def test_an_answer_is_shown_by_its_sentences_whatever_lines_and_markers_are_in_them():
    quotes = ["Plover must:\n- count [2] boats\n- mend them", "It has two.", "It had one."]
    answer = {
        "text": "Elsewhere:\nnot to be read",
        "sentences": [
            {"text": text, "citations": [number], "kind": "verbatim"}
            for number, text in enumerate(quotes, 1)
        ],
        "citations": [
            cited(1, "Plover Police", ["A", "Boats", "Counting"]),
            cited(2, "Plover Police", ["A", "Boats", "Counting"]),
            cited(3, None, []),
        ],
    }
    assert evaluated("ask.js", f"page.placesOf({json.dumps(answer)})") == [
        {"place": "Plover Police 2018, Boats › Counting", "sentences": answer["sentences"][:2]},
        {"place": "PEEL 2018: Plover Police", "sentences": answer["sentences"][2:]},
    ]


@needs_node
def test_a_long_conversation_sends_its_latest_questions():
    got = evaluated("ask.js", "page.historyOf(Array.from({length: 25}, (_, n) => `${n}?`))")
    assert got == [f"{n}?" for n in range(25 - MAX_HISTORY, 25)]


@needs_node
@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ({"title": "Too many", "detail": "Ask again."}, "Ask again."),
        (
            {"detail": "See `errors`.", "errors": [{"detail": "Too long", "pointer": "#/scope"}]},
            "Too long (scope).",
        ),
        (
            {"errors": [{"detail": "Too long", "pointer": "#/question"}, {"detail": "Not this"}]},
            "Too long (question). Not this.",
        ),
        ({"title": "Not Found"}, "Not Found"),
        ("bad gateway", "The server did not answer as it should."),
        (None, "The server did not answer as it should."),
    ],
)
def test_a_problem_is_told_in_words(problem, words):
    assert evaluated("ask.js", f"page.wordsOf({json.dumps(problem)})") == words


def test_a_question_may_be_as_long_as_the_page_lets_it_be():
    assert f'maxlength="{MAX_QUESTION_CHARACTERS}"' in (PAGE / "ask.html").read_text("utf-8")


@pytest.mark.parametrize("path", sorted(PAGE.iterdir()), ids=lambda path: path.name)
def test_no_page_loads_anything_from_elsewhere(path):
    assert re.findall(r"(?:src|href|url|import)\W{1,3}https?:", path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", sorted(PAGE.glob("*.js")), ids=lambda path: path.name)
def test_text_of_a_report_never_becomes_markup(path):
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\("
    assert re.findall(forbidden, path.read_text("utf-8")) == []
