"""A comparison as it is read: one row a side, then where each quote stands."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from api.answer_text import answer_text, sources_text
from api.layout import wrapped
from api.terminal import GAP, show, text_columns
from rag.answers import Sentence, SentenceKind
from rag.wire import answer_json

if TYPE_CHECKING:
    from rag.comparison import ComparedSide, Comparison

WIDEST_NAME = 26
"""Columns of the sides' names: longer ones are wrapped."""


def show_comparison(comparison: Comparison, *, invented: Collection[str]) -> None:
    """Show a table on a terminal, aligned lines in a pipe; below it the sources.

    What is no comparison, since it is refused or has one side only, is shown as an answer.
    """
    columns, answer = text_columns(), comparison.answer
    if not comparison.sides:
        show(answer_text(answer, columns=columns, invented=invented))
        return
    if sys.stdout.isatty():
        _show_rich_table(comparison.sides, columns)
    else:
        show(f"{comparison_lines(comparison.sides, columns=columns)}\n")
    show(sources_text(answer, columns=columns, invented=invented))


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Return the answer's JSON, and in ``sides`` the numbers that each side is cited by."""
    sides = [
        {"name": side.name, "citations": _numbers(side), "gap": side.gap}
        for side in comparison.sides
    ]
    return {**answer_json(comparison.answer), "sides": sides}


def _numbers(side: ComparedSide) -> list[int]:
    cited = (number for sentence in side.sentences for number in sentence.citations)
    return list(dict.fromkeys(cited))


def comparison_lines(sides: Sequence[ComparedSide], *, columns: int) -> str:
    """Return the sides as plain text in two columns, with an empty line between them."""
    width = min(max(len(side.name) for side in sides), WIDEST_NAME)
    rest = columns - width - GAP
    return "\n\n".join(_row(side, width, rest) for side in sides)


def _row(side: ComparedSide, width: int, rest: int) -> str:
    names, said = wrapped(side.name, width), wrapped(_said(side), rest)
    pairs = zip_longest(names.splitlines(), said.splitlines(), fillvalue="")
    return "\n".join(f"{name:<{width + GAP}}{line}".rstrip() for name, line in pairs)


def _said(side: ComparedSide) -> str:
    return side.gap or "\n".join(_quoted(sentence) for sentence in side.sentences)


def _quoted(sentence: Sentence) -> str:
    """Return a sentence with its markers; what is the report's own wording is in quotes."""
    markers = "".join(f"[{number}]" for number in sentence.citations)
    text = f"“{sentence.text}”" if sentence.kind is SentenceKind.VERBATIM else sentence.text
    return f"{text} {markers}"


def _show_rich_table(sides: Sequence[ComparedSide], columns: int) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=SIMPLE_HEAD, pad_edge=False, show_lines=True, header_style="bold", width=columns
    )
    table.add_column("Side", max_width=WIDEST_NAME, overflow="fold")
    table.add_column("What its reports say", ratio=1, overflow="fold")
    for side in sides:
        # Text, not str: a report's "[1]" is no markup.
        table.add_row(Text(side.name), Text(_said(side), style="italic" if side.gap else ""))
    Console(highlight=False).print(table)
