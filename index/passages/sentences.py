"""Where the sentences of a canonical text are.

sentencex finds the boundaries, one line of the text at a time. Its known
mistakes on inspection reports are mended by the rules at the end of this file, each
small enough to be read: a rule joins a piece to its neighbour, cuts it or moves the cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from sentencex import get_sentence_boundaries

from index.documents import Span

BULLET = "•"


class LineKind(Enum):
    """How a line of the canonical text begins."""

    PLAIN = "plain"
    BULLET = "bullet"
    NUMBERED = "numbered"


@dataclass(frozen=True, slots=True)
class TextLine:
    """A non-blank line: all of it, trimmed, and the sentences in it.

    A bullet mark is inside ``span`` and outside the sentences; a printed number
    ("2.", "(b)") belongs to the first sentence.
    """

    kind: LineKind
    span: Span
    sentences: tuple[Span, ...]


def sentence_spans(text: str) -> tuple[Span, ...]:
    r"""Return the sentences of a canonical text, in order and trimmed.

    Every non-blank character but the bullet marks is in exactly one; none runs
    over the end of a line.

    >>> text = "We saw this.\n\n• It is good. It lasts."
    >>> [span.of(text) for span in sentence_spans(text)]
    ['We saw this.', 'It is good.', 'It lasts.']
    """
    return tuple(sentence for line in text_lines(text) for sentence in line.sentences)


def sentence_around(text: str, span: Span) -> Span:
    """Return the sentence that holds ``span``, else ``span`` itself: it crosses sentences."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    line = text[start : len(text) if end < 0 else end]
    sentences = (sentence.shifted(start) for sentence in sentence_spans(line))
    return next((sentence for sentence in sentences if sentence.contains(span)), span)


def text_lines(text: str) -> Iterator[TextLine]:
    """Yield the non-blank lines of a canonical text."""
    start = 0
    for line in text.split("\n"):
        span = _trimmed(text, start, start + len(line))
        start += len(line) + 1
        if span:
            yield _read_line(text, span)


def _read_line(text: str, span: Span) -> TextLine:
    if text.startswith(BULLET, span.start):
        content = _trimmed(text, span.start + len(BULLET), span.end)
        kind = LineKind.BULLET
    else:
        content = span
        kind = LineKind.NUMBERED if _LIST_NUMBER.match(span.of(text)) else LineKind.PLAIN
    return TextLine(kind, span, tuple(_sentences(text, content)) if content else ())


def _sentences(text: str, content: Span) -> Iterator[Span]:
    for start, end in _stretches(text, content):
        line = text[start:end]
        for first, last in _mended(line, _boundaries(line)):
            if span := _trimmed(line, first, last):
                yield span.shifted(start)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Return the span without blanks around it; ``None`` if it is blank."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return Span(start + left, start + len(piece.rstrip())) if left < len(piece) else None


# --- what sentencex is shown ---------------------------------------------------------------

_STRETCH = 8_000
"""Characters at a time; real paragraphs have under 3,000. One line of 20 MB stays affordable."""

_RUN_ON = 400
"""Characters. sentencex never cuts inside quotation marks or brackets; one left open (or an
apostrophe typed as an opening mark) would swallow every sentence up to the next closing one."""

_OPENING_MARKS = str.maketrans(dict.fromkeys('“‘(["', "X"))
_BLANK = re.compile(r"\s")
_INNER_STOP = re.compile(r"[.!?][”’\")\]]*\s+\S")


def _stretches(text: str, content: Span) -> Iterator[tuple[int, int]]:
    """Yield the line in stretches that end before a blank where there is one."""
    start = content.start
    while content.end - start > _STRETCH:
        blank = text.rfind(" ", start + 1, start + _STRETCH)
        end = blank if blank > start else start + _STRETCH
        yield start, end
        start = end
    yield start, content.end


