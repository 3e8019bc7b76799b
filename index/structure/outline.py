"""Headings to sections: the outline of a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Section, Span
from index.structure.canonical import PlacedBlock
from index.structure.headings import Heading, find_headings


@dataclass(frozen=True, slots=True)
class OutlinedSection:
    """A section, its heading, where the heading's words are, and its other blocks."""

    section: Section
    heading: Heading | None
    heading_span: Span | None
    blocks: tuple[PlacedBlock, ...]

    @property
    def title(self) -> str | None:
        return self.heading.title if self.heading else None


def outline(blocks: Sequence[PlacedBlock]) -> tuple[OutlinedSection, ...]:
    """Return the sections in reading order: every block is in exactly one."""
    headings = find_headings(blocks)
    starts = [heading.first for heading in headings] + [len(blocks)]
    sections: list[OutlinedSection] = []
    if starts[0] > 0:
        sections.append(_section(blocks, None, end=starts[0], ancestors=()))
    stack: list[Heading] = []
    for heading, end in zip(headings, starts[1:], strict=True):
        while stack and stack[-1].depth >= heading.depth:
            stack.pop()
        sections.append(_section(blocks, heading, end=end, ancestors=tuple(stack)))
        if heading.parent:
            stack.append(heading)
    return tuple(sections)


def _section(
    blocks: Sequence[PlacedBlock],
    heading: Heading | None,
    *,
    end: int,
    ancestors: tuple[Heading, ...],
) -> OutlinedSection:
    first = heading.first if heading else 0
    body = blocks[heading.last + 1 : end] if heading else blocks[:end]
    span = Span(blocks[first].span.start, blocks[end - 1].span.end)
    line = (*ancestors, heading) if heading else ()
    section = Section(
        path=tuple(above.path_title for above in line),
        span=span,
        body=Span(body[0].span.start if body else span.end, span.end),
        number=next((above.number for above in reversed(line) if above.number), None),
    )
    heading_span = blocks[heading.last].content if heading else None
    return OutlinedSection(section, heading, heading_span, tuple(body))
