"""The text of a PDF page as PDFium has it: runs of one font, with their places.

Everything here speaks to PDFium's C interface, which takes an index per
character; a page is read with as few of those calls as it can be.
"""

from __future__ import annotations

import ctypes
import math
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, repeat
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from index.readers.hyphens import LINE_END_HYPHEN
from index.readers.pdf_hidden import Paper

BOLD_WEIGHT = 600  # CSS weights: semi-bold and up
FORCE_BOLD = 1 << 18  # PDF 32000-1, table 123: font flags
CELL_GAP = 2.5  # times the size: wider than a justified line's spaces, narrower than a gutter
_SPACE_IN_TEXT = re.compile(r"(?<=\S)\s+(?=\S)")
HYPHEN_CODE = 2  # PDFium's own mark for a hyphen at the end of a line
FONT_NAME_BYTES = 128
FILL_AND_STROKE = 2  # table 106: how word processors draw a bold they have no font for

# The same functions without argument types, which take ctypes half of the time of a call; and a
# plain address, which is made in half of the time of a typed pointer.
_code_at = ctypes.cast(pdfium_c.FPDFText_GetUnicode, ctypes.CFUNCTYPE(ctypes.c_uint))
_address_of_object = ctypes.cast(pdfium_c.FPDFText_GetTextObject, ctypes.CFUNCTYPE(ctypes.c_void_p))
Handle = Any
"""A pointer of PDFium's, which ctypes types at run time."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one text object on one baseline, in points from the page's lower left.

    ``content_id`` is the marked content it belongs to, -1 where the file is not
    tagged. ``breaks_line``: PDFium sees a line end before it.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    content_id: int
    breaks_line: bool


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    bold: bool
    content_id: int


def page_runs(page: pdfium.PdfPage) -> list[Run]:
    """Return the runs of a page in the order of its content."""
    text_page = page.get_textpage()
    try:
        return list(_runs(text_page.raw, text_page.count_chars(), Paper(page)))
    finally:
        text_page.close()


def _runs(handle: Handle, count: int, paper: Paper) -> Iterator[Run]:
    characters = list(map(_character, map(_code_at, repeat(handle), range(count))))
    pointers = list(map(_address_of_object, repeat(handle), range(count)))
    styles: dict[int, _Style | None] = {}
    breaks_line = True
    for pointer, group in groupby(range(count), key=pointers.__getitem__):
        places = list(group)
        text = "".join([characters[at] for at in places])
        if pointer is None:  # spaces and line ends that PDFium worked out from the gaps
            breaks_line = breaks_line or text.strip("\r\n") != text
            if not breaks_line:
                yield _gap(handle, places[0])
            continue
        if pointer not in styles:
            styles[pointer] = _style_if_seen(handle, places, paper)
        style = styles[pointer]
        if style is None:
            continue
        for part, piece in _between_gaps(handle, places, text, style.size):
            yield _run(handle, part, piece, style, breaks_line=breaks_line)
            breaks_line = False


def _between_gaps(
    handle: Handle, places: Sequence[int], text: str, size: float
) -> Iterator[tuple[Sequence[int], str]]:
    """Yield the parts of a text object that wide gaps separate: cells drawn in one go."""
    start = 0
    for match in _SPACE_IN_TEXT.finditer(text):
        before, after = match.span()
        if _origin(handle, places[after])[0] - _origin(handle, places[before])[0] > CELL_GAP * size:
            yield places[start:before], text[start:before]
            start = after
    yield places[start:], text[start:]


@cache
def _character(code: int) -> str:
    """Return the character, or one that later drops out, so that places stay in step."""
    if code == HYPHEN_CODE:
        return LINE_END_HYPHEN
    # 0: PDFium could not tell; surrogates: half of a character that it cut in two.
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code <= sys.maxunicode else "\ufeff"


def _run(
    handle: Handle, places: Sequence[int], text: str, style: _Style, *, breaks_line: bool
) -> Run:
    left, baseline = _origin(handle, places[0])
    inked = places[max(0, len(text.rstrip()) - 1)]
    box = pdfium_c.FS_RECTF()
    pdfium_c.FPDFText_GetLooseCharBox(handle, inked, box)
    return Run(
        text=text,
        left=left,
        right=max(left, box.right),
        baseline=baseline,
        size=style.size,
        bold=style.bold,
        content_id=style.content_id,
        breaks_line=breaks_line,
    )


def _gap(handle: Handle, at: int) -> Run:
    left, baseline = _origin(handle, at)
    return Run(" ", left, left, baseline, 0.0, bold=False, content_id=-1, breaks_line=False)


def _origin(handle: Handle, at: int) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDFText_GetCharOrigin(handle, at, x, y)
    return x.value, y.value


def _style_if_seen(handle: Handle, places: Sequence[int], paper: Paper) -> _Style | None:
    text_object = pdfium_c.FPDFText_GetTextObject(handle, places[0])
    if paper.hides(handle, text_object, places):
        return None
    return _style(handle, places[0], text_object)


def _style(handle: Handle, at: int, text_object: Handle) -> _Style:
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(handle, at, matrix)
    # A font of size 1 scaled by 12 prints as one of size 12.
    scale = math.hypot(matrix.c, matrix.d) or 1.0
    return _Style(
        size=round(pdfium_c.FPDFText_GetFontSize(handle, at) * scale, 1),
        bold=_is_bold(handle, at, text_object),
        content_id=pdfium_c.FPDFPageObj_GetMarkedContentID(text_object),
    )


def _is_bold(handle: Handle, at: int, text_object: Handle) -> bool:
    name = ctypes.create_string_buffer(FONT_NAME_BYTES)
    flags = ctypes.c_int()
    pdfium_c.FPDFText_GetFontInfo(handle, at, name, FONT_NAME_BYTES, flags)
    return (
        pdfium_c.FPDFText_GetFontWeight(handle, at) >= BOLD_WEIGHT
        or bool(flags.value & FORCE_BOLD)
        or b"bold" in name.value.lower()
        or pdfium_c.FPDFTextObj_GetTextRenderMode(text_object) == FILL_AND_STROKE
    )
