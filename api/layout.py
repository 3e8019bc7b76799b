"""Text laid out in columns. No word is broken, so a long address may stand out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

BULLETS = ("• ", "- ")


def wrapped(text: str, columns: int, *, first: str = "", rest: str = "") -> str:
    r"""Return ``text`` in lines of at most ``columns``; its own line breaks stay.

    ``first`` and ``rest`` are put before the first and the further lines of
    each paragraph. A bullet's further lines stand under its words.

    >>> print(wrapped("Two:\n• a long one", 11))
    Two:
    • a long
      one
    """
    return "\n".join(_paragraph(line, columns, first, rest) for line in text.splitlines())


def indented(lines: Iterable[str], columns: int, *, indent: str = "    ") -> str:
    """Return the first line as it is and the others below it, set in by ``indent``."""
    head, *below = lines
    set_in = (wrapped(line, columns, first=indent, rest=indent) for line in below)
    return "\n".join([wrapped(head, columns, rest=indent), *set_in])


def _paragraph(line: str, columns: int, first: str, rest: str) -> str:
    words = line.lstrip(" ")
    lead = " " * (len(line) - len(words))
    return textwrap.fill(
        words,
        columns,
        initial_indent=first + lead,
        subsequent_indent=rest + lead + ("  " if words.startswith(BULLETS) else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )
