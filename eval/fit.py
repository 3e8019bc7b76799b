"""Fits the plain reader's weights to gold questions and says how well they carry over.

Two logistic regressions: which sentence is evidence, and whether the best of
them answer. Questions are split by the prefix of their ids ("da-012" is of
group "da"): a group's questions are about reports of its own, so what is
fitted on one group and measured on another has never seen the reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from eval.errors import NothingMeasured
from eval.evidence import Labels, LocatedQuote
from eval.gold import GoldQuestion
from eval.run import asked
from eval.tables import Table, figure
from rag.answers import Question
from rag.drafting import Observation
from rag.features import FEATURES, Candidate
from rag.reading import ANSWER_FEATURES, LogisticModel, PlainReader, answer_features

Rows = NDArray[np.float64]

HALF = 0.5
"""A sentence is evidence when it shares half of itself, or half of a quote, with a gold quote."""


@runtime_checkable
class Observer(Protocol):
    """What fitting needs of an assistant."""

    def observe(self, question: Question) -> Observation | None: ...


@dataclass(frozen=True, slots=True)
class Example:
    """A question that came to be read: its sentences' features and which are evidence."""

    question: GoldQuestion
    rows: Rows
    is_evidence: NDArray[np.bool_]

    @property
    def group(self) -> str:
        return self.question.id.split("-")[0]


@dataclass(frozen=True, slots=True)
class Fit:
    """The fitted models, and how they do on the groups they were not fitted on."""

    reader: PlainReader
    figures: Mapping[str, Mapping[str, float]]


def observer(assistant: object) -> Observer:
    """Return the assistant as one whose reading can be observed.

    Raises:
        NothingMeasured: it does not show what it reads.
    """
    if not isinstance(assistant, Observer):
        raise NothingMeasured(f"a {type(assistant).__name__} does not show what it reads")
    return assistant


def examples(
    observer: Observer,
    questions: Sequence[GoldQuestion],
    labels: Labels,
    *,
    on_read: Callable[[], None],
) -> list[Example]:
    """Return an example of each question that is answered by reading, in order."""
    found = []
    for question in questions:
        on_read()
        seen = observer.observe(asked(question))
        if seen is not None and seen.candidates:
            evidence = labels.of(question)
            marks = np.array([_is_evidence(c, evidence) for c in seen.candidates])
            found.append(Example(question, seen.rows, marks))
    return found


def _is_evidence(candidate: Candidate, evidence: Sequence[LocatedQuote]) -> bool:
    for quote in evidence:
        for span in quote.spans if quote.report_id == candidate.report_id else ():
            shared = min(span.end, candidate.span.end) - max(span.start, candidate.span.start)
            if shared >= HALF * min(len(span), len(candidate.span)):
                return True
    return False


def fit(found: Sequence[Example], *, groups: Sequence[str]) -> Fit:
    """Fit on the questions of ``groups``; measure on every group there is."""
    train = [example for example in found if example.group in groups]
    sentence = _fit_sentences(train)
    reader = PlainReader(sentence, _fit_answers(train, sentence))
    names = sorted({example.group for example in found})
    return Fit(
        reader, {name: figures(reader, [e for e in found if e.group == name]) for name in names}
    )


def _fit_sentences(train: Sequence[Example]) -> LogisticModel:
    """Every question weighs the same, however many of its sentences were read."""
    answerable = [example for example in train if example.is_evidence.any()]
    rows = np.concatenate([example.rows for example in answerable])
    marks = np.concatenate([example.is_evidence for example in answerable])
    weights = np.concatenate([np.full(len(e.rows), 1 / len(e.rows)) for e in answerable])
    return _logistic(FEATURES, rows, marks, weights * len(weights) / weights.sum())


def _fit_answers(train: Sequence[Example], sentence: LogisticModel) -> LogisticModel:
    rows = np.array([_answer_row(example, sentence) for example in train])
    marks = np.array([example.question.answerable for example in train])
    return _logistic(ANSWER_FEATURES, rows, marks, np.ones(len(train)))


