"""Which quotes a reader's address asks to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.documents import Span

MOST_QUOTES = 100
"""More than any answer cites from one report; it bounds the work of one page."""

_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


def read_quotes(asked: Iterable[str], *, length: int) -> tuple[Span, ...]:
    """Return the spans of ``start-end`` texts, in reading order, each once.

    What is no span, is empty or runs over the end of a text of ``length`` code
    points is left out: a report that was replaced may be shorter.

    >>> read_quotes(["20-25", "1-5", "1-5", "9-3", "x"], length=22)
    (Span(start=1, end=5),)
    """
    spans: set[Span] = set()
    for text in asked:
        found = _SPAN.fullmatch(text)
        if found and int(found[1]) < int(found[2]) <= length and len(spans) < MOST_QUOTES:
            spans.add(Span(int(found[1]), int(found[2])))
    return tuple(sorted(spans))


def covering(spans: Sequence[Span], at: int) -> tuple[int, ...]:
    """Return the positions of the spans that hold the code point ``at``."""
    return tuple(number for number, span in enumerate(spans) if span.start <= at < span.end)
