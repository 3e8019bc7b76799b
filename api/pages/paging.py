"""A long list, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[Item]):
    """Page ``number`` of ``pages``, both counted from 1, with its part of ``total`` items."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int


def leaf_of(items: Sequence[Item], number: int, *, size: int) -> Leaf[Item]:
    """Return page ``number``; a number past the last page gives the last one.

    >>> leaf_of("abcde", 9, size=2)
    Leaf(items='e', number=3, pages=3, total=5)
    """
    pages = max(1, -(-len(items) // size))
    number = min(max(number, 1), pages)
    return Leaf(items[(number - 1) * size : number * size], number, pages, len(items))
