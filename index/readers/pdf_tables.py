"""Table rows among the lines of a PDF page, by its tags or by where the lines stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.readers.characters import split_bullet
from index.readers.pdf_lines import PdfLine

CELL_LINES = 12  # a taller block beside another is a column of text
TIGHT = 1.9  # line distance, in units of the size, within a cell


@dataclass(frozen=True, slots=True)
class Row:
    """Cells that stand side by side, each the lines of one paragraph, left to right."""

    cells: tuple[tuple[PdfLine, ...], ...]


def rows_of(lines: Sequence[PdfLine]) -> Iterator[Row | PdfLine]:
    """Yield the lines in order, those of a table row as one ``Row``.

    A row with a bullet list or several paragraphs in a cell is a layout, not a
    row of data: its lines come cell by cell.
    """
    for row, group in groupby(lines, key=lambda line: line.tag.row if line.tag else None):
        members = list(group)
        if row is None:
            yield from _rows_by_place(members)
        else:
            yield from _tagged_row(members)


def _tagged_row(lines: Sequence[PdfLine]) -> Iterator[Row | PdfLine]:
    cells: dict[int | None, list[PdfLine]] = {}
    for line in lines:
        cells.setdefault(line.tag.cell if line.tag else None, []).append(line)
    if len(cells) > 1 and all(_is_one_paragraph(cell) for cell in cells.values()):
        yield Row(tuple(tuple(cell) for cell in cells.values()))
    else:
        for cell in cells.values():
            yield from cell


def _is_one_paragraph(cell: Sequence[PdfLine]) -> bool:
    same = len({line.tag.paragraph for line in cell if line.tag}) == 1
    return same and not split_bullet(cell[0].text)[0]


def _rows_by_place(lines: Sequence[PdfLine]) -> Iterator[Row | PdfLine]:
    at = 0
    while at < len(lines):
        cells = _cells_from(lines, at)
        if len(cells) > 1:
            yield Row(tuple(tuple(cell) for cell in cells))
            at += sum(len(cell) for cell in cells)
        else:
            yield lines[at]
            at += 1


def _cells_from(lines: Sequence[PdfLine], start: int) -> list[list[PdfLine]]:
    """Return the cells of the row that begins at ``start``; one cell where there is none."""
    cells = [_cell_from(lines, start)]
    at = start + len(cells[0])
    while at < len(lines) and _is_beside(lines[at], cells):
        cells.append(_cell_from(lines, at))
        at += len(cells[-1])
    return cells if all(len(cell) <= CELL_LINES for cell in cells) else cells[:1]


def _cell_from(lines: Sequence[PdfLine], start: int) -> list[PdfLine]:
    cell = [lines[start]]
    for line in lines[start + 1 :]:
        below = 0 < cell[-1].baseline - line.baseline < TIGHT * line.size
        if not (below and abs(line.left - cell[0].left) < line.size):
            break
        cell.append(line)
    return cell


def _is_beside(line: PdfLine, cells: Sequence[Sequence[PdfLine]]) -> bool:
    """Return whether a line opens a further cell: right of the others, level with them."""
    first = cells[0][0]
    right = max(other.right for cell in cells for other in cell)
    lowest = min(other.baseline for cell in cells for other in cell)
    return line.left > right and lowest - line.size / 2 < line.baseline < first.baseline + line.size
