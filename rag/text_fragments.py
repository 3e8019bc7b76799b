"""The text directive that makes a browser show a quote on the publisher's page.

``#:~:text=[prefix-,]start[,end][,-suffix]``: a browser goes to the first place
that fits, so what is written has to fit in one place only. Specification:
https://wicg.github.io/scroll-to-text-fragment/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import quote as percent_encode

from index.documents import Span

MOST_EXACT_CHARACTERS = 300
"""A longer quote is named by its ends, as in Chrome's own links to a highlight."""

FEWEST_WORDS, MOST_WORDS = 4, 12
"""Of an end, and of what stands before or after a quote that is not the only one."""

TEXTS_IN_MEMORY = 64

_MARK = re.compile(r"^(?:•(?:\s+|$))?(?:(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})[.)](?:\s+|$))?")
"""Bullets and numbers of list items: on a page of the web they are no text."""


def text_directive(text: str, span: Span) -> str:
    """Return the directive, percent-encoded and without ``#``, for a quote of ``text``.

    A quote that stands more than once comes with as many words before it, or
    after it, as tell it from the others, up to 12; a page may hold words that
    our text has not, so a directive can still miss.
    """
    span = _whole_words(text, span)
    lines = _lines(span.of(text))
    if not lines:
        return ""
    page = _on_page(text)
    start, end = _ends(lines, page)
    before = after = ""
    if page.count(_folded([start])) > 1:
        before, after = _context(text, span, page, start, only_before=end is not None)
    parts = [
        f"{_encoded(before)}-" if before else "",
        _encoded(start),
        _encoded(end) if end else "",
        f"-{_encoded(after)}" if after else "",
    ]
    return f":~:text={','.join(part for part in parts if part)}"


def _whole_words(text: str, span: Span) -> Span:
    """Return the span without words cut in two: a browser finds whole words only."""
    start, end = span.start, span.end
    while 0 < start < end and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while start < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return Span(start, end)


def _ends(lines: Sequence[str], page: str) -> tuple[str, str | None]:
    """Return the whole of a short quote, else its first and last words."""
    if len(lines) == 1 and len(lines[0]) <= MOST_EXACT_CHARACTERS:
        return lines[0], None
    first, last = lines[0].split(), lines[-1].split()
    if len(lines) == 1:
        # Two ends of one line may not share a word.
        first, last = first[: len(first) // 2], first[len(first) // 2 :]
    start = _shortest((first[:n] for n in _lengths(first)), page, after=0)
    whole = _folded(lines)
    at = page.find(whole)
    wanted = at + len(whole) if at >= 0 else None
    after = (at if at >= 0 else page.find(_folded([start]))) + len(_folded([start]))
    return start, _shortest((last[-n:] for n in _lengths(last)), page, after=after, ending=wanted)


def _lengths(words: Sequence[str]) -> range:
    return range(min(FEWEST_WORDS, len(words)), min(MOST_WORDS, len(words)) + 1)


def _shortest(
    choices: Iterator[Sequence[str]], page: str, *, after: int, ending: int | None = None
) -> str:
    """Return the first choice that fits in one place, or first there; else the longest one."""
    chosen = ""
    for words in choices:
        chosen = " ".join(words)
        folded = _folded([chosen])
        if ending is None and page.count(folded) == 1:
            break
        if ending is not None and page.find(folded, after) + len(folded) == ending:
            break
    return chosen


def _context(text: str, span: Span, page: str, start: str, *, only_before: bool) -> tuple[str, str]:
    """Return the words before the quote, else those after it, that make it the only one.

    ``only_before``: words after the quote stand behind its end, and tell nothing of its start.
    """
    before = _words_beside(text[: span.start], last=True)
    after = [] if only_before else _words_beside(text[span.end :], last=False)
    for count in range(1, len(before) + 1):
        prefix = " ".join(before[-count:])
        if page.count(_folded([prefix, start])) == 1:
            return prefix, ""
    for count in range(1, len(after) + 1):
        suffix = " ".join(after[:count])
        if page.count(_folded([start, suffix])) == 1:
            return "", suffix
    return " ".join(before[-FEWEST_WORDS:]), ""


def _words_beside(text: str, *, last: bool) -> list[str]:
    """Return words of the nearest line: a prefix or suffix may not run over a block's end."""
    lines = _lines(text[-2000:] if last else text[:2000])
    if not lines:
        return []
    return lines[-1].split()[-MOST_WORDS:] if last else lines[0].split()[:MOST_WORDS]


def _lines(text: str) -> list[str]:
    lines = (" ".join(_MARK.sub("", line.strip()).split()) for line in text.split("\n"))
    return [line for line in lines if line]


@lru_cache(maxsize=TEXTS_IN_MEMORY)
def _on_page(text: str) -> str:
    """Return the text as a browser compares it: one line, one case, without list marks."""
    return _folded(_lines(text))


def _folded(parts: Sequence[str]) -> str:
    return " ".join(parts).casefold()


def _encoded(words: str) -> str:
    # A bare "-" belongs to the directive's own syntax.
    return percent_encode(words, safe="").replace("-", "%2D")
