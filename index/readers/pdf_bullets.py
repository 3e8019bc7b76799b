"""How deep the bullets of a PDF stand, by where their marks do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.readers.blocks import BlockKind
from index.readers.pdf_joining import INDENT_PT, OpenBlock


def mark_depths(blocks: Sequence[OpenBlock]) -> None:
    """Give the bullets of each list of several depths theirs, from 1; flat lists stay without."""
    for bullets in _lists(blocks):
        depths = _depths([bullet.first.left for bullet in bullets])
        if max(depths, default=1) > 1:
            for bullet, depth in zip(bullets, depths, strict=True):
                bullet.draft.level = depth


def _lists(blocks: Sequence[OpenBlock]) -> Iterator[list[OpenBlock]]:
    """Yield the bullets between headings; paragraphs may stand among them."""
    bullets: list[OpenBlock] = []
    for block in blocks:
        if block.draft.kind is BlockKind.HEADING:
            yield bullets
            bullets = []
        elif block.draft.kind is BlockKind.BULLET:
            bullets.append(block)
    yield bullets


def _depths(lefts: Sequence[float]) -> list[int]:
    open_lefts: list[float] = []
    depths: list[int] = []
    for left in lefts:
        while open_lefts and left < open_lefts[-1] - INDENT_PT:
            open_lefts.pop()
        if not open_lefts or left > open_lefts[-1] + INDENT_PT:
            open_lefts.append(left)
        depths.append(len(open_lefts))
    return depths
