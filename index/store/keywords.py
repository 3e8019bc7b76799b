"""Keyword search: BM25 over the passages, with an analyser made for reports.

BM25 is bm25s's "lucene" variant with k1 = 1.5, b = 0.75 (Kamphuis et al., ECIR
2020): term frequency ``tf / (tf + k1 (1 - b + b len / mean len))`` times
``log(1 + (n - df + 0.5) / (df + 0.5))``, which is never negative.
"""

from __future__ import annotations

import math
import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

import bm25s
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS
from numpy.typing import NDArray

from index.number_words import UNITS
from index.store.hits import Hit, Mask, PassageIds, best_hits

K1 = 1.5
B = 0.75
"""bm25s's customary values; not tuned on our questions."""

STOP_WORDS = frozenset(STOPWORDS_EN_PLUS)

_TYPOGRAPHY = dict.fromkeys("‘’‛′`´", "'") | dict.fromkeys("‐‑‒–—―−", "-")

_ACCENTS = re.compile(r"[\u0300-\u036f]+")

_WORD = re.compile(r"[^\W_]+(?:['.,/&-][^\W_]+)*")
"""Letters and digits, held together by single marks inside: 2018/19, body-worn, s.136, A&E."""

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)*")

_PART = re.compile(rf"{_NUMBER.pattern}(?![^\W_])|[^\W_]+(?:'[^\W_]+)*")

_FIGURES = {word: str(n) for n, word in enumerate((*UNITS, "twenty")) if n > 1}

_LETTERS = re.compile(r"[a-z]{4,}")

_stemmers = threading.local()


def analyse(text: str) -> tuple[str, ...]:
    """Return the search tokens of a text, in order: folded, stemmed, stop words out.

    A word joined by a mark gives one token for the whole and one for each part,
    so "body-worn" is found by "body-worn", "bodyworn" and "body worn". A span
    of years is one token however it is printed; a number keeps its decimals
    and loses its thousands commas; "two" to "twenty" are figures, for reports
    print both ("one" is too often no number).

    >>> analyse("The force’s body-worn cameras, 2018–19")
    ('forc', 'bodyworn', 'bodi', 'worn', 'camera', '2018/19', '2018', '19')
    >>> analyse("s.136 was used 1,204 times (0.05 per 1,000)")
    ('s136', '136', 'use', '1204', 'time', '0.05', 'per', '1000')
    """
    return tuple(token for word in _words(text) for token in _tokens(word))


def _words(text: str) -> list[str]:
    """Return the words, with the marks inside them, lower case and without accents."""
    if not text.isascii():
        for mark, plain in _TYPOGRAPHY.items():
            text = text.replace(mark, plain)
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    found: list[str] = _WORD.findall(text.lower())
    return found


@lru_cache(maxsize=1 << 16)
def _tokens(word: str) -> tuple[str, ...]:
    """Return the tokens of one word, which is lower case and may hold marks."""
    parts = [
        part.replace(",", "") if _NUMBER.fullmatch(part) else part for part in _PART.findall(word)
    ]
    kept = tuple(_FIGURES.get(part) or _stem(part) for part in parts if part not in STOP_WORDS)
    if len(parts) == 1:
        return kept
    if all(_NUMBER.fullmatch(part) for part in parts):
        return ("/".join(parts), *kept)
    return (_stem("".join(parts)), *kept)


def _stem(word: str) -> str:
    # A PyStemmer object must not be used by two threads at a time.
    if not hasattr(_stemmers, "english"):
        _stemmers.english = Stemmer.Stemmer("english")
    stem: str = _stemmers.english.stemWord(word)
    return stem


class KeywordIndex:
    """BM25 over passages. Built once; searching from several threads is safe.

    ``ids`` rise strictly; ``texts`` come in the same order. ``words`` are the
    texts' own words of four letters and more, lower case, sorted.
    """

    def __init__(self, ids: PassageIds, texts: Iterable[str]) -> None:
        written: set[str] = set()
        vocabulary: dict[str, int] = {}
        documents: list[list[int]] = []
        for text in texts:
            words = _words(text)
            written.update(words)
            tokens = (token for word in words for token in _tokens(word))
            documents.append([vocabulary.setdefault(token, len(vocabulary)) for token in tokens])
        if len(documents) != len(ids):
            raise ValueError(f"wanted a text for each of {len(ids)} ids, got {len(documents)}")
        self.words = tuple(sorted({part for word in written for part in _LETTERS.findall(word)}))
        self._ids = ids
        self._vocabulary = vocabulary
        self._scorer = _scorer(documents, vocabulary)

    def analyse(self, text: str) -> tuple[str, ...]:
        return analyse(text)

    def __contains__(self, token: str) -> bool:
        return token in self._vocabulary

    def idf(self, token: str) -> float:
        """Return ``log(1 + (n - df + 0.5) / (df + 0.5))``; a token in no passage is the rarest."""
        df = 0
        if self._scorer is not None and token in self._vocabulary:
            # A column of bm25s's matrix has an entry for each passage with the token.
            begins = self._scorer.scores["indptr"]
            position = self._vocabulary[token]
            df = int(begins[position + 1] - begins[position])
        return math.log1p((len(self._ids) - df + 0.5) / (df + 0.5))

    def search(self, tokens: Sequence[str], *, k: int, within: Mask | None) -> list[Hit]:
        """Return up to ``k`` passages that hold any of ``tokens``, best first, ties by id.

        A token given twice counts twice. ``within`` restricts the search to the
        passages that are true in it.
        """
        known = [self._vocabulary[token] for token in tokens if token in self._vocabulary]
        if self._scorer is None or not known:
            return []
        scores: NDArray[np.float32] = self._scorer.get_scores_from_ids(known, weight_mask=within)
        found = np.flatnonzero(scores)
        return best_hits(self._ids[found], scores[found], k=k)


def _scorer(documents: list[list[int]], vocabulary: dict[str, int]) -> bm25s.BM25 | None:
    # bm25s divides by the mean length: it cannot index passages that have no token at all.
    if not vocabulary:
        return None
    scorer = bm25s.BM25(method="lucene", k1=K1, b=B, backend="numpy")
    scorer.index((documents, vocabulary), create_empty_token=False, show_progress=False)
    return scorer
