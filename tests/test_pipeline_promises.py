"""What holds for every answer, whatever was asked, by whom and how often."""

import json
import math
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answers import Answer, AnswerStatus, CitationNote, Mode, Question, Scope, Timings
from rag.assembly import open_assistant
from rag.pipeline import Assistant
from rag.settings import Settings
from rag.wire import answer_json

ROOT = Path(__file__).parents[1]
OSTERFELL = "sample-osterfell-peel-2021-22"
SUPERVISION = "What did the inspectors say about supervision in Osterfell?"
QUESTIONS = (
    Question(SUPERVISION),
    Question("What did the inspectors say about the control room?"),
    Question("List the areas for improvement in Osterfell"),
    Question("What grade did Wrenmoor get for serious and organised crime in 2018?"),
    Question("Compare sickness in Osterfell Police and Wrenmoor Constabulary"),
    Question("Compare supervision of investigations in Wrenmoor and Kent"),
    Question("What does RUI stand for?"),
    Question("What does DOVRA stand for?"),
    Question("And in Osterfell Police?", history=("How many call handlers has Wrenmoor?",)),
    Question("What was said about sergeants?", scope=Scope(reports=(OSTERFELL,))),
    Question("Who won the football world cup in 1966?"),
    Question("What did HMICFRS say about Kent Police?"),
    Question(""),
)
WEST_MERCIA = """\
# PEEL 2018/19 – An inspection of West Mercia Police

This is an invented sample report, made for a test. It describes no real police force or person.

## Supervision

Supervision was effective in 31 of the 40 files that we read.
"""
LATER_OSTERFELL = """\
# PEEL 2023-25 – An inspection of Osterfell Police

This is an invented sample report, made for a test. It describes no real police force or person.

## Investigating crime

Supervision of investigations was effective in 44 of the 50 files that we read.
"""


def proves_itself(assistant: Assistant, answer: Answer) -> None:
    """Assert what the contract promises of every answer."""
    numbers = [citation.number for citation in answer.citations]
    used = [number for sentence in answer.sentences for number in sentence.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert list(dict.fromkeys(used)) == numbers
    assert all(sentence.citations for sentence in answer.sentences)
    assert re.findall(r"\[(\d+)\]$", answer.text, re.MULTILINE) == [
        str(sentence.citations[-1]) for sentence in answer.sentences
    ]
    for quoted in (*answer.citations, *answer.passages):
        text = assistant.report(quoted.report_id).text
        said = quoted.quote if hasattr(quoted, "quote") else quoted.text
        assert said == text[quoted.span.start : quoted.span.end]
        assert said.strip()
    answered = answer.status in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)
    assert bool(answer.sentences) is answered
    assert bool(answer.reason) is (answer.status is not AnswerStatus.ANSWERED)
    assert 0 <= answer.confidence <= 1
    assert 0 <= answer.coverage.cited <= answer.coverage.searched <= answer.coverage.in_scope
    assert answer.coverage.cited == len({citation.report_id for citation in answer.citations})
    shown = {passage.passage_id for passage in answer.passages}
    assert {citation.passage_id for citation in answer.citations} <= shown
    assert json.loads(json.dumps(answer_json(answer), allow_nan=False)) == answer_json(answer)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.text[:40] or "empty")
def test_an_answer_proves_itself(sample_assistant, question):
    proves_itself(sample_assistant, sample_assistant.answer(question))


WORDS = re.findall(
    r"\S+",
    "what which how many did do the inspectors say about list compare grade for in and or than"
    " since 2017 2018 2018/19 2021/22 2014 Osterfell Wrenmoor Kent WMP force supervision"
    " supervison bodycams RUI QUARL 101 999 calls improvement areas concern changed"
    " £ % ? ( [1] ' ’ it they there",
)
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
ASKED = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | ANY_TEXT


@settings(max_examples=150, deadline=None)
@given(ASKED, st.lists(ASKED, max_size=2))
def test_whatever_is_asked_the_answer_proves_itself(sample_assistant, text, history):
    question = Question(text, history=tuple(history))
    proves_itself(sample_assistant, sample_assistant.answer(question))


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings_ms=Timings(0, 0, 0, 0))


def test_the_same_question_twice_has_the_same_answer(sample_assistant, sample_settings):
    first = [untimed(sample_assistant.answer(question)) for question in QUESTIONS]
    assert [untimed(sample_assistant.answer(question)) for question in QUESTIONS] == first
    another = open_assistant(sample_settings)
    with another.library:
        assert [untimed(another.answer(question)) for question in reversed(QUESTIONS)] == first[
            ::-1
        ]


def test_two_threads_at_once_get_the_answers_of_one(sample_assistant):
    alone = [untimed(sample_assistant.answer(question)) for question in QUESTIONS]
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(sample_assistant.answer, q) for q in QUESTIONS * 2]
        together = [untimed(future.result()) for future in asked]
    assert together == alone * 2


