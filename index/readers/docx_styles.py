"""What the styles of a Word document say of its paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

Element = Any
"""An element of the document's XML."""
_HEADING_NAME = re.compile(r"heading ([1-9])", re.IGNORECASE)
OFF = frozenset({"0", "false", "off", "none"})


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style with what it takes over from the styles it is based on."""

    level: int | None = None
    list_id: str | None = None
    depth: int = 0
    bold: bool = False
    size: float | None = None


def read_styles(styles: Element) -> dict[str, Style]:
    """Return the document's paragraph styles by their ids."""
    elements = {found.get(qn("w:styleId")): found for found in styles.iterchildren(qn("w:style"))}
    return {style_id: _style(style_id, elements) for style_id in elements}


def _style(style_id: str, elements: dict[str, Element]) -> Style:
    """Return a style; what it does not state, the nearest style it is based on does."""
    chain: list[Element] = []
    while style_id in elements and elements[style_id] not in chain:
        chain.append(elements[style_id])
        style_id = value(chain[-1], "w:basedOn") or ""
    levels = [_heading_level(element) for element in chain]
    bolds = [is_on(element, "w:rPr/w:b") for element in chain]
    sizes = [value(element, "w:rPr/w:sz") for element in chain]
    lists = [list_of(element) for element in chain]
    list_id, depth = next((found for found in lists if found is not None), (None, 0))
    return Style(
        level=next((level for level in levels if level is not None), None),
        list_id=list_id,
        depth=depth,
        bold=next((bold for bold in bolds if bold is not None), False),
        size=next((float(size) / 2 for size in sizes if size), None),
    )


def _heading_level(style: Element) -> int | None:
    name = value(style, "w:name") or ""
    if name.lower() == "title":
        return 1
    if match := _HEADING_NAME.fullmatch(name):
        return int(match.group(1))
    return outline_level(style)


def outline_level(element: Element) -> int | None:
    """Return the level, from 1, at which a style or paragraph stands in the outline."""
    stated = value(element, "w:pPr/w:outlineLvl")
    # 9 stands for body text.
    return int(stated) + 1 if stated is not None and int(stated) < 9 else None


def list_of(element: Element) -> tuple[str, int] | None:
    """Return the list and the depth that a style or paragraph states."""
    list_id = value(element, "w:pPr/w:numPr/w:numId")
    if list_id is None:
        return None
    return list_id, int(value(element, "w:pPr/w:numPr/w:ilvl") or 0)


def is_on(element: Element, path: str) -> bool | None:
    """Return whether a switch is on; ``None`` where the element does not state it."""
    found = element.find("/".join(qn(step) for step in path.split("/")))
    return None if found is None else found.get(qn("w:val"), "1") not in OFF


def value(element: Element, path: str) -> str | None:
    found = element.find("/".join(qn(step) for step in path.split("/")))
    stated = None if found is None else found.get(qn("w:val"))
    return None if stated is None else str(stated)
