"""Work done one item ahead of whoever uses its results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@contextmanager
def one_ahead(
    work: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[Iterator[tuple[Item, Callable[[], Result]]]]:
    """Lend the items in order, each with a function that gives its result or raises its error.

    One thread does the work, and never begins an item before the one two before
    it has been dealt with: at most two results are in memory. At the end, also
    an early one, the work in hand is waited for and no other is begun.
    """
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="one-ahead")

    def lent() -> Iterator[tuple[Item, Callable[[], Result]]]:
        before: tuple[Item, Callable[[], Result]] | None = None
        for item in items:
            begun = item, worker.submit(work, item).result
            if before is not None:
                yield before
            before = begun
        if before is not None:
            yield before

    try:
        yield lent()
    finally:
        worker.shutdown(cancel_futures=True)
