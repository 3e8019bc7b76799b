"""Dense search against its definition: the inner product with every vector."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import EncoderMismatch
from index.store.hits import Hit
from index.store.vectors import VectorIndex


def unit_vectors(count, dim, seed):
    rows = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def nearest_one_by_one(ids, embeddings, query, k, within):
    """The oracle: every product in double precision, sorted by score and id."""
    scores = embeddings.astype(float) @ query.astype(float)
    found = [(-s, i) for s, i, kept in zip(scores, ids.tolist(), within, strict=True) if kept]
    return [(i, -s) for s, i in sorted(found)[:k]]


@given(
    count=st.integers(1, 60), dim=st.sampled_from([3, 8, 16, 384]), k=st.integers(0, 70),
    seed=st.integers(0, 2**32 - 1), share=st.sampled_from([None, 0.0, 0.1, 0.5, 1.0]),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_the_search_equals_a_comparison_with_every_vector(count, dim, k, seed, share):
    rng = np.random.default_rng(seed)
    ids = np.sort(rng.choice(10_000, size=count, replace=False)).astype(np.int64)
    embeddings = unit_vectors(count, dim, seed)
    query = unit_vectors(1, dim, seed + 1)[0]
    within = None if share is None else rng.random(count) < share
    hits = VectorIndex(ids, embeddings).search(query, k=k, within=within)
    kept = np.ones(count, bool) if within is None else within
    expected = nearest_one_by_one(ids, embeddings, query, k, kept)
    assert [hit.passage_id for hit in hits] == [passage_id for passage_id, _ in expected]
    assert [hit.score for hit in hits] == pytest.approx([s for _, s in expected], abs=1e-5)


@given(
    copies=st.lists(st.integers(0, 3), min_size=1, max_size=80), k=st.integers(1, 90),
    seed=st.integers(0, 1000),
)  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_of_equal_passages_the_lower_ids_come_first_and_stay_in(copies, k, seed):
    four = unit_vectors(4, 16, seed)
    ids = np.arange(5, 5 + len(copies), dtype=np.int64)
    query = unit_vectors(1, 16, seed + 1)[0]
    order = sorted(range(4), key=lambda i: -float(four[i].astype(float) @ query.astype(float)))
    hits = VectorIndex(ids, four[copies]).search(query, k=k, within=None)
    expected = [int(i) for wanted in order for i, c in zip(ids, copies, strict=True) if c == wanted]
    assert [hit.passage_id for hit in hits] == expected[:k]


def test_scores_are_cosines():
    index = VectorIndex(np.array([4, 9]), np.array([[0.6, 0.8], [1, 0]], np.float32))
    hits = index.search(np.array([1, 0], np.float32), k=2, within=None)
    assert hits == [Hit(9, 1.0), Hit(4, pytest.approx(0.6))]


def test_an_empty_filter_finds_nothing():
    index = VectorIndex(np.array([1, 2]), unit_vectors(2, 8, 0))
    query = unit_vectors(1, 8, 1)[0]
    assert index.search(query, k=5, within=np.zeros(2, bool)) == []


def test_an_empty_index_finds_nothing():
    index = VectorIndex(np.empty(0, np.int64), np.empty((0, 8), np.float32))
    assert index.search(unit_vectors(1, 8, 0)[0], k=5, within=None) == []


def test_vectors_are_given_back_as_they_came():
    embeddings = unit_vectors(5, 8, 3)
    index = VectorIndex(np.array([2, 3, 5, 8, 13]), embeddings)
    assert np.array_equal(index.vectors(np.array([13, 3])), embeddings[[4, 1]])


def test_a_query_of_another_encoder_is_refused():
    index = VectorIndex(np.array([1]), unit_vectors(1, 8, 0))
    with pytest.raises(EncoderMismatch, match="have 8 dimensions, the question's 9; ask with"):
        index.search(unit_vectors(1, 9, 0)[0], k=1, within=None)


@pytest.mark.parametrize(
    "query",
    [np.ones(8), np.ones((1, 8), np.float32), np.full(8, np.nan, np.float32)],
)
def test_a_query_that_is_not_one_finite_float32_vector_is_refused(query):
    index = VectorIndex(np.array([1]), unit_vectors(1, 8, 0))
    with pytest.raises(ValueError, match="wanted one finite float32 vector, got float"):
        index.search(query, k=1, within=None)


@pytest.mark.parametrize(
    "embeddings", [np.ones((2, 8)), np.ones((3, 8), np.float32), np.ones(2, np.float32)]
)
def test_an_index_is_made_of_one_float32_row_an_id(embeddings):
    with pytest.raises(ValueError, match=r"wanted float32 vectors of shape \(2, dim\)"):
        VectorIndex(np.array([1, 2]), embeddings)
