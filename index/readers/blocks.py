"""What every reader makes of a file: blocks of text in reading order.

A reader knows a file format and its layout; it knows nothing of inspection
reports. It joins the lines that a page broke, leaves out running heads, page
numbers and navigation, and says what it knows about each block.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """What the layout says a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    TABLE_ROW = "table_row"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item, table row or footnote.

    ``text`` is one logical line: no line breaks, no bullet character, no
    footnote marks glued to words. The cells of a table row are separated by a
    tab; there is no other. ``level`` is a heading's depth from 1 where
    the format says it, else ``None`` with ``size`` in points and ``bold`` as
    the hints that the layout gives; a bullet's is its depth, where its list has
    several. ``label`` is what was printed before the
    text: a list number ("1."), a paragraph number ("12."), a footnote's mark.
    ``page`` counts from 1; ``page_breaks`` holds ``(offset, page)`` for each
    further page that the text runs on to.
    """

    kind: BlockKind
    text: str
    level: int | None = None
    size: float | None = None
    bold: bool = False
    label: str | None = None
    page: int | None = None
    page_breaks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A file as its reader understood it.

    ``name`` is the file's name with its ending, ``sha256`` of its bytes.
    ``title`` and ``url`` are what the format itself states (a page's canonical
    link, a document's properties), ``None`` where it does not.
    """

    name: str
    sha256: str
    blocks: tuple[Block, ...]
    title: str | None = None
    url: str | None = None
    has_pages: bool = False
