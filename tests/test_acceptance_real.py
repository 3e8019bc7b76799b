"""The real reports, all of them, and every gold question: what must hold, and how well it goes.

The floors are a little below what was measured: docs/evaluation.md has the figures.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from eval.gold import GoldFile, read_golds
from eval.record import write_run
from eval.run import Run, evaluate
from index.embedding import Embedder
from index.ingest import IngestSummary, add_sources
from index.store.library import Library
from rag.answers import Answer
from rag.assembly import open_assistant, open_embedder, open_library
from rag.pipeline import Assistant
from rag.settings import Settings

SHARED = Path(__file__).parents[2] / "shared"
REPORTS, GOLD = SHARED / "reports", SHARED / "gold"
PEEL = "bedfordshire-peel-2018-effectiveness"
DIFFER_FROM_RUN_TO_RUN = {"timings.jsonl", "summary.md"}

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REPORTS.is_dir(), reason="the real reports are not beside the checkout"),
]


def no_encoder() -> Embedder:
    raise AssertionError("the encoder was loaded")


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    return Settings(library=tmp_path_factory.mktemp("real") / "library.db")


@pytest.fixture(scope="module")
def added(settings) -> IngestSummary:
    """What adding all reports into a new library came to. Takes a minute, once."""
    embedder = open_embedder(settings)
    with open_library(settings, embedder=embedder, create=True) as library:
        return add_all(library, settings, lambda: embedder)


def add_all(library: Library, settings: Settings, embedder) -> IngestSummary:
    return add_sources(
        [REPORTS],
        library=library,
        embedder=embedder,
        passage_tokens=settings.passage_tokens,
        on_progress=lambda _: None,
    )


@pytest.fixture(scope="module")
def assistant(settings, added) -> Iterator[Assistant]:
    opened = open_assistant(settings)
    with opened.library:
        yield opened


@pytest.fixture(scope="module")
def golds() -> tuple[GoldFile, ...]:
    return read_golds(sorted(GOLD.glob("*.jsonl")))


@pytest.fixture(scope="module")
def run(assistant, golds) -> Run:
    return evaluate(assistant, golds, on_asked=lambda: None)


@pytest.fixture(scope="module")
def answers(run) -> list[Answer]:
    return [outcome.answer for outcome in run.outcomes if outcome.answer]


@pytest.fixture(scope="module")
def run_of_one(settings, added, golds, tmp_path_factory) -> Iterator[Run]:
    """The PEEL questions over a library of the PEEL report alone."""
    path = tmp_path_factory.mktemp("one") / "library.db"
    with closing(sqlite3.connect(settings.library)) as whole, closing(sqlite3.connect(path)) as own:
        whole.backup(own)
    alone = open_assistant(replace(settings, library=path))
    with alone.library:
        for card in alone.library.cards():
            if card.report_id != PEEL:
                alone.library.remove(card.report_id)
        peel = [gold for gold in golds if gold.name.startswith("peel")]
        yield evaluate(alone, peel, on_asked=lambda: None)


def test_all_reports_come_in_whole(added, assistant):
    assert (len(added.added), added.failed, added.duplicates, added.warnings) == (41, (), (), ())
    assert assistant.library.verify() == ()


def test_every_question_is_answered_or_refused_and_none_fails(run):
    assert len(run.outcomes) == 344
    assert [outcome.failure for outcome in run.outcomes if outcome.failure] == []


def test_every_quote_stands_in_its_report_where_it_says(answers, assistant):
    citations = [citation for answer in answers for citation in answer.citations]
    assert len(citations) > 1000
    assert [
        citation
        for citation in citations
        if assistant.report(citation.report_id).text[citation.span.start : citation.span.end]
        != citation.quote
    ] == []


def test_every_sentence_is_cited_and_its_markers_are_in_the_text(answers):
    sentences = [(sentence, answer) for answer in answers for sentence in answer.sentences]
    assert len(sentences) > 1000
    assert [
        sentence
        for sentence, answer in sentences
        if not sentence.citations
        or not {c.number for c in answer.citations}.issuperset(sentence.citations)
        or f"{sentence.text} {''.join(f'[{n}]' for n in sentence.citations)}" not in answer.text
    ] == []


def test_no_answer_breaks_a_promise(run):
    assert [problem for outcome in run.outcomes for problem in outcome.problems] == []


@pytest.mark.full
def test_a_second_run_is_the_same_to_the_byte_but_for_the_clock(run, settings, golds, tmp_path):
    another = open_assistant(settings)
    with another.library:
        again = evaluate(another, golds, on_asked=lambda: None)
    write_run(tmp_path / "first", run)
    write_run(tmp_path / "again", again)
    names = {path.name for path in (tmp_path / "first").iterdir()} - DIFFER_FROM_RUN_TO_RUN
    assert "answers.jsonl" in names
    assert [
        name
        for name in sorted(names)
        if (tmp_path / "first" / name).read_bytes() != (tmp_path / "again" / name).read_bytes()
    ] == []


@pytest.mark.parametrize(
    ("measure", "floor"),
    [
        ("evidence_recall@10", 0.88),
        ("must_contain", 0.78),
        ("list_completeness", 0.90),
        ("answered", 0.92),
        ("citation_validity", 1.0),
        ("cited_sentences", 1.0),
    ],
)
def test_joint_inspections_are_answered_well(run, measure, floor):
    assert mean(run, "jtai", measure) >= floor


@pytest.mark.parametrize("why", ["other_body", "other_year"])
def test_another_body_or_year_is_never_answered_from_the_reports_there_are(run, why):
    assert run.scores.golds["jtai"].whys[why]["abstention"].mean == 1.0


def test_what_is_off_topic_is_refused(run):
    assert run.scores.golds["jtai"].whys["off_topic"]["abstention"].mean >= 0.95


def test_hardly_an_answer_cites_another_report_than_the_one_asked_about(run):
    assert mean(run, "jtai", "wrong_body") <= 0.01


@pytest.mark.parametrize(
    ("measure", "floor"),
    [
        ("evidence_recall@10", 0.94),
        ("must_contain", 0.82),
        ("list_completeness", 0.90),
        ("answered", 0.95),
    ],
)
def test_one_report_alone_is_answered_well(run_of_one, measure, floor):
    assert run_of_one.stamp.reports == 1
    assert mean(run_of_one, "peel-2018-bedfordshire", measure) >= floor


def mean(run: Run, gold: str, measure: str) -> float:
    score = run.scores.golds[gold].overall[measure]
    assert score.mean is not None
    return score.mean


def test_adding_them_again_changes_nothing_and_loads_no_encoder(settings, added):
    with open_library(settings) as library:
        before = (library.revision, library.digest)
        again = add_all(library, settings, no_encoder)
        assert (library.revision, library.digest) == before
    assert sorted(again.unchanged) == sorted(added.added)
    assert (again.added, again.replaced, again.failed) == ((), (), ())
