"""Blocks to the canonical text of a report, with every block's place in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.documents import Span
from index.readers.blocks import Block, BlockKind

BULLET = "• "
_LIST_KINDS = frozenset({BlockKind.BULLET, BlockKind.TABLE_ROW})


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block and where it stands.

    ``span`` is all that is printed for it, ``content`` the same without bullet
    and label. Both begin and end with a non-blank character.
    """

    block: Block
    span: Span
    content: Span

    @property
    def kind(self) -> BlockKind:
        return self.block.kind

    @property
    def text(self) -> str:
        return self.block.text.strip()


@dataclass(frozen=True, slots=True)
class CanonicalText:
    """The text, its blocks in reading order, and where each page begins."""

    text: str
    blocks: tuple[PlacedBlock, ...]
    page_starts: tuple[int, ...]


def lay_out(blocks: Sequence[Block]) -> CanonicalText:
    """Return the canonical text of the blocks (see ``Report``); blank ones are left out.

    A footnote that a page end dropped into the middle of a list comes after
    the list, so that a list is one run of lines.
    """
    ordered = _footnotes_after_lists([block for block in blocks if block.text.strip()])
    parts: list[str] = []
    placed: list[PlacedBlock] = []
    at = 0
    for number, block in enumerate(ordered):
        gap = _separator(ordered[number - 1], block) if number else ""
        mark, text = _mark(block), block.text.strip()
        parts += [gap, mark, text]
        start = at + len(gap)
        at = start + len(mark) + len(text)
        placed.append(PlacedBlock(block, Span(start, at), Span(start + len(mark), at)))
    return CanonicalText("".join(parts), tuple(placed), _page_starts(placed))


def _footnotes_after_lists(blocks: Sequence[Block]) -> list[Block]:
    ordered: list[Block] = []
    held: list[Block] = []
    for at, block in enumerate(blocks):
        if block.kind is BlockKind.FOOTNOTE and _list_goes_on(ordered, blocks[at + 1 :]):
            held.append(block)
            continue
        if block.kind is not BlockKind.BULLET:
            ordered += held
            held = []
        ordered.append(block)
    return ordered + held


def _list_goes_on(before: Sequence[Block], after: Sequence[Block]) -> bool:
    following = next((block for block in after if block.kind is not BlockKind.FOOTNOTE), None)
    return (
        following is not None
        and following.kind is BlockKind.BULLET
        and bool(before)
        and (before[-1].kind is BlockKind.BULLET or introduces_list(before[-1]))
    )


def introduces_list(block: Block) -> bool:
    """Return whether the block is a line that a list completes ("The force should:")."""
    return block.kind is BlockKind.PARAGRAPH and block.text.rstrip().endswith((":", ":-", "–"))


def _separator(before: Block, block: Block) -> str:
    same_list = before.kind is block.kind and block.kind in _LIST_KINDS
    introduced = block.kind is BlockKind.BULLET and introduces_list(before)
    return "\n" if same_list or introduced else "\n\n"


def _mark(block: Block) -> str:
    label = (block.label or "").strip()
    if block.kind is BlockKind.BULLET:
        return BULLET + (f"{label} " if label else "")
    return f"{label} " if label else ""


def _page_starts(placed: Sequence[PlacedBlock]) -> tuple[int, ...]:
    """Return for each page where the first text of it, or of a later one, begins."""
    starts: list[int] = []
    for offset, page in sorted(_page_marks(placed)):
        starts += [offset] * (page - len(starts))
    if starts:
        starts[0] = 0
    return tuple(starts)


def _page_marks(placed: Sequence[PlacedBlock]) -> Iterator[tuple[int, int]]:
    for item in placed:
        if item.block.page is None:
            continue
        yield item.span.start, item.block.page
        stripped = len(item.block.text) - len(item.block.text.lstrip())
        for offset, page in item.block.page_breaks:
            inside = min(max(offset - stripped, 0), len(item.content))
            yield item.content.start + inside, page
