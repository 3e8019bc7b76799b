"""What a word that is no name may be a misspelling of.

Only words that are near to a name and are not known as other words come this far;
the list of those others is data (bodies.toml, ``near``).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.bodies.names import MIN_MISSPELT, NameTable
from index.bodies.words import Word


def with_spellings(word: Word, table: NameTable) -> Word:
    if word.folded in table.words or not word.folded.isalpha():
        return word
    return replace(word, spellings=_spellings(word.folded, table.vocabulary, table.rules.near))


@lru_cache(maxsize=20_000)
def _spellings(word: str, vocabulary: frozenset[str], near: frozenset[str]) -> tuple[str, ...]:
    """Return the nearest name words within the distance that their length allows, sorted."""
    if word.endswith("s") and word[:-1] in vocabulary:
        return (word[:-1],)
    if len(word) < MIN_MISSPELT - 1 or word in near:
        return ()
    found = process.extract(
        word, sorted(vocabulary), scorer=OSA.distance, score_cutoff=2, limit=None
    )
    allowed = [(d, name) for name, d, _ in found if _is_misspelling(word, name, d)]
    nearest = min((d for d, _ in allowed), default=0)
    return tuple(sorted(name for d, name in allowed if d == nearest))


def _is_misspelling(word: str, name: str, distance: float) -> bool:
    """One edit in short names, two from eight letters on; the first letter is seldom mistyped."""
    long = min(len(word), len(name)) >= 8
    if word[0] != name[0]:
        return long and distance == 1
    return distance <= (2 if long else 1)
