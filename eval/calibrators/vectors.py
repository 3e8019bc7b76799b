"""Texts to vectors, in windows that fit the encoder; kept on disk, since a set takes minutes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index.embedding import Embedder, EmbeddingInput, Embeddings

TEXTS_AT_ONCE = 64
"""How many the encoder is given in one call: enough to fill its batches."""


def windows(text: str, embedder: Embedder) -> tuple[str, ...]:
    """Return the text in consecutive pieces that the encoder takes whole, cut at white space.

    The first is as much as the encoder can read of the text; a text that fits is
    its own only window.

    Raises:
        ValueError: one word alone is longer than the encoder's limit.

    """
    words = text.split()
    pieces: list[str] = []
    while words:
        length = _longest_prefix(words, embedder)
        if not length:
            raise ValueError(f"a word of {len(words[0])} characters is over the encoder's limit")
        pieces.append(" ".join(words[:length]))
        words = words[length:]
    return tuple(pieces)


def text_vectors(
    texts: Sequence[str],
    embedder: Embedder,
    *,
    cache: Path,
    on_embedded: Callable[[int], None],
) -> Embeddings:
    """Return one unit vector a text, in order; each must fit the encoder.

    Vectors are kept in ``cache``, named by the encoder and the texts, so that
    the same texts are embedded once. ``on_embedded`` hears how many more are done.
    """
    kept = cache / f"{_digest(texts, embedder)}.npy"
    if kept.exists():
        on_embedded(len(texts))
        vectors: Embeddings = np.load(kept, allow_pickle=False)
        return vectors
    vectors = np.empty((len(texts), embedder.dim), np.float32)
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        batch = [EmbeddingInput(text, ()) for text in texts[start : start + TEXTS_AT_ONCE]]
        made = embedder.embed_passages(batch)
        vectors[start : start + len(batch)] = [vector.passage for vector in made]
        on_embedded(len(batch))
    _keep(kept, vectors)
    return vectors


def _longest_prefix(words: Sequence[str], embedder: Embedder) -> int:
    """Return how many of the first words fit together."""
    # A word is at least one token, so no more of them than the limit can fit.
    fits, over = 0, min(len(words), embedder.max_tokens) + 1
    tried = over - 1
    while over - fits > 1:
        tokens = embedder.count_tokens(" ".join(words[:tried]))
        if tokens <= embedder.max_tokens:
            fits = tried
        else:
            over = tried
        # Words are of much the same length: guess by the tokens, halve where that creeps.
        guess = tried * embedder.max_tokens // tokens
        tried = guess if fits + 1 < guess < over - 1 else (fits + over) // 2
    return fits


def _digest(texts: Sequence[str], embedder: Embedder) -> str:
    digest = hashlib.sha256(embedder.identity.encode())
    for text in texts:
        raw = text.encode()
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def _keep(path: Path, vectors: Embeddings) -> None:
    """Write the vectors, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    with partial.open("wb") as file:
        np.save(file, vectors, allow_pickle=False)
    partial.replace(path)
