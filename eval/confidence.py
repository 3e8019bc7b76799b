"""Is the confidence worth anything? Measures over many questions, not of one.

Each takes what the assistant said of itself and whether it was right. Where a
measure has nothing to be measured on, it is ``None``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

ACCEPTED_RISK = 0.05
"""The share of wrong answers at which coverage is quoted."""

BINS = 10
"""Of equal width, as Guo et al. use for expected calibration error."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question's confidence, whether it should and did get an answer, and the right one.

    ``right`` of a question that got no answer says whether silence was right.
    """

    confidence: float
    answerable: bool
    answered: bool
    right: bool


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Were only answers of at least ``confidence`` given: the share given, and wrong of those."""

    confidence: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Answers whose confidence falls together: how many, mean confidence, share right."""

    answers: int
    confidence: float
    right: float


def abstention_precision(judged: Sequence[Judged]) -> float | None:
    """Return the share of refusals that were of unanswerable questions; ``None`` without any."""
    refused = [one for one in judged if not one.answered]
    return _mean(not one.answerable for one in refused)


def abstention_recall(judged: Sequence[Judged]) -> float | None:
    """Return the share of unanswerable questions that were refused; ``None`` without any."""
    return _mean(not one.answered for one in judged if not one.answerable)


def auroc(
    scores_of_positives: Sequence[float], scores_of_negatives: Sequence[float]
) -> float | None:
    """Return the probability that a positive scores above a negative; a tie counts half.

    The area under the ROC curve as the Mann-Whitney statistic (Hanley and
    McNeil, Radiology 143, 1982). ``None`` without one of the two.

    >>> auroc([0.9, 0.5], [0.5, 0.1])
    0.875
    """
    pairs = len(scores_of_positives) * len(scores_of_negatives)
    if not pairs:
        return None
    wins = sum(
        (positive > negative) + (positive == negative) / 2
        for positive in scores_of_positives
        for negative in scores_of_negatives
    )
    return wins / pairs


def risk_coverage(judged: Sequence[Judged]) -> tuple[RiskPoint, ...]:
    """Return the risk-coverage curve, most confident answers first; empty without answers.

    El-Yaniv and Wiener, JMLR 11, 2010. Coverage is of all questions asked, so
    the curve ends at the share that was answered. Answers of equal confidence
    are given together: no threshold can tell them apart.
    """
    answered = sorted((one for one in judged if one.answered), key=lambda one: -one.confidence)
    points, given, wrong = [], 0, 0
    for confidence, block in groupby(answered, key=lambda one: one.confidence):
        verdicts = [one.right for one in block]
        given += len(verdicts)
        wrong += verdicts.count(False)
        points.append(RiskPoint(confidence, given / len(judged), wrong / given))
    return tuple(points)


def area_under_risk(judged: Sequence[Judged]) -> float | None:
    """Return the mean risk over the curve's coverages, each answer one step; lower is better.

    AURC of Geifman, Uziel and El-Yaniv, ICLR 2019. Within a block of equal
    confidence errors are spread evenly, so the order of ties does not matter.
    """
    risks, given, wrong = [], 0, 0.0
    for point in risk_coverage(judged):
        block_end = round(point.coverage * len(judged))
        step = (point.risk * block_end - wrong) / (block_end - given)
        while given < block_end:
            given, wrong = given + 1, wrong + step
            risks.append(wrong / given)
    return math.fsum(risks) / len(risks) if risks else None


def coverage_at_risk(judged: Sequence[Judged], *, risk: float = ACCEPTED_RISK) -> float | None:
    """Return the largest coverage whose risk is at most ``risk``; 0 where no threshold is safe.

    ``None`` without answers (Geifman and El-Yaniv, NeurIPS 2017).
    """
    points = risk_coverage(judged)
    return max((p.coverage for p in points if p.risk <= risk), default=0.0) if points else None


def calibration(judged: Sequence[Judged]) -> tuple[CalibrationBin, ...]:
    """Return the answers in bins of equal width of confidence, empty bins left out.

    A confidence on a border belongs to the bin above it, 1 to the last.
    """
    bins: dict[int, list[Judged]] = {}
    for one in judged:
        if one.answered:
            bins.setdefault(min(int(one.confidence * BINS), BINS - 1), []).append(one)
    return tuple(
        CalibrationBin(
            answers=len(part),
            confidence=math.fsum(one.confidence for one in part) / len(part),
            right=sum(one.right for one in part) / len(part),
        )
        for _, part in sorted(bins.items())
    )


def calibration_error(judged: Sequence[Judged]) -> float | None:
    """Return ECE: how far confidence is from the share right, bins weighed by their answers.

    Naeini, Cooper and Hauskrecht, AAAI 2015; bins as in Guo et al., ICML 2017.
    ``None`` without answers.
    """
    bins = calibration(judged)
    answers = sum(one.answers for one in bins)
    gap = math.fsum(one.answers * abs(one.right - one.confidence) for one in bins)
    return gap / answers if answers else None


def self_knowledge(judged: Sequence[Judged]) -> dict[str, float | None]:
    """Return all of these measures by name."""
    answerable = [one.confidence for one in judged if one.answerable]
    unanswerable = [one.confidence for one in judged if not one.answerable]
    right = [one.confidence for one in judged if one.answered and one.right]
    wrong = [one.confidence for one in judged if one.answered and not one.right]
    return {
        "abstention_precision": abstention_precision(judged),
        "abstention_recall": abstention_recall(judged),
        "auroc_answerable": auroc(answerable, unanswerable),
        "auroc_right": auroc(right, wrong),
        "risk_area": area_under_risk(judged),
        "coverage_at_5%_risk": coverage_at_risk(judged),
        "calibration_error": calibration_error(judged),
    }


def _mean(verdicts: Iterable[bool]) -> float | None:
    all_of_them = list(verdicts)
    return sum(all_of_them) / len(all_of_them) if all_of_them else None
