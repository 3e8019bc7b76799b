"""Which blocks are headings, how deep, and the number of the question they ask.

Formats that state depth (HTML, Markdown, Word) are believed. Where there is
only print, a larger or bolder style ranks higher, and among headings of one
style the words decide: "Areas for improvement" stands above "Leadership and
management", an inspection question above whatever follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from index.readers.blocks import BlockKind
from index.structure.announcements import announced_kind
from index.structure.canonical import PlacedBlock
from index.structure.grades import ending_grade, grade_line

_TITLE_CHARS = 200  # the longest question has 131; a sentence of this length is prose
_STUDY_CHARS = 100
_LONE_NUMBER = re.compile(r"(?:question\s+)?(\d{1,2})[.:)]?", re.IGNORECASE)
_NUMBERED_QUESTION = re.compile(
    r"(?:question\s+(?P<named>\d{1,2})\s*[.:)–-]?\s*(?P<title>.*)"
    r"|(?P<bare>\d{1,2})[.:)]?\s+(?P<question>\S.*\?))",
    re.IGNORECASE | re.DOTALL,
)
_YEAR = re.compile(r"\b\d{4}\b")
_VALEDICTION = re.compile(r"yours\s+(?:sincerely|faithfully|truly)\W*", re.IGNORECASE)
_STUDY = re.compile(r"(?:case|practice)\s+stud(?:y|ies)\b.*", re.IGNORECASE | re.DOTALL)
# Lists that praise; those that ask for something are told by announced_kind.
_PRAISE = re.compile(
    r"(?:[\w’-]+\s+){0,3}strengths|(?:innovative|promising|effective)\s+practice", re.IGNORECASE
)
_MAIN_OTHER = re.compile(
    r"headline\s+findings|context|introduction|contents|(?:executive\s+|overall\s+)?summary"
    r"|conclusions?|background|overall\s+effectiveness|our\s+judge?ments?",
    re.IGNORECASE,
)
# The one main heading that always has headings of its own below it.
_FINDINGS = re.compile(r"(?:main|key|detailed)\s+findings", re.IGNORECASE)
# What comes after the last question and belongs to none.
_END_MATTER = re.compile(
    r"next\s+steps|(?:information\s+)?about\s+(?:this|the|us)\b.{0,60}"
    r"|(?:annex|appendix)\b.{0,80}|terminology\s+in\s+this\s+report",
    re.IGNORECASE,
)


class _Role(Enum):
    QUESTION = auto()
    MAIN = auto()
    FINDINGS = auto()
    END_MATTER = auto()
    STUDY = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: blocks ``first`` to ``last`` (two where a number stands alone before it).

    A smaller ``depth`` is further out; depths are comparable within one document only.
    ``parent`` is false for the document's title: sections do not nest in it. ``graded``
    says that a grade follows at once.
    """

    first: int
    last: int
    title: str
    number: str | None = None
    depth: int = 0
    parent: bool = True
    graded: bool = False

    @property
    def path_title(self) -> str:
        return f"{self.number}. {self.title}" if self.number else self.title


def find_headings(blocks: Sequence[PlacedBlock]) -> tuple[Heading, ...]:
    """Return the headings in reading order, each with its depth."""
    found = list(_located(blocks))
    if not found:
        return ()
    levels = [blocks[heading.last].block.level for heading in found]
    # A PDF may have its title alone tagged: that says nothing of the others.
    if sum(level is not None for level in levels) * 2 > len(levels):
        deep = _stated_depths(levels)
    else:
        deep = _printed_depths(found, [_style_rank(blocks[heading.last]) for heading in found])
    headings = [replace(heading, depth=depth) for heading, depth in zip(found, deep, strict=True)]
    return tuple(_with_title_apart(headings))


def is_study(title: str) -> bool:
    """Return whether a heading announces a case or practice study, whatever it is about."""
    return _STUDY.fullmatch(title.strip()) is not None


def is_list_heading(text: str) -> bool:
    """Return whether a heading announces a list.

    What follows it in the same style stands beside it, unless it follows at
    once ("Areas for improvement", then "Leadership").
    """
    return announced_kind(text) is not None or _PRAISE.fullmatch(_bare(text)) is not None


def _bare(text: str) -> str:
    return text.strip().rstrip(".:?").strip()


def _located(blocks: Sequence[PlacedBlock]) -> Iterator[Heading]:
    signed = False
    for at, item in enumerate(blocks):
        signed = signed or _VALEDICTION.fullmatch(item.text) is not None
        if not _is_heading(blocks, at):
            continue
        number, title = _numbered(item)
        heading = Heading(at, at, title, number=number, graded=_graded(blocks, at))
        alone = _LONE_NUMBER.fullmatch(blocks[at - 1].text) if at else None
        if alone and title.endswith("?"):
            heading = replace(heading, first=at - 1, number=alone[1])
        # Below "Yours sincerely" come names and offices, in bold, and perhaps an annex.
        if not signed or _role(heading) is _Role.END_MATTER:
            yield heading


