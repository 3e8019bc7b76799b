"""Question and passages to the sentences that answer, and whether any does."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.embedding import Embeddings
from index.store.hits import Hit
from index.store.snapshot import Snapshot
from rag.features import FEATURES, Candidate, sentence_features
from rag.questions import QuestionReading
from rag.vocabulary import Query


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence and the probability that it is evidence for the answer."""

    candidate: Candidate
    probability: float


@dataclass(frozen=True, slots=True)
class PassageReading:
    """The sentences read, best first, and the probability that they answer the question."""

    sentences: tuple[ReadSentence, ...]
    confidence: float
    nearness: float
    """Cosine of the question and the nearest passage: how far off the subject everything is."""


class Reader(Protocol):
    """Decides which sentences answer a question, and whether any does."""

    @property
    def name(self) -> str: ...

    def read(
        self,
        question: QuestionReading,
        query: Query,
        vector: Embeddings,
        ranking: Sequence[Hit],
        snapshot: Snapshot,
    ) -> PassageReading:
        """Read the ranked passages; sentences of equal probability keep the ranking's order."""


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Weights over named features: ``P = 1 / (1 + exp(-(bias + w·x)))``."""

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    bias: float

    def probabilities(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return one probability a row; ``rows`` has shape ``(n, len(names))``."""
        values: NDArray[np.float64] = 1 / (1 + np.exp(-(rows @ self.weights + self.bias)))
        return values


@dataclass(frozen=True, slots=True)
class PlainReader:
    """Reads by features that can be seen: words, vectors, kinds of value.

    It cannot tell "there is a backlog" from "how big it is": a sentence that
    says nearly what was asked looks like one that says it.
    """

    sentence_model: LogisticModel
    answer_model: LogisticModel

    @classmethod
    def load(cls) -> PlainReader:
        """Return the reader with the weights that ship with the project."""
        models = _shipped()
        return cls(models["sentence"], models["answer"])

    @property
    def name(self) -> str:
        return "plain"

    def read(
        self,
        question: QuestionReading,
        query: Query,
        vector: Embeddings,
        ranking: Sequence[Hit],
        snapshot: Snapshot,
    ) -> PassageReading:
        candidates, rows = sentence_features(snapshot, query, vector, question.wants, ranking)
        if not candidates:
            return PassageReading((), 0.0, 0.0)
        chances = self.sentence_model.probabilities(rows)
        order = np.argsort(-chances, kind="stable")
        evidence = answer_features(rows[order], chances[order])
        confidence = float(self.answer_model.probabilities(evidence[np.newaxis, :])[0])
        sentences = tuple(ReadSentence(candidates[i], float(chances[i])) for i in order)
        nearness = float(rows[:, FEATURES.index("passage_cosine")].max())
        return PassageReading(sentences, confidence, nearness)


ANSWER_FEATURES = (
    "log_odds_best",  # of the best sentence
    "cosine",  # question and sentence, the nearest of the three best
    "passage_cosine",  # and of the passages they stand in
)
"""Few on purpose: with more, what fits one group of gold questions misjudges the next."""


def answer_features(rows: NDArray[np.float64], chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the features of a whole reading; ``rows`` and ``chances`` come best sentence first."""
    best = rows[:3]
    return np.array(
        [
            _log_odds(float(chances[0])),
            float(best[:, FEATURES.index("cosine")].max()),
            float(best[:, FEATURES.index("passage_cosine")].max()),
        ]
    )


def _log_odds(chance: float) -> float:
    bounded = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, LogisticModel]:
    written = json.loads(files("rag").joinpath("plain_reader.json").read_text(encoding="utf-8"))
    return {
        name: LogisticModel(
            names=tuple(model["weights"]),
            weights=np.array(list(model["weights"].values()), dtype=np.float64),
            bias=float(model["bias"]),
        )
        for name, model in written["models"].items()
    }
