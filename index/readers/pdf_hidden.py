"""Text that a PDF holds and nobody sees: off the page, or in the paper's colour.

What a reader cannot see on the page is not what the inspectors wrote to be
read: it may be left over from a template, or put there for machines. Text that
looks as if it may be unseen (drawn without ink, or nearly white) is looked for
in a picture of the page, so that white on a dark bar, and the text layer
behind a scan, stay.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

PALE = 0xE0
"""Of 255, in all three colours: on white paper that is hard to see, and paler is not seen."""
FAINT = 0x20
"""Of 255: ink that lets nearly everything through."""
SEEN_CONTRAST = 24
"""Between the lightest and the darkest point where the text stands, of 255."""
UNSEEN_MODES = (3, 7)
"""PDF 32000-1, table 106: neither filled nor stroked."""
LARGEST_PICTURE = 2_000
"""Pixels a side: a page may state any size at all, and a point is a pixel on most."""
SHORT_OF_PAGE = 1.0
"""Points that a character must reach into the page to be on it."""


class Paper:
    """A page as it is seen; the picture is made only when a text has to be looked for."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._page = page
        self._picture: NDArray[np.uint8] | None = None
        box = pdfium_c.FS_RECTF()
        self._known = bool(pdfium_c.FPDF_GetPageBoundingBox(page.raw, box))
        self._box = box

    def hides(self, text_page: Any, text_object: Any, places: Sequence[int]) -> bool:  # noqa: ANN401
        """Return whether the characters at ``places``, drawn as one object, are not to be seen."""
        box = _box_of(text_page, places)
        if box is None:
            return False
        return self._is_off(box) or (_may_be_unseen(text_object) and not self._shows(box))

    def _is_off(self, box: tuple[float, float, float, float]) -> bool:
        left, bottom, right, top = box
        page = self._box
        return self._known and (
            right < page.left + SHORT_OF_PAGE
            or left > page.right - SHORT_OF_PAGE
            or top < page.bottom + SHORT_OF_PAGE
            or bottom > page.top - SHORT_OF_PAGE
        )

    def _shows(self, box: tuple[float, float, float, float]) -> bool:
        """Return whether anything at all stands out where the text is."""
        if self._picture is None:
            scale = min(1.0, LARGEST_PICTURE / max(*self._page.get_size(), 1.0))
            self._picture = self._page.render(scale=scale, grayscale=True).to_numpy()
        height, width = self._picture.shape[:2]
        x, y = ctypes.c_int(), ctypes.c_int()
        corners = []
        for across, up in ((box[0], box[1]), (box[2], box[3])):
            pdfium_c.FPDF_PageToDevice(self._page.raw, 0, 0, width, height, 0, across, up, x, y)
            corners.append((min(max(x.value, 0), width), min(max(y.value, 0), height)))
        (x0, x1), (y0, y1) = (sorted(pair) for pair in zip(*corners, strict=True))
        seen = self._picture[y0 : y1 + 1, x0 : x1 + 1]
        return seen.size > 0 and int(seen.max()) - int(seen.min()) >= SEEN_CONTRAST


def _may_be_unseen(text_object: Any) -> bool:  # noqa: ANN401
    if pdfium_c.FPDFTextObj_GetTextRenderMode(text_object) in UNSEEN_MODES:
        return True
    colours = [ctypes.c_uint() for _ in range(4)]
    if not pdfium_c.FPDFPageObj_GetFillColor(text_object, *colours):
        return False
    red, green, blue, opacity = (colour.value for colour in colours)
    return opacity < FAINT or min(red, green, blue) >= PALE


def _box_of(text_page: Any, places: Sequence[int]) -> tuple[float, float, float, float] | None:  # noqa: ANN401
    """Return left, bottom, right and top around the first and the last character."""
    first, last = pdfium_c.FS_RECTF(), pdfium_c.FS_RECTF()
    if not (
        pdfium_c.FPDFText_GetLooseCharBox(text_page, places[0], first)
        and pdfium_c.FPDFText_GetLooseCharBox(text_page, places[-1], last)
    ):
        return None
    return (
        min(first.left, last.left),
        min(first.bottom, last.bottom),
        max(first.right, last.right),
        max(first.top, last.top),
    )
