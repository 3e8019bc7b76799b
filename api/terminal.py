"""What the command line writes: results to stdout, talk and progress to stderr.

A terminal gets tables and colour; a pipe gets one line a row with tabs
between, so that ``cut``, ``sort`` and a spreadsheet can read it.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from typing import Any

import click

from api.layout import indented

PIPE_COLUMNS = 80
WIDEST_COLUMNS = 100
"""Longer lines of prose are hard to read, however wide the window is."""

GAP = 2
"""Columns between two columns of a table."""


def show(text: str) -> None:
    click.echo(text)


def talk(message: str) -> None:
    click.echo(message, err=True)


def show_json(value: Any) -> None:  # noqa: ANN401
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def text_columns() -> int:
    """Return how wide prose may be: the window's width up to a limit, 80 in a pipe."""
    if not sys.stdout.isatty():
        return PIPE_COLUMNS
    return min(window_columns(), WIDEST_COLUMNS)


def window_columns() -> int:
    return shutil.get_terminal_size((PIPE_COLUMNS, 24)).columns


def show_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Show a header and one line a row; ``None`` is an empty cell.

    A window too narrow for the table gets each row as a paragraph, so that a
    report's name stays in one piece.
    """
    cells = [["" if value is None else str(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        for line in (columns, *cells):
            show("\t".join(" ".join(cell.split()) for cell in line))
    elif _width(columns, cells) <= window_columns():
        _show_rich_table(columns, cells)
    else:
        for first, *others in cells:
            named = zip(columns[1:], others, strict=True)
            line = ", ".join(f"{column} {cell}" for column, cell in named if cell)
            show(indented([first, line], window_columns()))


def _width(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> int:
    widest = (max(map(len, column)) for column in zip(columns, *cells, strict=True))
    return sum(width + GAP for width in widest)


def _show_rich_table(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for index, column in enumerate(columns):
        figures = bool(cells) and all(row[index].isdigit() for row in cells)
        table.add_column(column, justify="right" if figures else "left", overflow="fold")
    for row in cells:
        # Text, not str: a report's "[1]" is no markup.
        table.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(table)
