"""The words of a text, folded so that names can be compared: case, accents and "&" aside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Span


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text, folded: lower case, no accents, "and" for "&", no possessive "'s".

    ``spellings`` are the name words it may be meant for where it is none itself.
    """

    folded: str
    span: Span
    written: str
    possessive: bool
    spellings: tuple[str, ...] = ()


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|&")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_SAME_WORD = {"&": "and", "saint": "st"}


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of ``text`` in order; a hyphen parts words, an apostrophe does not."""
    return tuple(_word(match) for match in _WORD.finditer(text))


def _word(match: re.Match[str]) -> Word:
    written = match.group()
    stem = _POSSESSIVE.sub("", written)
    folded = fold(stem).replace("’", "'").replace("'", "")
    return Word(
        folded=_SAME_WORD.get(folded, folded),
        span=Span(*match.span()),
        written=stem,
        possessive=len(stem) < len(written),
    )


def key_of(name: str) -> tuple[str, ...]:
    """Return the folded words of a name: what names are compared by."""
    return tuple(word.folded for word in words_of(name))


_BREAK = re.compile(r"[?!;:()\n\"“”]")
_SENTENCE_END = re.compile(r"[.?!:;\n\"“(]")
_NOT_ADJACENT = re.compile(r"[^\s’'-]")
_PAUSE = re.compile(r"^\s*[:,–—-]")
SHOUTED_SHARE = 0.7
"""Share of capitalised words above which a capital letter says nothing."""


class WordedText:
    """A text as its words and what stands between them."""

    def __init__(self, text: str, words: Sequence[Word]) -> None:
        self.text = text
        self.words = words
        long = [word.written for word in words if len(word.written) > 3 and word.written.isalpha()]
        capitals = sum(word[0].isupper() for word in long)
        self.case_tells = len(long) < 4 or capitals <= SHOUTED_SHARE * len(long)
        """Whether a capital letter can be taken for a sign of a name."""

    def gap(self, at: int) -> str:
        """Return what stands between word ``at`` and the one before it."""
        before = self.words[at - 1].span.end if at else 0
        after = self.words[at].span.start if at < len(self.words) else len(self.text)
        return self.text[before:after]

    def is_broken(self, start: int, end: int) -> bool:
        """Whether a sentence or a bracket ends between the words ``[start, end)``."""
        return any(_BREAK.search(self.gap(at)) for at in range(start + 1, end))

    def is_adjacent(self, at: int) -> bool:
        """Whether word ``at`` exists and only blank space parts it from the one before it."""
        return at < len(self.words) and not _NOT_ADJACENT.search(self.gap(at))

    def begins_sentence(self, at: int) -> bool:
        return at == 0 or bool(_SENTENCE_END.search(self.gap(at)))

    def pauses_before(self, at: int) -> bool:
        """Whether a colon, comma or dash stands before word ``at``."""
        return bool(_PAUSE.match(self.gap(at)))

    def folded(self, start: int, end: int) -> list[str]:
        """Return the words ``[start, end)``, as far as the text has them."""
        return [word.folded for word in self.words[max(start, 0) : max(end, 0)]]

    def span(self, start: int, end: int) -> Span:
        return Span(self.words[start].span.start, self.words[end - 1].span.end)
