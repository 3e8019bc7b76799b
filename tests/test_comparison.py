"""Bodies, cycles and reports side by side: the answer, its rows and the command."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from api.cli import cli
from api.comparison_text import comparison_lines
from rag.answers import AnswerStatus, Question, Sentence, SentenceKind
from rag.comparison import ComparedSide
from rag.events import Cancelled
from rag.pipeline import Assistant
from rag.settings import Settings

W18, W21, OSTERFELL = (
    "sample-wrenmoor-peel-2018-effectiveness",
    "sample-wrenmoor-peel-2021-22",
    "sample-osterfell-peel-2021-22",
)
CYCLES = ("2018", "2021/22")
NOT_COMPARABLE = "PEEL grades of 2018 and 2021/22 are not comparable"


@pytest.fixture
def compare(sample_settings: Settings):
    def run(*arguments: str) -> Result:
        library = str(sample_settings.library)
        return CliRunner().invoke(cli, ["--library", library, "compare", *arguments])

    return run


def cited_by(assistant: Assistant, topic: str, **named: tuple[str, ...]) -> dict[str, set[str]]:
    """Return the reports that each side of a comparison quotes."""
    named.setdefault("bodies", ())
    comparison = assistant.side_by_side(topic, **named)
    reports = {c.number: c.report_id for c in comparison.answer.citations}
    return {
        side.name: {reports[n] for sentence in side.sentences for n in sentence.citations}
        for side in comparison.sides
    }


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (
            {"bodies": ("Wrenmoor",), "cycles": CYCLES},
            {"Wrenmoor Constabulary 2018": {W18}, "Wrenmoor Constabulary 2021/22": {W21}},
        ),
        (
            {"bodies": ("Osterfell Police", "Wrenmoor"), "cycles": ("2021/22",)},
            {"Osterfell Police": {OSTERFELL}, "Wrenmoor Constabulary": {W21}},
        ),
        (
            {"reports": (W21, W18)},
            {"Wrenmoor Constabulary 2021/22": {W21}, "Wrenmoor Constabulary 2018": {W18}},
        ),
    ],
)
def test_each_side_quotes_its_own_reports(sample_assistant, named, expected):
    found = cited_by(sample_assistant, "supervision of investigations", **named)
    assert list(found.items()) == list(expected.items())


def test_the_topic_is_the_question_and_no_word_makes_it_a_comparison(sample_assistant):
    answer = sample_assistant.compare("digital examinations", ["Wrenmoor"], CYCLES)
    assert answer.question == "digital examinations"
    assert answer.status is AnswerStatus.ANSWERED
    assert {c.report_id for c in answer.citations} == {W18, W21}
    assert any(NOT_COMPARABLE in warning for warning in answer.warnings)


def test_every_sentence_is_of_one_side(sample_assistant):
    comparison = sample_assistant.side_by_side("999 calls", ["Wrenmoor", "Osterfell"])
    sentences = [sentence for side in comparison.sides for sentence in side.sentences]
    assert tuple(sentences) == comparison.answer.sentences


def test_a_list_is_set_side_by_side_whole_and_its_gap_is_said(sample_assistant):
    comparison = sample_assistant.side_by_side("causes of concern", ["Wrenmoor"], CYCLES)
    earlier, later = comparison.sides
    assert (earlier.sentences, earlier.gap) == (
        (),
        "The reports about Wrenmoor Constabulary 2018 do not say.",
    )
    assert (len(later.sentences), later.gap) == (1, None)
    assert comparison.answer.status is AnswerStatus.PARTIAL


def test_a_cycle_that_is_not_there_is_an_empty_side(sample_assistant):
    comparison = sample_assistant.side_by_side("supervision", ["Wrenmoor"], ("2018", "2025-27"))
    assert comparison.sides[1].gap == (
        "No report about Wrenmoor Constabulary 2025-27 is in this library."
    )


def test_a_body_that_is_named_twice_is_one_side(sample_assistant):
    bodies = ["Wrenmoor", "Wrenmoor Constabulary", "Osterfell Police", "Wrenmoor"]
    comparison = sample_assistant.side_by_side("supervision", bodies)
    assert [side.name for side in comparison.sides] == ["Wrenmoor Constabulary", "Osterfell Police"]


def test_a_comparison_that_nobody_waits_for_is_left_off_at_the_next_side(sample_assistant):
    asked = []

    def taken_back() -> bool:
        asked.append(True)
        return len(asked) > 1

    with pytest.raises(Cancelled):
        sample_assistant.side_by_side(
            "supervision", ["Wrenmoor", "Osterfell"], cancelled=taken_back
        )
    assert len(asked) == 2


def test_what_is_refused_has_no_sides(sample_assistant):
    comparison = sample_assistant.side_by_side("supervision", ["Plover Police", "Wrenmoor"])
    assert comparison.answer.status is AnswerStatus.NO_MATCHING_REPORTS
    assert comparison.sides == ()


def test_a_question_compares_the_cycles_that_it_names(sample_assistant):
    text = "How has supervision changed between Wrenmoor's 2018 and 2021/22 reports?"
    answer = sample_assistant.answer(Question(text))
    assert {c.report_id for c in answer.citations} == {W18, W21}
    assert any(NOT_COMPARABLE in warning for warning in answer.warnings)


def test_a_year_that_was_assumed_is_given_up_where_its_report_does_not_say(sample_assistant):
    answer = sample_assistant.answer(
        Question("What did the harbour office do in Wrenmoor in 2022?")
    )
    assert {c.report_id for c in answer.citations} == {W18}
    assert answer.coverage.in_scope == 2
    assert answer.warnings == (
        "The report of 2022 alone does not say, so those of other years were searched too.",
    )


def test_a_year_that_was_assumed_keeps_other_reports_out(sample_assistant):
    answer = sample_assistant.answer(
        Question("How many devices were waiting for digital examination in Wrenmoor in 2021?")
    )
    assert {c.report_id for c in answer.citations} == {W21}


def said(text: str, *citations: int, kind: SentenceKind = SentenceKind.VERBATIM) -> Sentence:
    return Sentence(text, citations, kind)


def test_a_row_is_a_name_and_its_quotes_in_aligned_columns():
    sides = [
        ComparedSide("Tern 2018", (said("It is slow.", 1), said("It was slower.", 2)), None),
        ComparedSide(
            "Plover 2018", (said("Plover: 2 strengths.", 3, 4, kind=SentenceKind.FACT),), None
        ),
        ComparedSide("Avocet", (), "The reports about Avocet do not say."),
    ]
    assert comparison_lines(sides, columns=40).splitlines() == [
        "Tern 2018    “It is slow.” [1]",
        "             “It was slower.” [2]",
        "",
        "Plover 2018  Plover: 2 strengths. [3][4]",
        "",
        "Avocet       The reports about Avocet do",
        "             not say.",
    ]


def test_a_long_name_is_wrapped_in_its_column():
    side = ComparedSide("The Constabulary of the Northern Marshes", (), "Nothing.")
    assert comparison_lines([side], columns=60).splitlines() == [
        "The Constabulary of the     Nothing.",
        "Northern Marshes",
    ]


def test_the_command_prints_a_row_a_side_then_the_sources(compare):
    result = compare(
        "digital examinations", "--body", "Wrenmoor", "--cycle", "2018", "--cycle", "2021/22"
    )
    assert result.exit_code == 0, result.output
    rows, sources = result.stdout.split("\n\nSources\n\n")
    first, second = rows.split("\n\n")
    assert first.startswith("Wrenmoor Constabulary 2018  “")
    assert second.startswith("Wrenmoor Constabulary       “")
    assert "318 devices" in " ".join(first.split())
    assert "[1] Wrenmoor Constabulary, 2018" in sources
    assert NOT_COMPARABLE in " ".join(sources.split())


def test_the_commands_json_is_the_answer(compare):
    result = compare("supervision", "--report", W18, "--report", W21, "--json")
    answer = json.loads(result.stdout)
    assert (answer["question"], answer["status"]) == ("supervision", "answered")
    assert answer["scope"]["stated"] == ["reports"]
    reports = {citation["number"]: citation["report_id"] for citation in answer["citations"]}
    assert [{reports[number] for number in side["citations"]} for side in answer["sides"]] == [
        {W18},
        {W21},
    ]
    assert [side["gap"] for side in answer["sides"]] == [None, None]


def test_the_commands_json_says_which_side_is_silent_and_why(compare):
    cycles = ("--cycle", "2018", "--cycle", "2025-27")
    result = compare("supervision", "--body", "Wrenmoor", *cycles, "--json")
    spoken, silent = json.loads(result.stdout)["sides"]
    assert spoken["citations"]
    assert spoken["gap"] is None
    assert silent == {
        "name": "Wrenmoor Constabulary 2025-27",
        "citations": [],
        "gap": "No report about Wrenmoor Constabulary 2025-27 is in this library.",
    }


def test_a_refused_comparison_has_no_sides_in_json(compare):
    result = compare("supervision", "--body", "Plover Police", "--body", "Wrenmoor", "--json")
    assert json.loads(result.stdout)["sides"] == []


def test_a_comparison_that_is_refused_is_shown_as_an_answer(compare):
    result = compare("supervision", "--body", "Plover Police", "--body", "Wrenmoor")
    assert result.stdout.startswith("No answer: No report about Plover Police is in this library.")


@pytest.mark.parametrize("named", [["--body", "Wrenmoor"], ["--cycle", "2018"], []])
def test_a_comparison_needs_two_sides(compare, named: list[str]):
    result = compare("supervision", *named)
    assert result.exit_code == 2
    assert "name at least two" in result.stderr
