"""A passage found by a search, and the best of many in an order that never varies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PassageIds = NDArray[np.int64]
"""Ids of passages, shape ``(n,)``."""

Mask = NDArray[np.bool_]
"""Which of an index's passages may be found, in the index's order, shape ``(n,)``."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage and its score; higher is better, and comparable within one search."""

    passage_id: int
    score: float


def best_hits(ids: PassageIds, scores: NDArray[np.float32], *, k: int) -> list[Hit]:
    """Return the ``k`` best, best first; of equal scores the lower id comes first.

    >>> best_hits(np.array([7, 3, 5]), np.array([0.5, 0.5, 0.9], np.float32), k=2)
    [Hit(passage_id=5, score=0.8999999761581421), Hit(passage_id=3, score=0.5)]
    """
    if k <= 0:
        return []
    if k < len(scores):
        # Everything that ties with the k-th stays in, so that the id decides, not the partition.
        kept = scores >= np.partition(scores, -k)[-k]
        ids, scores = ids[kept], scores[kept]
    order = np.lexsort((ids, -scores))[:k]
    return [Hit(int(ids[i]), float(scores[i])) for i in order]
