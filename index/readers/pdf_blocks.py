"""The lines of a PDF joined to paragraphs, bullets, table rows and footnotes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.readers.blocks import Block, BlockKind
from index.readers.characters import is_dash, split_bullet, split_label
from index.readers.drafts import Draft
from index.readers.hyphens import Spellings
from index.readers.pdf_layout import PdfPage, common_size
from index.readers.pdf_lines import PdfLine
from index.readers.pdf_measures import Measures, flows
from index.readers.pdf_tables import Row, rows_of

HEADING_CHARS = 200
LARGER = 1.08  # times the body's size: a heading's
INDENT_PT = 3.0
_HANGING = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be between but by for from had has have in into is its of on or our "
        "than that the their these this those through to was were which who whose with within",
    )
)
_ENDED = re.compile(r"[.!?:;…][”’\"')\]]*$")
_SENTENCE_END = re.compile(r"[.,;!…]$")


def page_blocks(pages: Sequence[PdfPage]) -> list[Block]:
    """Return the blocks of the pages, each page's footnotes after the text that began on it."""
    return _Assembly(_with_settled_marks(pages)).blocks()


def _with_settled_marks(pages: Sequence[PdfPage]) -> list[PdfPage]:
    """Put raised figures back into the text where no footnote explains them.

    A footnote may stand on the next page; one that is an empty line is known
    by the figure that follows the last note's.
    """
    labels = [{_note_label(line)[0] for line in page.footnotes} for page in pages]
    figures = [int(label) for found in labels for label in found if label and label.isdigit()]
    next_figure = {str(max(figures, default=0) + 1)} if figures else set[str]()
    return [
        replace(
            page,
            body=tuple(
                _settled(line, set().union(*labels[at : at + 2], next_figure)) for line in page.body
            ),
        )
        for at, page in enumerate(pages)
    ]


def _settled(line: PdfLine, labels: set[str | None]) -> PdfLine:
    text = line.text
    for mark in reversed(line.marks):
        if mark.label not in labels:
            text = text[: mark.offset] + mark.label + text[mark.offset :]
    return replace(line, text=text, marks=())


@dataclass(slots=True)
class _Open:
    """A draft with its first and its last line."""

    draft: Draft
    first: PdfLine
    last: PdfLine

    def run_on(self, line: PdfLine, spellings: Spellings) -> None:
        self.draft.run_on(line.text, page=line.page, spellings=spellings)
        self.draft.bold = self.draft.bold and line.bold
        self.last = line


