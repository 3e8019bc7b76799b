"""How much of a question's wording stands in a text: idf-weighted coverage."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from index.store.keywords import KeywordIndex


def weight(group: frozenset[str], keywords: KeywordIndex) -> float:
    """Return how much a query word tells: the idf of the rarest token that may stand for it.

    A word that no passage has counts as much as the rarest word there is.
    """
    known = [keywords.idf(token) for token in group if token in keywords]
    return min(known, default=max(map(keywords.idf, group)))


def coverage(
    core: Sequence[frozenset[str]], tokens: Collection[str], keywords: KeywordIndex
) -> float:
    """Return the share of the query's weight that ``tokens`` hold, 0 to 1; 1 for an empty query."""
    weights = [weight(group, keywords) for group in core]
    total = sum(weights)
    if not total:
        return 1.0
    held = sum(w for w, group in zip(weights, core, strict=True) if not group.isdisjoint(tokens))
    return held / total


def without(
    core: Iterable[frozenset[str]], words: str, keywords: KeywordIndex
) -> tuple[frozenset[str], ...]:
    """Return the query words that ``words`` do not hold."""
    taken = set(keywords.analyse(words))
    return tuple(group for group in core if group.isdisjoint(taken))
