"""Tables of figures: drawn on a terminal, Markdown in a file and in a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

NOTHING = "–"
"""The cell of a figure that is undefined."""


@dataclass(frozen=True, slots=True)
class Table:
    """A title, a header and rows of as many cells. Columns from ``figures_from`` are figures."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures_from: int = 1


def figure(value: float | None, *, digits: int = 3) -> str:
    """Return a rate as it is printed.

    >>> figure(0.5), figure(None)
    ('0.500', '–')
    """
    return NOTHING if value is None else f"{value:.{digits}f}"


def markdown(table: Table) -> str:
    """Return the table as GitHub Markdown, columns aligned for reading as plain text."""
    rows = [[_escaped(cell) for cell in row] for row in (table.header, *table.rows)]
    widths = [max(3, *(len(cell) for cell in column)) for column in zip(*rows, strict=True)]
    rule = [
        "-" * width if column < table.figures_from else "-" * (width - 1) + ":"
        for column, width in enumerate(widths)
    ]
    lines = [_line(row, widths, table.figures_from) for row in (rows[0], rule, *rows[1:])]
    return "\n".join([f"## {table.title}", "", *lines, ""])


def draw(tables: Sequence[Table], console: Console) -> None:
    """Draw the tables on a terminal; write them as Markdown where there is none."""
    for table in tables:
        if console.is_terminal:
            console.print(_drawn(table))
        else:
            console.file.write(f"{markdown(table)}\n")


def _drawn(table: Table) -> RichTable:
    drawn = RichTable(
        title=table.title,
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for position, name in enumerate(table.header):
        if position < table.figures_from:
            drawn.add_column(name, overflow="fold")
        else:
            drawn.add_column(name, justify="right", no_wrap=True)
    for row in table.rows:
        # Text, not str: "[1]" in a question is no markup.
        drawn.add_row(*(Text(cell) for cell in row))
    return drawn


def _line(cells: Sequence[str], widths: Sequence[int], figures_from: int) -> str:
    padded = (
        cell.ljust(width) if column < figures_from else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join(padded)} |"


def _escaped(cell: str) -> str:
    return " ".join(cell.replace("|", "\\|").split())
