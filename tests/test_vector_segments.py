"""Search among quantised vectors, behind filters that the codes know nothing of."""

from __future__ import annotations

import numpy as np
import pytest

from index.embedding import Embeddings
from index.store.sizes import Sizes
from index.store.vector_segments import PlacedVectors, SegmentedVectors, segment_of

DIMENSIONS = 16
ABOUT_ONE, ABOUT_OTHER = 3_000, 600
SCOPES = ("the other thing", "both")


def around(centre: int, count: int) -> Embeddings:
    vectors = 0.05 * np.random.default_rng(centre).standard_normal((count, DIMENSIONS))
    vectors[:, centre] += 1
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_far_from_the_question_is_searched_as_well(scope: str):
    vectors = np.concatenate([around(0, ABOUT_ONE), around(1, ABOUT_OTHER)])
    segment = segment_of(vectors, np.array([len(vectors)]), quantised_from=500)
    assert segment.scan is not None
    ids = np.arange(1, len(vectors) + 1)
    sizes = Sizes(exact_up_to=500, refined=200)
    index = SegmentedVectors(ids, [PlacedVectors(segment, ids - 1)], sizes=sizes)
    within = ids > ABOUT_ONE if scope == "the other thing" else None
    query = around(0, 1)[0]
    found = [hit.passage_id for hit in index.search(query, k=5, within=within)]
    cosines = vectors @ query
    cosines[(within if within is not None else ids > 0) == 0] = -2
    assert found == (np.argsort(-cosines, kind="stable")[:5] + 1).tolist()
