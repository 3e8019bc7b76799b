"""A comparison as it was asked for: its answer, and which of its sentences are whose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answers import Answer, Sentence
from rag.drafts import DraftedSide


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """A body, cycle or report, its sentences of the answer, and if it has none, why."""

    name: str
    sentences: tuple[Sentence, ...]
    gap: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """``sides`` hold every sentence of the answer, in its order.

    There are none where the answer is refused, or all that was named is one and the same.
    """

    answer: Answer
    sides: tuple[ComparedSide, ...]


def compared(answer: Answer, drafted: Sequence[DraftedSide]) -> Comparison:
    return Comparison(answer, tuple(_sides(answer, drafted)))


def _sides(answer: Answer, drafted: Sequence[DraftedSide]) -> Iterator[ComparedSide]:
    start = 0
    for side in drafted:
        end = start + side.claims
        yield ComparedSide(side.name, answer.sentences[start:end], side.gap)
        start = end