def _answer_row(example: Example, sentence: LogisticModel) -> Rows:
    chances = sentence.probabilities(example.rows)
    order = np.argsort(-chances, kind="stable")
    return answer_features(example.rows[order], chances[order])


def _logistic(
    names: tuple[str, ...], rows: Rows, marks: NDArray[np.bool_], weights: Rows
) -> LogisticModel:
    """Fit on standardised columns, and fold the standardisation into the weights."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=0.3, max_iter=5000)
    model.fit((rows - mean) / spread, marks, sample_weight=weights)
    scaled = model.coef_[0] / spread
    return LogisticModel(names, scaled, float(model.intercept_[0] - scaled @ mean))


def figures(reader: PlainReader, found: Sequence[Example]) -> dict[str, float]:
    """Return evidence among the first sentences, and how well answered is told from not."""
    chosen = {n: _evidence_in_first(n, reader, found) for n in (1, 2, 3)}
    answerable = [example.question.answerable for example in found]
    chances = [_confidence(reader, example) for example in found]
    mixed = len(set(answerable)) == 2
    return {
        "questions": float(len(found)),
        **{f"evidence in first {n}": share for n, share in chosen.items()},
        "answered AUROC": float(roc_auc_score(answerable, chances)) if mixed else float("nan"),
    }


def _evidence_in_first(n: int, reader: PlainReader, found: Sequence[Example]) -> float:
    """Return the share of answerable questions with a sentence of evidence in the first ``n``."""
    hits = []
    for example in found:
        if example.question.answerable:
            chances = reader.sentence_model.probabilities(example.rows)
            first = np.argsort(-chances, kind="stable")[:n]
            hits.append(bool(example.is_evidence[first].any()))
    return float(np.mean(hits)) if hits else float("nan")


def _confidence(reader: PlainReader, example: Example) -> float:
    row = _answer_row(example, reader.sentence_model)
    return float(reader.answer_model.probabilities(row[np.newaxis, :])[0])


def risk_table(found: Sequence[Example], reader: PlainReader) -> list[tuple[float, float, float]]:
    """Return ``(threshold, answerable answered, unanswerable refused)``, thresholds 0 to 0.95."""
    chances = np.array([_confidence(reader, example) for example in found])
    answerable = np.array([example.question.answerable for example in found])
    return [
        (
            float(threshold),
            float((chances[answerable] >= threshold).mean()),
            float((chances[~answerable] < threshold).mean()),
        )
        for threshold in np.arange(0, 1, 0.05)
    ]


def fit_tables(found: Sequence[Example], result: Fit, *, groups: Sequence[str]) -> list[Table]:
    """Return the figures of each group, and the trade-off on those that were not fitted on."""
    names = next(iter(result.figures.values()))
    aside = [example for example in found if example.group not in groups] or list(found)
    return [
        Table(
            f"Fitted on {', '.join(groups)}",
            ("group", *names),
            tuple(
                (group, *(figure(own[name]) for name in names))
                for group, own in result.figures.items()
            ),
        ),
        Table(
            "Thresholds, on the questions not fitted on",
            ("confidence from", "answerable answered", "unanswerable refused"),
            tuple(
                tuple(figure(value) for value in row) for row in risk_table(aside, result.reader)
            ),
            figures_from=0,
        ),
    ]


def written(reader: PlainReader, *, groups: Sequence[str], gold: Sequence[str]) -> dict[str, Any]:
    """Return the models as the JSON that ships with the project."""
    models = {"sentence": reader.sentence_model, "answer": reader.answer_model}
    return {
        "fitted_by": "peelback eval fit",
        "gold": sorted(gold),
        "groups": sorted(groups),
        "models": {
            name: {
                "bias": round(model.bias, 4),
                "weights": {
                    feature: round(float(weight), 4)
                    for feature, weight in zip(model.names, model.weights, strict=True)
                },
            }
            for name, model in models.items()
        },
    }
