"""The lines of a PDF joined to paragraphs, bullets, table rows and footnotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.readers.blocks import Block, BlockKind
from index.readers.characters import split_bullet, split_label
from index.readers.drafts import Draft
from index.readers.hyphens import Spellings
from index.readers.pdf_bullets import mark_depths
from index.readers.pdf_headings import mark_headings
from index.readers.pdf_joining import Joiner, OpenBlock
from index.readers.pdf_layout import PdfPage, common_size, note_label
from index.readers.pdf_lines import PdfLine
from index.readers.pdf_measures import Measures
from index.readers.pdf_tables import Row, rows_of


def page_blocks(pages: Sequence[PdfPage]) -> list[Block]:
    """Return the blocks of the pages, each page's footnotes after the text that began on it."""
    return _Assembly(_with_settled_marks(pages)).blocks()


def _with_settled_marks(pages: Sequence[PdfPage]) -> list[PdfPage]:
    """Put raised figures back into the text where no footnote explains them.

    A footnote may stand on the next page; one that is an empty line is known
    by the figure that follows the last note's.
    """
    labels = [{note_label(line)[0] for line in page.footnotes} for page in pages]
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


class _Assembly:
    """One document's lines on the way to blocks."""

    def __init__(self, pages: Sequence[PdfPage]) -> None:
        bodies = [page.body for page in pages]
        self._pages = pages
        self._size = common_size(bodies)
        measures = Measures(bodies, [page.footnotes for page in pages])
        self._joiner = Joiner(bodies, measures)
        self._spellings = Spellings(
            line.text for page in pages for line in (*page.body, *page.footnotes)
        )

    def blocks(self) -> list[Block]:
        done: list[OpenBlock] = []
        notes: list[OpenBlock] = []
        waiting: list[OpenBlock] = []
        for page in self._pages:
            for entry in rows_of(page.body):
                if isinstance(entry, PdfLine) and self._joiner.continues(done, entry):
                    done[-1].run_on(entry, self._spellings)
                    continue
                done.extend(waiting)
                waiting.clear()
                done.append(self._row(entry) if isinstance(entry, Row) else self._open(entry))
            waiting.extend(self._footnotes(page.footnotes, notes))
        done.extend(waiting)
        mark_headings(done, body_size=self._size)
        mark_depths(done)
        return [entry.draft.block() for entry in done if not entry.draft.is_empty]

    def _open(self, line: PdfLine) -> OpenBlock:
        bullet, text = split_bullet(line.text)
        label, text = (None, text) if bullet else split_label(text)
        kind = BlockKind.BULLET if bullet else BlockKind.PARAGRAPH
        draft = Draft(kind, [text], page=line.page, label=label, size=line.size, bold=line.bold)
        return OpenBlock(draft, line, line)

    def _row(self, row: Row) -> OpenBlock:
        first = row.cells[0][0]
        texts = [self._joined(cell) for cell in row.cells]
        bold = all(line.bold for cell in row.cells for line in cell)
        draft = Draft(
            BlockKind.TABLE_ROW, ["\t".join(texts)], page=first.page, size=first.size, bold=bold
        )
        return OpenBlock(draft, first, row.cells[-1][-1])

    def _joined(self, lines: Sequence[PdfLine]) -> str:
        text = lines[0].text
        for line in lines[1:]:
            text = self._spellings.join(text, line.text)
        return text

    def _footnotes(self, lines: Sequence[PdfLine], notes: list[OpenBlock]) -> list[OpenBlock]:
        """Return the notes that begin among the lines; the last one before may run on here."""
        begun: list[OpenBlock] = []
        for line in lines:
            label, text = note_label(line)
            if notes and notes[-1].draft.is_empty:
                notes[-1].run_on(line, self._spellings)
                continue
            if label is None and notes:
                notes[-1].run_on(line, self._spellings)
                continue
            draft = Draft(BlockKind.FOOTNOTE, [text], page=line.page, label=label, size=line.size)
            notes.append(OpenBlock(draft, line, line))
            begun.append(notes[-1])
        return begun
