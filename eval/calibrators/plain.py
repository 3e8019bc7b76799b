"""The machinery against published figures: encoder, FAISS and BM25 on whole documents.

A document is its title and text. What the encoder cannot read at once is split
into windows: by its first window a document is ranked as the published runs do,
which cut it there; by its best window nothing of it is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from eval.calibrators.rankings import Figures, Ranking, best_of_each, ranking_figures
from eval.calibrators.sets import QuestionSet, SetQuestion
from eval.calibrators.vectors import text_vectors, windows
from index.embedding import Embedder, Embeddings
from index.store.hits import Hit
from index.store.keywords import KeywordIndex
from index.store.vectors import VectorIndex

DEPTH = 100
WINDOWS_FETCHED = 1_000
"""Enough windows for ``DEPTH`` documents, unless ten of each are nearer than any other's."""


@dataclass(frozen=True, slots=True)
class WindowedDocuments:
    """The windows of all documents: window ``i`` is of document ``owners[i]``."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    windows: tuple[str, ...]
    owners: tuple[int, ...]

    @classmethod
    def of(cls, question_set: QuestionSet, embedder: Embedder) -> WindowedDocuments:
        texts = tuple(f"{each.title} {each.text}".strip() for each in question_set.documents)
        split = [windows(text, embedder) for text in texts]
        return cls(
            ids=tuple(each.id for each in question_set.documents),
            texts=texts,
            windows=tuple(window for each in split for window in each),
            owners=tuple(number for number, each in enumerate(split) for _ in each),
        )

    @property
    def cut(self) -> int:
        """How many documents are longer than the encoder can read."""
        return len({owner for before, owner in pairwise(self.owners) if before == owner})


def rank_whole_documents(
    question_set: QuestionSet,
    questions: Sequence[SetQuestion],
    embedder: Embedder,
    *,
    cache: Path,
    on_embedded: Callable[[int], None],
) -> tuple[dict[str, Figures], int]:
    """Return the figures by kind of ranking, and how many documents were cut for the first."""
    documents = WindowedDocuments.of(question_set, embedder)
    vectors = text_vectors(documents.windows, embedder, cache=cache, on_embedded=on_embedded)
    asked = np.stack([embedder.embed_query(question.text) for question in questions])
    owners = np.array(documents.owners)
    first = np.flatnonzero(np.diff(owners, prepend=-1))
    keywords = KeywordIndex(np.arange(len(documents.ids), dtype=np.int64), documents.texts)
    rankings = {
        "dense, first window": _dense(documents, vectors, first, asked),
        "dense, best window": _dense(documents, vectors, np.arange(len(owners)), asked),
        "BM25": [_keyword(documents, keywords, question.text) for question in questions],
    }
    names = [question.id for question in questions]
    return {
        kind: ranking_figures(dict(zip(names, ranked, strict=True)), question_set.relevant)
        for kind, ranked in rankings.items()
    }, documents.cut


def _dense(
    documents: WindowedDocuments,
    vectors: Embeddings,
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
    asked: Embeddings,
) -> list[Ranking]:
    index = VectorIndex(rows, vectors[rows])
    found = (index.search(vector, k=WINDOWS_FETCHED, within=None) for vector in asked)
    return [_ranking(documents, hits, documents.owners) for hits in found]


def _keyword(documents: WindowedDocuments, keywords: KeywordIndex, question: str) -> Ranking:
    hits = keywords.search(keywords.analyse(question), k=DEPTH, within=None)
    return _ranking(documents, hits, range(len(documents.ids)))


def _ranking(documents: WindowedDocuments, hits: Sequence[Hit], owners: Sequence[int]) -> Ranking:
    named = [(documents.ids[owners[hit.passage_id]], hit.score) for hit in hits]
    return best_of_each(named)[:DEPTH]
