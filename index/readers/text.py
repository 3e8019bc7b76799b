"""Plain text: a saved web page, or what another program took out of a PDF.

In the first, each line is a paragraph and blank lines separate; in the second,
lines are broken at the width of the page and have to be joined. Which of the
two a file is, its line lengths say.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import pairwise

from index.errors import NoText, UnreadableReport
from index.readers.blocks import Block, BlockKind, SourceDocument
from index.readers.characters import is_dash, split_bullet, split_label
from index.readers.drafts import Draft
from index.readers.hyphens import Spellings
from index.readers.text_lines import (
    Line,
    is_ended,
    is_wrapped,
    printed_lines,
    runs_on,
    without_lone_page_numbers,
)
from index.readers.text_notes import notes_apart

HEADING_CHARS = 200  # the longest question heading seen has 131
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SENTENCE_END = re.compile(r"[.,:;!…]$")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def read_text(name: str, data: bytes) -> SourceDocument:
    """Return the paragraphs of a plain text file.

    Raises:
        NoText: there is nothing in it but white space.
        UnreadableReport: it is no text, whatever its name says.

    """
    text = decode(name, data)
    blocks = tuple(text_blocks(text))
    if not blocks:
        raise NoText(name, "the file holds no text")
    return SourceDocument(
        name=name, sha256=sha256(data).hexdigest(), blocks=blocks, has_pages="\f" in text.strip()
    )


def decode(name: str, data: bytes) -> str:
    """Return the file's text: by its byte-order mark, else UTF-8, else Windows-1252."""
    encoding = next((found for mark, found in _BOMS if data.startswith(mark)), None)
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding is not None:
            raise UnreadableReport(
                name, f"begins with a {encoding} mark but is not {encoding} text"
            ) from None
        text = _decode_single_bytes(name, data)
    # ESC is tolerated: logs of terminals carry it. Two stray controls in a
    # thousand characters are dirt, more are another kind of file.
    if len(_BINARY.findall(text)) * 500 > len(text):
        raise UnreadableReport(name, "is not a text file: it holds binary data")
    return text


def _decode_single_bytes(name: str, data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise UnreadableReport(
            name, "is not a text file in UTF-8, UTF-16 or Windows-1252"
        ) from None


def text_blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a text in reading order."""
    lines = printed_lines(text)
    if not lines:
        return
    if is_wrapped([line.text for line in lines]):
        lines, notes = notes_apart(without_lone_page_numbers(lines))
        spellings = Spellings(line.text for line in lines)
        drafts = _join_wrapped(lines, spellings)
        _mark_headings(drafts)
        drafts = _with_notes(drafts, [note.draft(spellings) for note in notes])
    else:
        drafts = [_draft(line) for line in lines]
    yield from (draft.block() for draft in drafts if not draft.is_empty)


def _full_length(lines: Sequence[Line]) -> float:
    """Return the length from which a line with the next word counts as full.

    Printed letters differ in width, so full lines differ in length: the lines
    that break off inside a sentence show by how much.
    """
    lengths = sorted(
        len(line.text) + 1 + len(following.text.split(" ", 1)[0])
        for line, following in pairwise(lines)
        if runs_on(line.text, following.text)
    )
    if not lengths:
        return math.inf
    middle = lengths[len(lengths) // 2]
    return max(lengths[len(lengths) // 20], 0.75 * middle)


def _join_wrapped(lines: Sequence[Line], spellings: Spellings) -> list[Draft]:
    full = _full_length(lines)
    drafts: list[Draft] = []
    last: Line | None = None
    for line in lines:
        if last is not None and _continues(last, line, full=full, empty=drafts[-1].is_empty):
            drafts[-1].run_on(line.text, page=line.page, spellings=spellings)
        else:
            drafts.append(_draft(line))
        last = line
    return drafts


def _continues(last: Line, line: Line, *, full: float, empty: bool) -> bool:
    if empty:  # a bullet or a number that stands on a line of its own
        return True
    if line.after_gap and not (last.page != line.page and not is_ended(last.text)):
        return False
    bullet, _ = split_bullet(line.text)
    ended = is_ended(last.text)
    if bullet and not (is_dash(bullet) and not ended):
        return False
    if split_label(line.text)[0] is not None and ended:
        return False
    if line.text[0].islower() and not ended:
        return True
    first_words = line.text.split(" ")[: 2 if bullet else 1]
    return len(last.text) + 1 + len(" ".join(first_words)) >= full


def _draft(line: Line) -> Draft:
    bullet, rest = split_bullet(line.text)
    if bullet:
        return Draft(BlockKind.BULLET, [rest], page=line.page)
    label, rest = split_label(line.text)
    kind = BlockKind.HEADING if line.alone and _is_title(rest) else BlockKind.PARAGRAPH
    return Draft(kind, [rest], page=line.page, label=label)


def _with_notes(drafts: Sequence[Draft], notes: Sequence[Draft]) -> list[Draft]:
    """Return the blocks with each footnote after the last that began on its page."""
    # The sort is stable: notes come after the text of their page, in their own order.
    return sorted([*drafts, *notes], key=lambda draft: draft.page or 0)


def _mark_headings(drafts: Sequence[Draft]) -> None:
    """Make a heading of each short paragraph that is no sentence and comes before one."""
    for draft, following in pairwise(drafts):
        if draft.kind is BlockKind.PARAGRAPH and draft.label is None and _is_title(draft.text):
            introduces = following.kind is BlockKind.BULLET or is_ended(following.text)
            draft.kind = BlockKind.HEADING if introduces else BlockKind.PARAGRAPH


def _is_title(text: str) -> bool:
    return len(text) <= HEADING_CHARS and not _SENTENCE_END.search(text) and not text[:1].islower()
