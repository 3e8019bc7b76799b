"""What stands at the edge of every page and is no part of the text.

A running head or foot is a line that the edges of several pages share, numbers
that count the pages apart; a page number is a lone number there, or one that
counts the pages. "Finding 1", "Finding 2" at the tops of pages are headings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, takewhile

EDGE_LINES = 4  # running heads of two lines, a number and a blank cell have been seen
SHARED_PAGES = 3  # a line at the edge of two pages may be chance
SHARED_PART = 0.3  # of the pages: odd and even pages may have heads of their own
SKIP_LINK = re.compile(
    r"(?:skip|jump) to (?:the )?(?:main )?(?:content|navigation|search)\.?", re.IGNORECASE
)
"""The link at the head of web pages for readers who use a keyboard."""
_WORD = re.compile(r"[^\W\d_]{2}")
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page\s+)?[-–|]?\s*(\d{1,4})\s*[-–|]?(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE
)


def edge_lines(pages: Sequence[Sequence[str]]) -> list[frozenset[int]]:
    """Return, for each page, the positions of its running heads, feet and page numbers.

    Lines are taken from the edge inwards, up to the first that is neither, so
    that a repeated line in the middle of a page stays. Blank lines do not count.
    """
    printed = [[at for at, line in enumerate(page) if line.strip()] for page in pages]
    edges = [
        ([page[at] for at in filled[:EDGE_LINES]], [page[at] for at in filled[-EDGE_LINES:]])
        for page, filled in zip(pages, printed, strict=True)
    ]
    shared, offsets = _shared_keys(edges), _page_number_offsets(edges)
    found: list[frozenset[int]] = []
    for position, (page, filled) in enumerate(zip(pages, printed, strict=True)):
        running = {at for at in filled if _is_running(page[at], position, shared, offsets)}
        head = takewhile(running.__contains__, filled[:EDGE_LINES])
        foot = takewhile(running.__contains__, filled[: -EDGE_LINES - 1 : -1])
        found.append(frozenset((*head, *foot)))
    if not any(set(filled) - left_out for filled, left_out in zip(printed, found, strict=True)):
        return [frozenset()] * len(pages)  # pages of nothing but repeated lines: slides, forms
    return found


def _is_running(line: str, position: int, shared: frozenset[str], offsets: frozenset[int]) -> bool:
    number = page_number(line)
    return _key(line) in shared or (number is not None and number - position in offsets)


def page_number(line: str) -> int | None:
    """Return the number that a line of nothing but a page number prints."""
    match = _PAGE_NUMBER.fullmatch(line.strip())
    return int(match.group(1)) if match else None


def _key(line: str) -> str:
    return _DIGITS.sub("#", line.strip().lower())


def _shared_keys(edges: Sequence[tuple[Sequence[str], Sequence[str]]]) -> frozenset[str]:
    places: dict[str, list[tuple[int, str]]] = {}
    for position, (head, foot) in enumerate(edges):
        lines = {_key(line): line.strip().lower() for line in (*head, *foot)}
        for key, line in lines.items():
            places.setdefault(key, []).append((position, line))
    needed = max(SHARED_PAGES, SHARED_PART * len(edges))
    return frozenset(
        key
        for key, lines in places.items()
        if _WORD.search(key) and len(lines) >= needed and _keeps_step(lines)
    )


def _keeps_step(lines: Sequence[tuple[int, str]]) -> bool:
    """Return whether, mostly, the numbers of a line stay or one of them goes on as pages do."""
    kept = 0
    for (before, line), (position, following) in pairwise(lines):
        changes = {
            int(new) - int(old)
            for old, new in zip(_DIGITS.findall(line), _DIGITS.findall(following), strict=True)
        }
        kept += changes <= {0, position - before}
    return 2 * kept >= len(lines) - 1


def _page_number_offsets(edges: Sequence[tuple[Sequence[str], Sequence[str]]]) -> frozenset[int]:
    """Return by how much the lone numbers at the edges differ from the pages' positions.

    A difference that two pages share is one of page numbers, and so is that of
    counting from 1; any other lone number is text, a cell of a table for one.
    """
    offsets: Counter[int] = Counter()
    for position, (head, foot) in enumerate(edges):
        lone = {page_number(line) for line in (*head, *foot)}
        offsets.update(number - position for number in lone if number is not None)
    return frozenset({1} | {offset for offset, count in offsets.items() if count > 1})
