"""The rows of grade tables, read by the column that holds this inspection's grades."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.documents import Span
from index.readers.blocks import BlockKind
from index.structure.canonical import PlacedBlock
from index.structure.grades import grade_line

_CELLS = re.compile(r"[^|\t]+|(?<=[|\t])(?=[|\t])|^(?=[|\t])|(?<=[|\t])$")
_NOW = re.compile(r"\b(?:this|current|latest|present|new)\b", re.IGNORECASE)
_EARLIER = re.compile(r"\b(?:previous|prior|earlier|former|last)\b", re.IGNORECASE)
_OF_GRADES = re.compile(r"\b(?:grades?|judge?ments?|ratings?|outcome|result)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d")
_TITLE_AND_GRADE = 2  # columns: no heading is needed to tell which of them holds the grades


@dataclass(frozen=True, slots=True)
class GradedRow:
    """A row's title, and the grade with its place."""

    title: str
    label: str | None
    grade: str
    span: Span


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    span: Span


def graded_rows(blocks: Sequence[PlacedBlock]) -> Iterator[GradedRow]:
    """Yield the rows that give one grade of this inspection.

    Where a table also gives earlier grades, its heading says which is which;
    where that does not say, the rows give none.
    """
    for is_row, table in groupby(blocks, key=lambda item: item.kind is BlockKind.TABLE_ROW):
        if is_row:
            yield from _rows_of_table(list(table))


def _rows_of_table(rows: Sequence[PlacedBlock]) -> Iterator[GradedRow]:
    heading: Sequence[str] = ()
    for item in rows:
        cells = _cells(item)
        if not any(grade_line(cell.text) for cell in cells):
            heading = heading or [cell.text for cell in cells]
        elif (cell := _grade_cell(cells, heading)) and (grade := grade_line(cell.text)):
            yield GradedRow(cells[0].text, item.block.label, grade, cell.span)


def _cells(item: PlacedBlock) -> list[_Cell]:
    printed = item.block.text
    offset = item.content.start - (len(printed) - len(printed.lstrip()))
    cells = []
    for found in _CELLS.finditer(printed):
        text = found[0].strip()
        start = offset + found.start() + len(found[0]) - len(found[0].lstrip())
        # A blank cell at a row's edge lies outside the text, and is never quoted.
        cells.append(_Cell(text, Span(max(start, 0), max(start, 0) + len(text))))
    return cells


def _grade_cell(cells: Sequence[_Cell], heading: Sequence[str]) -> _Cell | None:
    if len(heading) <= _TITLE_AND_GRADE:
        graded = [cell for cell in cells[1:] if grade_line(cell.text)]
        return graded[0] if len(graded) == 1 and graded[0] is cells[-1] else None
    column = _column_of_grades(heading)
    return cells[column] if column and len(cells) == len(heading) else None


def _column_of_grades(heading: Sequence[str]) -> int | None:
    """Return the column of this inspection's grades, where the heading tells it from others."""
    columns = range(1, len(heading))
    now = [at for at in columns if _NOW.search(heading[at])]
    if len(now) == 1:
        return now[0]
    left = [at for at in columns if not _EARLIER.search(heading[at])]
    years = {at: _YEAR.findall(heading[at]) for at in left}
    if len(left) > 1 and all(years.values()):
        latest = max(max(found) for found in years.values())
        left = [at for at, found in years.items() if max(found) == latest]
    elif any(_OF_GRADES.search(heading[at]) for at in left):
        left = [at for at in left if _OF_GRADES.search(heading[at])]
    elif len(left) == len(columns):  # nothing says that any column is of grades
        return None
    return left[0] if len(left) == 1 else None
