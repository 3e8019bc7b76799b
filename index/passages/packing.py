"""Packing pieces, in their order, into few groups within a budget, cut where it hurts least."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum


class Break(IntEnum):
    """What a cut before a piece would tear apart, and what that costs.

    One group more than needed costs 1,000; a cut of one kind costs more than a
    dozen of the kind before it. So text is torn inside a sentence only where
    whole sentences cannot do, and a list or paragraph only where it is too long.
    """

    PARAGRAPH = 0
    LEAD = 2_500
    """Between a paragraph and its last sentence, which introduces a list."""
    ITEM = 30_000
    """Between two items of one list."""
    SENTENCE = 1_000_000
    """Between two sentences of one paragraph or item."""
    INTRODUCTION = 30_000_000
    """Between a list and the sentence that introduces it."""
    WORD = 1_000_000_000
    """Inside a sentence."""


_GROUP_COST = 1_000


def pack(weights: Sequence[int], breaks: Sequence[Break], *, budget: int) -> list[range]:
    """Return the pieces as consecutive groups; among ties, later groups are the longer ones.

    ``breaks[i]`` is what a cut before piece ``i`` tears. A group weighs at most
    ``budget`` unless it is a single piece. Of the ways that tear least the one
    with fewest groups wins, then the one with the most even groups.

    >>> pack([4, 4, 4], [Break.PARAGRAPH, Break.PARAGRAPH, Break.PARAGRAPH], budget=10)
    [range(0, 1), range(1, 3)]
    >>> pack([4, 4, 4], [Break.PARAGRAPH, Break.ITEM, Break.PARAGRAPH], budget=10)
    [range(0, 2), range(2, 3)]
    """
    costs = [0]  # of the cheapest way to group the first pieces
    starts = [0]  # where the last group of that way starts
    for end in range(1, len(weights) + 1):
        cost, start = min(_last_groups(costs, weights, breaks, end=end, budget=budget))
        costs.append(cost)
        starts.append(start)
    return _traced_back(starts)


def _last_groups(
    costs: Sequence[int],
    weights: Sequence[int],
    breaks: Sequence[Break],
    *,
    end: int,
    budget: int,
) -> Iterator[tuple[int, int]]:
    """Yield cost and start of each group that could be the last of the first ``end`` pieces."""
    weight = 0
    for start in range(end - 1, -1, -1):
        weight += weights[start]
        if weight > budget and start < end - 1:
            return
        # Squares make two even groups cheaper than a full one and a crumb.
        group = _GROUP_COST + _GROUP_COST * weight * weight // (budget * budget)
        yield costs[start] + breaks[start] + group, start


def _traced_back(starts: Sequence[int]) -> list[range]:
    groups = []
    end = len(starts) - 1
    while end:
        groups.append(range(starts[end], end))
        end = starts[end]
    return groups[::-1]
