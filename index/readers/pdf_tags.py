"""What a tagged PDF says of its own structure: which text belongs to which paragraph.

Word processors tag well what a page cannot show: where one of two lines of
equal look ends a paragraph, which cells make a row, what is a footnote. The
tags are hints; nothing is read from a file that it does not also print.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

PARAGRAPH_ROLES = frozenset(
    {"P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "Title", "LI", "Caption", "TOCI", "BlockQuote"}
)
Element = Any
"""A pointer of PDFium's, which ctypes types at run time."""
DEEPEST = 60  # nested elements; Word's deepest tree seen has 14


@dataclass(frozen=True, slots=True)
class Tag:
    """The paragraph that a piece of text belongs to; numbers are unique on a page.

    ``role`` is the paragraph's type ("P", "H1", "LI"), ``row`` and ``cell`` are
    set inside tables.
    """

    paragraph: int = 0
    role: str = ""
    table: int | None = None
    row: int | None = None
    cell: int | None = None
    is_note: bool = False


def page_tags(page: pdfium.PdfPage) -> Mapping[int, Tag]:
    """Return the tag of each piece of marked content; empty where the page has no tags."""
    tree = pdfium_c.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return {}
    try:
        roots = (
            pdfium_c.FPDF_StructTree_GetChildAtIndex(tree, at)
            for at in range(pdfium_c.FPDF_StructTree_CountChildren(tree))
        )
        return _Walk().tags(roots)
    finally:
        pdfium_c.FPDF_StructTree_Close(tree)


class _Walk:
    """One pass over a page's elements, numbering them as they come."""

    def __init__(self) -> None:
        self._seen = 0
        self._tags: dict[int, Tag] = {}

    def tags(self, roots: Iterator[Element]) -> Mapping[int, Tag]:
        for root in roots:
            if root:
                self._visit(root, Tag(), depth=0)
        return self._tags

    def _visit(self, element: Element, inherited: Tag, *, depth: int) -> None:
        self._seen += 1
        tag = _inside(_role(element), self._seen, inherited)
        for at in range(pdfium_c.FPDF_StructElement_CountChildren(element)):
            child = pdfium_c.FPDF_StructElement_GetChildAtIndex(element, at)
            if child and depth < DEEPEST:
                self._visit(child, tag, depth=depth + 1)
            elif not child:
                content_id = pdfium_c.FPDF_StructElement_GetChildMarkedContentID(element, at)
                if content_id >= 0:
                    self._tags[content_id] = tag


def _inside(role: str, number: int, inherited: Tag) -> Tag:
    if role in PARAGRAPH_ROLES:
        return replace(inherited, paragraph=number, role=role)
    match role:
        case "Table":
            return replace(inherited, table=number, row=None, cell=None)
        case "TR":
            return replace(inherited, row=number, cell=None)
        case "TD" | "TH":
            return replace(inherited, paragraph=number, role=role, cell=number)
        case "Note" | "FENote":
            return replace(inherited, paragraph=number, role=role, is_note=True)
        case _:
            return inherited


def _role(element: Element) -> str:
    size = pdfium_c.FPDF_StructElement_GetType(element, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium_c.FPDF_StructElement_GetType(element, buffer, size)
    return buffer.raw.decode("utf-16-le", errors="replace").rstrip("\0")
