"""Two runs of the same questions: what was gained, what was lost, and what it proves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from eval.comparison.chance import (
    LEVEL,
    Matrix,
    bootstrap_interval,
    holm,
    mean_differences,
    sign_flip_p,
    smallest_difference,
)
from eval.errors import NotComparable, NothingMeasured
from eval.kept_run import KeptQuestion, KeptRun

COMPARED = (
    "right",
    "evidence_recall@10",
    "evidence_precision@10",
    "mrr@10",
    "ndcg@10",
    "must_contain",
    "list_completeness",
    "citation_recall",
    "citation_precision",
    "abstention",
    "false_abstention",
    "wrong_body",
    "wrong_cycle",
    "failed",
)
"""The measures that are tested, in the order in which they are shown."""

LOWER_IS_BETTER = frozenset(
    {"failed", "false_abstention", "wrong_body", "wrong_body_citations", "wrong_cycle"}
)


class Verdict(StrEnum):
    """What a comparison says of one measure."""

    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no difference shown"


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of two runs, over the questions for which both define it.

    ``change`` is after minus before, ``low`` and ``high`` its 95 % interval;
    ``p`` is adjusted for the number of measures. ``smallest`` is the true
    difference that this set would show with power 0.8, ``None`` where the runs
    do not differ.
    """

    measure: str
    questions: int
    before: float
    after: float
    change: float
    low: float
    high: float
    p: float
    smallest: float | None

    @property
    def verdict(self) -> Verdict:
        if self.p >= LEVEL:
            return Verdict.NO_DIFFERENCE
        is_better = (self.change < 0) == (self.measure in LOWER_IS_BETTER)
        return Verdict.BETTER if is_better else Verdict.WORSE


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that only one of the runs got right."""

    before: KeptQuestion
    after: KeptQuestion

    @property
    def is_gain(self) -> bool:
        return self.after.cause is None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side."""

    before: KeptRun
    after: KeptRun
    differences: tuple[Difference, ...]
    gained: tuple[Flip, ...]
    lost: tuple[Flip, ...]
    clusters: int


def compare_runs(before: KeptRun, after: KeptRun) -> Comparison:
    """Return what changed from one run to the other.

    Raises:
        NotComparable: they are not of the same gold, or not of the same questions.
        NothingMeasured: they have no question.

    """
    pairs = paired(before, after)
    flips = [Flip(old, new) for old, new in pairs if (old.cause is None) != (new.cause is None)]
    return Comparison(
        before=before,
        after=after,
        differences=_differences(pairs),
        gained=tuple(flip for flip in flips if flip.is_gain),
        lost=tuple(flip for flip in flips if not flip.is_gain),
        clusters=len({old.cluster for old, _ in pairs}),
    )


def paired(before: KeptRun, after: KeptRun) -> list[tuple[KeptQuestion, KeptQuestion]]:
    """Return the questions of both runs, side by side, in the order of the second."""
    if before.settings["gold"] != after.settings["gold"]:
        raise NotComparable(
            f"{before.name} and {after.name} are runs of other gold files; run one of them again"
        )
    if before.by_key.keys() != after.by_key.keys():
        raise NotComparable(f"{before.name} and {after.name} did not ask the same questions")
    if not after.questions:
        raise NothingMeasured(f"{before.name} and {after.name} have no question")
    return [(before.by_key[question.key], question) for question in after.questions]


def _differences(pairs: Sequence[tuple[KeptQuestion, KeptQuestion]]) -> tuple[Difference, ...]:
    old, new = (_matrix([pair[side] for pair in pairs]) for side in (0, 1))
    # A measure that only one run defines says nothing about the other.
    both = ~np.isnan(old) & ~np.isnan(new)
    measured = [column for column in range(len(COMPARED)) if both[:, column].any()]
    old, new = (np.where(both, side, np.nan)[:, measured] for side in (old, new))
    clusters = [before.cluster for before, _ in pairs]
    changes = new - old
    low, high = bootstrap_interval(changes, clusters)
    smallest = smallest_difference(changes, clusters)
    p_values = holm(list(sign_flip_p(changes, clusters)))
    means = [mean_differences(side) for side in (old, new, changes)]
    return tuple(
        Difference(
            measure=COMPARED[column],
            questions=int(both[:, column].sum()),
            before=float(means[0][at]),
            after=float(means[1][at]),
            change=float(means[2][at]),
            low=float(low[at]),
            high=float(high[at]),
            p=float(p_values[at]),
            smallest=None if np.isnan(smallest[at]) else float(smallest[at]),
        )
        for at, column in enumerate(measured)
    )


def _matrix(questions: Sequence[KeptQuestion]) -> Matrix:
    rows = [[question.measures.get(name) for name in COMPARED] for question in questions]
    return np.array(rows, dtype=float)
