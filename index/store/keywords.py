"""Keyword search: BM25 over the passages.

The "lucene" variant with k1 = 1.5, b = 0.75 (Kamphuis et al., ECIR 2020): term
frequency ``tf / (tf + k1 (1 - b + b len / mean len))`` times
``log(1 + (n - df + 0.5) / (df + 0.5))``, which is never negative.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from index.store.analyser import analyse, letters_of, tokens_of, words_of
from index.store.hits import Hit, Mask, PassageIds, best_hits
from index.store.postings import Postings, TokenisedReport, postings_of

__all__ = ["KeywordIndex", "PlacedPostings", "analyse", "tokenised"]

K1 = 1.5
B = 0.75
"""The customary values; not tuned on our questions."""

BLOCK = 256
"""Passages whose best score is looked at first; below ``32 * BLOCK`` all are looked at."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PlacedPostings:
    """Postings, and at which row of the index each of their passages stands; -1: at none."""

    postings: Postings
    rows: NDArray[np.int64]


class KeywordIndex:
    """BM25 over passages. Built once; searching from several threads is safe.

    ``ids`` rise strictly; ``texts`` come in the same order.
    """

    def __init__(self, ids: PassageIds, texts: Iterable[str]) -> None:
        postings = postings_of([tokenised(texts)])
        if len(postings.lengths) != len(ids):
            raise ValueError(
                f"wanted a text for each of {len(ids)} ids, got {len(postings.lengths)}"
            )
        self._place(ids, [PlacedPostings(postings, np.arange(len(ids)))])

    @classmethod
    def of_parts(cls, ids: PassageIds, parts: Sequence[PlacedPostings]) -> KeywordIndex:
        """Return the index of what several postings hold; each row stands in one of them."""
        index = cls.__new__(cls)
        index._place(ids, parts)
        return index

    def _place(self, ids: PassageIds, parts: Sequence[PlacedPostings]) -> None:
        self._ids = ids
        self._parts = [_Part(part) for part in parts]
        total = sum(part.tokens_in_all for part in self._parts)
        # What has no token at all is never divided by.
        mean = total / len(ids) if total else 1.0
        for part in self._parts:
            part.weigh(mean)
        self._held = lru_cache(maxsize=1 << 14)(self._count)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The texts' own words of four letters and more, lower case, sorted."""
        lists = [part.words() for part in self._parts]
        return lists[0] if len(lists) == 1 else tuple(sorted(set().union(*lists)))

    def analyse(self, text: str) -> tuple[str, ...]:
        return analyse(text)

    def __contains__(self, token: str) -> bool:
        return self._held(token) > 0

    def idf(self, token: str) -> float:
        """Return ``log(1 + (n - df + 0.5) / (df + 0.5))``; a token in no passage is the rarest."""
        df = self._held(token)
        return math.log1p((len(self._ids) - df + 0.5) / (df + 0.5))

    def search(self, tokens: Sequence[str], *, k: int, within: Mask | None) -> list[Hit]:
        """Return up to ``k`` passages that hold any of ``tokens``, best first, ties by id.

        A token given twice counts twice. ``within`` restricts the search to the
        passages that are true in it.
        """
        weighted = [(token, self._weight(token)) for token in tokens if token in self]
        if not weighted or k <= 0:
            return []
        found = [part.strongest(weighted, k=k, within=within) for part in self._parts]
        rows = np.concatenate([rows for rows, _ in found])
        return best_hits(self._ids[rows], np.concatenate([scores for _, scores in found]), k=k)

    def _count(self, token: str) -> int:
        return sum(part.count(token) for part in self._parts)

    def _weight(self, token: str) -> np.float32:
        # Rounded before it is multiplied, as bm25s does: the same scores to the last bit.
        df = self._held(token)
        return np.float32(math.log(1 + (len(self._ids) - df + 0.5) / (df + 0.5)))


class _Part:
    """One of the postings, weighed for the index that it is a part of."""

    def __init__(self, placed: PlacedPostings) -> None:
        self._postings = placed.postings
        self._rows = placed.rows
        self._position = {token: at for at, token in enumerate(placed.postings.tokens)}
        live = placed.rows >= 0
        self._live = None if live.all() else live
        self._norms: NDArray[np.float64] = np.empty(0)

    @property
    def tokens_in_all(self) -> int:
        lengths = self._postings.lengths
        return int(lengths.sum(dtype=np.int64, where=True if self._live is None else self._live))

    def weigh(self, mean: float) -> None:
        self._norms = np.asarray(K1 * ((1 - B) + B * self._postings.lengths / mean), np.float64)

    def words(self) -> tuple[str, ...]:
        postings = self._postings
        if self._live is None:
            return postings.words
        here = self._live[np.minimum(postings.firsts[:-1], len(self._live) - 1)]
        here &= np.diff(postings.firsts) > 0
        said = np.repeat(here, np.diff(postings.word_starts))
        return tuple(postings.words[i] for i in np.unique(postings.report_words[said]).tolist())

    def count(self, token: str) -> int:
        """Return how many passages that are in the index hold the token."""
        found = self._list(token)
        if self._live is None:
            return int(found.stop - found.start)
        return int(np.count_nonzero(self._live[self._postings.docs[found]]))

    def strongest(
        self, weighted: Sequence[tuple[str, np.float32]], *, k: int, within: Mask | None
    ) -> tuple[NDArray[np.int64], Scores]:
        """Return rows and scores of the ``k`` best and of all that tie with them, perhaps more."""
        scores = np.zeros(len(self._rows), np.float32)
        for token, weight in weighted:
            found = self._list(token)
            docs = self._postings.docs[found]
            # A passage is in a list once, so nothing is added to twice at a time.
            scores[docs] += self._contributions(found, docs, weight)
        if self._live is not None:
            scores *= self._live
        if within is not None:
            scores *= within[self._rows]
        best = _above_the_kth(scores, k)
        return self._rows[best], scores[best]

    def _contributions(self, found: slice, docs: NDArray[np.uint32], weight: np.float32) -> Scores:
        counts = self._postings.counts[found].astype(np.float64)
        return (weight * (counts / (self._norms[docs] + counts))).astype(np.float32)

    def _list(self, token: str) -> slice:
        at = self._position.get(token)
        if at is None:
            return slice(0, 0)
        return slice(int(self._postings.starts[at]), int(self._postings.starts[at + 1]))


def tokenised(texts: Iterable[str], note: bytes = b"") -> TokenisedReport:
    """Return the texts of a report's passages as they are searched."""
    words = [words_of(text) for text in texts]
    return TokenisedReport(
        passages=tuple(tuple(token for word in w for token in tokens_of(word)) for w in words),
        words=letters_of([word for w in words for word in w]),
        note=note,
    )


def _above_the_kth(scores: Scores, k: int) -> NDArray[np.int64]:
    """Return where the scores are that may be among the ``k`` best; none that is 0.

    The ``k``-th best of the blocks' best scores is reached by ``k`` passages at
    least: what is below it is not looked at again.
    """
    blocks = len(scores) // BLOCK
    if blocks > max(k, 32):
        heads = scores[: blocks * BLOCK].reshape(blocks, BLOCK).max(axis=1)
        bound = np.partition(heads, -k)[-k]
        if bound > 0:
            return np.flatnonzero(scores >= bound)
    return np.flatnonzero(scores)
