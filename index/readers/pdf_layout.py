"""A PDF page sorted out: running heads and page numbers away, footnotes apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from index.readers.pdf_lines import PdfLine
from index.readers.running import edge_lines

FOOTNOTE_SIZE = 0.92  # of the body's size, at most
TITLE_SIZE = 1.25  # of the body's size, at least
_NUMBERED = re.compile(r"[^\W\d_]{2}.*\d")
_NOTE_FIGURE = re.compile(r"(\d{1,3}|[*†‡§])(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class PdfPage:
    """The lines of one page: the text's, the footnotes', and those left out."""

    body: tuple[PdfLine, ...]
    footnotes: tuple[PdfLine, ...]
    running: tuple[PdfLine, ...]


def sort_pages(pages: Sequence[Sequence[PdfLine]]) -> list[PdfPage]:
    """Return the pages' lines by what they are, in reading order."""
    body_size = common_size(pages)
    running = _running_lines(pages)
    return [
        _sorted_page([line for line in page if id(line) not in left_out], page, body_size)
        for page, left_out in zip(pages, running, strict=True)
    ]


def common_size(pages: Sequence[Sequence[PdfLine]]) -> float:
    """Return the size that most letters of the document have; 0.0 for no letters."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _sorted_page(kept: Sequence[PdfLine], page: Sequence[PdfLine], body_size: float) -> PdfPage:
    ids = {id(line) for line in kept}
    ordered = _reading_order(kept)
    body, footnotes = _footnotes_apart(ordered, body_size)
    return PdfPage(
        body=tuple(body),
        footnotes=tuple(footnotes),
        running=tuple(line for line in page if id(line) not in ids),
    )


def _running_lines(pages: Sequence[Sequence[PdfLine]]) -> list[set[int]]:
    by_height = [sorted(page, key=lambda line: (-line.baseline, line.left)) for page in pages]
    repeated = edge_lines([[line.text for line in page] for page in by_height])
    body_size = common_size(pages)
    found = []
    for page, positions in zip(by_height, repeated, strict=True):
        left_out = {id(page[at]) for at in positions if not _is_numbered_title(page[at], body_size)}
        found.append(left_out | _artifacts(page))
    return found


def _is_numbered_title(line: PdfLine, body_size: float) -> bool:
    """Return whether a line is set as a heading: one on each page counts them by its nature."""
    return line.size >= TITLE_SIZE * body_size and _NUMBERED.search(line.text) is not None


def _artifacts(page: Sequence[PdfLine]) -> set[int]:
    """Return the lines at the edges that a tagged page leaves out of its structure."""
    if not any(line.tag for line in page):
        return set()
    head = takewhile(lambda line: line.tag is None, page)
    foot = takewhile(lambda line: line.tag is None, reversed(page))
    return {id(line) for line in (*head, *foot)}


def _reading_order(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Return the lines in content order, except where that goes up in one column.

    Content comes in stretches that run down the page. A stretch above the one
    before it, in the same column, was only drawn later: it is read first.
    """
    stretches: list[list[PdfLine]] = []
    for line in lines:
        if not stretches or line.baseline > stretches[-1][-1].baseline + line.size / 2:
            stretches.append([])
        stretches[-1].append(line)
    ordered: list[list[PdfLine]] = []
    for stretch in stretches:
        at = len(ordered)
        while at and _is_above(stretch, ordered[at - 1]):
            at -= 1
        ordered.insert(at, stretch)
    return [line for stretch in ordered for line in stretch]


def _is_above(stretch: Sequence[PdfLine], other: Sequence[PdfLine]) -> bool:
    above = stretch[-1].baseline > other[0].baseline
    left, right = min(line.left for line in other), max(line.right for line in other)
    return above and any(line.left < right and left < line.right for line in stretch)


def _footnotes_apart(
    lines: Sequence[PdfLine], body_size: float
) -> tuple[list[PdfLine], list[PdfLine]]:
    """Return the lines of the text and those of the footnotes below it."""
    start = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        if not _may_be_footnote(lines[at], body_size):
            break
        if note_label(lines[at])[0] or _is_noted(lines[at]):
            start = at
    notes = [line for line in lines[:start] if _is_noted(line)]
    ids = {id(line) for line in notes}
    return [line for line in lines[:start] if id(line) not in ids], [*notes, *lines[start:]]


def _may_be_footnote(line: PdfLine, body_size: float) -> bool:
    small = line.size <= FOOTNOTE_SIZE * body_size
    return small or line.begins_with_mark is not None or _is_noted(line)


def _is_noted(line: PdfLine) -> bool:
    return line.tag is not None and line.tag.is_note


def note_label(line: PdfLine) -> tuple[str | None, str]:
    """Return the mark that a footnote's first line begins with, and the text after it."""
    mark = line.begins_with_mark
    if mark is not None:
        return mark, line.text.strip()
    figure = _NOTE_FIGURE.match(line.text)
    return (figure.group(1), line.text[figure.end() :]) if figure else (None, line.text)
