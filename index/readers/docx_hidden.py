"""Text that a Word document holds and does not show."""

from __future__ import annotations

from typing import Any

from docx.oxml.ns import qn

from index.readers.docx_styles import is_on, value

PAPER = frozenset({"FFFFFF", "FEFEFE"})
SMALLEST = 3
"""Half points: what is smaller is a speck."""
_GROUNDS = ("tbl", "txbxContent")
"""Their styles and shapes may have a dark ground, on which white is read well."""


def is_hidden(run: Any) -> bool:  # noqa: ANN401  # an element of the document's XML
    """Return whether a run is marked as hidden, or is white on paper, or a speck."""
    if is_on(run, "w:rPr/w:vanish"):
        return True
    size = value(run, "w:rPr/w:sz")
    if size is not None and size.isdecimal() and int(size) < SMALLEST:
        return True
    colour = value(run, "w:rPr/w:color") or ""
    return colour.upper() in PAPER and not _has_ground(run)


def _has_ground(run: Any) -> bool:  # noqa: ANN401
    if run.find(qn("w:rPr")).xpath("w:shd | w:highlight"):
        return True
    return any(
        above.tag.rpartition("}")[2] in _GROUNDS or above.xpath("w:pPr/w:shd")
        for above in run.iterancestors()
        if isinstance(above.tag, str)
    )
