"""What a passage is built of: sentences that know what a cut before them would tear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.documents import Span
from index.passages.packing import Break
from index.passages.sentences import LineKind, TextLine, text_lines
from index.passages.tokens import count_tokens, prefix_within

_BLANKS_COUNTED = 2
"""Characters. A sentence is counted with the blanks before it, so that counts add up to that of
the passage: a space belongs to the next word's token, a blank line is a token of its own."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A sentence or a piece of one; ``span`` has the bullet mark too if it is an item's first.

    ``sentence`` is ``None`` for a lone bullet mark.
    """

    span: Span
    sentence: Span | None
    opening: Break
    tokens: int

    def cut(self, text: str, *, max_tokens: int) -> Iterator[Atom]:
        """Yield pieces of at most about ``max_tokens``, cut at white space or, without, anywhere.

        A piece has at least one character, whatever it takes.
        """
        if self.sentence is None or self.tokens <= max_tokens:
            yield self
            return
        start, bounds = self.sentence.start, []
        while start < self.sentence.end:
            end = _end_of_piece(text, Span(start, self.sentence.end), max_tokens=max_tokens)
            bounds.append(Span(start, end))
            start = _skip_blanks(text, end)
        yield from self._pieces(text, bounds)

    def halved(self, text: str) -> list[Atom]:
        """Return two halves by characters, or the atom alone where one character is left."""
        if self.sentence is None or len(self.sentence) < 2:
            return [self]
        middle = self.sentence.start + len(self.sentence) // 2
        left_end = self.sentence.start + len(text[self.sentence.start : middle].rstrip())
        bounds = [
            Span(self.sentence.start, left_end),
            Span(_skip_blanks(text, middle), self.sentence.end),
        ]
        return list(self._pieces(text, bounds))

    def _pieces(self, text: str, bounds: Sequence[Span]) -> Iterator[Atom]:
        first, *others = bounds
        yield _atom(text, Span(self.span.start, first.end), first, self.opening)
        for piece in others:
            yield _atom(text, piece, piece, Break.WORD)


def atoms_of(text: str, region: Span) -> Iterator[Atom]:
    """Yield the sentences in ``region``, in order, lone bullet marks among them."""
    lines = list(text_lines(region.of(text)))
    openings = [*_openings(region.of(text), lines), Break.PARAGRAPH]
    for line, (opening, next_opening) in zip(lines, pairwise(openings), strict=True):
        whole = line.span.shifted(region.start)
        if not line.sentences:
            yield _atom(text, whole, None, opening)
            continue
        first, *others = (sentence.shifted(region.start) for sentence in line.sentences)
        yield _atom(text, Span(whole.start, first.end), first, opening)
        for sentence in others:
            introduces = next_opening is Break.INTRODUCTION and sentence is others[-1]
            yield _atom(text, sentence, sentence, Break.LEAD if introduces else Break.SENTENCE)


def joined_sentences(atoms: Sequence[Atom]) -> tuple[Span, ...]:
    """Return the sentences of atoms that stand together, pieces of one sentence joined again."""
    sentences: list[Span] = []
    for atom in atoms:
        if atom.sentence is None:
            continue
        if atom.opening is Break.WORD and sentences:
            sentences[-1] = Span(sentences[-1].start, atom.sentence.end)
        else:
            sentences.append(atom.sentence)
    return tuple(sentences)


def _openings(text: str, lines: Sequence[TextLine]) -> Iterator[Break]:
    """Yield what a cut before each line would tear.

    Bullets are a list, led by whatever stands before them. Numbered lines are a
    list after a colon; otherwise they are numbered paragraphs.
    """
    before: TextLine | None = None
    in_list = False
    for line in lines:
        was_in_list, is_led = in_list, before is not None and text[before.span.end - 1] == ":"
        in_list = line.kind is LineKind.BULLET or (
            line.kind is LineKind.NUMBERED and (was_in_list or is_led)
        )
        if before is None or not in_list:
            yield Break.PARAGRAPH
        elif was_in_list and not is_led:
            yield Break.ITEM
        else:
            yield Break.INTRODUCTION
        before = line


def _atom(text: str, span: Span, sentence: Span | None, opening: Break) -> Atom:
    before = text[max(0, span.start - _BLANKS_COUNTED) : span.start]
    blanks = len(before) - len(before.rstrip())
    return Atom(span, sentence, opening, count_tokens(text[span.start - blanks : span.end]))


def _end_of_piece(text: str, rest: Span, *, max_tokens: int) -> int:
    """Return where the first piece of ``rest`` ends: before a blank, or inside a huge word."""
    ahead = rest.of(text)
    length = prefix_within(ahead, max_tokens=max_tokens)
    if length == len(ahead):
        return rest.end
    words = ahead[: length + 1].rsplit(maxsplit=1)
    ends_in_word = not ahead[length].isspace() and len(words) > 1
    return rest.start + (len(words[0]) if ends_in_word else len(ahead[:length].rstrip()))


def _skip_blanks(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start
