"""The body of a Word document as blocks.

python-docx opens the package; the body is walked as XML, since content
controls, tracked changes, text boxes and footnotes are not in its model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from index.readers.blocks import Block, BlockKind
from index.readers.characters import clean_text, split_bullet, split_label
from index.readers.docx_hidden import is_hidden
from index.readers.docx_lists import ListNumbers, roman
from index.readers.docx_styles import (
    Style,
    is_on,
    list_of,
    outline_level,
    read_styles,
    value,
)

Element = Any
"""An element of the document's XML."""
HEADING_CHARS = 200
_SENTENCE_END = re.compile(r"[.,;!…]$")
_CHARACTERS = {"tab": "\t", "noBreakHyphen": "-", "cr": "\n", "br": "\n"}
# Deleted text, field codes, properties, and what repeats a drawing for older programs.
_UNREAD = frozenset({"del", "moveFrom", "instrText", "pPr", "rPr", "Fallback", "txbxContent"})


def document_blocks(document: Document) -> list[Block]:
    """Return the blocks of a document's body; each footnote follows the text it belongs to."""
    walk = _Walk(
        styles=read_styles(document.styles.element),
        numbers=ListNumbers(_part(document, RELATIONSHIP_TYPE.NUMBERING)),
        notes=_notes(document),
    )
    return _with_bold_headings(list(walk.blocks_in(document.element.body)))


@dataclass(slots=True)
class _Walk:
    """One pass over the body, counting list items and footnotes as they come."""

    styles: dict[str, Style]
    numbers: ListNumbers
    notes: dict[tuple[str, str], str]
    footnotes: int = 0
    endnotes: int = 0

    def blocks_in(self, container: Element) -> Iterator[Block]:
        for element in container:
            match _name(element):
                case "p":
                    yield from self._paragraph(element)
                case "tbl":
                    yield from self._table(element)
                case "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo" | "smartTag":
                    yield from self.blocks_in(element)
                case _:
                    pass

    def _paragraph(self, paragraph: Element) -> Iterator[Block]:
        style = self.styles.get(value(paragraph, "w:pPr/w:pStyle") or "", Style())
        lines = [line for line in map(clean_text, _text(paragraph).split("\n")) if line]
        level = outline_level(paragraph) or style.level
        if lines and level is not None:
            yield Block(BlockKind.HEADING, " ".join(lines), level=level, size=style.size)
        elif lines:
            label, depth = self._label(paragraph, style)
            bold, size = _is_bold(paragraph, style), _size(paragraph, style)
            item = _item(lines[0], label, bold=bold, size=size)
            yield replace(item, level=depth) if item.kind is BlockKind.BULLET else item
            for line in lines[1:]:
                yield _item(line, None, bold=bold, size=size)
        yield from self._notes_of(paragraph)
        for box in _top_boxes(paragraph):
            yield from self.blocks_in(box)

    def _label(self, paragraph: Element, style: Style) -> tuple[str | None, int | None]:
        """Return a list item's number, ``""`` for a bullet, and its depth from 1."""
        list_id, depth = list_of(paragraph) or (style.list_id, style.depth)
        if list_id is None:
            return None, None
        return self.numbers.label(list_id, depth), depth + 1

    def _notes_of(self, paragraph: Element) -> Iterator[Block]:
        for reference in paragraph.iter(qn("w:footnoteReference"), qn("w:endnoteReference")):
            kind = _name(reference).removesuffix("Reference")
            text = self.notes.get((kind, reference.get(qn("w:id"))), "")
            if not text:
                continue
            if kind == "footnote":
                self.footnotes += 1
                label = str(self.footnotes)
            else:
                self.endnotes += 1
                label = roman(self.endnotes)
            yield Block(BlockKind.FOOTNOTE, text, label=label)

    def _table(self, table: Element) -> Iterator[Block]:
        for row in _own(table, "w:tr", within="w:tbl"):
            cells = list(_own(row, "w:tc", within="w:tr"))
            blocks = [list(self.blocks_in(cell)) for cell in cells]
            if sum(map(bool, blocks)) > 1 and all(map(_is_data, cells, blocks)):
                texts = [" ".join(block.text for block in cell) for cell in blocks]
                bold = all(block.bold for cell in blocks for block in cell)
                yield Block(BlockKind.TABLE_ROW, "\t".join(texts), bold=bold)
            else:
                yield from (block for cell in blocks for block in cell)


