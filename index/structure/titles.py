"""What a report is called, and which family of reports it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.documents import ReportKind, Span
from index.readers.blocks import BlockKind, SourceDocument
from index.structure.canonical import PlacedBlock
from index.structure.dates import whole_date
from index.structure.grades import grade_line
from index.structure.opening import Found, Opening

_FIRST_BLOCKS = 12  # a date, addressees and a disclaimer may come before the title
_TITLE_CHARS = 200
_MOST_LINES = 3  # into which a title is broken where its reader did not join them
PILLARS = ("Effectiveness", "Efficiency", "Legitimacy", "Leadership")
_JTAI = re.compile(r"joint\s+targeted\s+area\s+inspection", re.IGNORECASE)
_PEEL = re.compile(
    r"\bPEEL\b|police\s+effectiveness,\s+efficiency\s+and\s+legitimacy", re.IGNORECASE
)
_CHILDREN = re.compile(
    r"(?:inspection|review)\b.{0,120}(?:children[’']s\s+(?:social\s+care\s+)?services"
    r"|services\s+for\s+children)|children[’']s\s+services\b.{0,40}\binspection"
    r"|(?:focused|monitoring)\s+visit\s+(?:to|of)\b.{0,80}children[’']s\s+(?:social\s+care\s+)?services",
    re.IGNORECASE | re.DOTALL,
)
# The inspectorate of police forces has the fire services in its name, too.
_FIRE = re.compile(
    r"(?<!constabulary and )(?<!constabulary, )fire\s+(?:and|&)\s+rescue\s+service", re.IGNORECASE
)
_TELEPHONE = re.compile(r"(?:t|tel|telephone|phone)?\s*[.:]?\s*\+?[\d\s()-]{9,}", re.IGNORECASE)
_FAMILIES = (
    (ReportKind.JTAI, _JTAI),
    (ReportKind.PEEL, _PEEL),
    (ReportKind.CHILDRENS_SERVICES, _CHILDREN),
    (ReportKind.FIRE, _FIRE),
)


def read_kind(opening: Opening, document: SourceDocument) -> ReportKind:
    """Return the family whose name the report's title, or its first lines, carry."""
    blocks = opening.blocks[: 2 * _FIRST_BLOCKS]
    # A sentence may name any inspection; only a title says which this one is.
    lines = [item.text for item in blocks if _may_be_title(item)]
    for text in ((document.title or ""), *lines, "\n".join(lines)):
        for kind, words in _FAMILIES:
            if words.search(text):
                return kind
    return ReportKind.OTHER


def read_title(opening: Opening, document: SourceDocument) -> Found[str]:
    """Return the title as printed; a second line that completes it is joined by a dash."""
    lines = _title_lines(opening)
    if not lines:
        stated = document.title or document.name.rsplit(".", 1)[0]
        return Found(stated.strip())
    above = " ".join(item.text for item in lines[:-1])
    dash = " – " if _stands_alone(lines[-1], opening.kind) else " "
    title = f"{above}{dash if above else ''}{lines[-1].text}"
    return Found(title, Span(lines[0].content.start, lines[-1].content.end))


def _title_lines(opening: Opening) -> Sequence[PlacedBlock]:
    """Return the lines that carry the family's name, else the first heading."""
    blocks = opening.blocks[: 2 * _FIRST_BLOCKS]
    family = dict(_FAMILIES).get(opening.kind)
    for count in range(1, _MOST_LINES + 1) if family else ():
        for at in range(len(blocks) - count + 1):
            lines = blocks[at : at + count]
            joined = " ".join(item.text for item in lines)
            if family and family.search(joined) and all(_may_be_title(item) for item in lines):
                return _completed(blocks, at, at + count, kind=opening.kind)
    first = next((item for item in blocks if _is_heading(item)), None)
    return (first,) if first else ()


def _may_be_title(item: PlacedBlock) -> bool:
    short = len(item.text) <= _TITLE_CHARS and not item.text.endswith(".")
    return short and item.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH)


def _is_heading(item: PlacedBlock) -> bool:
    names_nothing = (
        grade_line(item.text) or whole_date(item.text) or _TELEPHONE.fullmatch(item.text)
    )
    return item.kind is BlockKind.HEADING and not names_nothing


def _completed(
    blocks: Sequence[PlacedBlock], first: int, end: int, *, kind: ReportKind
) -> Sequence[PlacedBlock]:
    """Take in the line that names the council above, or the pillar below."""
    above = blocks[:first]
    named_above = kind is ReportKind.CHILDRENS_SERVICES and first < _MOST_LINES
    if named_above and all(_may_be_title(item) for item in above):
        return blocks[:end]
    if kind is ReportKind.PEEL and end < len(blocks) and blocks[end].text in PILLARS:
        return blocks[first : end + 1]
    return blocks[first:end]


def _stands_alone(item: PlacedBlock, kind: ReportKind) -> bool:
    """Return whether a title's last line is a part of its own and not the rest of a broken line."""
    family = dict(_FAMILIES).get(kind)
    return item.text in PILLARS or bool(family and family.search(item.text))
