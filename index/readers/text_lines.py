"""The lines of a text file as they were printed, and whether a page's width broke them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.readers.characters import clean_text, split_bullet
from index.readers.hyphens import SOFT_HYPHEN
from index.readers.running import SKIP_LINK, edge_lines, page_number

WIDEST_WRAP = 160  # characters a printed line can hold at a readable size
_ENDED = re.compile(r"[.!?:;…][”’\"')\]]*\d{0,2}$")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line, stripped; ``alone``: blank lines or the file's edge on both sides."""

    text: str
    page: int | None
    after_gap: bool
    alone: bool


def printed_lines(text: str) -> list[Line]:
    """Return the lines that print something, without running heads and page numbers."""
    pages = [re.split(r"\r\n?|\n|\x85|\u2028|\u2029", page) for page in text.split("\f")]
    pages = [[_clean_line(line) for line in page] for page in pages]
    running = edge_lines(pages) if len(pages) > 1 else [frozenset[int]()]
    lines: list[Line] = []
    for number, (page, left_out) in enumerate(zip(pages, running, strict=True), start=1):
        kept = [line for at, line in enumerate(page) if at not in left_out]
        for at, line in enumerate(kept):
            if line and not (not lines and SKIP_LINK.fullmatch(line)):
                before, after = at == 0 or not kept[at - 1], at + 1 == len(kept) or not kept[at + 1]
                page_of = number if len(pages) > 1 else None
                lines.append(Line(line, page_of, after_gap=before, alone=before and after))
    return lines


def _clean_line(line: str) -> str:
    # A soft hyphen at a line's end is the word's: it goes when the halves are joined.
    broken = line.rstrip()[-1:] == SOFT_HYPHEN
    return clean_text(line) + (SOFT_HYPHEN if broken else "")


def is_wrapped(lines: Sequence[str]) -> bool:
    """Return whether the lines were broken at a page's width.

    They were when no line is much longer than a printed one and lines often
    break off inside a sentence: the next begins with a small letter.
    """
    lengths = sorted(len(line) for line in lines)
    if len(lines) < 3 or lengths[int(len(lengths) * 0.98)] > WIDEST_WRAP:
        return False
    long = [pair for pair in pairwise(lines) if len(pair[0]) > lengths[-1] * 0.6]
    broken = sum(1 for line, following in long if runs_on(line, following))
    return broken >= 2 and broken > 0.3 * len(long)


def runs_on(line: str, following: str) -> bool:
    """Return whether ``following`` can only be the rest of ``line``'s sentence."""
    return following[:1].islower() and not split_bullet(following)[0] and not is_ended(line)


def is_ended(text: str) -> bool:
    """Return whether the text ends as a sentence does; a footnote's figure may follow."""
    return _ENDED.search(text) is not None


def without_lone_page_numbers(lines: Sequence[Line]) -> list[Line]:
    """Leave out lone numbers that count up by one and interrupt sentences.

    Only for text whose page breaks were not kept.
    """
    if lines[0].page is not None:
        return list(lines)
    lone = [at for at, line in enumerate(lines) if page_number(line.text) is not None]
    numbers = [page_number(lines[at].text) or 0 for at in lone]
    counting = all(after == before + 1 for before, after in pairwise(numbers))
    interrupting = any(
        0 < at < len(lines) - 1 and runs_on(lines[at - 1].text, lines[at + 1].text) for at in lone
    )
    if not (counting and interrupting):
        return list(lines)
    return [line for at, line in enumerate(lines) if at not in set(lone)]
