"""Lists over many reports: counted, told apart by whose they are, and asked back when too long."""

from __future__ import annotations

import re

import pytest

from index.documents import ActionKind, Span
from rag.answers import Answer, AnswerStatus, Question, Scope, SentenceKind
from rag.extractive import Claim, Quote
from rag.facts.counts import MOST_ITEMS, asks_whose, read_count_request, why_too_many
from rag.facts.lists import read_list_request
from rag.pipeline import Assistant

WRENMOOR = "Wrenmoor Constabulary, PEEL {} (invented sample): {}."
OSTERFELL = "Osterfell Police, PEEL 2021/22 (invented sample): {}."


@pytest.fixture
def ask(sample_assistant: Assistant):
    def asked(text: str, **stated: tuple[str, ...]) -> Answer:
        return sample_assistant.answer(Question(text, scope=Scope(**stated)))

    return asked


def facts(answer: Answer) -> list[str]:
    return [s.text for s in answer.sentences if s.kind is SentenceKind.FACT]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("How many areas for improvement are there?", "areas for improvement"),
        ("how many AFIs did it get", "areas for improvement"),
        ("What is the number of recommendations for the force?", "recommendations"),
        ("And how many different causes of concern?", "causes of concern"),
        ("How many of the priority actions are about health?", "priority actions"),
        ("How many areas for improvement have been addressed?", None),
        ("How many recommendations remain?", None),
        ("Are there more areas for improvement than last time?", None),
        ("How many officers work on areas for improvement?", None),
        ("How many forces have a cause of concern?", None),
        ("How many ways did it improve?", None),
    ],
)
def test_a_question_counts_a_list(question: str, name: str | None):
    request = read_count_request(question)
    assert (request.name if request else None) == name


@pytest.mark.parametrize(
    ("question", "whose"),
    [
        ("Which areas had an area for priority action?", True),
        ("What forces have a cause of concern?", True),
        ("How many letters list priority actions?", True),
        ("List the reports with recommendations", True),
        ("Which areas for improvement are there?", False),
        ("List all areas for improvement for services", False),
        ("What are the priority actions?", False),
        ("Which strengths did inspectors list?", False),
    ],
)
def test_a_question_asks_whose_items_they_are(question: str, whose: bool):
    assert asks_whose(question) is whose


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "How many areas for improvement are there in Wrenmoor's 2018 report?",
            [WRENMOOR.format("2018", "7 areas for improvement")],
        ),
        (
            "How many areas for improvement for investigating crime did Wrenmoor have in 2018?",
            [WRENMOOR.format("2018", "3 areas for improvement on what was asked")],
        ),
        (
            "How many causes of concern does Wrenmoor have?",
            [WRENMOOR.format("2021/22", "1 cause of concern")],
        ),
        (
            "How many recommendations are there?",
            [
                OSTERFELL.format("3 recommendations"),
                WRENMOOR.format("2021/22", "3 recommendations"),
                "In all these reports: 6 recommendations.",
            ],
        ),
    ],
)
def test_a_count_is_a_fact_for_each_report(ask, question: str, expected: list[str]):
    answer = ask(question)
    assert (answer.status, facts(answer)) == (AnswerStatus.ANSWERED, expected)
    counts = [int(re.findall(r": (\d+) ", fact)[0]) for fact in facts(answer)]
    assert counts == [len(sentence.citations) for sentence in answer.sentences]


def test_a_report_that_prints_none_of_what_is_counted_is_said(ask):
    assert ask("How many causes of concern does Wrenmoor have?").warnings == (
        "No cause of concern that was asked for is listed in"
        " Wrenmoor Constabulary, PEEL 2018 (invented sample).",
    )


def test_a_year_that_no_report_is_of_is_no_count_of_what_is_printed(ask):
    assert facts(ask("How many areas for improvement did inspectors set Wrenmoor in 2016?")) == []


def test_whose_they_are_is_every_report_that_prints_one_with_all_of_its_items(
    ask, sample_assistant: Assistant
):
    answer = ask("Which forces have recommendations?")
    assert facts(answer) == [
        OSTERFELL.format("3 recommendations"),
        WRENMOOR.format("2021/22", "3 recommendations"),
    ]
    reports = [
        sample_assistant.report(card) for card in sorted(sample_assistant.edition().snapshot.cards)
    ]
    printed = [
        action.span.of(report.text)
        for report in reports
        for action in report.actions
        if action.kind is ActionKind.RECOMMENDATION
    ]
    assert [s.text for s in answer.sentences if s.kind is SentenceKind.VERBATIM] == printed


def test_a_list_that_no_report_prints_is_said_to_be_in_none(ask):
    answer = ask("Which areas had an area for priority action?")
    assert answer.status is AnswerStatus.NOT_IN_REPORTS
    assert "No list of priority actions was found in them." in (answer.reason or "")


def items(count: int, *, reports: int) -> list[Claim]:
    return [
        Claim(
            "It should act.",
            SentenceKind.VERBATIM,
            (Quote(f"report-{n % reports}", Span(n, n + 1)),),
        )
        for n in range(count)
    ]


def test_a_list_over_several_reports_may_have_so_many_items_and_no_more():
    request = read_list_request("List the areas for improvement")
    assert request is not None
    assert why_too_many(request, items(MOST_ITEMS, reports=4)) is None
    assert why_too_many(request, items(MOST_ITEMS + 1, reports=1)) is None
    assert why_too_many(request, items(MOST_ITEMS + 1, reports=4)) == (
        f"4 reports hold {MOST_ITEMS + 1} areas for improvement, too many for one answer. Name a"
        " force or area, the year of the reports or what the areas for improvement are about."
    )


@pytest.mark.parametrize("question", ["What did HMICFRS say about supervision?", "And Ofsted?"])
def test_an_inspectorate_is_no_body_that_is_inspected(ask, question: str):
    answer = ask(question)
    assert (answer.scope.bodies, answer.coverage.in_scope) == ((), 3)


@pytest.mark.parametrize("report", ["sample-osterfell-peel-2021-22"])
def test_in_one_report_the_force_needs_no_name(ask, report: str):
    answer = ask("How many recommendations was the force given?", reports=(report,))
    assert facts(answer) == [OSTERFELL.format("3 recommendations")]
    assert answer.warnings == ()
