"""The assistant's own search and reader on a public set: found, cited, known to be absent.

Scopes, bodies and grades are of inspection reports and are left out: what is
measured is retrieval, the plain reader and the resolving of follow-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.calibrators.rankings import Figures, Ranking, best_of_each, ranking_figures
from eval.calibrators.sets import QuestionSet, SetQuestion, sample
from eval.calibrators.shelf import shelf
from eval.confidence import auroc
from index.bodies import BodyRegistry
from index.documents import Span
from index.embedding import Embedder
from index.store.hits import Hit
from index.store.snapshot import Snapshot
from rag.followups import stand_alone
from rag.questions import read_question
from rag.reading import PassageReading, PlainReader
from rag.retrieval import Searched, retrieve
from rag.settings import Settings
from rag.vocabulary import Vocabulary, load_vocabulary, read_words

CITED_DEPTHS = (1, 3)
"""Best sentences looked at; an answer seldom quotes more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one question."""

    question: SetQuestion
    answerable: bool
    rankings: Mapping[str, Ranking]
    cited: Sequence[tuple[str, Span]]
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Desk:
    """A set's library, opened, and what reads it."""

    snapshot: Snapshot
    documents: Mapping[str, str]
    embedder: Embedder
    reader: PlainReader
    vocabulary: Vocabulary
    settings: Settings

    def search(self, text: str) -> tuple[Searched, PassageReading]:
        """Return what is found and read for a question that stands alone."""
        query = read_words(text, self.vocabulary, self.snapshot.keywords)
        vector = self.embedder.embed_query(query.text)
        found = retrieve(
            self.snapshot, query, vector, candidates=self.settings.candidates, within=None
        )
        read = found.fused[: self.settings.read_passages]
        return found, self.reader.read(read_question(text), query, vector, read, self.snapshot)

    def ranking(self, hits: Sequence[Hit]) -> Ranking:
        return best_of_each(
            [
                (self.documents[self.snapshot.report_id_of(hit.passage_id)], hit.score)
                for hit in hits
            ]
        )

    def ask(self, question: SetQuestion, text: str, *, answerable: bool) -> Asked:
        found, reading = self.search(text)
        rankings = {"dense": found.dense, "BM25": found.keyword, "fused": found.fused}
        return Asked(
            question=question,
            answerable=answerable,
            rankings={name: self.ranking(hits) for name, hits in rankings.items()},
            cited=[
                (self.documents[each.candidate.report_id], each.candidate.span)
                for each in reading.sentences[: max(CITED_DEPTHS)]
            ],
            scores={
                "best dense score": found.dense[0].score if found.dense else 0.0,
                "best BM25 score": found.keyword[0].score if found.keyword else 0.0,
                "plain reader": reading.confidence,
            },
        )


@dataclass(frozen=True, slots=True)
class ReadingFigures:
    """What was measured of a set; ``followups`` only where questions have a history."""

    questions: int
    answerable: int
    retrieval: Mapping[str, Figures]
    cited: Figures
    abstention: Figures
    followups: Mapping[str, Figures]


def measure_reading(
    question_set: QuestionSet,
    embedder: Embedder,
    *,
    limit: int,
    cache: Path,
    on_embedded: Callable[[int], None],
    on_asked: Callable[[int], None],
) -> ReadingFigures:
    """Ask up to ``limit`` questions of the set's library and measure what comes of them."""
    settings = Settings()
    registry = BodyRegistry.load()
    chosen = sample(real_questions(question_set), limit=limit)
    opened = shelf(
        question_set,
        embedder,
        passage_tokens=settings.passage_tokens,
        cache=cache,
        on_embedded=on_embedded,
    )
    with opened as (library, documents):
        desk = Desk(
            library.snapshot(), documents, embedder, PlainReader.load(),
            load_vocabulary(()), settings,
        )  # fmt: skip
        asked = []
        for question in chosen:
            text = stand_alone(question.text, question.history, registry).text
            answerable = is_answerable(question, question_set)
            asked.append(desk.ask(question, text, answerable=answerable))
            on_asked(1)
        return _figures(question_set, desk, asked, registry)


def real_questions(question_set: QuestionSet) -> tuple[SetQuestion, ...]:
    """Return the questions; where the set marks those in which something is asked, only them."""
    return tuple(each for each in question_set.questions if each.metadata.get("core", True))


def is_answerable(question: SetQuestion, question_set: QuestionSet) -> bool:
    """Whether the documents that are searched answer the question."""
    return question.answerable and question.metadata.get("doc") not in question_set.withheld


def _figures(
    question_set: QuestionSet, desk: Desk, asked: Sequence[Asked], registry: BodyRegistry
) -> ReadingFigures:
    answerable = [one for one in asked if one.answerable]
    kinds = [*asked[0].rankings] if asked else []
    return ReadingFigures(
        questions=len(asked),
        answerable=len(answerable),
        retrieval={
            kind: ranking_figures(
                {one.question.id: one.rankings[kind] for one in answerable}, question_set.relevant
            )
            for kind in kinds
        },
        cited=_cited(question_set, answerable),
        abstention=_abstention(asked),
        followups=_followups(question_set, desk, answerable, registry),
    )


def _cited(question_set: QuestionSet, asked: Sequence[Asked]) -> Figures:
    """Return how often one of the best sentences shares text with the set's own evidence."""
    marked = [one for one in asked if any(_spans(question_set, one).values())]
    figures: dict[str, float | None] = {}
    for depth in CITED_DEPTHS:
        hits = sum(
            any(
                span.overlaps(gold)
                for document, span in one.cited[:depth]
                for gold in _spans(question_set, one).get(document, ())
            )
            for one in marked
        )
        figures[f"evidence cited@{depth}"] = hits / len(marked) if marked else None
    return figures


def _spans(question_set: QuestionSet, one: Asked) -> dict[str, tuple[Span, ...]]:
    relevant = question_set.relevant.get(one.question.id, {})
    return {name: question_set.spans.get((one.question.id, name), ()) for name in relevant}


def _abstention(asked: Sequence[Asked]) -> Figures:
    """Return how well each score tells what can be answered from what cannot."""
    names = [*asked[0].scores] if asked else []
    return {
        name: auroc(
            [one.scores[name] for one in asked if one.answerable],
            [one.scores[name] for one in asked if not one.answerable],
        )
        for name in names
    }


def _followups(
    question_set: QuestionSet, desk: Desk, asked: Sequence[Asked], registry: BodyRegistry
) -> dict[str, Figures]:
    """Return the fused ranking's figures by what of the history a follow-up is searched with."""
    later = [one.question for one in asked if one.question.history]
    if not later:
        return {}
    searched = {
        "the question alone": [question.text for question in later],
        "as the assistant resolves it": [
            stand_alone(question.text, question.history, registry).text for question in later
        ],
        "all the user's turns": [" ".join([*q.history, q.text]) for q in later],
    }
    return {
        name: ranking_figures(
            {
                question.id: desk.ranking(desk.search(text)[0].fused)
                for question, text in zip(later, texts, strict=True)
            },
            question_set.relevant,
        )
        for name, texts in searched.items()
    }