def _is_data(cell: Element, blocks: Sequence[Block]) -> bool:
    """Return whether a cell holds one plain paragraph, or nothing."""
    paragraphs = sum(1 for found in cell.iter(qn("w:p")) if _text(found).strip())
    return paragraphs <= 1 and all(block.kind is BlockKind.PARAGRAPH for block in blocks)


def _item(text: str, label: str | None, *, bold: bool, size: float | None) -> Block:
    if label:
        return Block(BlockKind.PARAGRAPH, text, label=label, bold=bold, size=size)
    bullet, rest = split_bullet(text)
    if label == "" or bullet:
        return Block(BlockKind.BULLET, rest if bullet else text, bold=bold, size=size)
    typed, rest = split_label(text)
    return Block(
        BlockKind.PARAGRAPH, rest or text, label=typed if rest else None, bold=bold, size=size
    )


def _with_bold_headings(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with headings where a short bold paragraph comes before plain text."""
    marked = [
        replace(block, kind=BlockKind.HEADING) if _is_bold_title(block, following) else block
        for block, following in pairwise(blocks)
    ]
    return [*marked, *blocks[-1:]]


def _is_bold_title(block: Block, following: Block) -> bool:
    short = len(block.text) <= HEADING_CHARS and not _SENTENCE_END.search(block.text)
    return block.kind is BlockKind.PARAGRAPH and block.bold and short and not following.bold


def _text(element: Element) -> str:
    """Return the text below an element as it is shown, a line break as a line feed."""
    name = _name(element)
    if name in _UNREAD or (name == "r" and is_hidden(element)):
        return ""
    if name == "t":
        return element.text or ""
    if name == "sym":
        return chr(int(element.get(qn("w:char"), "20"), 16))
    return _CHARACTERS.get(name) or "".join(_text(child) for child in element)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _runs(paragraph: Element) -> Iterator[Element]:
    return (run for run in paragraph.iter(qn("w:r")) if _text(run).strip())


def _is_bold(paragraph: Element, style: Style) -> bool:
    stated = [is_on(run, "w:rPr/w:b") for run in _runs(paragraph)]
    return bool(stated) and all(style.bold if bold is None else bold for bold in stated)


def _size(paragraph: Element, style: Style) -> float | None:
    sizes = [float(size) / 2 for run in _runs(paragraph) if (size := value(run, "w:rPr/w:sz"))]
    return max(sizes, default=style.size)


def _top_boxes(paragraph: Element) -> Iterator[Element]:
    """Yield the text boxes that are anchored in a paragraph, each once."""
    for box in paragraph.iter(qn("w:txbxContent")):
        above = [_name(element) for element in box.iterancestors()]
        within = above[: above.index("p")] if "p" in above else above
        if "Fallback" not in within and "txbxContent" not in within:
            yield box


def _own(element: Element, tag: str, *, within: str) -> Iterator[Element]:
    """Yield a table's own rows or a row's own cells, not those of a table inside it."""
    for found in element.iter(qn(tag)):
        if next(found.iterancestors(qn(within))) is element:
            yield found


def _notes(document: Document) -> dict[tuple[str, str], str]:
    notes: dict[tuple[str, str], str] = {}
    for kind in ("footnote", "endnote"):
        root = _part(document, getattr(RELATIONSHIP_TYPE, f"{kind.upper()}S"))
        if root is not None:
            for note in root.iterchildren(qn(f"w:{kind}")):
                paragraphs = (_text(paragraph) for paragraph in note.iter(qn("w:p")))
                notes[kind, note.get(qn("w:id"))] = clean_text(" ".join(paragraphs))
    return notes


def _part(document: Document, relationship: str) -> Element | None:
    for found in document.part.rels.values():
        if found.reltype == relationship and not found.is_external:
            return parse_xml(found.target_part.blob)
    return None
