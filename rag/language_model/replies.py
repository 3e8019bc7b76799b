"""A model's reply, cut into units as it comes: prose, and the numbers that it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.passages.sentences import sentence_spans

LONGEST_UNIT = 4000
"""Characters without an end that are waited for; what is longer is no sentence."""

_MARKER = re.compile(r"\[\s*S?\d{1,4}(?:\s*[,;]\s*S?\d{1,4})*\s*\]")
_END = re.compile(
    # A line's end; or the end of a sentence and its numbers, in either order, if another follows.
    rf"\n|(?:[.!?][”’\"')]*\s*(?:{_MARKER.pattern}\s*)+|(?:{_MARKER.pattern}\s*)+[.!?])"
    r"[ \t]+(?=[^\s\[.!?])"
)
_BULLET = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+(?=\D))")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")


@dataclass(frozen=True, slots=True)
class Unit:
    """What stands before one group of numbers: sentences, or none where a quote is called for."""

    sentences: tuple[str, ...]
    numbers: tuple[int, ...]


class UnitReader:
    """Takes a reply piece by piece and gives its units as soon as they are whole."""

    def __init__(self) -> None:
        self._held = ""

    def take(self, piece: str) -> Iterator[Unit]:
        """Give the units that are whole with this piece."""
        self._held += piece
        while (end := _END.search(self._held)) is not None:
            text, self._held = self._held[: end.end()], self._held[end.end() :]
            yield from _units(text)
        if len(self._held) > LONGEST_UNIT:
            self._held = ""

    def rest(self) -> Iterator[Unit]:
        """Give what is left when the reply is whole."""
        text, self._held = self._held, ""
        yield from _units(text)


def _units(text: str) -> Iterator[Unit]:
    """Give the unit of the text; none where nothing in it rests on a number."""
    markers = list(_MARKER.finditer(text))
    if not markers:
        return
    numbers = [int(n) for marker in markers for n in re.findall(r"\d+", marker[0])]
    prose = _BULLET.sub("", _BOLD.sub(r"\1", _MARKER.sub(" ", text)))
    # "weak . " and "weak ." are how a marker before or after the full stop leaves the text.
    prose = re.sub(r"\s+([.!?,;:])", r"\1", " ".join(prose.split())).strip()
    if not re.search(r"\w", prose):
        prose = ""
    sentences = tuple(span.of(prose) for span in sentence_spans(prose))
    yield Unit(sentences, tuple(dict.fromkeys(numbers)))