class _Assembly:
    """One document's lines on the way to blocks."""

    def __init__(self, pages: Sequence[PdfPage]) -> None:
        bodies = [page.body for page in pages]
        self._pages = pages
        self._size = common_size(bodies)
        self._measures = Measures(bodies, [page.footnotes for page in pages])
        self._spellings = Spellings(
            line.text for page in pages for line in (*page.body, *page.footnotes)
        )
        self._broken_by_hand = _broken_by_hand(bodies, self._measures)

    def blocks(self) -> list[Block]:
        done: list[_Open] = []
        notes: list[_Open] = []
        waiting: list[_Open] = []
        for page in self._pages:
            for entry in rows_of(page.body):
                if isinstance(entry, PdfLine) and self._continues(done, entry):
                    done[-1].run_on(entry, self._spellings)
                    continue
                done.extend(waiting)
                waiting.clear()
                done.append(self._row(entry) if isinstance(entry, Row) else self._open(entry))
            waiting.extend(self._footnotes(page.footnotes, notes))
        done.extend(waiting)
        self._mark_headings(done)
        return [entry.draft.block() for entry in done if entry.draft.text]

    def _open(self, line: PdfLine) -> _Open:
        bullet, text = split_bullet(line.text)
        label, text = (None, text) if bullet else split_label(text)
        kind = BlockKind.BULLET if bullet else BlockKind.PARAGRAPH
        draft = Draft(kind, text, page=line.page, label=label, size=line.size, bold=line.bold)
        return _Open(draft, line, line)

    def _row(self, row: Row) -> _Open:
        first = row.cells[0][0]
        texts = [self._joined(cell) for cell in row.cells]
        bold = all(line.bold for cell in row.cells for line in cell)
        draft = Draft(
            BlockKind.TABLE_ROW, "\t".join(texts), page=first.page, size=first.size, bold=bold
        )
        return _Open(draft, first, row.cells[-1][-1])

    def _joined(self, lines: Sequence[PdfLine]) -> str:
        text = lines[0].text
        for line in lines[1:]:
            text = self._spellings.join(text, line.text)
        return text

    def _footnotes(self, lines: Sequence[PdfLine], notes: list[_Open]) -> list[_Open]:
        """Return the notes that begin among the lines; the last one before may run on here."""
        begun: list[_Open] = []
        for line in lines:
            label, text = _note_label(line)
            if notes and not notes[-1].draft.text:
                notes[-1].run_on(line, self._spellings)
                continue
            if label is None and notes:
                notes[-1].run_on(line, self._spellings)
                continue
            draft = Draft(BlockKind.FOOTNOTE, text, page=line.page, label=label, size=line.size)
            notes.append(_Open(draft, line, line))
            begun.append(notes[-1])
        return begun

    def _continues(self, done: Sequence[_Open], line: PdfLine) -> bool:
        """Return whether a line belongs to the block that is being gathered."""
        if not done or done[-1].draft.kind is BlockKind.TABLE_ROW:
            return False
        entry = done[-1]
        if not entry.draft.text:  # a bullet or a number that stands alone
            return True
        if self._opens_item(entry, line):
            return False
        if line.page != entry.last.page:
            return self._continues_over_page(entry, line)
        if line.tag is not None and entry.last.tag is not None:
            return self._continues_in_tags(entry, line)
        if _ENDED.search(entry.draft.text) and self._in_list_of_lines(done):
            return False
        return self._continues_by_place(entry, line)

    def _in_list_of_lines(self, done: Sequence[_Open]) -> bool:
        """Return whether the blocks before are lines that their author broke: names, addresses."""
        lines = [entry.last for entry in done[-3:] if entry.first is entry.last]
        return (
            len(lines) == 3
            and len({line.page for line in lines}) == 1
            and not any(self._measures.is_apart(*pair) for pair in pairwise(lines))
        )

    def _opens_item(self, entry: _Open, line: PdfLine) -> bool:
        bullet, _ = split_bullet(line.text)
        ended = bool(_ENDED.search(entry.draft.text))
        if bullet:
            return ended or not is_dash(bullet) or entry.draft.kind is BlockKind.BULLET
        return split_label(line.text)[0] is not None and ended

    def _continues_in_tags(self, entry: _Open, line: PdfLine) -> bool:
        last, text = entry.last, entry.draft.text
        ended = bool(_ENDED.search(text))
        if ended and self._measures.is_apart(last, line):
            return False
        unfinished = not ended and (line.text[:1].islower() or _hangs(text))
        paragraph = line.tag.paragraph if line.tag else 0
        if last.tag is None or last.tag.paragraph != paragraph:
            # Authors have been seen to break a line in the middle of a sentence.
            return unfinished and self._continues_by_place(entry, line)
        flowing = (line.page, paragraph) not in self._broken_by_hand
        return flowing or unfinished or self._measures.is_full(last, line)

    def _continues_over_page(self, entry: _Open, line: PdfLine) -> bool:
        last, text = entry.last, entry.draft.text
        if (line.size, line.bold) != (last.size, last.bold):
            return False
        if not _ENDED.search(text) and (line.text[:1].islower() or _hangs(text)):
            return True
        column = entry.first if entry.last is entry.first else last
        indented = abs(line.left - column.left) > INDENT_PT and entry.last is not entry.first
        if indented or not self._measures.is_full(last, line):
            return False
        if not _ENDED.search(text):
            return True
        is_prose = bool(_ENDED.search(line.text)) or line.right - line.left > last.right / 2
        return is_prose and self._measures.is_at_page_end(last)

    def _continues_by_place(self, entry: _Open, line: PdfLine) -> bool:
        last, text = entry.last, entry.draft.text
        if abs(line.size - last.size) > 0.5 or self._measures.is_apart(last, line):
            return False
        if line.baseline > last.baseline:  # the next column goes on where this one ended
            return line.text[:1].islower() and not _ENDED.search(text)
        if not _ENDED.search(text) and (line.text[:1].islower() or _hangs(text)):
            return True
        if line.bold != last.bold or self._is_indented(entry, line):
            return False
        return self._measures.is_full(last, line)

    def _is_indented(self, entry: _Open, line: PdfLine) -> bool:
        if entry.last is not entry.first:
            return abs(line.left - entry.last.left) > INDENT_PT
        hanging = entry.draft.kind is BlockKind.BULLET or entry.draft.label is not None
        return line.left > entry.first.left + INDENT_PT and not hanging

    def _mark_headings(self, entries: Sequence[_Open]) -> None:
        cells: set[tuple[int, int] | None] = {None}
        for entry, following in pairwise([*entries, None]):
            if entry is None:
                continue
            first_in_cell = _cell(entry.first) not in cells
            cells.add(_cell(entry.first))
            if self._is_heading(entry, following, first_in_cell=first_in_cell):
                entry.draft.kind = BlockKind.HEADING
                entry.draft.level = _tagged_level(entry.first)

    def _is_heading(self, entry: _Open, following: _Open | None, *, first_in_cell: bool) -> bool:
        draft = entry.draft
        if draft.kind is not BlockKind.PARAGRAPH or len(draft.text) > HEADING_CHARS:
            return False
        if _tagged_level(entry.first) is not None:
            return True
        if _SENTENCE_END.search(draft.text) or following is None:
            return False
        if (draft.size or 0) > LARGER * self._size:
            return True
        if _cell(entry.first) is None:
            return draft.bold
        # Names in bold fill the cells of a signature block; a box has text under its heading.
        if draft.bold:
            return not following.draft.bold
        boxed = (
            first_in_cell
            and _cell(entry.first) == _cell(following.first)
            and entry.first is entry.last
        )
        return boxed and bool(_ENDED.search(following.draft.text))


def _hangs(text: str) -> bool:
    """Return whether the text breaks off after a word that no sentence ends with.

    >>> _hangs("The records are not shared between the")
    True
    """
    return text.rsplit(" ", 1)[-1] in _HANGING


def _cell(line: PdfLine) -> tuple[int, int] | None:
    return (line.page, line.tag.cell) if line.tag and line.tag.cell is not None else None


def _tagged_level(line: PdfLine) -> int | None:
    role = line.tag.role if line.tag else ""
    return int(role[1]) if re.fullmatch(r"H[1-6]", role) else None


def _note_label(line: PdfLine) -> tuple[str | None, str]:
    mark = line.begins_with_mark
    if mark is not None:
        return mark, line.text.strip()
    figure = re.match(r"(\d{1,3}|[*†‡§])(?:\s+|$)", line.text)
    return (figure.group(1), line.text[figure.end() :]) if figure else (None, line.text)


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
