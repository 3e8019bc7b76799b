"""Text to vectors: what an encoder promises, whichever runtime it runs on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.documents import Span

Embeddings = NDArray[np.float32]
"""One row a text, shape ``(n, dim)`` (or ``(dim,)`` for one query), every row of unit length."""


@dataclass(frozen=True, slots=True)
class EmbeddingInput:
    """What the encoder is shown for a passage, and where its sentences lie in ``text``."""

    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """The passage's vector, shape ``(dim,)``, and one row a sentence, shape ``(n, dim)``.

    A sentence's vector is the mean of its own tokens' states out of the
    passage's forward pass ("late chunking", Günther et al., arXiv 2409.04701):
    it costs no second pass and knows the sentences around it.
    """

    passage: Embeddings
    sentences: Embeddings


class Embedder(Protocol):
    """A sentence encoder. Deterministic: the same text alone gives the same vector."""

    @property
    def identity(self) -> str:
        """Model, weights' sha256 and pooling: what makes vectors comparable, not the runtime."""

    @property
    def dim(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """The longest input, in the encoder's own tokens, special ones included."""

    def count_tokens(self, text: str) -> int:
        """Return how many of the encoder's tokens ``text`` takes, special ones included."""

    def embed_query(self, text: str) -> Embeddings:
        """Return the unit vector of ``text``, shape ``(dim,)``."""

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[PassageVectors]:
        """Return the vectors of each input, in order.

        Raises:
            ValueError: an input is longer than ``max_tokens``: nothing is ever cut silently.
        """