def _boundaries(line: str) -> Iterator[int]:
    """Yield where sentencex begins a new sentence, the first one left out."""
    # sentencex 1.0 panics on a full stop beside a blank of several bytes (U+00A0).
    shown = _BLANK.sub(" ", line)
    for start, end in _segments(shown):
        if start:
            yield start
        piece = shown[start:end]
        if end - start > _RUN_ON and _INNER_STOP.search(piece):
            # The mark becomes a letter, not a blank: the sentence that it opens keeps it.
            reopened = piece.translate(_OPENING_MARKS)
            yield from (start + first for first, _ in _segments(reopened) if first)


def _segments(shown: str) -> Iterator[tuple[int, int]]:
    for boundary in get_sentence_boundaries("en", shown):
        yield boundary["start_index"], boundary["end_index"]


# --- the mends -----------------------------------------------------------------------------

_NUMBER = r"\(?(?:\d{1,3}(?:\.\d{1,2})*|[a-z]|[ivx]{1,4})[.)]"
_LIST_NUMBER = re.compile(_NUMBER + r"\s", re.IGNORECASE)

_ONLY_A_NUMBER = re.compile(_NUMBER, re.IGNORECASE)
"""A list number that was taken for a sentence: "47." + "Most children are safe."."""

_BEFORE_A_NUMBER = re.compile(
    r"\b(?:paras?|chs?|chap|vols?|nos?|pp?|figs?|arts?|secs?|ss?|regs?|cls?|sch|refs?|approx|ca?)\.$",
    re.IGNORECASE,
)
"""Abbreviations that a number follows: "See para." + "4 of the plan."."""

_BEFORE_A_NAME = re.compile(r"\b(?:Cllrs?|Insp|Supt|Sgt|Det|Cdr|Hon|Rt|Ch|Con)\.$")
"""Titles that sentencex does not know: "Cllr." + "Green spoke."."""

_LONGEST_ABBREVIATION = 12

_FOOTNOTE = re.compile(
    r"(?<=[^\W\d_]{2})(?P<stop>[)\]”’\"]{0,3}[.!?])[)\]”’\"]{0,3}(?:\d{1,2}|[¹²³⁰⁴-⁹]{1,2})"
    r"(?=\s+[“‘\"(\[]{0,3}[A-Z])"
)
"""A footnote's number glued behind a full stop hides the boundary: "they did.1 Then"."""

_STRAY_MARK = re.compile(r"(?:(?<!\s)\d{1,2}|[¹²³⁰⁴-⁹]{1,2})(?=\s)")
"""A mark behind a quotation's end, or a raised one, is given to the next sentence:
"they did.”" + "1 Then", "they did." + "² Then"."""


def _mended(line: str, boundaries: Iterator[int]) -> Iterator[tuple[int, int]]:
    """Yield the sentences of the line, joined and cut where sentencex is known to be wrong."""
    moved = {_behind_stray_mark(line, at) for at in boundaries}
    cuts = [0, *sorted(moved.union(_footnote_ends(line))), len(line)]
    start = 0
    for before, cut, after in zip(cuts, cuts[1:], cuts[2:], strict=False):
        if not _belong_together(line[before:cut].strip(), line[cut:after].strip()):
            yield start, cut
            start = cut
    yield start, len(line)


def _behind_stray_mark(line: str, boundary: int) -> int:
    mark = _STRAY_MARK.match(line, boundary)
    return mark.end() if mark else boundary


def _footnote_ends(line: str) -> Iterator[int]:
    for mark in _FOOTNOTE.finditer(line):
        before = line[max(0, mark.end("stop") - _LONGEST_ABBREVIATION) : mark.end("stop")]
        if not _BEFORE_A_NUMBER.search(before):
            yield mark.end()


def _belong_together(before: str, after: str) -> bool:
    ending = before[-_LONGEST_ABBREVIATION:]
    return (
        not any(character.isalnum() for character in before)
        or not any(character.isalnum() for character in after)
        or _ONLY_A_NUMBER.fullmatch(before) is not None
        or (after[0].islower() and _LIST_NUMBER.match(after + " ") is None)
        or (after[0].isdigit() and _BEFORE_A_NUMBER.search(ending) is not None)
        or (after[0].isupper() and _BEFORE_A_NAME.search(ending) is not None)
    )
