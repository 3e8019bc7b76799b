"""What a document's own lines say about its lines: how wide, how far apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from index.readers.pdf_lines import PdfLine

COLUMN_PT = 40.0  # lines that begin this close to each other share a right edge
FEWEST_LINES = 5  # fewer do not show where the right edge is
THIN = "iljtfI.,:;'’‘ "
WIDEST_LEADING = 2.0  # in units of the size; more is white space between paragraphs


class Measures:
    """Where lines end and how far apart they stand, per page and for the document."""

    def __init__(
        self, pages: Sequence[Sequence[PdfLine]], footnotes: Sequence[Sequence[PdfLine]]
    ) -> None:
        self._pages = {page[0].page: page for page in pages if page}
        rights = sorted(line.right for page in pages for line in page if len(line.text) > 30)
        self._right = rights[int(len(rights) * 0.98)] if rights else 0.0
        self._leadings = _leadings(pages)
        self._bottom = min((line.baseline for page in pages for line in page), default=0.0)
        self._top = max((line.baseline for page in pages for line in page), default=0.0)
        self._floor = {
            page[0].page: max(line.baseline + 2 * line.size for line in page)
            for page in footnotes
            if page
        }

    def is_full(self, line: PdfLine, following: PdfLine, *, right: float | None = None) -> bool:
        """Return whether the next line's first word would not have fitted on ``line``."""
        limit = self._right_edge(line) if right is None else right
        return line.right + line.size * 0.25 + first_word_width(following) > limit - 0.5

    def is_at_page_end(self, line: PdfLine) -> bool:
        """Return whether the page had no room for two more lines below ``line``.

        Word processors leave no single line of a paragraph on a page, so with
        more room than that the paragraph ended here.
        """
        leading = self._leadings.get(line.size, 1.25) * line.size
        if self._top - self._bottom < FEWEST_LINES * leading:
            return False
        return line.baseline - self._floor.get(line.page, self._bottom) < 2 * leading

    def is_apart(self, line: PdfLine, following: PdfLine) -> bool:
        """Return whether more than the usual space lies between the two lines."""
        size = max(line.size, following.size)
        return line.baseline - following.baseline > 1.25 * self._leadings.get(size, 1.25) * size

    def _right_edge(self, line: PdfLine) -> float:
        beside = [
            other.right
            for other in self._pages[line.page]
            if abs(other.left - line.left) <= COLUMN_PT
        ]
        return max(beside) if len(beside) >= FEWEST_LINES else max(self._right, *beside)


def first_word_width(line: PdfLine) -> float:
    """Return about how wide the line's first word was printed."""
    word = line.text.split(" ", 1)[0]
    return (line.right - line.left) * _weight(word) / max(1.0, _weight(line.text))


def _weight(text: str) -> float:
    """Return the width of a text in small letters: capitals are wider, some letters thinner."""
    capitals = sum(1 for char in text if char.isupper())
    return len(text) + 0.3 * capitals - 0.5 * sum(map(text.count, THIN))


def flows(lines: Sequence[PdfLine], measures: Measures) -> bool:
    """Return whether a tagged paragraph's lines were broken by its width, not by hand."""
    right = max(line.right for line in lines) if len(lines) > 2 else None
    pairs = list(pairwise(lines))
    full = sum(measures.is_full(line, following, right=right) for line, following in pairs)
    return full >= 0.8 * len(pairs)


def _leadings(pages: Iterable[Sequence[PdfLine]]) -> dict[float, float]:
    """Return the usual distance of lines by size, in units of the size."""
    gaps: defaultdict[float, Counter[float]] = defaultdict(Counter)
    for page in pages:
        for line, following in pairwise(page):
            gap = (line.baseline - following.baseline) / (line.size or 1.0)
            if line.size == following.size and 0.8 < gap < WIDEST_LEADING:
                gaps[line.size][round(gap, 1)] += 1
    return {size: _usual(counts) for size, counts in gaps.items()}


def _usual(counts: Counter[float]) -> float:
    return median(sorted(counts.elements()))
