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
_ENDED = re.compile(r"[.!?:;…][”’\"')\]]*$")
_SENTENCE_END = re.compile(r"[.,;!…]$")


def page_blocks(pages: Sequence[PdfPage]) -> list[Block]:
    """Return the blocks of the pages, each page's footnotes after the text that began on it."""
    pages = [_with_settled_marks(page, pages[at + 1 : at + 2]) for at, page in enumerate(pages)]
    return _Assembly(pages).blocks()


def _with_settled_marks(page: PdfPage, following: Sequence[PdfPage]) -> PdfPage:
    """Put raised figures back into the text where no footnote explains them."""
    labels = {line.begins_with_mark for near in (page, *following) for line in near.footnotes}
    return replace(page, body=tuple(_settled(line, labels) for line in page.body))


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
        self._measures = Measures(bodies)
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
                if isinstance(entry, PdfLine) and done and self._continues(done[-1], entry):
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
            if label is None and notes:
                notes[-1].run_on(line, self._spellings)
                continue
            draft = Draft(BlockKind.FOOTNOTE, text, page=line.page, label=label, size=line.size)
            notes.append(_Open(draft, line, line))
            begun.append(notes[-1])
        return begun

    def _continues(self, entry: _Open, line: PdfLine) -> bool:
        """Return whether a line belongs to the block that is being gathered."""
        if entry.draft.kind is BlockKind.TABLE_ROW:
            return False
        if not entry.draft.text:  # a bullet or a number that stands alone
            return True
        if self._opens_item(entry, line):
            return False
        if line.page != entry.last.page:
            return self._continues_over_page(entry, line)
        if line.tag is not None and entry.last.tag is not None:
            return self._continues_in_tags(entry.last, line)
        return self._continues_by_place(entry, line)

    def _opens_item(self, entry: _Open, line: PdfLine) -> bool:
        bullet, _ = split_bullet(line.text)
        ended = bool(_ENDED.search(entry.draft.text))
        if bullet:
            return ended or not is_dash(bullet) or entry.draft.kind is BlockKind.BULLET
        return split_label(line.text)[0] is not None and ended

    def _continues_in_tags(self, last: PdfLine, line: PdfLine) -> bool:
        paragraph = line.tag.paragraph if line.tag else 0
        if last.tag is None or last.tag.paragraph != paragraph:
            return False
        if (line.page, paragraph) not in self._broken_by_hand:
            return True
        return self._measures.is_full(last, line) or line.text[0].islower()

    def _continues_over_page(self, entry: _Open, line: PdfLine) -> bool:
        last, text = entry.last, entry.draft.text
        if (line.size, line.bold) != (last.size, last.bold):
            return False
        if line.text[:1].islower() and not _ENDED.search(text):
            return True
        column = entry.first if entry.last is entry.first else last
        indented = abs(line.left - column.left) > INDENT_PT and entry.last is not entry.first
        return not indented and self._measures.is_full(last, line)

    def _continues_by_place(self, entry: _Open, line: PdfLine) -> bool:
        last, text = entry.last, entry.draft.text
        if abs(line.size - last.size) > 0.5 or self._measures.is_apart(last, line):
            return False
        if line.baseline > last.baseline:  # the next column goes on where this one ended
            return line.text[:1].islower() and not _ENDED.search(text)
        if line.text[:1].islower() and not _ENDED.search(text):
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
        for entry, following in pairwise([*entries, None]):
            if entry is not None and self._is_heading(entry, following):
                entry.draft.kind = BlockKind.HEADING
                entry.draft.level = _tagged_level(entry.first)

    def _is_heading(self, entry: _Open, following: _Open | None) -> bool:
        draft = entry.draft
        if draft.kind is not BlockKind.PARAGRAPH or len(draft.text) > HEADING_CHARS:
            return False
        if _tagged_level(entry.first) is not None:
            return True
        stands_out = draft.bold or (draft.size or 0) > LARGER * self._size
        if not stands_out or _SENTENCE_END.search(draft.text) or following is None:
            return False
        if _cell(entry.first) is None:
            return True
        return _cell(entry.first) == _cell(following.first) and not following.draft.bold


def _cell(line: PdfLine) -> tuple[int, int] | None:
    return (line.page, line.tag.cell) if line.tag and line.tag.cell is not None else None


def _tagged_level(line: PdfLine) -> int | None:
    role = line.tag.role if line.tag else ""
    return int(role[1]) if re.fullmatch(r"H[1-6]", role) else None


def _note_label(line: PdfLine) -> tuple[str | None, str]:
    mark = line.begins_with_mark
    if mark is not None:
        return mark, line.text.strip()
    figure = re.match(r"(\d{1,3}|[*†‡§])\s+(?=\S)", line.text)
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
