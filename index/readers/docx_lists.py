"""The numbers that Word prints before list items, which its files do not hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

Element = Any
"""An element of the numbering part's XML."""
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"))
_ROMAN_ONES = ((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def roman(number: int) -> str:
    """Return a number in small roman figures.

    >>> roman(14)
    'xiv'
    """
    figures = ""
    for value, figure in (*_ROMAN, *_ROMAN_ONES):
        count, number = divmod(number, value)
        figures += figure * count
    return figures


def letter(number: int) -> str:
    """Return the letter that Word numbers with: a to z, then aa, bb.

    >>> letter(28)
    'bb'
    """
    times, place = divmod(number - 1, 26)
    return chr(ord("a") + place) * (times + 1)


_FORMATS: dict[str, Callable[[int], str]] = {
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "lowerLetter": letter,
    "upperLetter": lambda number: letter(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
}


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


class ListNumbers:
    """Counts the items of a document's lists as they come."""

    def __init__(self, numbering: Element | None) -> None:
        self._lists: dict[str, str] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._restarts: dict[str, int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if numbering is not None:
            self._read(numbering)

    def label(self, list_id: str, depth: int) -> str | None:
        """Count one more item and return its number, ``""`` for a bullet.

        ``None`` for a list that the file does not define.
        """
        definition = self._lists.get(list_id)
        if definition is None:
            return None
        levels = self._levels.get(definition, {})
        level = levels.get(depth, _Level("bullet", "", 1))
        if level.format in ("bullet", "none"):
            return ""
        counts = self._count(list_id, definition, depth, level.start)
        return _PLACE.sub(lambda place: _printed(levels, counts, int(place[1]) - 1), level.text)

    def _count(self, list_id: str, definition: str, depth: int, start: int) -> dict[int, int]:
        counts = self._counts.setdefault(definition, {})
        if depth == 0 and list_id in self._restarts:
            counts[depth] = self._restarts.pop(list_id)
        else:
            counts[depth] = counts.get(depth, start - 1) + 1
        for deeper in [found for found in counts if found > depth]:
            del counts[deeper]
        return counts

    def _read(self, numbering: Element) -> None:
        for abstract in numbering.iterchildren(qn("w:abstractNum")):
            self._levels[abstract.get(qn("w:abstractNumId"))] = {
                int(level.get(qn("w:ilvl"))): _Level(
                    format=_value(level, "w:numFmt") or "decimal",
                    text=_value(level, "w:lvlText") or "",
                    start=int(_value(level, "w:start") or 1),
                )
                for level in abstract.iterchildren(qn("w:lvl"))
            }
        for number in numbering.iterchildren(qn("w:num")):
            list_id = number.get(qn("w:numId"))
            self._lists[list_id] = _value(number, "w:abstractNumId") or ""
            restart = number.find(f"{qn('w:lvlOverride')}/{qn('w:startOverride')}")
            if restart is not None:
                self._restarts[list_id] = int(restart.get(qn("w:val")))


def _printed(levels: dict[int, _Level], counts: dict[int, int], depth: int) -> str:
    level = levels.get(depth, _Level("decimal", "", 1))
    number = counts.get(depth, level.start)
    return _FORMATS.get(level.format, str)(number)


def _value(element: Element, tag: str) -> str | None:
    child = element.find(qn(tag))
    value = None if child is None else child.get(qn("w:val"))
    return None if value is None else str(value)
