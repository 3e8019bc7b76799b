"""When an inspection was, by whom and about what, of one report and of many."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import numpy as np
import pytest

from index.documents import DateRange, Report, ReportKind, Span
from index.store.keywords import KeywordIndex
from rag.answers import Answer, AnswerStatus, Question
from rag.facts import structural_answer
from rag.pipeline import Assistant
from rag.questions import read_question
from rag.vocabulary import load_vocabulary, read_words
from tests.made_reports import made_report


def letter(area: str, theme: str, said: str, first: date) -> Report:
    """A letter that says what it was about in one sentence, and when in another."""
    when = f"This inspection took place from {first.day} {first:%B %Y}."
    report = made_report(
        f"letter-{area.lower()}",
        {"Joint inspection": [f"We looked at {said}.", when]},
        kind=ReportKind.JTAI,
        bodies=(area, f"{area} Police"),
        area=area,
        theme=theme,
        fieldwork=DateRange(first, first),
        cycle=str(first.year + 1),
    )
    places = {"theme": f"We looked at {said}.", "fieldwork": when}
    starts = {name: report.text.index(words) for name, words in places.items()}
    evidence = {name: Span(at, at + len(places[name])) for name, at in starts.items()}
    metadata = replace(report.metadata, evidence=MappingProxyType(evidence))
    return replace(report, metadata=metadata)


LETTERS = (
    letter("Quay", "neglect", "children who are neglected", date(2017, 3, 6)),
    letter("Fell", "neglect", "what becomes of young people at home", date(2017, 9, 4)),
    letter("Tarn", "early help", "help for families", date(2016, 12, 5)),
)


@pytest.fixture(scope="module")
def said():
    """Ask the letters; return the ids of those quoted, and why none is."""
    keywords = KeywordIndex(np.arange(3, dtype=np.int64), [report.text for report in LETTERS])
    vocabulary = load_vocabulary([])

    def ask(question: str) -> tuple[list[str], str | None]:
        words = read_words(question, vocabulary, keywords)
        kind = read_question(question).kind
        found = structural_answer(question, kind, LETTERS, words.core, keywords)
        return [claim.quotes[0].report_id for claim in found.claims], found.gap

    return ask


@pytest.mark.parametrize(
    ("question", "areas"),
    [
        ("Which inspections were about neglect?", ["quay", "fell"]),
        ("Which areas were inspected on early help?", ["tarn"]),
        ("Which letters looked at neglect?", ["quay", "fell"]),
        ("Which areas were inspected in 2017?", ["quay", "fell"]),
        ("Which areas were inspected in 2016?", ["tarn"]),
        ("When was Quay inspected?", ["quay", "fell", "tarn"]),
    ],
)
def test_every_report_of_the_theme_or_year_is_found(said, question, areas):
    assert said(question) == ([f"letter-{area}" for area in areas], None)


def test_a_field_that_no_report_states_is_said_to_be_stated_by_none(said):
    names = " and ".join(
        f"{area}, joint targeted area inspection {cycle}"
        for area, cycle in (("Quay", 2018), ("Fell", 2018), ("Tarn", 2017))
    )
    assert said("When were the letters published?") == (
        [],
        f"{names} do not state when it was published.",
    )


def test_another_thing_that_is_asked_with_a_field_s_words_is_read_for(said):
    assert said("When did the housing panel that met the inspectors open?") == ([], None)


@pytest.fixture
def ask(sample_assistant: Assistant):
    def asked(text: str) -> Answer:
        return sample_assistant.answer(Question(text))

    return asked


@pytest.mark.parametrize(
    ("question", "dates"),
    [
        ("When was Osterfell Police inspected?", ["16 May"]),
        ("When exactly was Wrenmoor last inspected?", ["8 April", "10 January"]),
        ("Which forces were inspected in 2019?", ["8 April"]),
    ],
)
def test_the_body_s_own_name_does_not_hide_when_it_was_inspected(ask, question, dates):
    answer = ask(question)
    assert [re.findall(r"between (\d+ \w+)", s.text) for s in answer.sentences] == [
        [day] for day in dates
    ]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (
            "When was the 2018 report on Wrenmoor published?",
            "Wrenmoor Constabulary, PEEL 2018 (invented sample) does not state"
            " when it was published.",
        ),
        (
            "Which inspectorates inspected Osterfell?",
            "Osterfell Police, PEEL 2021/22 (invented sample) does not state"
            " which inspectorates took part.",
        ),
    ],
)
def test_what_a_report_does_not_say_of_itself_is_refused(ask, question, reason):
    answer = ask(question)
    assert (answer.status, answer.reason) == (AnswerStatus.NOT_IN_REPORTS, reason)
