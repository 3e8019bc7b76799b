"""A report's text as the blocks that a page is made of: paragraphs, lists and tables.

Every character of the text is in one block or is white space, a bullet or a
tab between blocks, so a place on the page and a span of the text are the same.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from api.pages.quotes import covering
from api.response_pack import KIND_NAMES
from index.documents import Report, Section, Span

BULLET = "• "

BlockKind = Literal["paragraph", "list", "table"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of one look. ``page`` is the page that begins with them."""

    text: str
    marked: bool
    anchors: tuple[str, ...]
    """Of the quotes that begin here: ``quote-1``."""
    page: int | None


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph, a list item or a cell: a span of the text, cut into pieces."""

    span: Span
    pieces: tuple[Piece, ...]
    is_grade: bool
    action: str | None
    """What the report asks for here, by kind and derived number."""


@dataclass(frozen=True, slots=True)
class Block:
    """``rows`` holds a row a list item and a paragraph's only one; a table's rows have cells."""

    kind: BlockKind
    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    anchor: str
    depth: int
    heading: Words | None
    """``None`` for the text before the first heading."""
    name: str
    blocks: tuple[Block, ...]


class Cutter:
    """Cuts one report's text, once and in reading order, with the quotes that are shown in it."""

    def __init__(self, report: Report, quotes: Sequence[Span]) -> None:
        self._report = report
        self._quotes = quotes
        self._pages_told = 0
        ends = [place for span in quotes for place in (span.start, span.end)]
        self._cuts = sorted({*ends, *report.page_starts})
        self._grades = {judgement.span for judgement in report.judgements}
        self._actions = sorted(report.actions, key=lambda action: action.span)
        self._action_starts = [action.span.start for action in self._actions]
        self._begun: set[int] = set()

    def sections(self) -> Iterator[SectionView]:
        for index, section in enumerate(self._report.sections):
            yield SectionView(
                anchor=f"section-{index}",
                depth=len(section.path),
                heading=self._heading(section),
                name=section.path[-1] if section.path else "",
                blocks=tuple(self._blocks(section)),
            )

    def _heading(self, section: Section) -> Words | None:
        span = _stripped(self._report.text, Span(section.span.start, section.body.start))
        return self._words(span) if section.path and len(span) else None

    def _blocks(self, section: Section) -> Iterator[Block]:
        lines = _lines(self._report.text, section.body)
        for kind, group in groupby(lines, key=lambda line: line[0]):
            rows = [tuple(self._words(cell) for cell in cells) for _, cells in group]
            if kind == "paragraph":
                yield from (Block(kind, (row,)) for row in rows)
            else:
                yield Block(kind, tuple(rows))

    def _words(self, span: Span) -> Words:
        return Words(span, tuple(self._pieces(span)), span in self._grades, self._action(span))

    def _pieces(self, span: Span) -> Iterator[Piece]:
        inside = self._cuts[
            bisect_right(self._cuts, span.start) : bisect_left(self._cuts, span.end)
        ]
        places = [span.start, *inside, span.end]
        for start, end in pairwise(places):
            held = covering(self._quotes, start)
            begins = [number for number in held if number not in self._begun]
            self._begun.update(begins)
            yield Piece(
                text=self._report.text[start:end],
                marked=bool(held),
                anchors=tuple(f"quote-{number + 1}" for number in begins),
                page=self._page_begun(start),
            )

    def _page_begun(self, at: int) -> int | None:
        """Return the page that begins at ``at``, or did since the last words that were cut."""
        page = bisect_right(self._report.page_starts, at)
        if page <= self._pages_told:
            return None
        self._pages_told = page
        return page

    def _action(self, span: Span) -> str | None:
        """Return the action that begins in ``span``, else the one that ``span`` goes on with."""
        at = bisect_left(self._action_starts, span.end) - 1
        if at < 0 or not self._actions[at].span.overlaps(span):
            return None
        action = self._actions[at]
        return f"{KIND_NAMES[action.kind][0]} {action.number}"


def _lines(text: str, body: Span) -> Iterator[tuple[BlockKind, list[Span]]]:
    for found in re.finditer(r"[^\n]+", text[body.start : body.end]):
        span = _stripped(text, Span(found.start(), found.end()).shifted(body.start))
        if not len(span):
            continue
        line = span.of(text)
        if line.startswith(BULLET):
            yield "list", [_stripped(text, Span(span.start + len(BULLET), span.end))]
        elif "\t" in line:
            yield "table", list(_cells(text, span))
        else:
            yield "paragraph", [span]


def _cells(text: str, row: Span) -> Iterator[Span]:
    for found in re.finditer(r"[^\t]+", row.of(text)):
        yield Span(found.start(), found.end()).shifted(row.start)


def _stripped(text: str, span: Span) -> Span:
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, span.start + len(words.rstrip())))
