"""What ``ask`` prints, worked by hand from an answer made for it."""

from dataclasses import replace
from datetime import date

import pytest

from api.answer_text import answer_text, passages_text
from api.layout import indented, wrapped
from index.documents import Span
from rag.answers import (
    Answer,
    AnswerStatus,
    Citation,
    CitationNote,
    Coverage,
    LibraryStamp,
    Mode,
    RankedPassage,
    Scope,
    Sentence,
    SentenceKind,
    Timings,
)

QUOTE = "In 2017, we found that supervisors read too few of the files that they signed."

CITATION = Citation(
    number=1,
    passage_id="7",
    report_id="tern-2018",
    report_title="Tern PEEL 2018",
    publisher=None,
    body="Tern Constabulary",
    cycle="2018",
    published=date(2020, 1, 2),
    section=("2. How effective is the force at investigating crime?", "Supervision"),
    page=3,
    span=Span(10, 88),
    quote=QUOTE,
    note=CitationNote.PREVIOUS_INSPECTION,
    url="https://tern.example/2018#:~:text=In%202017",
)

ANSWER = Answer(
    id="a",
    question="What about supervision?",
    status=AnswerStatus.ANSWERED,
    reason=None,
    text=f"{QUOTE} [1]",
    sentences=(Sentence(QUOTE, (1,), SentenceKind.VERBATIM),),
    citations=(CITATION,),
    passages=(),
    scope=Scope(bodies=("Tern Constabulary",)),
    coverage=Coverage(in_scope=2, searched=2, cited=1),
    warnings=("Grades of two cycles cannot be compared.",),
    confidence=0.9,
    mode=Mode.EXTRACTIVE,
    degraded=None,
    library=LibraryStamp(3, 4, "d"),
    timings_ms=Timings(0, 0, 0, 0),
)

REFUSAL = replace(
    ANSWER,
    status=AnswerStatus.NO_MATCHING_REPORTS,
    reason="No report about Plover Police is in this library.",
    text="",
    sentences=(),
    citations=(),
    warnings=(),
    scope=Scope(),
    coverage=Coverage(in_scope=0, searched=0, cited=0),
)


def test_an_answer_is_its_text_then_its_sources_then_what_to_know_about_it():
    assert answer_text(ANSWER, columns=60, invented=()).splitlines() == [
        "In 2017, we found that supervisors read too few of the files",
        "that they signed. [1]",
        "",
        "Sources",
        "",
        "[1] Tern Constabulary, 2018, page 3",
        "    2. How effective is the force at investigating crime? ›",
        "    Supervision",
        "    “In 2017, we found that supervisors read too few of the",
        "    files that they signed.”",
        "    Note: about an earlier inspection.",
        "    https://tern.example/2018#:~:text=In%202017",
        "",
        "Note: Grades of two cycles cannot be compared.",
        "About: Tern Constabulary.",
        "2 reports in scope, 2 searched, 1 cited.",
    ]


def test_a_refusal_is_its_reason():
    assert answer_text(REFUSAL, columns=80, invented=()).splitlines() == [
        "No answer: No report about Plover Police is in this library.",
        "",
        "0 reports in scope, 0 searched, 0 cited.",
    ]


def test_a_partial_answer_says_what_is_missing():
    partial = replace(ANSWER, status=AnswerStatus.PARTIAL, reason="Nothing about Plover Police.")
    assert "Only in part: Nothing about Plover Police." in answer_text(
        partial, columns=80, invented=()
    )


def test_a_citation_of_an_invented_report_says_so():
    shown = answer_text(ANSWER, columns=80, invented={"tern-2018"})
    assert "[1] Tern Constabulary, 2018, page 3 (sample report, invented)" in shown


def test_an_address_inside_the_library_is_not_shown_as_a_link():
    inside = replace(ANSWER, citations=(replace(CITATION, url="/reports/tern-2018#10-88"),))
    assert "/reports/" not in answer_text(inside, columns=80, invented=())


def test_an_answer_without_the_language_model_says_why():
    degraded = replace(ANSWER, degraded="it did not answer in time.")
    shown = answer_text(degraded, columns=80, invented=())
    assert "Without the language model: it did not answer in time." in shown


def test_passages_are_ranked_from_one():
    passage = RankedPassage("7", "tern-2018", ("Supervision",), None, Span(0, 3), "Few.", 0.25)
    assert passages_text([passage], columns=80, invented=()).splitlines() == [
        "1. tern-2018, score 0.2500",
        "    Supervision",
        "    Few.",
    ]


@pytest.mark.parametrize("columns", [40, 80])
def test_no_line_is_wider_than_it_may_be(columns):
    lines = answer_text(ANSWER, columns=columns, invented={"tern-2018"}).splitlines()
    assert max(len(line) for line in lines if "https:" not in line) <= columns


def test_a_bullets_further_lines_stand_under_its_words():
    assert wrapped("Two:\n• a long one", 11) == "Two:\n• a long\n  one"


def test_an_outlines_depth_is_kept_when_a_line_is_wrapped():
    assert wrapped("  - a long one", 10) == "  - a long\n    one"


def test_lines_below_a_head_are_set_in():
    assert indented(["head", "first second"], 10) == "head\n    first\n    second"
