"""Text with its accidents folded away, and the way back to the original.

Two texts that differ in white space, in the shape of quotation marks and
dashes, in ligatures or in a hyphen at a line's end say the same. A folded text
remembers where each of its characters came from, so what is found in it can be
cited in the original's code points.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import cache

from index.documents import Span

_QUOTES = str.maketrans("‘’‚‛′`´“”„‟″«»−", "'''''''\"\"\"\"\"\"\"-")

_FOOTNOTE = re.compile(r"[^\W\d_][.,;:!?)\]'\"]*([0-9]{1,2})(?!\w)")
"""A number of one or two digits glued to the end of a word or of its punctuation."""


@dataclass(frozen=True, slots=True)
class Folded:
    """``text[i]`` came from the original's code point ``offsets[i]``."""

    text: str
    offsets: array[int]

    def original(self, start: int, end: int) -> Span:
        """Return the span of the original that ``text[start:end]`` came from; not empty."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


def fold_typography(text: str) -> Folded:
    """Fold white space, typographic characters and hyphens at line ends.

    White space becomes one space, and ``"co- located"`` ``"co-located"``.
    Compatibility characters are taken apart (a ligature into its letters);
    accents and invisible characters go, so composed and decomposed text agree.
    """
    characters: list[str] = []
    offsets = array("L")
    for position, original in enumerate(text):
        for character in _plain(original):
            if character == " " and characters[-1:] == [" "]:
                continue
            if character.isalnum() and _ends_in_broken_word(characters):
                characters.pop()
                offsets.pop()
            characters.append(character)
            offsets.append(position)
    return Folded("".join(characters), offsets)


def fold_letters(text: str) -> Folded:
    """Keep letters and digits alone, in lower case, without the digits of footnote marks."""
    plain = fold_typography(text)
    marks = {
        position
        for match in _FOOTNOTE.finditer(plain.text)
        for position in range(match.start(1), match.end(1))
    }
    characters: list[str] = []
    offsets = array("L")
    for position, character in enumerate(plain.text):
        if character.isalnum() and position not in marks:
            for lowered in character.casefold():
                characters.append(lowered)
                offsets.append(plain.offsets[position])
    return Folded("".join(characters), offsets)


def folded_words(text: str) -> str:
    """Return ``text`` folded and in lower case, for comparing words, not places."""
    return fold_typography(text).text.casefold().strip()


@cache
def _plain(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character.translate(_QUOTES)).translate(_QUOTES)
    return "".join(_plain_part(part) for part in decomposed)


def _plain_part(part: str) -> str:
    match unicodedata.category(part):
        case "Pd":
            return "-"
        case "Zs" | "Zl" | "Zp" | "Cc":
            return " "
        case "Mn" | "Cf":
            return ""
        case _:
            return part


def _ends_in_broken_word(characters: list[str]) -> bool:
    return (
        len(characters) > 2
        and characters[-1] == " "
        and characters[-2] == "-"
        and characters[-3].isalnum()
    )
