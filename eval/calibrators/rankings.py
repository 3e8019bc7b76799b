"""Rankings of documents and what they are worth, by the field's own measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import RR, R, nDCG

MEASURES = {"nDCG@10": nDCG @ 10, "R@10": R @ 10, "R@100": R @ 100, "RR@10": RR @ 10}

Ranking = Sequence[tuple[str, float]]
"""Documents with their scores, best first, each once."""

Figures = Mapping[str, float | None]
"""Measures by name; ``None`` where there was nothing to measure."""


def best_of_each(hits: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return each document at its best place: that of its best passage.

    >>> best_of_each([("b", 0.9), ("a", 0.8), ("b", 0.7)])
    [('b', 0.9), ('a', 0.8)]
    """
    best: dict[str, float] = {}
    for document, score in hits:
        best.setdefault(document, score)
    return list(best.items())


def ranking_figures(
    rankings: Mapping[str, Ranking], relevant: Mapping[str, Mapping[str, int]]
) -> Figures:
    """Return the means over the ranked questions that have a relevant document.

    A ranking counts by its order alone: equal scores of two documents are no tie.
    """
    judged = {question: dict(relevant[question]) for question in rankings if question in relevant}
    if not judged:
        return dict.fromkeys(MEASURES)
    run = {
        question: {document: -float(rank) for rank, (document, _) in enumerate(rankings[question])}
        for question in judged
    }
    means = ir_measures.calc_aggregate(MEASURES.values(), judged, run)
    return {name: float(means[measure]) for name, measure in MEASURES.items()}