def test_timings_are_of_this_answer(sample_assistant):
    timings = sample_assistant.answer(Question(SUPERVISION)).timings_ms
    assert min(timings.embed, timings.retrieve, timings.read) > 0
    assert timings.embed + timings.retrieve + timings.read <= timings.total < math.inf


def test_an_answer_s_id_hangs_on_question_scope_and_history(sample_assistant):
    def id_of(text: str = SUPERVISION, *history: str, **stated: tuple[str, ...]) -> str:
        scope = Scope(**stated, stated=tuple(stated))
        return sample_assistant.answer(Question(text, history=history, scope=scope)).id

    ids = [
        id_of(),
        id_of("What did the inspectors say about supervision in Wrenmoor?"),
        id_of(SUPERVISION, "How many officers has Wrenmoor?"),
        id_of(bodies=("Osterfell Police",)),
        id_of(reports=(OSTERFELL,)),
    ]
    assert len(set(ids)) == len(ids)
    assert id_of() == ids[0]


def test_a_language_model_that_is_not_there_is_said_and_the_quotes_are_given(sample_assistant):
    asked = Question(SUPERVISION, mode=Mode.LLM)
    answer, plain = sample_assistant.answer(asked), sample_assistant.answer(Question(SUPERVISION))
    assert (answer.mode, answer.degraded) == (
        Mode.EXTRACTIVE,
        "No language model is configured.",
    )
    assert (answer.sentences, answer.citations) == (plain.sentences, plain.citations)
    assert (plain.mode, plain.degraded) == (Mode.EXTRACTIVE, None)


@pytest.fixture
def own(sample_settings: Settings, tmp_path: Path) -> Iterator[Assistant]:
    """An assistant over a copy of the samples' library, free to be changed."""
    path = tmp_path / "library.db"
    with (
        closing(sqlite3.connect(sample_settings.library)) as whole,
        closing(sqlite3.connect(path)) as empty,
    ):
        whole.backup(empty)
    assistant = open_assistant(replace(sample_settings, library=path))
    with assistant.library:
        yield assistant


def change(assistant: Assistant, *arguments: str) -> None:
    """Run a command over the assistant's library, in a process of its own."""
    subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", "from api.cli import main; main()", *arguments],
        check=True,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PEELBACK_LIBRARY": str(assistant.library.path)},
    )


def add_report(assistant: Assistant, folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, "utf-8")
    change(assistant, "add", str(folder / name))


def test_what_another_process_adds_or_removes_is_seen_by_the_next_answer(own, tmp_path):
    before = own.answer(Question(SUPERVISION))
    assert CitationNote.SUPERSEDED_REPORT not in {c.note for c in before.citations}

    add_report(own, tmp_path, "osterfell-peel-2023.md", LATER_OSTERFELL)
    after = own.answer(Question(SUPERVISION))
    assert "effective in 44 of the 50 files" in after.text
    assert after.library.reports == before.library.reports + 1
    assert after.library.revision > before.library.revision
    assert after.library.digest != before.library.digest
    assert after.id != before.id
    assert {c.note for c in after.citations if c.report_id == OSTERFELL} <= {
        CitationNote.SUPERSEDED_REPORT,
        CitationNote.PREVIOUS_INSPECTION,
    }

    change(own, "remove", "osterfell-peel-2023")
    again = own.answer(Question(SUPERVISION))
    assert (again.text, again.id) == (before.text, before.id)
    assert again.library.digest == before.library.digest


def test_a_name_of_two_forces_is_answered_with_a_question(own, tmp_path):
    add_report(own, tmp_path, "west-mercia-peel-2018.md", WEST_MERCIA)
    which = "“WMP” can be West Mercia Police or West Midlands Police. Which one is meant?"
    for question in (
        Question("How good are WMP at supervision?"),
        Question("How good are they at supervision?", scope=Scope(bodies=("WMP",))),
    ):
        answer = own.answer(question)
        assert answer.status is AnswerStatus.NEEDS_CLARIFICATION
        assert str(answer.reason).endswith("Which one is meant?")
        assert answer.sentences == ()
    assert own.answer(Question("How good are WMP at supervision?")).reason == which
    one = own.answer(Question("How good are West Mercia at supervision?"))
    assert (one.scope.bodies, one.coverage.searched) == (("West Mercia Police",), 1)


def test_a_library_without_reports_answers_that_it_has_none(own):
    change(own, "remove", *own.edition().snapshot.cards)
    answer = own.answer(Question(SUPERVISION))
    assert answer.status is AnswerStatus.NO_MATCHING_REPORTS
    proves_itself(own, answer)
    answer = own.answer(Question("What was said about boats?"))
    assert (answer.status, answer.reason) == (
        AnswerStatus.NO_MATCHING_REPORTS,
        "This library holds no reports.",
    )
