"""The elements of a page as blocks, in document order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from index.readers.blocks import Block, BlockKind
from index.readers.characters import clean_text
from index.readers.html_notes import take_out_notes

# The phrasing elements of HTML that hold text, and those of older HTML.
INLINE_TAGS = frozenset(
    {
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "button",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
    }
    | {"font", "i", "ins", "kbd", "label", "mark", "output", "q", "rp", "rt", "ruby", "s", "samp"}
    | {"small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)
HEADING_TAGS = {f"h{level}": level for level in range(1, 7)}
_LEVELS = frozenset("123456")
_NUMBER = re.compile(r"-?[0-9]{1,9}")
UNREAD_TAGS = frozenset({"head", "script", "style", "template", "title"})
DEEPEST = 150  # nested elements; below that, text is kept and structure is not
LIST_TAGS = ("ul", "ol")
CELL_TAGS = ("td", "th")


def element_blocks(root: HtmlElement) -> list[Block]:
    """Return the blocks of an element and all below it."""
    walk = _Walk(take_out_notes(root))
    walk.visit(root)
    walk.end_line()
    return walk.blocks


@dataclass(slots=True)
class _Walk:
    """One pass over a tree: text gathers until a block element or a line break ends it."""

    notes: dict[HtmlElement, str]
    blocks: list[Block] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _level: int | None = None
    _item: str | None = None
    _note: str | None = None
    _depth: int = 0
    _lists: int = 0
    _counts: dict[HtmlElement, int] = field(default_factory=dict)

    def visit(self, element: HtmlElement) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in UNREAD_TAGS:
            return
        if tag == "br":
            self._break()
        elif tag in INLINE_TAGS:
            self._children(element)
        elif tag == "img":
            self._text.append(" ")
        else:
            self._block(element, tag)

    def end_line(self) -> None:
        text = clean_text("".join(self._text))
        self._text.clear()
        if text:
            self.blocks.append(self._as_block(text))
            self._item = None
            self._note = "" if self._note is not None else None

    def _break(self) -> None:
        if self._level is None:
            self.end_line()
        else:
            self._text.append(" ")

    def _block(self, element: HtmlElement, tag: str) -> None:
        self.end_line()
        outer_note = self._note
        if element in self.notes:
            self._note = self.notes[element]
        if tag == "tr" and (cells := _data_cells(element)):
            self.blocks.append(Block(BlockKind.TABLE_ROW, "\t".join(cells)))
        elif tag == "pre":
            self._lines(element.text_content().splitlines())
        else:
            self._level = _heading_level(element) or self._level
            if tag == "li":
                self._item = self._item_label(element)
            self._lists += tag in LIST_TAGS
            self._children(element)
            self.end_line()
            self._lists -= tag in LIST_TAGS
            self._level = None
            self._item = None if tag == "li" else self._item
        self._note = outer_note

    def _children(self, element: HtmlElement) -> None:
        if self._depth == DEEPEST:
            self._text.append(element.text_content())
            return
        self._depth += 1
        self._text.append(element.text or "")
        for child in element:
            self.visit(child)
            self._text.append(child.tail or "")
        self._depth -= 1

    def _lines(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._text.append(line)
            self.end_line()

    def _item_label(self, item: HtmlElement) -> str:
        """Return an item's number as it is shown, ``""`` for a bullet."""
        parent = item.getparent()
        if parent is None or parent.tag != "ol":
            return ""
        following = self._counts.get(parent, _number(parent.get("start"), 1))
        number = _number(item.get("value"), following)
        self._counts[parent] = number + 1
        return f"{number}."

    def _as_block(self, text: str) -> Block:
        if self._note is not None:
            return Block(BlockKind.FOOTNOTE, text, label=self._note or None)
        if self._level is not None:
            return Block(BlockKind.HEADING, text, level=self._level)
        if self._item == "":
            return Block(BlockKind.BULLET, text, level=self._lists)
        return Block(BlockKind.PARAGRAPH, text, label=self._item)


def _heading_level(element: HtmlElement) -> int | None:
    if element.tag in HEADING_TAGS:
        return HEADING_TAGS[str(element.tag)]
    if element.get("role") == "heading":
        level = element.get("aria-level", "2")
        return int(level) if level in _LEVELS else 2
    return None


def _number(text: str | None, default: int) -> int:
    bare = (text or "").strip()
    return int(bare) if _NUMBER.fullmatch(bare) else default


def _data_cells(row: HtmlElement) -> list[str]:
    """Return the texts of a row of data; none for a row that only lays out a page."""
    cells = [cell for cell in row if cell.tag in CELL_TAGS]
    if any(_holds_blocks(cell) for cell in cells):
        return []
    texts = [clean_text(" ".join(cell.itertext())) for cell in cells]
    return texts if sum(map(bool, texts)) > 1 else []


def _holds_blocks(cell: HtmlElement) -> bool:
    blocks = [found for found in cell.iterdescendants() if _is_block(found)]
    return len(blocks) > 1 or any(found.tag != "p" for found in blocks)


def _is_block(element: HtmlElement) -> bool:
    return isinstance(element.tag, str) and element.tag not in INLINE_TAGS | {"br", "img"}
