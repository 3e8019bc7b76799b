"""What a report is called, and which family of reports it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.canonical import PlacedBlock
from index.documents import ReportKind, Span
from index.opening import Found, Opening
from index.readers.blocks import BlockKind, SourceDocument

_FIRST_BLOCKS = 12  # a date, addressees and a disclaimer may come before the title
_TITLE_CHARS = 200
PILLARS = ("Effectiveness", "Efficiency", "Legitimacy", "Leadership")
_JTAI = re.compile(r"joint\s+targeted\s+area\s+inspection", re.IGNORECASE)
_PEEL = re.compile(
    r"\bPEEL\b|police\s+effectiveness,\s+efficiency\s+and\s+legitimacy", re.IGNORECASE
)
_CHILDREN = re.compile(
    r"(?:inspection|review)\b.{0,120}(?:children[’']s\s+(?:social\s+care\s+)?services"
    r"|services\s+for\s+children)|children[’']s\s+services\b.{0,40}\binspection",
    re.IGNORECASE | re.DOTALL,
)
_FIRE = re.compile(r"fire\s+(?:and|&)\s+rescue\s+service", re.IGNORECASE)
_FAMILIES = (
    (ReportKind.JTAI, _JTAI),
    (ReportKind.PEEL, _PEEL),
    (ReportKind.CHILDRENS_SERVICES, _CHILDREN),
    (ReportKind.FIRE, _FIRE),
)


def read_kind(opening: Opening, document: SourceDocument) -> ReportKind:
    """Return the family whose name the report's title, or its first lines, carry."""
    blocks = opening.blocks[: 2 * _FIRST_BLOCKS]
    lines = [item.text for item in blocks if len(item.text) <= _TITLE_CHARS]
    for text in ((document.title or ""), *lines, "\n".join(lines)):
        for kind, words in _FAMILIES:
            if words.search(text):
                return kind
    return ReportKind.OTHER


def read_title(opening: Opening, document: SourceDocument) -> Found[str]:
    """Return the title as printed; a second line that completes it is joined by a dash."""
    blocks = opening.blocks
    at = _title_block(opening)
    if at is None:
        stated = document.title or document.name.rsplit(".", 1)[0]
        return Found(stated.strip())
    item = blocks[at]
    if _completes(blocks, at, opening.kind):
        other = blocks[at + 1]
        return Found(f"{item.text} – {other.text}", Span(item.content.start, other.content.end))
    return Found(item.text, item.content)


def _title_block(opening: Opening) -> int | None:
    blocks = opening.blocks[: 2 * _FIRST_BLOCKS]
    family = dict(_FAMILIES).get(opening.kind)
    for at, item in enumerate(blocks):
        short = len(item.text) <= _TITLE_CHARS and not item.text.endswith(".")
        if family and short and family.search(item.text) and item.kind is not BlockKind.BULLET:
            # "London Borough of Ealing", then "Inspection of children's social care services"
            named_above = at == 1 and opening.kind is ReportKind.CHILDRENS_SERVICES
            return at - 1 if named_above else at
    heading = (at for at, item in enumerate(blocks) if item.kind is BlockKind.HEADING)
    return next(heading, None)


def _completes(blocks: Sequence[PlacedBlock], at: int, kind: ReportKind) -> bool:
    following = blocks[at + 1].text if at + 1 < len(blocks) else ""
    if kind is ReportKind.PEEL:
        return following in PILLARS
    above = kind is ReportKind.CHILDRENS_SERVICES and not _CHILDREN.search(blocks[at].text)
    return above and bool(_CHILDREN.search(following)) and len(following) <= _TITLE_CHARS
