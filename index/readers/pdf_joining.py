"""Whether a printed line of a PDF goes on with the block before it.

Three kinds of evidence, in this order: what the text says (a bullet opens an
item, a small letter goes on with a sentence), what the file's tags say, and
where the line stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.readers.blocks import BlockKind
from index.readers.characters import is_dash, split_bullet, split_label
from index.readers.drafts import Draft
from index.readers.hyphens import Spellings
from index.readers.pdf_lines import PdfLine
from index.readers.pdf_measures import Measures, first_word_width, flows

INDENT_PT = 3.0
SHORT_PART = 0.1  # of the width: a line that leaves more of it free ended its paragraph
PROSE_CHARS = 60  # longer than the lines of an address, which also end with commas
_HANGING = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be between but by for from had has have in into is its of on or our "
        "than that the their these this those through to was were which who whose with within",
    )
)
_ENDED = re.compile(r"[.!?:;…][”’\"')\]]*$")


@dataclass(slots=True)
class OpenBlock:
    """A draft with its first and its last line."""

    draft: Draft
    first: PdfLine
    last: PdfLine

    def run_on(self, line: PdfLine, spellings: Spellings) -> None:
        self.draft.run_on(line.text, page=line.page, spellings=spellings)
        self.draft.bold = self.draft.bold and line.bold
        self.last = line


class Joiner:
    """The rules for one document, whose measures and tags they rest on."""

    def __init__(self, pages: Sequence[Sequence[PdfLine]], measures: Measures) -> None:
        self._measures = measures
        self._broken_by_hand = _broken_by_hand(pages, measures)
        stretches = [stretch for page in pages for stretch in _stretches(page, measures)]
        self._flowing = frozenset(
            id(line) for stretch in stretches for line in _flowing_lines(stretch, measures)
        )
        self._listed = frozenset(
            id(line)
            for stretch in stretches
            if len(stretch) > 2 and not flows(stretch, measures)
            for line in stretch
        )

    def continues(self, done: Sequence[OpenBlock], line: PdfLine) -> bool:
        """Return whether a line belongs to the block that is being gathered."""
        if not done or done[-1].draft.kind is BlockKind.TABLE_ROW:
            return False
        entry = done[-1]
        if entry.draft.is_empty:  # a bullet or a number that stands alone
            return True
        if self._opens_item(entry, line):
            return False
        if line.page != entry.last.page:
            return self._continues_over_page(entry, line)
        if line.tag is not None and entry.last.tag is not None:
            return self._continues_in_tags(entry, line)
        if _is_ended(entry.draft.tail) and self._in_list_of_lines(done):
            return False
        return self._continues_by_place(entry, line)

    def _in_list_of_lines(self, done: Sequence[OpenBlock]) -> bool:
        """Return whether the blocks before are lines that their author broke: names, addresses."""
        lines = [entry.last for entry in done[-3:] if entry.first is entry.last]
        return (
            len(lines) == 3
            and len({line.page for line in lines}) == 1
            and not any(self._measures.is_apart(*pair) for pair in pairwise(lines))
        )

    def _opens_item(self, entry: OpenBlock, line: PdfLine) -> bool:
        bullet, _ = split_bullet(line.text)
        ended = _is_ended(entry.draft.tail)
        if bullet:
            return ended or not is_dash(bullet) or entry.draft.kind is BlockKind.BULLET
        return split_label(line.text)[0] is not None and ended

    def _continues_in_tags(self, entry: OpenBlock, line: PdfLine) -> bool:
        last, text = entry.last, entry.draft.tail
        ended = _is_ended(text)
        if ended and self._measures.is_apart(last, line):
            return False
        unfinished = not ended and (line.text[:1].islower() or _hangs(text))
        paragraph = line.tag.paragraph if line.tag else 0
        if last.tag is None or last.tag.paragraph != paragraph:
            # Authors have been seen to break a line in the middle of a sentence.
            return unfinished and self._continues_by_place(entry, line)
        flowing = (line.page, paragraph) not in self._broken_by_hand
        return flowing or unfinished or self._measures.is_full(last, line)

    def _continues_over_page(self, entry: OpenBlock, line: PdfLine) -> bool:
        last, text = entry.last, entry.draft.tail
        if (line.size, line.bold) != (last.size, last.bold):
            return False
        if not _is_ended(text) and (line.text[:1].islower() or _hangs(text)):
            return True
        column = entry.first if entry.last is entry.first else last
        indented = abs(line.left - column.left) > INDENT_PT and entry.last is not entry.first
        if indented or not self._measures.is_full(last, line):
            return False
        if not _is_ended(text):
            return True
        is_prose = _is_ended(line.text) or line.right - line.left > last.right / 2
        return is_prose and self._measures.is_at_page_end(last)

    def _continues_by_place(self, entry: OpenBlock, line: PdfLine) -> bool:
        last, text = entry.last, entry.draft.tail
        if abs(line.size - last.size) > 0.5 or self._measures.is_apart(last, line):
            return False
        if line.baseline > last.baseline:  # the next column goes on where this one ended
            return line.text[:1].islower() and not _is_ended(text)
        if not _is_ended(text) and (line.text[:1].islower() or _hangs(text)):
            return True
        if line.bold != last.bold or self._is_indented(entry, line):
            return False
        if entry.draft.kind is BlockKind.BULLET and line.left > entry.first.left + INDENT_PT:
            return True
        if id(line) in self._listed and ", " in line.text:  # "name, office": the next addressee
            return False
        return id(line) in self._flowing or self._measures.is_full(last, line)

    def _is_indented(self, entry: OpenBlock, line: PdfLine) -> bool:
        if entry.last is not entry.first:
            return abs(line.left - entry.last.left) > INDENT_PT
        hanging = entry.draft.kind is BlockKind.BULLET or entry.draft.label is not None
        return line.left > entry.first.left + INDENT_PT and not hanging


def _is_ended(text: str) -> bool:
    return _ENDED.search(text) is not None


def _hangs(text: str) -> bool:
    """Return whether the text breaks off after a word that no sentence ends with.

    >>> _hangs("The records are not shared between the")
    True
    """
    in_prose = len(text) > PROSE_CHARS and text.endswith(",")
    return in_prose or text.rsplit(" ", 1)[-1].lower() in _HANGING


def _broken_by_hand(
    pages: Sequence[Sequence[PdfLine]], measures: Measures
) -> frozenset[tuple[int, int]]:
    """Return the tagged paragraphs, as (page, number), whose lines the author broke."""
    paragraphs: defaultdict[tuple[int, int], list[PdfLine]] = defaultdict(list)
    for page in pages:
        for line in page:
            if line.tag is not None:
                paragraphs[line.page, line.tag.paragraph].append(line)
    return frozenset(
        key for key, lines in paragraphs.items() if len(lines) > 1 and not flows(lines, measures)
    )


def _flowing_lines(stretch: Sequence[PdfLine], measures: Measures) -> Iterator[PdfLine]:
    """Yield the lines that go on with the one above, in a stretch broken at its own width.

    Lines without space between them show their right edge: a box's or a column's.
    """
    if len(stretch) <= 2 or not flows(stretch, measures):
        return
    right = max(line.right for line in stretch)
    clearly_short = right - SHORT_PART * (right - stretch[0].left)
    for line, following in pairwise(stretch):
        if line.right + first_word_width(following) > clearly_short:
            yield following


def _stretches(page: Sequence[PdfLine], measures: Measures) -> Iterator[list[PdfLine]]:
    """Yield the lines of a page in stretches of one look, without space between them."""
    stretch: list[PdfLine] = []
    for line in page:
        if stretch and not _stands_close(stretch[-1], line, measures):
            yield stretch
            stretch = []
        stretch.append(line)
    if stretch:
        yield stretch


def _stands_close(last: PdfLine, line: PdfLine, measures: Measures) -> bool:
    return (
        (line.size, line.bold) == (last.size, last.bold)
        and line.baseline < last.baseline
        and abs(line.left - last.left) <= INDENT_PT
        and not measures.is_apart(last, line)
        and not split_bullet(line.text)[0]
    )