def _is_heading(blocks: Sequence[PlacedBlock], at: int) -> bool:
    item = blocks[at]
    if grade_line(item.text) or _LONE_NUMBER.fullmatch(item.text):
        return False
    if item.kind is BlockKind.HEADING:
        return True
    return item.kind is BlockKind.PARAGRAPH and _reads_as_heading(blocks, at)


def _reads_as_heading(blocks: Sequence[PlacedBlock], at: int) -> bool:
    """Return whether a paragraph is a heading that its layout did not show.

    It is one by its words; as a question under a number that stands alone; or
    as a title that has its grade below, outside a table of such pairs.
    """
    item = blocks[at]
    if item.block.label or len(item.text) > _TITLE_CHARS or at + 1 == len(blocks):
        return False
    following = blocks[at + 1]
    if _LONE_NUMBER.fullmatch(following.text):  # an entry of a table of contents
        return False
    if is_study(item.text) and len(item.text) <= _STUDY_CHARS:
        return True
    if is_list_heading(item.text) and not item.text.endswith("."):
        return True
    if at and _LONE_NUMBER.fullmatch(blocks[at - 1].text) and item.text.endswith("?"):
        return True
    if ending_grade(item.text) and not item.text.lower().startswith(("grade", "judg")):
        return True
    return (
        _graded(blocks, at)
        and not item.text.endswith((".", ":", ";", ","))
        and not _YEAR.search(item.text)  # "Last updated 21/01/2020"
        and not _in_grade_table(blocks, at)
    )


def _graded(blocks: Sequence[PlacedBlock], at: int) -> bool:
    return at + 1 < len(blocks) and grade_line(blocks[at + 1].text) is not None


def _in_grade_table(blocks: Sequence[PlacedBlock], at: int) -> bool:
    """Return whether grades stand two blocks before or after the one at ``at + 1``."""
    return any(
        0 <= near < len(blocks) and grade_line(blocks[near].text) for near in (at - 1, at + 3)
    )


def _numbered(item: PlacedBlock) -> tuple[str | None, str]:
    """Return the number of the question that a heading asks, if it does, and its title."""
    printed = f"{item.block.label or ''} {item.text}".strip()
    found = _NUMBERED_QUESTION.fullmatch(printed)
    if found is None:
        return None, printed
    number = found["named"] or found["bare"]
    return number, (found["title"] or found["question"] or "").strip() or printed


def _style_rank(item: PlacedBlock) -> tuple[float, float]:
    """Return what sorts styles, the highest first."""
    block = item.block
    return (-round(2 * (block.size or 0)) / 2, 0.0 if block.bold else 1.0)


def _stated_depths(levels: Sequence[int | None]) -> list[int]:
    deepest = max(level for level in levels if level is not None)
    return [deepest + 1 if level is None else level for level in levels]


def _printed_depths(found: Sequence[Heading], ranks: Sequence[tuple[float, float]]) -> list[int]:
    """Return depths by style, and within a style by what the words say.

    Each style takes two depths: its main headings and those under them. Below
    a question, styles start again further in.
    """
    order = sorted(set(ranks))
    depths: list[int] = []
    nests: dict[int, bool] = {}  # by style: does its last main heading take in what follows?
    question: int | None = None  # the style of the questions, once one has been asked
    for at, heading in enumerate(found):
        style, role = order.index(ranks[at]), _role(heading)
        if role is _Role.QUESTION:
            question, nests = style, {}
            depths.append(2 * style)
            continue
        if role is _Role.END_MATTER:
            question = None
        inward = 2 * len(order) if question is not None and style >= question else 0
        below = role in (_Role.OTHER, _Role.STUDY) and nests.get(style, False)
        depths.append(2 * style + inward + below)
        if role not in (_Role.OTHER, _Role.STUDY):
            nests[style] = role is _Role.FINDINGS or _followed_at_once(found, at)
    return depths


def _role(heading: Heading) -> _Role:
    if heading.number is not None or heading.graded:
        return _Role.QUESTION
    if is_study(heading.title):
        return _Role.STUDY
    title = _bare(heading.title)
    if _FINDINGS.fullmatch(title):
        return _Role.FINDINGS
    if _END_MATTER.fullmatch(title):
        return _Role.END_MATTER
    if is_list_heading(title) or _MAIN_OTHER.fullmatch(title):
        return _Role.MAIN
    return _Role.OTHER


def _followed_at_once(found: Sequence[Heading], at: int) -> bool:
    return at + 1 < len(found) and found[at + 1].first == found[at].last + 1


def _with_title_apart(headings: list[Heading]) -> list[Heading]:
    """Keep the document's title out of the paths: the first heading, if nothing is as high."""
    first, *others = headings
    highest = bool(others) and all(other.depth > first.depth for other in others)
    if highest and _role(first) is _Role.OTHER:
        first = replace(first, parent=False)
    return [first, *others]
