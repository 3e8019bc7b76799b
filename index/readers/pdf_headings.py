"""Which blocks of a PDF are headings: what stands out and is no list of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from index.readers.blocks import BlockKind
from index.readers.pdf_joining import OpenBlock
from index.readers.pdf_lines import PdfLine

HEADING_CHARS = 200
LARGER = 1.08  # times the body's size
IN_A_ROW = 2  # bold lines without text between them; more are the names of a signature block
_SENTENCE_END = re.compile(r"[.,;!…]$")
_ENDED = re.compile(r"[.!?:;…][”’\"')\]]*$")


def mark_headings(blocks: Sequence[OpenBlock], *, body_size: float) -> None:
    """Make headings of the paragraphs that are set as headings, with the level of their tag."""
    for run, following in _bold_runs(blocks):
        few = len({(block.draft.size, block.draft.text) for block in run}) <= IN_A_ROW
        for block in run:
            if _may_be_heading(block) and following is not None:
                larger = (block.draft.size or 0) > LARGER * body_size
                if larger or (block.draft.bold and few):
                    block.draft.kind = BlockKind.HEADING
    for block in _tagged(blocks):
        block.draft.kind, block.draft.level = BlockKind.HEADING, _level(block.first)
    for block in _box_titles(blocks):
        block.draft.kind = BlockKind.HEADING


def _bold_runs(blocks: Sequence[OpenBlock]) -> Iterator[tuple[list[OpenBlock], OpenBlock | None]]:
    """Yield stretches of equally bold blocks, each with the block that follows it."""
    runs = [list(run) for _, run in groupby(blocks, key=lambda block: block.draft.bold)]
    for run, following in pairwise([*runs, []]):
        yield run, following[0] if following else None


def _may_be_heading(block: OpenBlock) -> bool:
    draft = block.draft
    return (
        draft.kind is BlockKind.PARAGRAPH
        and len(draft.text) <= HEADING_CHARS
        and not _SENTENCE_END.search(draft.text)
    )


def _tagged(blocks: Sequence[OpenBlock]) -> Iterator[OpenBlock]:
    return (
        block
        for block in blocks
        if block.draft.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING)
        and len(block.draft.text) <= HEADING_CHARS
        and _level(block.first) is not None
    )


def _box_titles(blocks: Sequence[OpenBlock]) -> Iterator[OpenBlock]:
    """Yield the first lines of table cells that hold prose: the titles of boxes."""
    for cell, members in groupby(blocks, key=lambda block: _cell(block.first)):
        title, *prose = list(members)
        if cell is None or not prose or title.first is not title.last or title.draft.bold:
            continue
        if _may_be_heading(title) and _ENDED.search(prose[0].draft.text):
            yield title


def _cell(line: PdfLine) -> tuple[int, int] | None:
    return (line.page, line.tag.cell) if line.tag and line.tag.cell is not None else None


def _level(line: PdfLine) -> int | None:
    role = line.tag.role if line.tag else ""
    return int(role[1]) if re.fullmatch(r"H[1-6]", role) else None
