"""Sentence vectors out of a passage's own forward pass ("late chunking", arXiv 2409.04701)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.documents import Span
from index.embedding import Embeddings, PassageVectors


def passage_vectors(
    pooled: Embeddings,
    states: Embeddings,
    offsets: Sequence[tuple[int, int]],
    sentences: Sequence[Span],
) -> PassageVectors:
    """Return the passage's unit vector and one of each sentence.

    ``states`` has a row a token, shape ``(tokens, dim)``; ``offsets`` are the
    characters of each token, empty for special ones. A sentence's vector is the
    mean of the states of the tokens that overlap it. A sentence that the
    tokenizer drops entirely (control characters) gets the passage's vector.
    """
    passage = unit(pooled)
    if not sentences:
        return PassageVectors(passage, np.empty((0, passage.shape[0]), np.float32))
    starts, ends = np.asarray(offsets).T
    rows = [
        states[(starts < sentence.end) & (ends > sentence.start) & (starts < ends)]
        for sentence in sentences
    ]
    vectors = [unit(tokens.mean(axis=0)) if len(tokens) else passage for tokens in rows]
    return PassageVectors(passage, np.stack(vectors))


def unit(vector: Embeddings) -> Embeddings:
    """Return the vector at length 1, as float32."""
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def require_within(token_counts: Sequence[int], *, max_tokens: int) -> None:
    """Return if every input is within the encoder's limit.

    Raises:
        ValueError: an input is longer: nothing is ever cut silently.
    """
    for number, count in enumerate(token_counts):
        if count > max_tokens:
            raise ValueError(
                f"input {number} takes {count} of the encoder's tokens, "
                f"its limit is {max_tokens}; split it further"
            )
